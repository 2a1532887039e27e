"""WiCE -> claims with the sentences of a web page: whole, and partly supported ones with their unsupported words.

Origin: JSON lines with `claim`, `evidence` (sentences), `label`, `supporting_sentences` (alternatives, each a list of
indexes) and `meta.id`; the token files add `claim_tokens` and `non_supported_spans` (a truth value per token).
"""

from collections.abc import Iterator
from functools import partial
from itertools import chain

from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.record import LabelledRow, MalformedRowError, OriginRecord
from evals.benchmarks.fetch_data.source import Source

_ORIGIN = ("ryokamoi/wice@ddeb6c1",)
_SPLITS = ("train", "dev", "test")
_NEAR = 2
"""Sentences on either side that belong to the context."""


def _claims(source: Source) -> Iterator[LabelledRow]:
    records = source.json_lines("data/entailment_retrieval/claim/dev.jsonl")
    fields = ("claim", "evidence", "label")
    return source.convert(records, lambda record: [{name: record.value(name) for name in fields}])


def _partly(source: Source) -> Iterator[LabelledRow]:
    records = source.json_lines("data/non_supported_tokens/train.jsonl")
    fields = ("claim", "evidence", "label", "claim_tokens", "non_supported_spans", "supporting_sentences")
    return source.convert(records, lambda record: [{name: record.value(name) for name in fields}])


def _partial(source: Source) -> Iterator[LabelledRow]:
    for split in _SPLITS:
        records = source.json_lines(f"data/non_supported_tokens/{split}.jsonl")
        yield from source.convert(records, partial(_near_miss, split=split))


def _near_miss(record: OriginRecord, split: str) -> Iterator[LabelledRow]:
    """A claim that its evidence supports in part; evidence is the alternative with the most sentences."""
    tokens, unsupported = record.texts("claim_tokens"), record.items("non_supported_spans")
    if len(tokens) != len(unsupported):
        raise MalformedRowError(f"{record.where}: {len(tokens)} tokens, {len(unsupported)} marks")
    page = record.texts("evidence")
    chosen = _supporting(record)
    yield {
        "claim": record.text("claim"),
        "evidence": [record.sentence(page, at) for at in chosen],
        "label": "unsupported",
        "binary": True,
        "orig_label": record.text("label"),
        "claim_tokens": tokens,
        "unsupported_tokens": [at for at, mark in enumerate(unsupported) if mark is True],
        "context": [page[at] for at in _around(chosen, len(page))],
        "source": "wice_nonsupported_tokens",
        "group": record.record("meta").text("id").partition("-")[0],
        "split": split,
    }


def _supporting(record: OriginRecord) -> list[int]:
    every = record.items("supporting_sentences")
    alternatives: list[list[int]] = [OriginRecord(record.where, {"at": indexes}).numbers("at") for indexes in every]
    longest = max(map(len, alternatives), default=0)
    return next((sorted(indexes) for indexes in alternatives if len(indexes) == longest), [])


def _around(chosen: list[int], sentences: int) -> list[int]:
    """The chosen sentences with two on either side, each once, in order."""
    near = chain.from_iterable(range(at - _NEAR, at + _NEAR + 1) for at in chosen)
    return sorted({at for at in near if 0 <= at < sentences})


WICE_SETS = (
    LabelledSet("faithfulness/wice.jsonl", _ORIGIN, "ODC-BY; text CC BY-SA", _claims),
    LabelledSet("faithfulness/train/wice_partly.jsonl", _ORIGIN, "ODC-BY; text CC BY-SA", _partly),
    LabelledSet(
        "labelled/check/wice_partial.jsonl", _ORIGIN, "ODC-BY; text CC BY-SA", _partial, expected={"unsupported": 603}
    ),
)
