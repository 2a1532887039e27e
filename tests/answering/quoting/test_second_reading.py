from collections.abc import Sequence

import pytest

from rag.answering.quoting import rank
from rag.answering.quoting.second_reading import choose_hits
from rag.passages import Passage
from rag.reading import PassageReading, PassageText, Reader, open_reader
from rag.retrieval import Hit
from rag.settings import Settings
from rag.text.sentences import split

TEXTS = (
    "The council met on Monday. It voted to shut the old harbour after the storm.",
    "Owls hunt mice at night. Their ears are uneven.",
    "The harbour was built in 1830. Its lighthouse is red.",
    "Fishermen protested in the square. They want the port back.",
    "The mayor likes music. She plays the cello.",
    "Rain fell for days in the hills. Roads were flooded.",
)


def hit(number: int, cosine: float = 0.3) -> Hit:
    spans = tuple(split(TEXTS[number]))
    passage = Passage(f"{number}.txt", "", None, TEXTS[number], 0, len(TEXTS[number]), spans)
    return Hit(passage, 1.0 - number / 10, (cosine,) * len(spans))


HITS = tuple(map(hit, range(len(TEXTS))))


class Recording:
    """A reader that notes what it was asked to read, and lets another one read it."""

    second = None

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.read_passages: list[PassageText] = []

    def read(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        self.read_passages += passages
        return self._reader.read(question, passages)


class Pair:
    """The shipped small reader with a second one of our choice."""

    def __init__(self, first: Reader, second: Reader) -> None:
        self.read, self.second = first.read, second


@pytest.fixture(scope="module")
def shipped() -> Reader:
    reader = open_reader(Settings(reader="large"))
    assert reader is not None
    return reader


def recording(shipped: Reader) -> tuple[Pair, Recording]:
    assert shipped.second is not None
    second = Recording(shipped.second)
    return Pair(shipped, second), second


def test_only_the_best_passages_of_a_doubtful_question_are_read_again(shipped: Reader) -> None:
    reader, second = recording(shipped)
    ranking = rank("who wants the closed docks reopened", HITS, reader)
    assert 0 < len(second.read_passages) < len(HITS)
    assert len(ranking.candidates) == sum(len(one.passage.sentences) for one in HITS)
    assert ranking.candidates[0].passage.article == "3.txt"


def test_a_question_without_doubt_is_not_read_again(shipped: Reader) -> None:
    reader, second = recording(shipped)
    near = tuple(hit(number, 0.9) for number in range(len(TEXTS)))
    ranking = rank("When was the harbour built?", near, reader)
    assert not second.read_passages
    assert ranking.candidates[0].text == "The harbour was built in 1830."


def test_what_was_found_first_is_read_again_even_if_the_first_reading_passes_it_over() -> None:
    first = rank("When was the harbour built?", HITS, open_reader(Settings(reader="small")))
    chosen = choose_hits(HITS, first.candidates)
    assert chosen[0].passage.article == "2.txt"
    assert HITS[0] in chosen
    assert len(chosen) == len(set(chosen)) < len(HITS)


def test_a_question_in_another_script_is_not_read_again(shipped: Reader) -> None:
    reader, second = recording(shipped)
    assert rank("北桟橋のどこに亀裂がありますか", HITS, reader).candidates
    assert not second.read_passages
