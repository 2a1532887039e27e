import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import pytest
from mcp import Client, MCPError
from mcp_types import CallToolResult, TextContent, TextResourceContents

from rag import Answer, Assistant, Settings
from rag.answering.jsonable import to_jsonable
from rag.mcp.server import build_server
from rag.mcp.tools import report_indexing
from tests.slow_query import SlowQuery

SEEDS = Path("seeds").resolve()
KURTI = "Who is the prime minister of Kosovo?"
T = TypeVar("T")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    settings = Settings(index_dir=tmp_path_factory.mktemp("seeds") / "index", articles_dir=SEEDS)
    return Assistant.open(settings, progress=report_indexing)


def connected(assistant: Assistant, act: Callable[[Client], Awaitable[T]]) -> T:
    """What a client of the SDK, in this process, gets by an act."""

    async def run() -> T:
        async with Client(build_server(lambda _: assistant)) as client:
            return await act(client)

    return asyncio.run(run())


def call(assistant: Assistant, tool: str, **arguments: object) -> CallToolResult:
    return connected(assistant, lambda client: client.call_tool(tool, arguments))


def values(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


def test_indexing_reports_its_progress_to_the_client_that_waits(tmp_path: Path) -> None:
    heard: list[tuple[float, float | None, str | None]] = []

    async def ask(client: Client) -> CallToolResult:
        async def hear(progress: float, total: float | None, message: str | None) -> None:
            heard.append((progress, total, message))

        return await client.call_tool("ask", {"question": KURTI}, progress_callback=hear)

    settings = Settings(index_dir=tmp_path / "index", articles_dir=SEEDS)
    with Assistant.open(settings, progress=report_indexing) as assistant:
        values(connected(assistant, ask))
    assert (5, 5) in [(done, total) for done, total, _ in heard]
    assert heard[-1][2] == "3 checked"


def test_every_tool_says_what_it_returns_and_that_it_only_reads(assistant: Assistant) -> None:
    tools = connected(assistant, lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == ["ask", "timeline", "search", "check", "articles", "read"]
    for tool in tools:
        assert tool.output_schema
        assert tool.annotations
        assert tool.annotations.read_only_hint
        assert "request" not in tool.input_schema["properties"]
    assert "citations" in (tools[0].output_schema or {})["required"]


def test_an_answer_comes_as_text_and_as_values(assistant: Assistant) -> None:
    result = call(assistant, "ask", question=KURTI)
    answer: Answer = assistant.ask(KURTI)
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert "Albin Kurti" in content.text
    assert values(result)["text"] == answer.text
    assert values(result)["citations"] == to_jsonable([asdict(citation) for citation in answer.citations])


def test_what_the_articles_do_not_say_is_no_answer(assistant: Assistant) -> None:
    result = values(call(assistant, "ask", question="What is the population of Pristina?"))
    assert (result["status"], result["citations"]) == ("abstained", [])
    assert len(result["nearest"]) == 3


def test_earlier_turns_dates_and_articles_narrow_a_question(assistant: Assistant) -> None:
    history = [{"question": KURTI, "answer": "Albin Kurti. [1]"}]
    assert values(call(assistant, "ask", question="Who accused him?", history=history))["searched"]
    article = "001_2e2e98b3d9c7dbb6.txt"
    found = values(call(assistant, "search", question="troops", k=3, before="2021-12-31"))["passages"]
    assert call(assistant, "search", question="troops", collection="sport").is_error
    assert {passage["date"] for passage in found} == {"2021-09-26"}
    assert {
        one["article"] for one in values(call(assistant, "search", question="a", articles=[article]))["passages"]
    } == {article}


def test_a_timeline_has_the_articles_own_sentences_in_order(assistant: Assistant) -> None:
    result = call(assistant, "timeline", topic="independence")
    told = assistant.timeline("independence")
    assert values(result)["sections"] == to_jsonable([asdict(section) for section in told.sections])
    assert values(result)["sentences"][0]["text"] == told.sentences[0].text
    assert "2008" in result.content[0].text  # type: ignore[union-attr]


def test_a_sentence_is_checked_against_any_text(assistant: Assistant) -> None:
    said, evidence = "Kosovo declared independence in 2013.", "Kosovo declared independence in 2008."
    verdict = values(call(assistant, "check", sentence=said, evidence=evidence))
    assert verdict["label"] == "contradicted"
    assert verdict["reason"] == "the article says 2008, the sentence says 2013"
    assert (
        values(call(assistant, "check", sentence=evidence, evidence=["Owls hunt.", evidence]))["label"] == "supported"
    )


def test_articles_are_listed_and_read_where_citations_point(assistant: Assistant) -> None:
    listed = values(call(assistant, "articles", contains="military", limit=1))
    assert listed["total"] >= len(listed["articles"]) == 1
    citation = values(call(assistant, "ask", question=KURTI))["citations"][0]
    start, end = citation["start"], citation["end"]
    read = values(call(assistant, "read", article=citation["article"], start=start, characters=end - start))
    assert (read["text"], read["next"]) == (citation["quote"], end)


def test_every_article_is_a_resource(assistant: Assistant) -> None:
    async def read(client: Client) -> list[str]:
        texts = []
        for resource in (await client.list_resources()).resources:
            (content,) = (await client.read_resource(resource.uri)).contents
            assert isinstance(content, TextResourceContents)
            texts.append(content.text)
        with pytest.raises(MCPError, match="No article"):
            await client.read_resource("article:///..%2Fsecret")
        return texts

    assert connected(assistant, read) == [assistant.article(entry.id).text for entry in assistant.articles()]


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("ask", {"question": " "}, "The question is empty"),
        ("ask", {"question": "Why?", "articles": ["owls"]}, "No article 'owls'"),
        ("read", {"article": "owls"}, "See what there is"),
        ("check", {"sentence": " ", "evidence": "Owls hunt."}, "There is no sentence to check"),
        ("search", {"question": "Why?", "k": 0}, "greater than or equal to 1"),
    ],
)
def test_an_error_tells_the_client_what_to_do(
    assistant: Assistant, tool: str, arguments: dict[str, object], says: str
) -> None:
    result = call(assistant, tool, **arguments)
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert result.is_error
    assert says in content.text


def test_a_slow_list_of_articles_keeps_no_other_client_waiting(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = SlowQuery(assistant.articles)
    monkeypatch.setattr(assistant, "articles", query)

    async def list_both(client: Client) -> int:
        listing = asyncio.create_task(client.list_resources())
        await asyncio.to_thread(query.began.wait, 30)
        query.ended.set()
        return len((await listing).resources)

    assert connected(assistant, list_both) == 5
