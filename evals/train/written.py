"""Sentences that a language model wrote for this project, and the texts they are about -> samples and examples.

Each was written beside some sentences of a text; only what was written is kept here, and where it belongs. Of a pair,
one is true and one has a mistake of the kind that language models make, both in other words than the text's. Claims
are worded as in an encyclopedia or a chat, and borne out, partly, not at all, or denied.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from hashlib import sha256
from pathlib import Path

from evals.train.labelled import Example
from evals.train.material import Row, Sample, as_read, records
from rag.articles import Span
from rag.sentences import sentences

PAIRS = Path(__file__).with_name("written.jsonl")
"""To learn from: a true sentence and a false one of the same facts, and the words that make it false."""
KEPT_BACK = 6
"""Nothing that was written about every sixth news text of FactCG is learnt from."""
TOLD = Path(__file__).parents[1] / "bench" / "written.jsonl"
"""To measure with: sentences of the seeds and of SQuAD's articles, none of which is learnt from."""
CLAIMS = TOLD.with_name("claims.jsonl")
"""To measure with: claims of the texts that the pairs are of, too, and the words that these do not bear out."""


def samples(folder: Path) -> Iterator[Sample]:
    """What the cross-encoder learns from.

    Args:
        folder: the one that `material.generated` reads; the pairs are about texts in it.
    """
    news = {hashed(text) for text in _news(folder / "faithfulness")}
    for row, one in _pairs(_texts(folder)):
        if _kept_back(row, news):
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
    texts = list(_news(folder))
    news = {hashed(text) for text in texts}
    yield from (one._replace(source=source) for row, one in _pairs(texts) if _kept_back(row, news))


def _kept_back(row: Row, news: Set[str]) -> bool:
    return row["text"] in news and int(row["text"], 16) % KEPT_BACK == 0


def _pairs(texts: Iterable[str]) -> Iterator[tuple[Row, Example]]:
    known = {hashed(text): text for text in texts}
    for row in map(json.loads, PAIRS.read_text(encoding="utf-8").splitlines()):
        if row["text"] in known:
            evidence = (excerpted(known[row["text"]], row["from"], row["to"]),)
            yield row, Example("written", row["text"], row["true"], evidence, "supported")
            yield row, Example("written", row["text"], row["false"], evidence, row["label"], row["kind"])


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
    return sha256(text.encode()).hexdigest()[:16]


def excerpted(text: str, first: int, last: int) -> str:
    """Some sentences of a text, in one line."""
    return " ".join(" ".join(sentences(text)[first:last]).split())


def told(source: str, articles: Iterable[tuple[str, str]]) -> Iterator[Example]:
    """What there is to measure with of some articles, given by name and text."""
    texts: Mapping[str, str] = dict(articles)
    for row in map(json.loads, TOLD.read_text(encoding="utf-8").splitlines()):
        if row["article"] in texts:
            evidence = _cut_out(texts[row["article"]], row["evidence"])
            yield Example(source, row["article"], row["sentence"], evidence, row["label"], row["kind"])


def _cut_out(text: str, places: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(text[start:end] for start, end in places)


def claims(source: str, folder: Path) -> Iterator[Example]:
    """Claims to measure with, about texts in the same folder; none is learnt from, some of their texts are."""
    known = {hashed(text): text for text in _texts(folder)}
    for row in map(json.loads, CLAIMS.read_text(encoding="utf-8").splitlines()):
        evidence = (excerpted(known[row["text"]], row["from"], row["to"]),)
        yield Example(source, row["text"], row["sentence"], evidence, row["label"])
