from datetime import date
from pathlib import Path

import pytest

from rag.errors import ReaderError
from rag.reading import PassageText, Reader, open_reader
from rag.reading.reader import OnnxReader
from rag.settings import Settings
from rag.weights import READER, TOKENIZER, ShippedNetwork

ARREST = PassageText(
    "Roadblocks in Kosovo",
    date(2022, 12, 27),
    (
        "On Wednesday, a court in Pristina ordered the release of the former police officer.",
        "He will now be placed under house arrest, said a court spokeswoman.",
        "The weather was mild.",
    ),
)
OWLS = PassageText("Owls", None, ("Owls hunt mice at night.", "Their ears are uneven."))


@pytest.fixture(scope="module")
def reader() -> Reader:
    reader = open_reader(Settings())
    assert reader is not None
    return reader


def test_the_sentence_that_answers_in_its_context_has_the_highest_logit(reader: Reader) -> None:
    (reading,) = reader.read("what happens to the ex police officer now", [ARREST])
    logits = [sentence.logit for sentence in reading.sentences]
    assert max(logits[:2]) > logits[2]
    assert len(logits) == 3


def test_a_passage_on_the_question_reads_as_answering_more_than_another(reader: Reader) -> None:
    owls, arrest = reader.read("What do owls hunt?", [OWLS, ARREST])
    assert owls.logit > arrest.logit
    assert owls.sentences[0].logit > owls.none


def test_the_words_that_answer_are_characters_of_their_sentence(reader: Reader) -> None:
    (reading,) = reader.read("What do owls hunt?", [OWLS])
    answer = reading.sentences[0].answer
    assert "mice" in OWLS.sentences[0][answer.start : answer.end]


def test_a_passage_reads_the_same_alone_and_beside_others(reader: Reader) -> None:
    alone = reader.read("What do owls hunt at night?", [OWLS])
    assert reader.read("What do owls hunt at night?", [ARREST, OWLS, ARREST])[1:2] == alone


def test_sentences_that_do_not_fit_are_read_as_no_answer(reader: Reader) -> None:
    long = PassageText("Mice", None, ("mouse " * 200, "mouse " * 200, "Owls hunt mice."))
    (reading,) = reader.read("What do owls hunt?", [long])
    assert len(reading.sentences) == 3
    assert reading.sentences[2].logit < min(sentence.logit for sentence in reading.sentences[:1])


def test_without_a_reader_none_is_loaded() -> None:
    assert open_reader(Settings(reader="none")) is None


def test_altered_weights_are_refused_by_name(tmp_path: Path) -> None:
    altered = ShippedNetwork(tmp_path / "reader.onnx", READER.sha256)
    altered.file.write_bytes(b"other weights")
    with pytest.raises(ReaderError, match=r"reader\.onnx was altered"):
        OnnxReader(altered, TOKENIZER)
