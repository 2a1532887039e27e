import asyncio
from pathlib import Path

import pytest
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.memory import ChatMemoryBuffer

from rag import Assistant, Settings
from rag.answering.answer import REFUSAL
from rag.integrations.llamaindex import ArticleRetriever, CheckedChatEngine, CheckedQueryEngine

SEEDS = Path("seeds").resolve()
KURTI = "Who is the prime minister of Kosovo?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant.open(Settings(index_dir=tmp_path_factory.mktemp("seeds") / "index", articles_dir=SEEDS))


def test_a_retriever_gives_passages_at_their_exact_place(assistant: Assistant) -> None:
    nodes = ArticleRetriever(assistant, k=3).retrieve(KURTI)
    assert len(nodes) == 3
    for one in nodes:
        text = (SEEDS / one.metadata["article"]).read_bytes().decode("utf-8")
        node = one.node
        assert text[node.start_char_idx : node.end_char_idx] == node.get_content()  # type: ignore[attr-defined]
        assert 0 <= (one.score or 0) <= 1
    assert asyncio.run(ArticleRetriever(assistant, k=3).aretrieve(KURTI)) == nodes


def test_a_query_engine_answers_with_the_cited_sentences_as_sources(assistant: Assistant) -> None:
    response = CheckedQueryEngine(assistant).query(KURTI)
    answer = assistant.ask(KURTI)
    assert str(response) == answer.text
    assert [one.get_content() for one in response.source_nodes] == [one.quote for one in answer.citations]
    assert [one.metadata["number"] for one in response.source_nodes] == [1, 2, 3][: len(response.source_nodes)]
    assert response.metadata is not None
    assert response.metadata["status"] == "answered"


def test_a_query_engine_abstains_without_sources(assistant: Assistant) -> None:
    response = asyncio.run(CheckedQueryEngine(assistant).aquery("What is photosynthesis?"))
    assert (str(response), response.source_nodes) == (REFUSAL, [])


def test_a_chat_engine_has_memory_and_citations_at_once(assistant: Assistant) -> None:
    engine = CheckedChatEngine(assistant)
    engine.chat(KURTI)
    response = engine.chat("Who accused him?")
    assert response.metadata is not None
    assert response.metadata["searched"] == "Who accused him? (prime minister Kosovo)"
    assert response.source_nodes[0].metadata["number"] == 1
    assert [message.role.value for message in engine.chat_history] == ["user", "assistant"] * 2
    engine.reset()
    assert engine.chat_history == []
    assert (engine.chat("Who accused him?").metadata or {})["searched"] == ""


def test_a_history_given_replaces_the_memory(assistant: Assistant) -> None:
    messages = [ChatMessage(role="user", content=KURTI), ChatMessage(role="assistant", content="Albin Kurti.")]
    engine = CheckedChatEngine(assistant, ChatMemoryBuffer.from_defaults())
    engine.chat("What is KFOR?")
    assert (engine.chat("Who accused him?", messages).metadata or {})["searched"].endswith("(prime minister Kosovo)")
    assert len(engine.chat_history) == 4


def test_a_stream_is_the_answer_in_checked_sentences_and_is_remembered(assistant: Assistant) -> None:
    engine = CheckedChatEngine(assistant)
    question = "Why did Serbs put up roadblocks in December 2022?"
    response = engine.stream_chat(question)
    pieces = list(response.response_gen)
    assert len(pieces) > 1
    assert "".join(pieces) == response.response == assistant.ask(question).text
    assert response.source_nodes
    assert engine.chat_history[-1].content == response.response


def test_a_stream_works_without_blocking_others(assistant: Assistant) -> None:
    async def pieces() -> list[str]:
        response = await CheckedChatEngine(assistant).astream_chat(KURTI)
        return [piece async for piece in response.async_response_gen()]

    assert "".join(asyncio.run(pieces())) == assistant.ask(KURTI).text


def test_two_engines_on_one_assistant_do_not_hear_each_other(assistant: Assistant) -> None:
    one, other = CheckedChatEngine(assistant), CheckedChatEngine(assistant)
    one.chat(KURTI)
    assert other.chat_history == []
    assert (other.chat("Who accused him?").metadata or {})["searched"] == ""
