import pytest

from rag.llm import Choice, Limits, limits
from rag.settings import Settings


def of(name: str, kind: str = "openai", **settings: object) -> Limits:
    choice = Choice(kind, name, "http://x/v1", "", "")  # type: ignore[arg-type]
    return limits(choice, Settings.model_validate(settings))


@pytest.mark.parametrize(
    ("name", "window"),
    [("gpt-4o-mini", 128_000), ("gpt-4.1-nano-2025-04-14", 1_000_000), ("o3", 128_000), ("olmo-2", 8192), ("x", 8192)],
)
def test_a_window_is_known_or_careful(name: str, window: int) -> None:
    assert of(name).window == window


def test_a_dated_name_costs_what_its_family_costs_and_a_stranger_is_unknown() -> None:
    assert of("gpt-4.1-mini-2025-04-14").dollars(1_000_000, 1_000_000) == pytest.approx(2.0)
    assert of("gpt-4.1-mini-turbo").dollars(1, 1) is None
    assert of("gpt-4.1-mini", "server").dollars(1, 1) is None


def test_a_local_model_is_free_and_reads_little() -> None:
    assert of("m", "gguf").dollars(10**6, 10**6) == 0.0
    assert of("m", "gguf").evidence < of("gpt-4o").evidence


def test_the_settings_override_what_is_known() -> None:
    told = of("gpt-4o", context_window=1000, evidence_tokens=99, prompt_price=1.0, completion_price=3.0)
    assert (told.window, told.evidence, told.dollars(1_000_000, 1_000_000)) == (1000, 99, 4.0)


def test_tokens_of_an_unknown_encoding_are_counted_with_a_margin() -> None:
    text = "Serbs raised roadblocks in the north. " * 10
    assert of("m", "server").tokens(text) > of("gpt-4o").tokens(text)
