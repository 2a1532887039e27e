import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.text import tokens
from rag.text.tokens import count_tokens


def test_counts_are_those_of_cl100k() -> None:
    assert count_tokens("") == 0
    assert count_tokens("tiktoken is great!") == 6  # the example of the OpenAI cookbook


def test_an_unknown_model_is_counted_in_the_newest_encoding() -> None:
    text = "Kosovo’s Präsidentin Osmani"
    assert count_tokens(text, "some-local-model") == count_tokens(text, "gpt-4o") == count_tokens(text, "gpt-oss-120b")


def test_models_count_in_their_own_encoding() -> None:
    text = "Приштина и Београд"
    assert count_tokens(text, "gpt-4") == count_tokens(text) != count_tokens(text, "gpt-4o")


def test_special_tokens_in_an_article_are_plain_text() -> None:
    assert count_tokens("<|endoftext|>") > 1


def test_many_threads_may_count_at_once() -> None:
    tokens._load.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(count_tokens, ["Serbs raised roadblocks."] * 32)) == {
            count_tokens("Serbs raised roadblocks.")
        }


def test_the_environment_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "mine")
    tokens._load.cache_clear()
    count_tokens("one", "gpt-4o")
    assert os.environ["TIKTOKEN_CACHE_DIR"] == "mine"


def test_importing_costs_neither_tiktoken_nor_llama_index() -> None:
    code = "import sys, rag.text.tokens as t; assert 'tiktoken' not in sys.modules; "
    code += "t.count_tokens('a'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "tiktoken" in loaded
    assert "llama_index.core" not in loaded
