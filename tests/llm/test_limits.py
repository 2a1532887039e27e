import pytest

from rag.llm import Limits, ModelChoice, model_limits
from rag.llm.limits import Price
from rag.settings import Settings


def limits_of(name: str, kind: str = "openai", **settings: object) -> Limits:
    choice = ModelChoice(kind, name, "http://x/v1", "", "")  # type: ignore[arg-type]
    return model_limits(choice, Settings.model_validate(settings))


@pytest.mark.parametrize(
    ("name", "window"),
    [("gpt-4o-mini", 128_000), ("gpt-4.1-nano-2025-04-14", 1_000_000), ("o3", 200_000), ("olmo-2", 8192), ("x", 8192)],
)
def test_a_window_is_known_or_careful(name: str, window: int) -> None:
    assert limits_of(name).window == window


def test_a_dated_name_costs_what_its_family_costs_and_an_unlisted_model_is_unknown() -> None:
    assert limits_of("gpt-4.1-mini-2025-04-14").dollars(1_000_000, 1_000_000) == pytest.approx(2.0)
    assert limits_of("gpt-4.1-mini-turbo").dollars(1, 1) is None
    assert limits_of("gpt-4.1-mini", "server").dollars(1, 1) is None


def test_a_version_that_costs_more_than_its_family_is_known() -> None:
    assert limits_of("gpt-4o-2024-05-13").price == Price(5.0, 15.0)
    assert limits_of("gpt-4o-2024-08-06").price == limits_of("gpt-4o").price == Price(2.5, 10.0)


def test_prices_and_windows_are_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("socket.getaddrinfo", refuse)
    monkeypatch.setattr("threading.Thread.start", refuse)
    assert limits_of("gpt-4.1-mini").price == Price(0.4, 1.6)


def test_a_local_model_is_free_and_reads_little() -> None:
    assert limits_of("m", "gguf").dollars(10**6, 10**6) == 0.0
    assert limits_of("m", "gguf").evidence < limits_of("gpt-4o").evidence


def test_the_settings_override_what_is_known() -> None:
    limits = limits_of("gpt-4o", context_window=1000, evidence_tokens=99, prompt_price=1.0, completion_price=3.0)
    assert (limits.window, limits.evidence, limits.dollars(1_000_000, 1_000_000)) == (1000, 99, 4.0)


def test_tokens_of_an_unknown_encoding_are_counted_with_a_margin() -> None:
    text = "Serbs raised roadblocks in the north. " * 10
    assert limits_of("m", "server").tokens(text) > limits_of("gpt-4o").tokens(text)
