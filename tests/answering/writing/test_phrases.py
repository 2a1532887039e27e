import pytest

from rag.answering.claims import Claim, Quote
from rag.answering.writing import state_marked
from rag.passages import Passage
from rag.text.spans import Span

TEXT = "Minister Bratislav Gasic spoke. KFOR has about 4,000 units. Serbs protested. Ljubo is a 45-year-old man."
SPANS = (Span(0, 31), Span(32, 59), Span(60, 76), Span(77, len(TEXT)))
PASSAGE = Passage("a.txt", "Kosovo", None, TEXT, 0, len(TEXT), SPANS)


def quote(number: int, words: str = "") -> Quote:
    start = TEXT.find(words)
    return Quote(PASSAGE, PASSAGE.sentences[number], Span(start, start + len(words)) if words else None)


MINISTER, UNITS, UNMARKED = quote(0, "Bratislav Gasic"), quote(1, "about 4,000 units"), quote(2)
AGE = quote(3, "45-year-old")


@pytest.mark.parametrize(
    ("phrase", "words", "cited"),
    [
        ("Bratislav Gasic", "Bratislav Gasic", MINISTER),
        ("Gasic.", "Bratislav Gasic", MINISTER),
        ("4,000", "about 4,000 units", UNITS),
        ("45-year-old", "45-year-old", AGE),
        ("Minister Gasic", None, None),
        ("2008", None, None),
        ("the", None, None),
        ("", None, None),
        ("Bratislav Gasic is the minister.", None, None),
        ("Serbs", None, None),
    ],
)
def test_a_bare_phrase_is_the_answer_where_the_reader_marks_it(
    phrase: str, words: str | None, cited: Quote | None
) -> None:
    expected = Claim(words, (cited,)) if words and cited else None
    stated = [state_marked(phrase, one) for one in (UNMARKED, MINISTER, UNITS, AGE)]
    assert next(filter(None, stated), None) == expected
