"""A model at a scripted server, and its whole answer."""

from collections.abc import Iterator
from contextlib import contextmanager

from rag.llm import Model, Usage, choose_model
from rag.prompts import Messages
from rag.settings import Settings
from tests.openai_server import Act, Models, OpenAIServer, serving

MESSAGES = Messages("Answer.", "Why?")
SETTINGS = {"llm": "openai:test", "retry_seconds": 0, "first_seconds": 30, "idle_seconds": 30}


@contextmanager
def scripted(
    *script: Act, models: Models = ("first", "second"), listing: Act | None = None, **changes: object
) -> Iterator[tuple[OpenAIServer, Model]]:
    settings = Settings.model_validate({**SETTINGS, **changes})
    with serving(*script, models=models, listing=listing) as server:
        yield server, model_at(server.url, settings)


def model_at(address: str, settings: Settings | None = None) -> Model:
    settings = settings or Settings.model_validate(SETTINGS)
    choice = choose_model(settings, {"OPENAI_BASE_URL": address, "OPENAI_API_KEY": "test"})
    assert choice is not None
    return Model(choice, settings)


def answer(model: Model, tokens: int | None = None) -> tuple[str, Usage]:
    budget = model.open_budget()
    return "".join(model.stream(MESSAGES, budget, tokens)), budget.usage
