from pathlib import Path

import pytest

from rag.errors import ReaderError
from rag.reading import PassageText, open_reader
from rag.reading.lazy import LazyReader
from rag.settings import Settings
from rag.weights import TOKENIZER, ShippedNetwork

OWLS = PassageText("Owls", None, ("Owls hunt mice at night.", "Their ears are uneven."))


def test_the_large_reader_reads_as_the_small_one_does() -> None:
    small = open_reader(Settings(reader="large"))
    assert small is not None
    assert small.second is not None
    (reading,) = small.second.read("what does an owl prey on?", [OWLS])
    assert reading.sentences[0].logit > reading.none > reading.sentences[1].logit
    answer = reading.sentences[0].answer
    assert OWLS.sentences[0][answer.start : answer.end] == "mice"


def test_the_small_reader_has_no_second() -> None:
    small = open_reader(Settings(reader="small"))
    assert small is not None
    assert small.second is None


def test_a_missing_network_is_named_when_it_is_needed(tmp_path: Path) -> None:
    reader = LazyReader(ShippedNetwork(tmp_path / "large_reader.onnx", "0"), TOKENIZER)
    with pytest.raises(ReaderError, match=r"large_reader\.onnx cannot be read"):
        reader.read("what does an owl prey on?", [OWLS])
