"""UnAnsQ -> SQuAD 2.0's unanswerable training questions, and the answerable ones that they were modelled on.

Origin: `QG/{train,dev}-{unanswerable,answerable}-questions.txt`, line for line a pair: id, question (lower case, tokens
apart), first and last token of the answer. The passage is that of SQuAD-explorer's page with the answerable question.
Both questions are put together and re-cased alike, by the spelling of the article; the origin's own is lost.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.record import LabelledRow, MalformedRowError, OriginRecord
from evals.benchmarks.fetch_data.source import Source
from evals.benchmarks.fetch_data.squad_pages import TRAIN_COMMIT, TRAIN_PAGES, PageParagraph, read_pages
from evals.benchmarks.fetch_data.texts import gold_sentence, join_tokens
from rag.text.sentences import sentences

_HYPHENED = re.compile(r"(?<=\w) - (?=\w)")
_NUMBER = re.compile(r"(?<=\d) ?(,(?= ?\d{3}\b)|[.:]) ?(?=\d)")
_WORD = re.compile(r"(?<![\w'])\w+")
"""A word, not what an apostrophe cuts off."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an answerable question stands."""

    title: str
    paragraph: PageParagraph
    answers: tuple[str, ...]


Spelling = dict[str, str]
"""A word in lower case -> as a text mostly has it within sentences."""


def _unanswerable(source: Source) -> Iterator[LabelledRow]:
    return (pair[0] for pair in _pairs(source))


def _twins(source: Source) -> Iterator[LabelledRow]:
    return (pair[1] for pair in _pairs(source))


def _pairs(source: Source) -> Iterator[tuple[LabelledRow, LabelledRow]]:
    places, spellings = _index(source.beside[0])
    for split in ("train", "dev"):
        for lines in _lines(source, split):
            try:
                yield _pair(lines, places, spellings, split)
            except MalformedRowError as error:
                source.skipped.append(str(error))


def _lines(source: Source, split: str) -> Iterator[OriginRecord]:
    names = {kind: f"QG/{split}-{kind}-questions.txt" for kind in ("unanswerable", "answerable")}
    columns = [source.lines(name) for name in names.values()]
    if len(columns[0]) != len(columns[1]):
        raise MalformedRowError(f"{' and '.join(names.values())} differ in their number of lines")
    for number, pair in enumerate(zip(*columns, strict=True), 1):
        if all(pair):
            yield OriginRecord(f"{names['unanswerable']}:{number}", dict(zip(names, pair, strict=True)))


def _index(pages: Source) -> tuple[dict[str, list[_Place]], dict[str, Spelling]]:
    places: dict[str, list[_Place]] = {}
    spellings: dict[str, Spelling] = {}
    for title, paragraphs in read_pages(pages, TRAIN_PAGES):
        spellings[title] = read_spelling([paragraph.text for paragraph in paragraphs])
        for paragraph in paragraphs:
            for question in paragraph.questions:
                place = _Place(title, paragraph, tuple(dict.fromkeys(question.answers)))
                places.setdefault(_letters(question.text), []).append(place)
    return places, spellings


def _letters(text: str) -> str:
    """A text as UnAnsQ's tokens have it: no accents, no case, no white space or signs."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in plain if letter.isalnum())


def read_spelling(texts: list[str]) -> Spelling:
    """How texts write their words; the first word of a sentence says nothing."""
    counts: dict[str, Counter[str]] = {}
    for sentence in chain.from_iterable(map(sentences, texts)):
        for word in re.findall(r"\w+", sentence)[1:]:
            counts.setdefault(word.lower(), Counter())[word] += 1
    return {word: forms.most_common(1)[0][0] for word, forms in counts.items()}


def _pair(
    lines: OriginRecord, places: dict[str, list[_Place]], spellings: dict[str, Spelling], split: str
) -> tuple[LabelledRow, LabelledRow]:
    identity, question = _question(lines, "unanswerable")
    _, twin = _question(lines, "answerable")
    standing = places.get(_letters(twin), [])
    if len(standing) != 1:
        raise MalformedRowError(f"{lines.where}: {len(standing)} pages have the question {twin!r}")
    place = standing[0]
    spelling = spellings[place.title] | read_spelling([place.paragraph.text])
    parts, answers = sentences(place.paragraph.text), list(place.answers)
    gold, how = gold_sentence(parts, answers, twin)
    end: LabelledRow = {"sentences": parts, "source": "squad2_train_pairs", "group": place.title, "split": split}
    end["pair"] = identity
    near: LabelledRow = {"near_sentences": gold, "near_answer": answers[0] if answers else "", "gold_source": "none"}
    empty: LabelledRow = {"gold_sentences": [], "answers": [], "answerable": False}
    full: LabelledRow = {"gold_sentences": gold, "answers": answers, "answerable": True, "gold_source": how}
    trap: LabelledRow = {"question": respell(question, spelling), **empty, **near, **end}
    return trap, {"question": respell(twin, spelling), **full, **end}


def _question(lines: OriginRecord, kind: str) -> tuple[str, str]:
    columns = lines.text(kind).split("\t")
    if len(columns) != 4:
        raise MalformedRowError(f"{lines.where}: {len(columns)} columns, not 4")
    return columns[0], columns[1]


def respell(question: str, spelling: Spelling) -> str:
    """A question in lower case with its tokens apart, as its paragraph and article would write it."""
    joined = _HYPHENED.sub("-", _NUMBER.sub(r"\1", join_tokens(question)))
    cased = _WORD.sub(lambda word: spelling.get(word[0], word[0]), joined)
    return cased[:1].upper() + cased[1:]


_ORIGINS = ("haichao592/UnAnsQ@2400c75", TRAIN_COMMIT)
_NOTE = "questions whose twin stands on no page, or on several, are left out"

UNANSWERABLE_SETS = (
    LabelledSet(
        "labelled/answer/squad2_train_unanswerable.jsonl.gz", _ORIGINS, "CC BY-SA 4.0", _unanswerable, note=_NOTE
    ),
    LabelledSet("labelled/answer/squad2_train_twins.jsonl.gz", _ORIGINS, "CC BY-SA 4.0", _twins, note=_NOTE),
)
