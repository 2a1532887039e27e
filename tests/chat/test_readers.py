"""Groups of readers: what a person may not read is in nothing that they can ask for, nor in any count."""

import asyncio
import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import httpx
import pytest

from rag.chat.access import AccessLine, Readers, read_access
from rag.chat.login import Account, add_user, read_users
from rag.chat.mcp_app import create_mcp_app
from rag.chat.page import PAGE_EVENTS
from rag.chat.server import ServeOptions
from rag.embedding import Embedder
from rag.errors import SettingsError

from .conftest import Running, Serve, serving

pytestmark = pytest.mark.timeout(900)
PASSWORD = "correct horse battery"
HIDDEN = {
    "board/merger.txt": "Published on March 1, 2022\n\nThe Vermeer file\n\nZorbia Brandt approved the Quillon merger at"
    " midnight. The bridge of Lund was closed by Zorbia Brandt for 41 days. Zorbia Brandt accused Quillon of fraud.",
}
OPEN = {
    "news/bridge.txt": "Published on May 4, 2021\n\nThe bridge\n\nAda Berg closed the bridge of Lund for 17 days."
    " Ada Berg accused the council of delay. The council of Lund apologised on Monday.",
    "news/ferry.txt": "Published on May 9, 2021\n\nThe ferry\n\nThe ferry of Lund runs again. Ben Holm runs the ferry.",
}
SECRETS = ("vermeer", "midnight", "41 days", "fraud", "1 march 2022", "2022-03-01")
"""Of the hidden article, and in no question: an answer repeats its question."""
COUNTS = ("3 articles", "of 3", '"total": 3', '"articles":3', '"articles": 3', "'total': 3")
"""How the number of all articles would be written."""


class Newsroom(NamedTuple):
    """A chat in which cleo, of the board, may read all, and ben may not read the board's folder."""

    chat: Running
    options: ServeOptions

    def get(self, path: str, user: str) -> httpx.Response:
        return httpx.get(f"{self.chat.url}{path}", auth=(user, PASSWORD), timeout=60)

    def event(self, name: str, user: str, **data: object) -> str:
        body = {"data": [{"chat": f"the-chat-of-{user}", **data}]}
        url = f"{self.chat.url}/gradio_api/run/page_{name}"
        reply = httpx.post(url, json=body, auth=(user, PASSWORD), timeout=120).json()["data"][0]
        assert "value" in reply, reply
        return json.dumps(reply["value"])

    def ask(self, question: str, user: str, turn: str) -> str:
        """The conversation once the answer is whole."""
        shown = self.event("ask", user, text=question, turn=turn)
        while 'aria-busy=\\"true' in shown:
            shown = self.event("follow", user)
        return shown


@pytest.fixture
def newsroom(serve: Serve, tmp_path: Path) -> Newsroom:
    for name, text in {**HIDDEN, **OPEN}.items():
        file = tmp_path / "articles" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    users, access = tmp_path / "users.txt", tmp_path / "access.txt"
    add_user(users, "ben", PASSWORD, ["sport"])
    add_user(users, "cleo", PASSWORD, ["board"])
    access.write_text("# who reads what\nboard/: board\nuploads/*.secret.txt: board\n*: everyone\n", encoding="utf-8")
    options = ServeOptions(users=users)
    return Newsroom(serve(options, tmp_path / "articles", access=access, chat_rate=1000), options)


QUESTIONS = (
    "Who approved the Quillon merger?",
    "For how many days was the bridge of Lund closed?",
    "Who is Zorbia Brandt?",
    "How many articles are there?",
    "Which articles are there?",
    "Which articles mention Lund?",
    "Which articles mention Zorbia?",
    "When was each article published?",
    "Which article is the newest?",
    "Give me an overview of the articles",
    "Show me a timeline of the articles",
    "Who are the people in the articles?",
    "Compare the articles on the bridge and the merger",
    "Summarise the article board/merger.txt",
    "hello",
)


def test_nothing_shows_a_person_what_they_may_not_read(newsroom: Newsroom) -> None:
    seen = {user: _walk(newsroom, user) for user in ("ben", "cleo")}
    for place, text in seen["ben"].items():
        found = [one for one in (*SECRETS, *COUNTS) if one in text.casefold()]
        assert not found, f"{place}: {found} in {text}"
    assert ["board" in seen[user]["/v1/collections"] for user in ("ben", "cleo")] == [False, True]
    shown = "".join(seen["cleo"].values()).casefold()
    assert [one for one in (*SECRETS, "3 articles") if one not in shown] == []
    assert "41 days" in seen["cleo"][f"v1 {QUESTIONS[1]}"]
    assert "17 days" in seen["ben"][f"v1 {QUESTIONS[1]}"]


def _walk(room: Newsroom, user: str) -> dict[str, str]:
    """Everything that a user can ask for, by what was asked."""
    seen = {
        path: room.get(path, user).text
        for path in ("/v1/articles", "/v1/collections", "/health", "/health/ready", "/metrics", "/")
    }
    url = f"{room.chat.url}/v1/chat/completions"
    for number, question in enumerate(QUESTIONS):
        body = {"messages": [{"role": "user", "content": question}]}
        seen[f"v1 {question}"] = httpx.post(url, json=body, auth=(user, PASSWORD), timeout=120).text
        seen[f"ask {question}"] = room.ask(question, user, f"turn-{number}")
        seen[f"suggest {question}"] = room.event("suggest", user, turn=f"turn-{number}")
    events: dict[str, dict[str, object]] = {
        "examples": {},
        "library": {},
        "library ": {"query": "midnight"},
        "scope": {"articles": ["board/merger.txt", "news/ferry.txt"], "after": "2020-01-01"},
        "article": {"article": "board/merger.txt"},
        "pdf": {"article": "board/merger.txt", "start": 0, "end": 9},
        "cite": {"turn": "turn-1", "number": 1},
        "nearest": {"turn": "turn-0", "number": 0},
        "like": {"turn": "turn-1", "liked": "True"},
        "export": {"kind": "markdown"},
        "remove": {"article": "board/none.txt"},
    }
    assert {name.strip() for name in events} | {"show", "suggest", "ask", "stop", "restore", "share"} == {*PAGE_EVENTS}
    seen |= {name: room.event(name.strip(), user, **data) for name, data in events.items()}
    with ThreadPoolExecutor(1) as pool:  # in this thread a browser of other tests has an event loop
        asked = pool.submit(asyncio.run, _walk_mcp(room, user)).result()
    return seen | {f"mcp {name}": text for name, text in asked.items()}


async def _walk_mcp(room: Newsroom, user: str) -> dict[str, str]:
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    calls: list[tuple[str, dict[str, object]]] = [
        ("ask", {"question": "For how many days was the bridge of Lund closed?"}),
        ("ask", {"question": "Who are the people in the articles?"}),
        ("timeline", {}),
        ("search", {"question": "Lund", "k": 50}),
        ("search", {"question": "Lund", "articles": ["board/merger.txt"]}),
        ("articles", {}),
        ("read", {"article": "board/merger.txt"}),
    ]
    headers = {"Authorization": f"Bearer {user}:{PASSWORD}"}
    seen = {}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=120) as http,
        Client(streamable_http_client(f"{room.chat.url}/mcp", http_client=http)) as client,
    ):
        for name, arguments in calls:
            seen[f"{name} {arguments}"] = str(await client.call_tool(name, arguments))
        seen["resources"] = str(await client.list_resources())
        try:
            seen["resource"] = str(await client.read_resource("article:///board%2Fmerger.txt"))
        except Exception as error:  # noqa: BLE001 - whatever the client makes of a refusal
            seen["resource"] = str(error)
    return seen


def test_a_shared_chat_opens_to_whoever_may_read_as_much_as_its_owner(newsroom: Newsroom) -> None:
    opened = {}
    for owner, reader in (("cleo", "ben"), ("ben", "cleo")):
        newsroom.ask(QUESTIONS[1], owner, "turn-1")
        token = json.loads(newsroom.event("share", owner, on="true"))["token"]
        opened[reader] = newsroom.event("show", reader, chat=f"shared-{token}")
        opened[reader] += newsroom.event("cite", reader, chat=f"shared-{token}", turn="turn-1", number=1)
    assert [one for one in SECRETS if one in opened["ben"].casefold()] == []
    assert "17 days" not in opened["ben"]
    assert "17 days" in opened["cleo"]
    readers = Readers(newsroom.chat.assistant, (AccessLine("*", frozenset({"everyone"})),), {"ada": Account("")})
    assert not readers.reads_as_much("ada", "left-the-house", frozenset())


def test_a_shared_chat_stays_closed_when_its_articles_or_its_owner_s_groups_are_gone(newsroom: Newsroom) -> None:
    rules = (AccessLine("board/*", frozenset({"board"})), AccessLine("*", frozenset({"everyone"})))
    accounts = {"ada": Account(""), "ben": Account(""), "eve": Account("", frozenset({"board"}))}
    readers = Readers(newsroom.chat.assistant, rules, accounts)  # no article below board, and ada left the group
    at_the_time = frozenset({"board"})
    assert not readers.reads_as_much("ben", "ada", at_the_time)
    assert readers.reads_as_much("eve", "ada", at_the_time)
    assert readers.reads_as_much("ben", "ada", frozenset())


def test_nobody_removes_or_replaces_what_they_may_not_read(newsroom: Newsroom) -> None:
    url = f"{newsroom.chat.url}/v1/articles"

    def add(name: str, user: str) -> httpx.Response:
        return httpx.post(url, params={"name": name}, content=b"Carl Dorn rowed.", auth=(user, PASSWORD), timeout=60)

    unknown, hidden = (
        httpx.delete(f"{url}/{id}", auth=("ben", PASSWORD), timeout=60)
        for id in ("board/nothing.txt", "board/merger.txt")
    )
    assert unknown.status_code == hidden.status_code == 404
    assert hidden.text.replace("merger", "nothing") == unknown.text
    refused = add("plan.secret.txt", "ben")
    assert add("plan.secret.txt", "cleo").status_code == 200
    again = add("plan.secret.txt", "ben")
    assert (refused.status_code, again.status_code) == (422, 422)
    assert refused.text == again.text
    assert add("rowing.txt", "ben").json()["title"]
    assert "Carl Dorn" in newsroom.chat.assistant.article("plan.secret.txt").text
    assert httpx.delete(f"{url}/board/merger.txt", auth=("cleo", PASSWORD), timeout=60).status_code == 200


def pack(*members: str) -> bytes:
    """A zip archive of articles."""
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for member in members:
            archive.writestr(member, f"Carl Dorn rowed to {member}.")
    return packed.getvalue()


@pytest.mark.parametrize("user", ["ben", "cleo"])
def test_no_archive_puts_an_article_where_others_read(newsroom: Newsroom, user: str) -> None:
    def add(name: str, *members: str) -> httpx.Response:
        url, content = f"{newsroom.chat.url}/v1/articles", pack(*members)
        return httpx.post(url, params={"name": name}, content=content, auth=(user, PASSWORD), timeout=60)

    for inside in ("board/rowing.txt", "board\\rowing.txt", "plan.secret.txt"):
        refused = add("n.zip", "rowing.txt", inside)
        assert refused.status_code == 422
        assert "which would have other readers than the file" in refused.text
    assert "n.zip" not in newsroom.get("/v1/articles", "cleo").text
    assert add("n.zip", "rowing.txt", "sport/rowing.txt").status_code == 200
    assert add("n.zip", "board/rowing.txt").status_code == 422
    assert "n.zip/sport/rowing.txt" in newsroom.get("/v1/articles", "ben").text


def test_an_archive_of_before_there_were_rules_shows_nobody_what_its_paths_claim(
    minilm: Embedder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "ferry.txt").write_text(OPEN["news/ferry.txt"], encoding="utf-8")
    add_user(tmp_path / "users.txt", "ben", PASSWORD)
    add_user(tmp_path / "users.txt", "cleo", PASSWORD, ["board"])
    access = tmp_path / "access.txt"
    access.write_text("board/: board\n*: everyone\n", encoding="utf-8")
    with serving(minilm, tmp_path, articles=tmp_path / "articles") as open_to_all:
        for name, members in (("n.zip", ("board/x.txt", "y.txt")), ("ok.zip", ("sport/z.txt",))):
            url, content = f"{open_to_all.url}/v1/articles", pack(*members)
            assert httpx.post(url, params={"name": name}, content=content, timeout=60).status_code == 200
    options = ServeOptions(users=tmp_path / "users.txt")
    with serving(minilm, tmp_path, options, tmp_path / "articles", access=access) as running:
        listed = [Newsroom(running, options).get("/v1/articles", user).json() for user in ("ben", "cleo")]
    assert [{article["id"] for article in articles} for articles in listed] == [{"ferry.txt", "ok.zip/sport/z.txt"}] * 2
    hidden = tmp_path.resolve() / ".rag-chat" / "uploads" / "n.zip"
    assert f"nobody sees what is in {hidden}/" in caplog.text


def test_the_mcp_server_alone_keeps_to_it_too(newsroom: Newsroom) -> None:
    from starlette.testclient import TestClient

    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "articles", "arguments": {}}}
    begin = {
        "jsonrpc": "2.0",
        "id": 0,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }
    seen = {}
    with TestClient(create_mcp_app(newsroom.chat.assistant, newsroom.options)) as client:
        for user in ("ben", "cleo"):
            headers = {"Accept": "application/json, text/event-stream", "Authorization": f"Bearer {user}:{PASSWORD}"}
            session = client.post("/mcp", json=begin, headers=headers).headers.get("mcp-session-id")
            headers |= {"mcp-session-id": session} if session else {}
            client.post("/mcp", json={"jsonrpc": "2.0", "method": "notifications/initialized"}, headers=headers)
            seen[user] = client.post("/mcp", json=call, headers=headers).text
    assert ("merger" in seen["cleo"], "merger" in seen["ben"]) == (True, False)
    assert "ferry" in seen["ben"]


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("board/ board", r"line 1: 'board/ board' is not PATTERN: GROUP, GROUP"),
        ("*: everyone\n: board", "line 2: ': board' is not"),
        ("a: b\n\n# note\nboard/:", "line 4: '' is no name of a group"),
        ("board/: the board", "line 1: 'the board' is no name"),
        ("board/: board,", "line 1: '' is no name"),
        ("# nothing\n", r"no line, so nobody could read anything. To begin with: \*: everyone"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, lines: str, complaint: str) -> None:
    file = tmp_path / "access.txt"
    file.write_text(lines, encoding="utf-8")
    with pytest.raises(SettingsError, match=complaint):
        read_access(file)


def test_a_missing_file_and_a_chat_without_login_are_refused(serve: Serve, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        read_access(tmp_path / "access.txt")
    (tmp_path / "access.txt").write_text("*: everyone", encoding="utf-8")
    with pytest.raises(SettingsError, match="rag serve --users FILE"):
        serve(access=tmp_path / "access.txt")


def test_patterns_may_hold_colons_and_blanks(tmp_path: Path) -> None:
    file = tmp_path / "access.txt"
    file.write_text("old news: 2021/ : desk, b.2\n*: nobody", encoding="utf-8")
    assert read_access(file) == (
        AccessLine("old news: 2021/", frozenset({"desk", "b.2"})),
        AccessLine("*", frozenset()),
    )


def test_what_nobody_opened_is_closed_also_to_users_that_are_not_known(chat: Running) -> None:
    access = (AccessLine("000_*", frozenset({"desk"})), AccessLine("001_*", frozenset({"everyone"})))
    readers = Readers(chat.assistant, access, {"ada": Account("", frozenset({"desk"})), "ben": Account("")})
    counts = [len(readers.of(name).articles()) for name in ("ada", "ben", "eve", "")]
    assert counts == [2, 1, 0, 0]
    assert readers.of("ben") is readers.of("ben")


def test_misspelt_patterns_and_groups_are_logged(
    chat: Running, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    users, access = tmp_path / "users.txt", tmp_path / "access.txt"
    add_user(users, "ada", PASSWORD, ["desk"])
    access.write_text("bord/: desk\n000_*: dest\n*: everyone", encoding="utf-8")
    settings = chat.assistant.settings
    chat.assistant.settings = settings.model_copy(update={"access": access})
    try:
        Readers.open(chat.assistant, users)
    finally:
        chat.assistant.settings = settings
    assert [record.getMessage() for record in caplog.records if "Access" in record.getMessage()] == [
        "Access: bord/ matches no article.",
        "Access: no user is in the group dest. Add one: rag user NAME --group dest",
    ]


def test_a_user_keeps_their_groups_when_the_password_changes(tmp_path: Path) -> None:
    users = tmp_path / "users.txt"
    add_user(users, "ada", PASSWORD, ["desk", "board"])
    add_user(users, "ada", "another good one")
    assert read_users(users)["ada"].groups == {"desk", "board"}
    add_user(users, "ada", PASSWORD, ["desk"])
    assert read_users(users)["ada"].groups == {"desk"}
    with pytest.raises(SettingsError, match="unlike 'a,b'"):
        add_user(users, "ada", PASSWORD, ["a,b"])
