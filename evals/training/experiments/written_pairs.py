"""Sentences that a language model wrote for this project, and the texts they are about -> samples and examples.

Each was written about some sentences of a text; only the sentence and its place are kept here. Of a pair, one is true
and one has a mistake of the kind that language models make, both paraphrased. Claims are worded as in an encyclopedia
or a chat, and supported, partly supported, unsupported or contradicted.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from evals.training.examples import Example
from evals.training.synthetic.samples import JsonObject, Sample, encoder_input, read_json_lines
from rag.evaluation.trust.cross_validated import example_key
from rag.text.sentences import sentences
from rag.text.spans import Span

PAIRS = Path(__file__).with_name("written.jsonl")
"""For training: a true and a false sentence about the same facts, and the words that make the second one false."""
KEPT_BACK = 6
"""The pairs about every sixth news text of FactCG are held back from training."""
SENTENCES = Path(__file__).parents[2] / "benchmarks" / "data" / "written.jsonl"
"""For the benchmark: sentences about the seeds and SQuAD's articles, none of which is trained on."""
CLAIMS = SENTENCES.with_name("claims.jsonl")
"""For the benchmark: claims about texts of the pairs, and the words that these do not support."""


def training_samples(folder: Path) -> Iterator[Sample]:
    """The pairs that the cross-encoder is trained on.

    Args:
        folder: the one that `samples.generate_samples` reads; the pairs are about texts in it.
    """
    kept = set(held_back_pairs("written", folder / "faithfulness"))
    for row, one in _pairs("written", _texts(folder)):
        if one in kept:
            continue
        claim, context = encoder_input(one)
        if context:
            yield Sample(claim, context, one.supported, _unsupported_words(row, one, claim), kind="written")


def held_back_pairs(source: str, folder: Path) -> Iterator[Example]:
    """The pairs that are held back from training, about a sixth of FactCG's news.

    Args:
        source: what to call them.
        folder: holds train/factcg_doc.jsonl.
    """
    yield from (one for row, one in _pairs(source, _news(folder)) if int(row["text"], 16) % KEPT_BACK == 0)


def _pairs(source: str, texts: Iterable[str]) -> Iterator[tuple[JsonObject, Example]]:
    known = {text_hash(text): text for text in texts}
    for row in read_json_lines(PAIRS):
        if row["text"] in known:
            evidence = (_excerpt(row, known),)
            yield row, Example(source, row["text"], row["true"], evidence, "supported")
            yield row, Example(source, row["text"], row["false"], evidence, row["label"], row["kind"])


def _unsupported_words(row: JsonObject, one: Example, claim: str) -> tuple[Span, ...] | None:
    """The span of the words that make a claim false; None where a restated date or name replaced them."""
    if one.supported:
        return ()
    match = re.search(re.escape(row["wrong"]), claim, re.IGNORECASE)
    return (Span(*match.span()),) if match else None


def _news(folder: Path) -> Iterator[str]:
    yield from (row["text_a"] for row in read_json_lines(folder / "train/factcg_doc.jsonl"))


def _texts(folder: Path) -> Iterator[str]:
    yield from _news(folder / "faithfulness")
    yield from (row["passages"][0]["text"] for row in read_json_lines(folder / "clapnq.jsonl"))
    yield from (one["text"] for row in read_json_lines(folder / "conversations.jsonl") for one in row["contexts"])
    yield from (one["text"] for row in read_json_lines(folder / "ramdocs.jsonl") for one in row["documents"])


def text_hash(text: str) -> str:
    """The key of a text that is not kept here."""
    return example_key(text, ())


def _excerpt(row: JsonObject, known: Mapping[str, str]) -> str:
    """The sentences that a row was written about, in one line."""
    return " ".join(" ".join(_sentences(known[row["text"]])[row["from"] : row["to"]]).split())


@lru_cache(maxsize=64)
def _sentences(text: str) -> tuple[str, ...]:
    """As `rag.text.sentences.sentences`, cached: rows of one text are adjacent."""
    return tuple(sentences(text))


def benchmark_sentences(source: str, articles: Iterable[tuple[str, str]]) -> Iterator[Example]:
    """The benchmark sentences about some articles, given by name and text."""
    texts = dict(articles)
    for row in read_json_lines(SENTENCES):
        if row["article"] in texts:
            evidence = tuple(texts[row["article"]][start:end] for start, end in row["evidence"])
            yield Example(source, row["article"], row["sentence"], evidence, row["label"], row["kind"])


def benchmark_claims(source: str, folder: Path) -> Iterator[Example]:
    """The benchmark claims about texts in a folder; no claim is trained on, some of their texts are."""
    known = {text_hash(text): text for text in _texts(folder)}
    for row in read_json_lines(CLAIMS):
        yield Example(source, row["text"], row["sentence"], (_excerpt(row, known),), row["label"])
