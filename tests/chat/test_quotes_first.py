"""A stream of /v1 can only append: quotes that a model's text replaces travel beside it."""

import json
from collections.abc import Callable

import pytest

from rag.assistant import Assistant
from rag.chat.access import Readers
from rag.chat.completions import PendingCompletion
from rag.chat.conversation_html import render_conversation
from rag.chat.exchanges import Chat, Exchange
from rag.chat.metrics import Metrics
from rag.chat.questions import QuestionService
from rag.chat.sessions import RateLimit, User
from rag.embedding import Embedder
from rag.index import Index
from rag.llm import Model, choose_model
from rag.render import WRITING
from rag.settings import Settings
from tests.answering.test_compose import GOOD
from tests.answering.test_flow import answering
from tests.openai_server import Act, fails, says, serving

from .conftest import SEEDS

QUESTION = "Who is the prime minister of Kosovo?"
SAID = "Kosovo's prime minister is Albin Kurti."
Stream = Callable[[Act], list[dict[str, object]]]


@pytest.fixture
def stream(minilm: Embedder, tmp_path: object) -> Stream:
    settings = Settings.model_validate(
        {"index_dir": f"{tmp_path}/.rag", "articles_dir": SEEDS, "llm": "openai:test", "repairs": 0, "retry_seconds": 0}
    )

    def complete(act: Act) -> list[dict[str, object]]:
        with serving(act) as server:
            choice = choose_model(settings, server.environ)
            assert choice is not None
            assistant = Assistant(settings, minilm, Index.open(settings, minilm), model=Model(choice, settings))
            service = QuestionService(Readers(assistant), RateLimit(100, lambda: 0.0), Metrics())
            pending = PendingCompletion(service, QUESTION, (), User("", "me"))
            pending.start()
            events = [event.removeprefix("data: ").strip() for event in pending.chunks()]
        assert events[-1] == "[DONE]"
        return [json.loads(event) for event in events[:-1]]

    return complete


def content(chunks: list[dict[str, object]]) -> str:
    return "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)  # type: ignore[index]


def test_quotes_come_first_in_a_field_of_their_own_and_content_is_what_is_written(stream: Stream) -> None:
    chunks = stream(says(SAID))
    first = chunks[0]["quotes"]
    assert isinstance(first, list)
    assert "Kurti" in " ".join(quote["text"] for quote in first)
    assert first[0]["citations"][0]["quote"] == first[0]["text"]
    assert content(chunks) == f"{SAID} [1]"
    assert not any("quotes" in chunk for chunk in chunks[1:])


def test_quotes_become_content_once_the_model_has_failed(stream: Stream) -> None:
    chunks = stream(fails(401))
    quotes = chunks[0]["quotes"]
    assert isinstance(quotes, list)
    assert all(quote["text"] in content(chunks) for quote in quotes)


def test_the_page_says_that_the_answer_is_being_written_until_it_is() -> None:
    with answering(says(f"{GOOD} [1]")) as (_, answers):
        first, *_, last = answers
    asking = render_conversation(Chat("x", (Exchange("Why?", stage="asking", answer=first),)), 1)
    assert (WRITING in asking, "sentence provisional" in asking) == (True, True)
    for stage, answer in (("stopped", first), ("answered", last)):
        drawn = render_conversation(Chat("x", (Exchange("Why?", stage=stage, answer=answer),)), 1)  # type: ignore[arg-type]
        assert (WRITING in drawn, "sentence provisional" in drawn) == (False, False)
