from rag.answering.quoting.candidates import states_something
from rag.passages import Passage
from rag.text.spans import Span


def stating(first: str, below: str) -> bool:
    text = f"{first}\n{below}"
    spans = (Span(0, len(first)), Span(len(first) + 1, len(text)))
    return states_something(Passage("a.txt", "Owls", None, text, 0, len(text), spans), 0)


def test_a_line_above_a_sentence_is_a_heading_and_one_above_a_line_is_none() -> None:
    assert not stating("Owls hunt mice at night", "They were seen near the barn.” [1]")
    assert stating("Owls hunt mice at night", "They were seen near the barn")


def test_a_line_of_dots_below_a_sentence_is_read_at_once() -> None:
    assert stating("Owls hunt mice at night", "Owls " + "." * 30_000 + " 12")
