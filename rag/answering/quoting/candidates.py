"""Question + hits -> candidates: every sentence with its score as an answer, best first."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from rag.answering.claims import Quote
from rag.answering.quoting.question import ParsedQuestion, holds_value
from rag.passages import Passage
from rag.retrieval import Hit
from rag.text.dates import mentions
from rag.text.spans import Span
from rag.text.words import stems

MEANING, WORDS, BEFORE, PASSAGE, ANSWER_TYPE = 0.5, 0.5, 0.15, 0.6, 0.15
"""Weights of a sentence's cosine, of its question words, of those that only the sentence before it has, of its
passage's score and of a value of the expected answer type. On 8 SQuAD articles, each between half and twice its weight
changes how often the one, two or three best sentences hold an answer by less than .01 (evals/benchmarks/answers.py)."""
OTHER_TIME = 0.6
"""Penalty of a sentence that mentions only other times than the question names: enough to rank below any that does
not; from .2 to .6 nothing changes on the SQuAD articles."""
SAME_TIME = 0.1
"""Bonus of a sentence that mentions the time the question names, or mentions none in an article published then: the
same as its passage's in rag/retrieval.py."""
ANSWER_MARGIN = 0.0
"""Least margin at which the reader's words are taken for the answer: likelier than no words of the passage."""
FRAGMENT_WORDS = 3
"""A sentence with fewer content words is a heading or a byline, not an answer."""
HEADING = 140
"""Longest line taken for a heading, as in rag/articles/titles.py."""
_MARKED = re.compile(r"#{1,6}\s")
_LISTED = re.compile(r"[-*•‣▪●|>–—]|\(?(?:\d{1,3}|[a-z])[.)]\s")
_UNDERLINE = re.compile(r"[-=]{3,}")
_ENDED = re.compile(r"[.!?…。！？؟۔।:;][^\w\s]{0,20}(?:\s?\[\d{1,3}\])*\Z")


class Mark(NamedTuple):
    """What the reader says of one sentence; logits are natural, 0 is even odds."""

    sentence: float
    """Logit of the sentence answering, in its context."""
    passage: float
    """Logit of any sentence of the passage answering."""
    none: float
    """Logit of no sentence of the passage answering, on the scale of `sentence`."""
    answer: Span
    """The words of the answer, as characters of the article's text."""
    margin: float
    """Logit of these words being the answer, minus that of no words of the passage being it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of a hit, scored as an answer to the question."""

    hit: Hit
    number: int
    """Index of the sentence in its passage, from 0."""
    text: str
    cosine: float
    coverage: float
    """Share of the question's topic in it, in the sentence before it or in the title; rare words count more; 0 to 1."""
    missing: frozenset[str]
    """Stems of the topic that are in none of the three."""
    is_statement: bool
    """False for a question, a heading or a fragment."""
    has_value: bool
    """Whether it holds a value of the expected answer type."""
    of_another_time: bool
    """Whether it mentions only other times than the question names."""
    score: float
    """Comparable within one ranking; higher answers better."""
    mark: Mark | None = None
    """None where no reader read it."""

    @property
    def passage(self) -> Passage:
        """The passage that it is a sentence of."""
        return self.hit.passage

    @property
    def span(self) -> Span:
        """Its characters in the article's text."""
        return self.passage.sentences[self.number]

    @property
    def quote(self) -> Quote:
        """The sentence as it is cited."""
        return Quote(self.passage, self.span, self.answer)

    @property
    def answer(self) -> Span | None:
        """The words that answer; None where no reader found any."""
        return self.mark.answer if self.mark and self.mark.margin >= ANSWER_MARGIN else None


class _Row(NamedTuple):
    hit: Hit
    number: int
    own: frozenset[str]
    before: frozenset[str]


def score_candidates(question: ParsedQuestion, hits: Sequence[Hit]) -> tuple[Candidate, ...]:
    """Every sentence of the hits, best first; headings, fragments and questions come last."""
    rows = [_row(question, hit, number) for hit in hits for number in range(len(hit.passage.sentences))]
    if not rows:
        return ()
    weights = _weights(question, [row.own for row in rows])
    cosines = [row.hit.sentence_scores[row.number] for row in rows]
    low, high = min(cosines), max(cosines)
    most = max(_sum(weights, row.own) for row in rows) or 1.0
    scored = [
        _candidate(question, row, weights, (cosine - low) / ((high - low) or 1.0), most)
        for row, cosine in zip(rows, cosines, strict=True)
    ]
    return tuple(sorted(scored, key=lambda candidate: -candidate.score))


def _row(question: ParsedQuestion, hit: Hit, number: int) -> _Row:
    own = stems(hit.passage.sentence(number)) & question.stems
    before = stems(hit.passage.sentence(number - 1)) & question.stems if number else frozenset[str]()
    return _Row(hit, number, own, before - own)


def _weights(question: ParsedQuestion, rows: Sequence[frozenset[str]]) -> dict[str, float]:
    """How well each word of the question separates the sentences of the hits: BM25's inverse frequency."""
    counts = Counter(stem for row in rows for stem in row)
    return {stem: math.log(1 + (len(rows) - counts[stem] + 0.5) / (counts[stem] + 0.5)) for stem in question.stems}


def _candidate(
    question: ParsedQuestion, row: _Row, weights: Mapping[str, float], nearness: float, most: float
) -> Candidate:
    text = row.hit.passage.sentence(row.number)
    known = row.own | row.before | stems(row.hit.passage.title)
    has_value = holds_value(question, text)
    words = (_sum(weights, row.own) * WORDS + _sum(weights, row.before) * BEFORE) / most
    score = MEANING * nearness + words + PASSAGE * row.hit.score + ANSWER_TYPE * has_value
    in_time = _in_time(question, text, row.hit.passage.date)
    score += {True: SAME_TIME, False: -OTHER_TIME, None: 0.0}[in_time]
    is_statement = states_something(row.hit.passage, row.number)
    score -= (MEANING + WORDS) * (not is_statement)
    return Candidate(
        hit=row.hit,
        number=row.number,
        text=text,
        cosine=row.hit.sentence_scores[row.number],
        coverage=_sum(weights, question.topic & known) / (_sum(weights, question.topic) or 1.0),
        missing=question.topic - known,
        is_statement=is_statement,
        has_value=has_value,
        of_another_time=in_time is False,
        score=score,
    )


def states_something(passage: Passage, number: int) -> bool:
    """Whether a sentence is a statement: no question, no heading and no fragment."""
    text = passage.sentence(number)
    return not text.endswith("?") and len(stems(text)) >= FRAGMENT_WORDS and not _is_heading(passage, number)


def _is_heading(passage: Passage, number: int) -> bool:
    """Whether a sentence is a heading: marked as one, or a line without a full stop above a sentence that has one."""
    text, following = passage.sentence(number), number + 1
    if _MARKED.match(text):
        return True
    if len(text) > HEADING or following == len(passage.sentences) or _ENDED.search(text) or _LISTED.match(text):
        return False
    below = passage.sentence(following)
    return bool(_ENDED.search(below) or _UNDERLINE.fullmatch(below))


def _in_time(question: ParsedQuestion, text: str, published: date | None) -> bool | None:
    """Whether a sentence mentions a time the question names; its article's day counts where it mentions none.

    None when neither mentions a time, or the question names none.
    """
    times = mentions(text, published=published) if question.times else ()
    if times:
        return any(_overlaps(question, time.first, time.last) for time in times)
    return True if published and _overlaps(question, published, published) else None


def _overlaps(question: ParsedQuestion, first: date, last: date) -> bool:
    return any(time.overlaps(first, last) for time in question.times)


def _sum(weights: Mapping[str, float], stems_: Iterable[str]) -> float:
    return math.fsum(weights[stem] for stem in stems_)
