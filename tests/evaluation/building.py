"""A corpus of two articles, and answers over it built by hand."""

from datetime import date

from rag.answering.answer import Answer, Citation, Disagreement, Sentence, Side
from rag.articles import Article
from rag.checking import Verdict
from rag.evaluation.cases.cases import Case, GoldQuote, Nugget
from rag.evaluation.cases.corpus import Corpus
from rag.evaluation.metrics.scores import Measurement
from rag.passages import Passage
from rag.retrieval import Hit
from rag.text.spans import Span

OWLS = "Owls hunt at night. Kim Lee counted 12 owls in 2008.\n\nThey sleep by day."
FROGS = "Frogs sing in spring. The pond froze in 2013."
CORPUS = Corpus(
    {
        "owls.txt": Article("owls.txt", "Owls", OWLS, date(2009, 1, 1), "owls.txt"),
        "frogs.txt": Article("frogs.txt", "Frogs", FROGS, None, "frogs.txt"),
    }
)
SUPPORTED = Verdict("supported", 1.0, "", None, "said by a test")


def evidence(quote: str) -> GoldQuote:
    return GoldQuote(_home(quote), quote)


def nugget(*says: str, quote: str) -> Nugget:
    return Nugget(says, (evidence(quote),))


def case(expect: str = "answered", **more: object) -> Case:
    fields: dict[str, object] = {"id": "a", "kind": "factoid", "question": "?", "expect": expect, **more}
    return Case(**fields)  # type: ignore[arg-type]


def citation(number: int, quote: str) -> Citation:
    article = _home(quote)
    start = CORPUS.articles[article].text.index(quote)
    return Citation(number, article, article, None, quote, start, start + len(quote))


def answer(*cited: tuple[str, str], sides: tuple[str, ...] = (), confidence: float | None = None) -> Answer:
    """An answer of (sentence, quote it cites); refused when there is none."""
    citations = tuple(citation(number, quote) for number, (_, quote) in enumerate(cited, start=1))
    sentences = tuple(Sentence(text, SUPPORTED, (number,)) for number, (text, _) in enumerate(cited, start=1))
    dispute = (Disagreement(tuple(Side(side, (1,)) for side in sides)),) if sides else ()
    text = " ".join(sentence.text for sentence in sentences) or "The articles do not say."
    status = "answered" if cited else "abstained"
    return Answer("?", text, status, sentences, citations, disagreements=dispute, confidence=confidence)  # type: ignore[arg-type]


def hit(text: str) -> Hit:
    article = _home(text)
    start = CORPUS.articles[article].text.index(text)
    span = Span(start, start + len(text))
    return Hit(Passage(article, article, None, text, span.start, span.end, (span,)), 1.0)


def values(measurement: Measurement) -> dict[str, float]:
    """The numbers among the scores, by metric."""
    return {score.metric: score.value for score in measurement.scores if score.value is not None}


def _home(text: str) -> str:
    return next(id for id, article in CORPUS.articles.items() if text in article.text)


COUNT = nugget("12", quote="Kim Lee counted 12 owls in 2008.")
FROZE = nugget("2013", quote="The pond froze in 2013.")
COUNTED = ("Kim Lee counted 12 owls in 2008.", "Kim Lee counted 12 owls in 2008.")
