"""Sentences that a language model wrote for this project, and the texts they are about -> samples and examples.

Each was written beside some sentences of a text; only what was written is kept here, and where it belongs. Of a pair,
one is true and one has a mistake of the kind that language models make, both in other words than the text's. Claims
are worded as in an encyclopedia or a chat, and borne out, partly, not at all, or denied.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from evals.training.examples import Example
from evals.training.synthetic.samples import Row, Sample, as_read, records
from rag.evaluation.trust.cross_validated import example_key
from rag.text.sentences import sentences
from rag.text.spans import Span

PAIRS = Path(__file__).with_name("written.jsonl")
"""To learn from: a true sentence and a false one of the same facts, and the words that make it false."""
KEPT_BACK = 6
"""Nothing that was written about every sixth news text of FactCG is learnt from."""
TOLD = Path(__file__).parents[2] / "benchmarks" / "data" / "written.jsonl"
"""To measure with: sentences of the seeds and of SQuAD's articles, none of which is learnt from."""
CLAIMS = TOLD.with_name("claims.jsonl")
"""To measure with: claims of the texts that the pairs are of, too, and the words that these do not bear out."""


def samples(folder: Path) -> Iterator[Sample]:
    """What the cross-encoder learns from.

    Args:
        folder: the one that `material.generated` reads; the pairs are about texts in it.
    """
    kept = set(kept_back("written", folder / "faithfulness"))
    for row, one in _pairs("written", _texts(folder)):
        if one in kept:
            continue
        claim, context = as_read(one)
        if context:
            yield Sample(claim, context, one.supported, _unsaid(row, one, claim), kind="written")


def kept_back(source: str, folder: Path) -> Iterator[Example]:
    """Sentences that the cross-encoder does not learn from, about a sixth of FactCG's news.

    Args:
        source: what to call them.
        folder: holds train/factcg_doc.jsonl.
    """
    yield from (one for row, one in _pairs(source, _news(folder)) if int(row["text"], 16) % KEPT_BACK == 0)


def _pairs(source: str, texts: Iterable[str]) -> Iterator[tuple[Row, Example]]:
    known = {hashed(text): text for text in texts}
    for row in records(PAIRS):
        if row["text"] in known:
            evidence = (_excerpt(row, known),)
            yield row, Example(source, row["text"], row["true"], evidence, "supported")
            yield row, Example(source, row["text"], row["false"], evidence, row["label"], row["kind"])


def _unsaid(row: Row, one: Example, claim: str) -> tuple[Span, ...] | None:
    """The words that make a claim false; None where dates or names in the text's words took their place."""
    if one.supported:
        return ()
    match = re.search(re.escape(row["wrong"]), claim, re.IGNORECASE)
    return (Span(*match.span()),) if match else None


def _news(folder: Path) -> Iterator[str]:
    yield from (row["text_a"] for row in records(folder / "train/factcg_doc.jsonl"))


def _texts(folder: Path) -> Iterator[str]:
    yield from _news(folder / "faithfulness")
    yield from (row["passages"][0]["text"] for row in records(folder / "clapnq.jsonl"))
    yield from (one["text"] for row in records(folder / "conversations.jsonl") for one in row["contexts"])
    yield from (one["text"] for row in records(folder / "ramdocs.jsonl") for one in row["documents"])


def hashed(text: str) -> str:
    """What a text is known by where it is not kept."""
    return example_key(text, ())


def _excerpt(row: Row, known: Mapping[str, str]) -> str:
    """The sentences that a row was written of, in one line."""
    return " ".join(" ".join(_sentences(known[row["text"]])[row["from"] : row["to"]]).split())


@lru_cache(maxsize=64)
def _sentences(text: str) -> tuple[str, ...]:
    """As `rag.text.sentences.sentences`, remembered: rows of one text stand side by side."""
    return tuple(sentences(text))


def told(source: str, articles: Iterable[tuple[str, str]]) -> Iterator[Example]:
    """What there is to measure with of some articles, given by name and text."""
    texts = dict(articles)
    for row in records(TOLD):
        if row["article"] in texts:
            evidence = tuple(texts[row["article"]][start:end] for start, end in row["evidence"])
            yield Example(source, row["article"], row["sentence"], evidence, row["label"], row["kind"])


def claims(source: str, folder: Path) -> Iterator[Example]:
    """Claims to measure with, about texts in the same folder; none is learnt from, some of their texts are."""
    known = {hashed(text): text for text in _texts(folder)}
    for row in records(CLAIMS):
        yield Example(source, row["text"], row["sentence"], (_excerpt(row, known),), row["label"])
