from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.llm import choose_model
from rag.settings import Settings

KEY = {"OPENAI_API_KEY": "sk-1\n"}
SERVER = {"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1/"}


def test_without_key_and_address_answers_are_quoted() -> None:
    assert choose_model(Settings(), {}) is None


def test_a_key_alone_means_openai_and_its_white_space_is_dropped() -> None:
    choice = choose_model(Settings(), KEY)
    assert choice is not None
    assert (choice.kind, choice.address, choice.key) == ("openai", "https://api.openai.com/v1", "sk-1")
    assert choice.why == "OPENAI_API_KEY is set"


@pytest.mark.parametrize(
    "key", ['"sk-1"', "'sk-1'\n", " sk-1\r\n", "“sk-1”", "\ufeffsk-1", "sk-\n1", "`sk-1`", "Bearer sk-1", "sk-1\u200b"]
)
def test_what_is_copied_along_with_a_key_is_dropped(key: str) -> None:
    choice = choose_model(Settings(), {"OPENAI_API_KEY": key})
    assert choice is not None
    assert choice.key == "sk-1"


@pytest.mark.parametrize("address", ['"http://h:1/v1"', "http://h:1/v1/\n", "'http://h:1/v1/chat/completions'"])
def test_what_is_copied_along_with_an_address_is_dropped(address: str) -> None:
    choice = choose_model(Settings(), {"OPENAI_BASE_URL": address})
    assert choice is not None
    assert choice.address == "http://h:1/v1"


def test_an_address_alone_means_that_server_and_its_first_model() -> None:
    choice = choose_model(Settings(), SERVER)
    assert choice is not None
    assert (choice.kind, choice.name, choice.address) == ("server", "", "http://127.0.0.1:11434/v1")
    assert choice.why == "OPENAI_BASE_URL is set"


def test_the_setting_names_the_model_and_says_why() -> None:
    choice = choose_model(Settings(llm="openai:llama3.2:1b"), SERVER)
    assert choice is not None
    assert (choice.name, choice.why) == ("llama3.2:1b", "RAG_LLM=openai:llama3.2:1b")


def test_quotes_turns_the_model_off_whatever_the_environment_says() -> None:
    assert choose_model(Settings(llm="quotes"), KEY | SERVER) is None


def test_a_file_needs_neither_key_nor_address(tmp_path: Path) -> None:
    (tmp_path / "small.gguf").touch()
    choice = choose_model(Settings(llm=f"gguf:{tmp_path}/small.gguf"), {})
    assert choice is not None
    assert (choice.kind, choice.name) == ("gguf", "small")


def test_a_key_is_never_printed() -> None:
    assert "sk-1" not in repr(choose_model(Settings(), KEY))


@pytest.mark.parametrize(
    ("llm", "environ", "message"),
    [
        ("openai:gpt-4o", {}, "needs OPENAI_API_KEY"),
        ("gpt-4o", KEY, "Use auto, quotes, openai:MODEL or gguf:FILE"),
        ("openai:", KEY, "Unknown RAG_LLM"),
        ("gguf:/nowhere/x.gguf", {}, "which is no file"),
        ("auto", {"OPENAI_BASE_URL": "localhost:11434"}, "does not start with http"),
        ("auto", {"OPENAI_BASE_URL": "http://[::1/v1"}, "is no address"),
        ("auto", {"OPENAI_BASE_URL": "http://localhost:port/v1"}, "is no address"),
        ("auto", {"OPENAI_BASE_URL": "http:///v1"}, "is no address"),
        ("auto", {"OPENAI_API_KEY": "sk 1"}, "Copy it anew"),
        ("auto", {"OPENAI_API_KEY": "sk-…"}, "Copy it anew"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(llm: str, environ: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        choose_model(Settings(llm=llm), environ)
