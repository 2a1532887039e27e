"""Hits + what is asked -> sentences, the one that answers best first."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from rag.answering.claims import Quote
from rag.answering.quoting.question import Asked, answers
from rag.passages import Passage
from rag.retrieval import Hit
from rag.text.dates import mentions
from rag.text.words import stems

MEANING, WORDS, BEFORE, PASSAGE, KIND = 0.5, 0.5, 0.15, 0.6, 0.15
"""What a sentence's cosine, its question words, those only the sentence before it has, its passage's score and a value
of the kind asked for weigh. On 8 SQuAD articles, each between half and twice its weight changes what the one, two or
three best sentences hold by less than .01 (evals/benchmarks/answers.py)."""
OTHER_TIME = 0.6
"""What a sentence loses that speaks only of other times than the question names: enough to come after any that does
not; from .2 to .6 nothing changes on the SQuAD articles."""
SAME_TIME = 0.1
"""What a sentence gains that speaks of the time the question names, or of none in an article published then: as
much as its passage gains in rag/retrieval.py."""
FRAGMENT_WORDS = 3
"""A sentence with fewer content words is a heading or a byline, not an answer."""
HEADING = 140
"""Longest line taken for a heading, as in rag/articles/titles.py."""
_MARKED = re.compile(r"#{1,6}\s")
_LISTED = re.compile(r"[-*•‣▪●|>–—]|\(?(?:\d{1,3}|[a-z])[.)]\s")
_UNDERLINE = re.compile(r"[-=]{3,}")
_ENDED = re.compile(r"[.!?…。！？؟۔।:;][^\w\s]*(?:\s?\[\d{1,3}\])*\Z")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit, measured against the question."""

    hit: Hit
    number: int
    """Position in the passage's sentences."""
    text: str
    cosine: float
    coverage: float
    """Share of the question's topic in it, in the sentence before it or in the title; rare words count more; 0 to 1."""
    missing: frozenset[str]
    """Stems of the question found in none of the three."""
    tells: bool
    """Whether it states something, unlike a question, a heading or a fragment."""
    answers: bool
    """Whether it holds a value of the kind asked for."""
    of_another_time: bool
    """Whether it speaks only of other times than the question names."""
    score: float

    @property
    def quote(self) -> Quote:
        """The sentence as it is cited."""
        return Quote(self.passage, self.passage.sentences[self.number])

    @property
    def passage(self) -> Passage:
        """Where it stands."""
        return self.hit.passage


class _Row(NamedTuple):
    hit: Hit
    number: int
    own: frozenset[str]
    before: frozenset[str]


def rank(asked: Asked, hits: Sequence[Hit]) -> tuple[Candidate, ...]:
    """Every sentence of the hits, best first; headings, fragments and questions come last."""
    rows = [_row(asked, hit, number) for hit in hits for number in range(len(hit.passage.sentences))]
    if not rows:
        return ()
    weights = _weights(asked, [row.own for row in rows])
    cosines = [row.hit.sentence_scores[row.number] for row in rows]
    low, high = min(cosines), max(cosines)
    most = max(_sum(weights, row.own) for row in rows) or 1.0
    scored = [
        _candidate(asked, row, weights, (cosine - low) / ((high - low) or 1.0), most)
        for row, cosine in zip(rows, cosines, strict=True)
    ]
    return tuple(sorted(scored, key=lambda candidate: -candidate.score))


def _row(asked: Asked, hit: Hit, number: int) -> _Row:
    own = stems(hit.passage.sentence(number)) & asked.stems
    before = stems(hit.passage.sentence(number - 1)) & asked.stems if number else frozenset[str]()
    return _Row(hit, number, own, before - own)


def _weights(asked: Asked, rows: Sequence[frozenset[str]]) -> dict[str, float]:
    """How much each word of the question tells one sentence of the hits from another: BM25's inverse frequency."""
    found = Counter(stem for row in rows for stem in row)
    return {stem: math.log(1 + (len(rows) - found[stem] + 0.5) / (found[stem] + 0.5)) for stem in asked.stems}


def _candidate(asked: Asked, row: _Row, weights: Mapping[str, float], nearness: float, most: float) -> Candidate:
    text = row.hit.passage.sentence(row.number)
    known = row.own | row.before | stems(row.hit.passage.title)
    kind = answers(asked, text)
    words = (_sum(weights, row.own) * WORDS + _sum(weights, row.before) * BEFORE) / most
    score = MEANING * nearness + words + PASSAGE * row.hit.score + KIND * kind
    in_time = _in_time(asked, text, row.hit.passage.date)
    score += {True: SAME_TIME, False: -OTHER_TIME, None: 0.0}[in_time]
    tells = _tells(row.hit.passage, row.number)
    score -= (MEANING + WORDS) * (not tells)
    return Candidate(
        hit=row.hit,
        number=row.number,
        text=text,
        cosine=row.hit.sentence_scores[row.number],
        coverage=_sum(weights, asked.topic & known) / (_sum(weights, asked.topic) or 1.0),
        missing=asked.topic - known,
        tells=tells,
        answers=kind,
        of_another_time=in_time is False,
        score=score,
    )


def _tells(passage: Passage, number: int) -> bool:
    text = passage.sentence(number)
    return not text.endswith("?") and len(stems(text)) >= FRAGMENT_WORDS and not _heads(passage, number)


def _heads(passage: Passage, number: int) -> bool:
    """Whether a sentence is a heading: marked as one, or a line without a full stop above a sentence that has one."""
    text, following = passage.sentence(number), number + 1
    if _MARKED.match(text):
        return True
    if len(text) > HEADING or following == len(passage.sentences) or _ENDED.search(text) or _LISTED.match(text):
        return False
    below = passage.sentence(following)
    return bool(_ENDED.search(below) or _UNDERLINE.fullmatch(below))


def _in_time(asked: Asked, text: str, published: date | None) -> bool | None:
    """Whether a sentence speaks of a time the question names, by its article's day where it names none; or None."""
    named = [(one.first, one.last) for one in mentions(text, published=published)] if asked.times else []
    if named:
        return any(_overlaps(asked, first, last) for first, last in named)
    return True if published and _overlaps(asked, published, published) else None


def _overlaps(asked: Asked, first: date, last: date) -> bool:
    return any(one.overlaps(first, last) for one in asked.times)


def _sum(weights: Mapping[str, float], found: Iterable[str]) -> float:
    return math.fsum(weights[stem] for stem in found)
