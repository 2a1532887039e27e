import subprocess
import sys

import pytest

import rag


def test_public_names_are_these_and_each_can_be_imported() -> None:
    assert rag.__all__ == sorted(rag.__all__)
    assert {name for name in rag.__all__ if getattr(rag, name)} == {
        *("Answer", "Article", "Assistant", "Citation", "Disagreement", "Hit", "Passage", "RagError", "Sentence"),
        *("Settings", "SyncReport", "Turn", "Verdict", "ask", "check"),
    }


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        rag.__getattr__("nonsense")


def test_help_loads_no_heavy_package() -> None:
    heavy = "chromadb gradio llama_index openai onnxruntime torch trafilatura tantivy"
    code = f"import sys, rag, rag.cli; print([name for name in '{heavy}'.split() if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
