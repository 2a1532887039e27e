from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.sentences import LONGEST, paragraphs, split
from tests.texts import STEADY, texts


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Vucic met Dr. Smith and Lt. Col. Ray.|He left.",
        "The U.S. and NATO spoke.|It was in the U.S.|He said no.",
        "U.S. President Joe Biden met him.|At 5 p.m. Monday he left.|At 5 p.m. he slept.",
        "J. A. Hobson wrote it, e.g. in No. 5 of St. James.|Then he rested.",
        "It cost $3.5 million.|It rose to 3.5.|Serbia paid.",
        "Update (2032 EST): Tensions fall.|Update (1723 EST): NATO spoke.",
        "“There should not be barricades on any road.”|Pristina agreed.",
        "“It’s over,” he said.|“We’re done.”|Then he left.",
        "“Really?” asked Bob.|“Yes!” Ann Lee said.",
        'He said "stop."|Then he left.',
        "It was sold.|'The message is timeless.|'It is incredible.|Then he left.",
        "And then… silence.|What?!|No!!|It ended...|He left.",
        "“Following the provocations… Vucic gave an order,” it says.",
        "Kosovo declared independence in 2008.[1]|Serbia refused.[2][3]|So it is.",
        "(It rained.)|Then it stopped.",
        "Satellite dishes etc.|Nor is it so.",
        "これは文です。|終わり！",
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(text: str) -> None:
    expected = text.split("|")
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "A heading\n|\nSerbs raised roadblocks.",
        "## A heading|\nSerbs raised roadblocks.",
        "Items\n|1. First item\n|2. Second item\n|10. Third item",
        "- dashed\n|• dotted\n|* starred",
        "Above the rule\n|---\n|Below the rule.",
        "One.\r\n\r\n|Two.\u2029|Three.",
    ],
)
def test_headings_items_and_paragraphs_stand_alone(text: str) -> None:
    assert sentences(text.replace("|", "")) == [part.strip() for part in text.split("|")]


def test_a_line_break_where_a_line_was_full_is_no_end() -> None:
    text = "Serbs in the north raised roadblocks in protest\nof rules that will require all ethnic Serbs to\nregister."
    assert sentences(text) == [text]


def test_only_the_asked_stretch_is_split() -> None:
    text = "One two. Three four. Five."
    assert [text[start:end] for start, end in split(text, 4, 15)] == ["two.", "Three"]


def test_a_run_without_an_end_is_cut_at_a_space() -> None:
    cut = sentences("word " * 1000)
    assert all(len(sentence) <= LONGEST and set(sentence.split()) == {"word"} for sentence in cut)


@pytest.mark.parametrize("piece", [".", ". ", "“", "(", "\n", " ", "A.", "? “", "1.\n", "?” A"])
def test_long_runs_take_no_longer_than_their_length(piece: str) -> None:
    split("A " + piece * (150_000 // len(piece)))  # quadratic time would hit the time limit of the suite


def assert_cover(text: str, start: int, end: int) -> None:
    spans = split(text, start, end)
    blocks = paragraphs(text, start, end)
    edges = [start, *(edge for span in spans for edge in span), end]
    assert edges == sorted(edges)
    assert not any(text[left:right].strip() for left, right in zip(edges[::2], edges[1::2], strict=True))
    for span in spans:
        sentence = text[span.start : span.end]
        assert 0 < len(sentence) <= LONGEST
        assert sentence == sentence.strip()
        assert any(block.start <= span.start and span.end <= block.end for block in blocks)
    assert all(span.end <= other.start for span, other in pairwise(blocks))


@STEADY
@given(texts(), st.data())
def test_nothing_but_white_space_lies_between_sentences_of_any_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    assert_cover(text, 0, len(text))
    assert_cover(text, start, data.draw(st.integers(start, len(text))))


@pytest.mark.parametrize(
    "text",
    [
        "特维克港务局周一关闭了北码头。|潜水员发现三根支柱有裂缝！|市长说：“维修需要两年。”|渡轮改走别处。",
        "トルビク港湾局は北桟橋を閉鎖した。|「修理に二年かかる」と市長は述べた。|費用は420万クローネだ。",
    ],
)
def test_scripts_without_spaces_end_sentences_at_their_own_stops(text: str) -> None:
    assert sentences(text.replace("|", "")) == text.split("|")


@pytest.mark.parametrize(
    "text",
    [
        "أغلقت سلطة ميناء تولفيك رصيفها الشمالي يوم الاثنين.|هل سيعاد فتحه؟|قال رئيس البلدية إن الإصلاح سيستغرق عامين.",
        "टोल्विक बंदरगाह प्राधिकरण ने सोमवार को अपना उत्तरी घाट बंद कर दिया।|गोताखोरों को दरारें मिलीं।",
        "Управление закрыло северный пирс.|Водолазы нашли трещины, сообщил г. Иванов.|Ремонт займёт два года.",
    ],
)
def test_other_scripts_end_sentences_by_their_own_rules(text: str) -> None:
    assert sentences(text.replace("|", " ")) == text.split("|")
