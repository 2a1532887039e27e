"""FEVER, FEVER Symmetric, SciFact and Fool Me Twice -> claims with Wikipedia's or an abstract's sentences.

Origins: FEVER as three parallel files of lines (evidence, claim, label); SciFact as tables with `sentence1` (evidence),
`sentence2` (claim) and `entailment`; the two others as JSON lines. FEVER and FEVER Symmetric are tokenised.
"""

from collections.abc import Iterator
from functools import partial

from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.record import LabelledRow, MalformedRowError, OriginRecord
from evals.benchmarks.fetch_data.source import UNQUOTED, Source
from evals.benchmarks.fetch_data.texts import drop_duplicates, group_connected, join_tokens

_ENTAILMENT = {"entailment": "supported", "not_entailment": "refuted"}
_VERDICT = {"SUPPORTS": "supported", "REFUTES": "refuted"}
_PAIR = ("claim", "evidence", "label")


def parallel(source: Source, **paths: str) -> Iterator[OriginRecord]:
    """Records of files whose lines belong together, one field a file.

    Raises:
        MalformedRowError: when their numbers of lines differ.
    """
    columns = [source.lines(path) for path in paths.values()]
    if len({len(column) for column in columns}) != 1:
        raise MalformedRowError(f"{', '.join(paths.values())} differ in their number of lines")
    first = next(iter(paths.values()))
    for number, values in enumerate(zip(*columns, strict=True), 1):
        yield OriginRecord(f"{first}:{number}", dict(zip(paths, values, strict=True)))


def _fever(source: Source) -> Iterator[LabelledRow]:
    folder = "RTE-Fever/processed"
    records = parallel(
        source, evidence=f"{folder}/dev.raw.input0", claim=f"{folder}/dev.raw.input1", label=f"{folder}/dev.label"
    )
    rows = drop_duplicates(source.convert(records, _fever_row), *_PAIR)
    return map(_in_order, group_connected(rows))


def _fever_row(record: OriginRecord) -> Iterator[LabelledRow]:
    claim, evidence = record.text("claim").strip('"'), join_tokens(record.text("evidence"))
    if not claim or not evidence:
        raise MalformedRowError(f"{record.where}: empty claim or evidence")
    yield _row(claim, evidence, record.choice("label", _ENTAILMENT), "fever", "dev")


def _symmetric(source: Source) -> Iterator[LabelledRow]:
    rows: list[LabelledRow] = []
    for split in ("dev", "test"):
        records = source.json_lines(f"symmetric_v0.2/fever_symmetric_{split}.jsonl")
        rows += source.convert(records, partial(_symmetric_row, split=split))
    return map(_in_order, group_connected(drop_duplicates(rows, *_PAIR)))


def _symmetric_row(record: OriginRecord, split: str) -> Iterator[LabelledRow]:
    claim, evidence = join_tokens(record.text("claim")), join_tokens(record.text("evidence"))
    yield _row(claim, evidence, record.choice("gold_label", _VERDICT), "fever_symmetric_v0.2", split)


def _scifact(source: Source) -> Iterator[LabelledRow]:
    rows: list[LabelledRow] = []
    for split in ("train", "dev"):
        records = source.table(f"RTE-scifact/{split}.tsv", quoting=UNQUOTED)
        rows += source.convert(records, partial(_scifact_row, split=split))
    return map(_in_order, group_connected(drop_duplicates(rows, *_PAIR)))


def _scifact_row(record: OriginRecord, split: str) -> Iterator[LabelledRow]:
    label = record.choice("entailment", _ENTAILMENT)
    yield _row(record.text("sentence2").strip(), record.text("sentence1").strip(), label, "scifact", split)


def _fool_me_twice(source: Source) -> Iterator[LabelledRow]:
    for split in ("dev", "test"):
        records = source.json_lines(f"dataset/{split}.jsonl")
        yield from source.convert(records, partial(_fool_me_twice_row, split=split))


def _fool_me_twice_row(record: OriginRecord, split: str) -> Iterator[LabelledRow]:
    evidence = [sentence.text("text") for sentence in record.records("gold_evidence")]
    row = _row(record.text("text"), evidence, record.choice("label", _VERDICT), "fm2", split)
    yield _in_order({**row, "group": record.text("wikipedia_page")}) | {"id": record.text("id")}


def _row(claim: str, evidence: object, label: str, source: str, split: str) -> LabelledRow:
    return {"claim": claim, "evidence": evidence, "label": label, "source": source, "split": split}


def _in_order(row: LabelledRow) -> LabelledRow:
    return {name: row[name] for name in ("claim", "evidence", "label", "source", "group", "split")}


_CARRIER = ("asaakyan/covidfact@ceeb613",)

FEVER_SETS = (
    LabelledSet(
        "labelled/check/fever_dev_pairs.jsonl",
        _CARRIER,
        "CC BY-SA 3.0, second-hand: confirm before shipping",
        _fever,
        expected={"supported": 6598, "refuted": 6578},
    ),
    LabelledSet(
        "labelled/check/fever_symmetric.jsonl",
        ("TalSchuster/FeverSymmetric@fa25d17",),
        "CC BY-SA 3.0",
        _symmetric,
        expected={"supported": 706, "refuted": 710},
    ),
    LabelledSet(
        "labelled/check/fm2.jsonl",
        ("google-research/fool-me-twice@d9db753",),
        "Apache-2.0; text CC BY-SA",
        _fool_me_twice,
        expected={"supported": 1277, "refuted": 1271},
    ),
    LabelledSet(
        "labelled/check/scifact_pairs.jsonl",
        _CARRIER,
        "claims CC BY 4.0; abstracts ODC-By",
        _scifact,
        expected={"supported": 506, "refuted": 265},
    ),
)
