"""Login: passwords, cookies, headers, and what is refused without one."""

import shutil
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from rag.chat.login import HOURS, Logins, add_user, hash_password, read_users, verify_password
from rag.chat.server import ServeOptions, refuse_taken_port, require_login
from rag.errors import SettingsError

from .conftest import Open, Running, Serve, ask, log_in

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def two_users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to copy: each password takes a quarter of a second to hash, as it should."""
    file = tmp_path_factory.mktemp("users") / "users.txt"
    add_user(file, "ada", PASSWORD)
    add_user(file, "ben", "another good one")
    return file


@pytest.fixture
def users(two_users: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(two_users, tmp_path))


@pytest.fixture
def guarded(serve: Serve, users: Path) -> Running:
    return serve(ServeOptions(users=users))


def enter(chat: Running, name: str = "ada", password: str = PASSWORD) -> httpx.Response:
    return httpx.post(f"{chat.url}/login", data={"name": name, "password": password}, timeout=60)


def test_passwords_are_kept_as_salted_hashes_that_only_their_owner_can_read(users: Path) -> None:
    assert PASSWORD not in users.read_text(encoding="utf-8")
    assert stat.S_IMODE(users.stat().st_mode) == 0o600
    assert hash_password("a") != hash_password("a")
    assert verify_password(PASSWORD, read_users(users)["ada"].hash)
    assert not verify_password(PASSWORD, read_users(users)["ben"].hash)


@pytest.mark.parametrize(("name", "password"), [("a b", PASSWORD), ("a:b", PASSWORD), ("", PASSWORD), ("ada", "short")])
def test_bad_names_and_short_passwords_are_refused(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(SettingsError):
        add_user(tmp_path / "users.txt", name, password)


def test_a_file_that_an_editor_gave_a_byte_order_mark_is_read(users: Path) -> None:
    users.write_text(users.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert sorted(read_users(users)) == ["ada", "ben"]


@pytest.mark.parametrize("content", ["", "ada", "ada:plain", "ada:scrypt$x$8$5$aa$bb"])
def test_a_file_that_is_no_users_file_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "users.txt"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="rag user NAME"):
        read_users(file)


def test_a_login_ends_after_its_hours(users: Path) -> None:
    now = [0.0]
    logins = Logins(read_users(users), lambda: now[0])
    token = logins.log_in("ada", PASSWORD)
    assert logins.user_of_token(token) == "ada"
    now[0] = HOURS * 3600 + 1
    assert logins.user_of_token(token) == ""


def test_without_login_only_this_machine_can_reach_the_chat() -> None:
    require_login(ServeOptions(host="127.0.0.1"))
    with pytest.raises(SettingsError, match="--force"):
        require_login(ServeOptions(host="0.0.0.0"))
    require_login(ServeOptions(host="0.0.0.0", forced=True))


@pytest.mark.parametrize(
    "path", ["/config", "/metrics", "/v1/articles", "/v1/models", "/gradio_api/info", "/theme.css"]
)
def test_strangers_see_nothing(guarded: Running, path: str) -> None:
    assert httpx.get(f"{guarded.url}{path}", timeout=60).status_code == 401
    assert httpx.get(f"{guarded.url}{path}", cookies={"rag_session": "x"}, timeout=60).status_code == 401
    assert httpx.get(f"{guarded.url}/", timeout=60).headers["location"] == "./login"
    assert httpx.get(f"{guarded.url}/health", timeout=60).status_code == 200


def test_the_error_of_a_taken_port_says_what_to_type(serve: Serve) -> None:
    port = int(serve().url.rsplit(":", 1)[1])
    with pytest.raises(SettingsError, match="--port NUMBER"):
        refuse_taken_port(ServeOptions(port=port))


def test_an_address_of_ipv6_is_listened_on_and_an_unknown_name_refused() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        options = ServeOptions(host="::1", port=taken.getsockname()[1])
        assert options.address == f"http://[::1]:{options.port}/"
        with pytest.raises(SettingsError, match=r"\(Address already in use\)"):
            refuse_taken_port(options)
    refuse_taken_port(options)
    with pytest.raises(SettingsError, match="no address of this machine"):
        refuse_taken_port(ServeOptions(host="no-such-host.invalid"))


def test_behind_a_proxy_users_come_by_another_name(guarded: Running) -> None:
    assert httpx.get(f"{guarded.url}/login", headers={"Host": "articles.example"}, timeout=60).status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(guarded: Running) -> None:
    login, keeper = enter(guarded).headers.get_list("set-cookie")
    assert login.startswith("rag_session=")
    assert "HttpOnly" in login
    assert "SameSite=strict" in login
    assert "ada" not in keeper


@pytest.mark.parametrize("other", ['consent={"ads":false}', "a b=1", "visits=[1, 2]", "naïve=é"])
def test_cookies_of_other_programs_on_the_host_end_no_login(guarded: Running, other: str) -> None:
    token = enter(guarded).cookies["rag_session"]
    headers = {b"Cookie": f"{other}; rag_session={token}; {other}".encode()}
    assert httpx.get(f"{guarded.url}/v1/models", headers=headers, timeout=60).status_code == 200


def test_guessing_is_slowed_down(guarded: Running) -> None:
    statuses = [enter(guarded, password="guess").status_code for _ in range(10)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert enter(guarded).status_code == 429


def test_requests_that_come_together_are_one_guess(guarded: Running) -> None:
    def get(_: int) -> int:
        return httpx.get(f"{guarded.url}/v1/models", auth=("ada", PASSWORD), timeout=60).status_code

    with ThreadPoolExecutor(12) as pool:
        assert [*pool.map(get, range(12))] == [200] * 12


def test_guessing_by_header_is_slowed_down_too(guarded: Running) -> None:
    for _ in range(9):
        httpx.get(f"{guarded.url}/v1/models", auth=("ada", "guess"), timeout=60)
    assert httpx.get(f"{guarded.url}/v1/models", auth=("ada", PASSWORD), timeout=60).status_code == 401
    assert httpx.get(f"{guarded.url}/v1/models", auth=("ben", "another good one"), timeout=60).status_code == 200


def test_programs_log_in_by_header(guarded: Running) -> None:
    for headers in ({"Authorization": f"Bearer ada:{PASSWORD}"},):
        assert httpx.get(f"{guarded.url}/v1/models", headers=headers, timeout=60).status_code == 200
    assert httpx.get(f"{guarded.url}/v1/models", auth=("ada", PASSWORD), timeout=60).status_code == 200
    assert httpx.get(f"{guarded.url}/v1/models", auth=("ada", "wrong"), timeout=60).status_code == 401


def test_one_user_cannot_look_into_the_chat_of_another(guarded: Running) -> None:
    ada, ben = ("ada", PASSWORD), ("ben", "another good one")

    def trigger(name: str, sent: dict[str, object], who: tuple[str, str]) -> str:
        body = {"data": [{"chat": "the-same-id", **sent}]}
        return httpx.post(f"{guarded.url}/gradio_api/run/page_{name}", json=body, auth=who, timeout=60).text

    assert "What is KFOR?" in trigger("ask", {"text": "What is KFOR?", "turn": "one"}, ada)
    assert "What is KFOR?" in trigger("show", {}, ada)
    assert "What is KFOR?" not in trigger("show", {}, ben)


def test_logging_out_ends_the_session_on_the_server(guarded: Running) -> None:
    cookies = dict(enter(guarded).cookies)
    assert httpx.get(f"{guarded.url}/v1/models", cookies=cookies, timeout=60).status_code == 200
    httpx.post(f"{guarded.url}/logout", cookies=cookies, timeout=60)
    assert httpx.get(f"{guarded.url}/v1/models", cookies=cookies, timeout=60).status_code == 401


@pytest.mark.timeout(180)
def test_a_user_logs_in_asks_and_logs_out(guarded: Running, read: Open) -> None:
    page = read(guarded, wait="text=Log in")
    log_in(page, "ada", PASSWORD)
    page.wait_for_selector(".welcome")
    ask(page, "What is KFOR?")
    page.click("button[aria-label='Log out']")
    page.wait_for_selector("text=Log in")


@pytest.mark.timeout(180)
def test_who_logs_in_next_sees_nothing_of_the_chats_and_draft_of_the_one_before(guarded: Running, read: Open) -> None:
    page = read(guarded, wait="text=Log in")

    def see(name: str, password: str) -> str:
        """What the field and the list of chats hold after a login."""
        log_in(page, name, password)
        page.wait_for_selector("#question")
        page.wait_for_selector(".welcome, .turn")
        page.click("button[data-event=chats]")
        page.wait_for_selector("#chats:visible")
        return f"{page.input_value('#question')} {page.inner_text('#chats')}"

    see("ada", PASSWORD)
    ask(page, "What is KFOR?")
    page.fill("#question", "Who paid for it?")
    page.click("button[aria-label='Log out']")
    page.wait_for_selector("text=Log in")
    seen = see("ben", "another good one")
    assert "KFOR" not in seen
    assert "paid" not in seen
    page.click("button[aria-label='Log out']")
    page.wait_for_selector("text=Log in")
    seen = see("ada", PASSWORD)
    assert "KFOR" in seen
    assert "Who paid for it?" in seen
