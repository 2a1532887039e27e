"""Checked claims -> answer: citations numbered by first use; withheld sentences kept apart from shown ones."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from rag.answering.claims import Claim, Quote, QuotedDisagreement
from rag.answering.jsonable import to_jsonable
from rag.answering.quoting import Ranking
from rag.answering.sections import Form, Section
from rag.checking import Verdict
from rag.llm import Usage
from rag.prompts import REFUSAL
from rag.retrieval import Hit

Status = Literal["answered", "abstained"]
NOT_SURE = "Perhaps no sentence says it outright. Nearest:"
"""Stands before the quotes of an answer that is not sure. "Perhaps": of 40 questions of a journalist 18 of the 23 right
answers are not sure, and then a sentence mostly does say it."""
__all__ = [
    "NOT_SURE",
    "REFUSAL",
    "Answer",
    "CheckedClaim",
    "Citation",
    "Disagreement",
    "Draft",
    "Sentence",
    "Side",
    "Status",
    "Turn",
    "Usage",
]


class Turn(NamedTuple):
    """One earlier question of a conversation and the text of its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence of an article that a sentence of the answer rests on; `quote == article_text[start:end]`."""

    number: int
    """As shown in the marks, from 1, by first use."""
    article: str
    """Id of the article."""
    title: str
    date: date | None
    quote: str
    start: int
    end: int
    answer: tuple[int, int] | None = None
    """The words of the quote that answer the question, as offsets into the article's text; None where no reader found
    any."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer with the verdict of its check and the numbers it cites."""

    text: str
    verdict: Verdict
    citations: tuple[int, ...]
    provisional: bool = False
    """Whether it is a quote that stands until a language model has written: never in a final answer."""


@dataclass(frozen=True, slots=True)
class Side:
    """One value of a disagreement and the citations that state it."""

    value: str
    """As the articles state it: "2008"."""
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Different values that articles state for the same question; at least two sides, best supported first."""

    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; while it streams, sentences grow and `seconds` is the time so far."""

    question: str
    text: str
    """The shown sentences with their marks: "Serbs raised roadblocks. [1]", after `NOT_SURE` when it is not sure; the
    refusal when abstained."""
    status: Status
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    """What was retrieved; when abstained, the nearest passages, which are not an answer."""
    withheld: tuple[Sentence, ...] = ()
    """Sentences that failed their check; their citation numbers refer to `citations`."""
    disagreements: tuple[Disagreement, ...] = ()
    mode: str = "quotes"
    """`quotes`, or the name of the language model that wrote it."""
    searched: str = ""
    """The question as it was searched for, when earlier turns changed it; else empty."""
    alternative: str = ""
    """Another reading of the question, with what was asked before, where it was answered as it stands; else empty."""
    earlier: str = ""
    """The earlier question whose words stand in brackets in `searched` or `alternative`; empty where none do."""
    notice: str = ""
    """One line the user must see: why the model did not write this answer, or not all of it; else empty."""
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    confidence: float | None = None
    """Probability that the articles hold an answer, 0 to 1; None when it was not estimated."""
    sure: bool = True
    """False when the quotes are the nearest sentences, none of which clearly answers."""
    form: Form = "answer"
    remark: str = ""
    """What rag says itself, of the articles or of what can be asked; no article says it, so it cites nothing."""
    sections: tuple[Section, ...] = ()
    """The sentences in order under headings; empty where they are one paragraph."""

    @property
    def final_text(self) -> str:
        """The text without provisional quotes: it only grows while an answer streams; empty before it begins."""
        final = [sentence for sentence in self.sentences if not sentence.provisional]
        return self.text if len(final) == len(self.sentences) else " ".join(map(mark_sentence, final))

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON: dates as ISO text, tuples as lists."""
        return {name: to_jsonable(value) for name, value in asdict(self).items()}


class CheckedClaim(NamedTuple):
    """A claim and the verdict of its check against the quotes it cites."""

    claim: Claim
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Draft:
    """An unfinished answer: the claims checked so far, in the order they were made."""

    question: str
    """As the user asked it; `ranking.question.text` is as it was searched for."""
    ranking: Ranking
    checked: tuple[CheckedClaim, ...] = ()
    disagreements: tuple[QuotedDisagreement, ...] = ()
    mode: str = "quotes"
    """As in `Answer`."""
    notice: str = ""
    """As in `Answer`."""
    usage: Usage = field(default_factory=Usage)
    sure: bool = True
    """As in `Answer`."""
    provisional: tuple[CheckedClaim, ...] = ()
    """Quotes that stand until a language model has written: those that no written claim cites are still shown."""
    alternative: str = ""
    """As in `Answer`."""
    refused: bool = False
    """Whether the model said, of the question or of a part of it, that the articles do not answer."""

    def answer(self, seconds: float) -> Answer:
        """Number what is cited by first use and split what is shown from what is withheld."""
        searched = self.ranking.question.text
        final = [checked for checked in self.checked if checked.verdict.label == "supported"]
        standing = self._standing(final)
        shown, sure = [*final, *standing], self.sure or (self.mode != "quotes" and bool(final))
        withheld = [checked for checked in self.checked if checked.verdict.label != "supported"]
        disagreements = self.disagreements if shown else ()
        numbers = number_quotes([*_quotes(shown), *_quotes_of_sides(disagreements), *_quotes(withheld)])
        sentences = tuple(number_sentence(checked, numbers, provisional=checked in standing) for checked in shown)
        return Answer(
            question=self.question,
            text=_text(sentences, sure=sure),
            status="answered" if sentences else "abstained",
            sentences=sentences,
            citations=tuple(number_citation(number, quote) for quote, number in numbers.items()),
            hits=self.ranking.hits,
            withheld=tuple(number_sentence(checked, numbers) for checked in withheld),
            disagreements=tuple(_disagreement(one, numbers) for one in disagreements),
            mode=self.mode if final or not standing else "quotes",
            searched="" if searched == self.question else searched,
            alternative=self.alternative,
            notice=self.notice,
            usage=self.usage,
            seconds=seconds,
            confidence=self.ranking.confidence,
            sure=sure or not sentences,
        )

    def _standing(self, final: Sequence[CheckedClaim]) -> list[CheckedClaim]:
        """The provisional quotes beside what is written already; those that are not sure give way to its first."""
        cited = set(_quotes(final))
        kept = self.provisional if self.sure or not final else ()
        return [checked for checked in kept if not cited.issuperset(checked.claim.quotes)]


def _quotes(checked: Iterable[CheckedClaim]) -> Iterator[Quote]:
    return (quote for claim, _ in checked for quote in claim.quotes)


def _quotes_of_sides(disagreements: Iterable[QuotedDisagreement]) -> Iterator[Quote]:
    return (quote for disagreement in disagreements for side in disagreement.sides for quote in side.quotes)


def number_quotes(quotes: Iterable[Quote]) -> dict[Quote, int]:
    """The number of each quote, from 1, by first use."""
    return {quote: number for number, quote in enumerate(dict.fromkeys(quotes), start=1)}


def number_sentence(checked: CheckedClaim, numbers: dict[Quote, int], *, provisional: bool = False) -> Sentence:
    """A checked claim with the numbers of the quotes it cites."""
    cited = tuple(dict.fromkeys(numbers[quote] for quote in checked.claim.quotes))
    return Sentence(checked.claim.text, checked.verdict, cited, provisional)


def _text(sentences: Sequence[Sentence], *, sure: bool) -> str:
    if not sentences:
        return REFUSAL
    return " ".join([*([] if sure else [NOT_SURE]), *map(mark_sentence, sentences)])


def mark_sentence(sentence: Sentence) -> str:
    """The sentence with its marks: "Serbs raised roadblocks. [1]"."""
    return " ".join([sentence.text, "".join(f"[{number}]" for number in sentence.citations)]).rstrip()


def number_citation(number: int, quote: Quote) -> Citation:
    """A quote as the answer lists it."""
    passage, span = quote.passage, quote.span
    answer = (quote.answer.start, quote.answer.end) if quote.answer else None
    return Citation(number, passage.article, passage.title, passage.date, quote.text, span.start, span.end, answer)


def _disagreement(quoted: QuotedDisagreement, numbers: dict[Quote, int]) -> Disagreement:
    return Disagreement(
        tuple(Side(value, tuple(dict.fromkeys(numbers[quote] for quote in quotes))) for value, quotes in quoted.sides)
    )
