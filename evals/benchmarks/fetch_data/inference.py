"""Natural language inference: CAD, MNLI, SNLI, Breaking NLI and MED -> claims with one premise as evidence.

Origins: tables with a header (CAD and MNLI quoted, MED not), SNLI as parallel files of tokenised lines, Breaking NLI as
JSON lines in an archive, by its README. Of SNLI the first conversion kept a sample of 12,000; here it is whole.
"""

import io
import zipfile
from collections.abc import Iterator
from functools import partial

from evals.benchmarks.fetch_data.fever import parallel
from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.record import LabelledRow, MalformedRowError, OriginRecord
from evals.benchmarks.fetch_data.source import UNQUOTED, MissingFileError, Source
from evals.benchmarks.fetch_data.texts import drop_duplicates, group_connected, join_tokens, squeeze, text_key

_LABELS = {"entailment": "supported", "contradiction": "refuted", "neutral": "unsupported"}
_PAIR = ("claim", "evidence", "label")


def _counterfactual(source: Source) -> Iterator[LabelledRow]:
    rows: list[LabelledRow] = []
    for split in ("train", "dev", "test"):
        for folder, name in (("original", "original"), ("revised_combined", "revised")):
            records = source.table(f"NLI/{folder}/{split}.tsv")
            make = partial(_counterfactual_row, source=f"cad_nli_{name}", split=split)
            rows += source.convert(records, make)
    names = ("claim", "evidence", "label", "source", "group", "split")
    for row in group_connected(drop_duplicates(rows, *_PAIR)):
        yield {name: row[name] for name in names}


def _counterfactual_row(record: OriginRecord, source: str, split: str) -> Iterator[LabelledRow]:
    label = record.choice("gold_label", _LABELS)
    claim, evidence = record.text("sentence2"), record.text("sentence1")
    yield {"claim": claim, "evidence": evidence, "label": label, "source": source, "split": split}


def _mnli(source: Source) -> Iterator[LabelledRow]:
    rows = source.convert(source.table("nli_datasets/mnli/dev.csv", delimiter=","), _mnli_row)
    return drop_duplicates(rows, *_PAIR)


def _mnli_row(record: OriginRecord) -> Iterator[LabelledRow]:
    claim, evidence = squeeze(record.text("hypothesis")), squeeze(record.text("premise"))
    yield _grouped(claim, evidence, record.choice("label", _LABELS), "mnli_dev", "dev")


def _snli(source: Source) -> Iterator[LabelledRow]:
    for split in ("dev", "test"):
        files = {name: f"dataset/eSNLI/{stem}.{split}" for name, stem in _SNLI_FILES.items()}
        yield from drop_duplicates(source.convert(parallel(source, **files), partial(_snli_row, split=split)), *_PAIR)


_SNLI_FILES = {"evidence": "s1", "claim": "s2", "label": "labels"}


def _snli_row(record: OriginRecord, split: str) -> Iterator[LabelledRow]:
    claim, evidence = join_tokens(record.text("claim")), join_tokens(record.text("evidence"))
    yield _grouped(claim, evidence, record.choice("label", _LABELS), f"snli_{split}", split)


def _breaking(source: Source) -> Iterator[LabelledRow]:
    return drop_duplicates(source.convert(_archived(source), _breaking_row), *_PAIR)


def _archived(source: Source) -> Iterator[OriginRecord]:
    """The JSON lines of the only data file in the archive."""
    name = "breaking_nli_dataset.zip"
    try:
        with zipfile.ZipFile(io.BytesIO(source.content(name))) as archive:
            members = [member for member in archive.namelist() if _is_data(member)]
            lines = archive.read(members[0]).decode().split("\n") if members else []
    except (zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise MalformedRowError(f"{name}: {error}") from error
    if not members:
        raise MissingFileError(f"no .jsonl file in {name}")
    return source.parsed_lines(lines, f"{name}/{members[0]}")


def _is_data(member: str) -> bool:
    return member.endswith(".jsonl") and not member.startswith("__MACOSX")


def _breaking_row(record: OriginRecord) -> Iterator[LabelledRow]:
    label = record.choice("gold_label", _LABELS)
    row = _grouped(record.text("sentence2"), record.text("sentence1"), label, "breaking_nli", "test")
    yield _before_group(row, "category", record.text("category"))


def _monotonicity(source: Source) -> Iterator[LabelledRow]:
    return drop_duplicates(source.convert(source.table("MED.tsv", quoting=UNQUOTED), _monotonicity_row), *_PAIR)


def _monotonicity_row(record: OriginRecord) -> Iterator[LabelledRow]:
    claim, evidence = squeeze(record.text("sentence2")), squeeze(record.text("sentence1"))
    row = _grouped(claim, evidence, record.choice("gold_label", _LABELS), "med", "test")
    yield _before_group(row, "genre", record.text("genre"))


def _before_group(row: LabelledRow, name: str, value: str) -> LabelledRow:
    return {field: row[field] for field in row if field != "group"} | {name: value, "group": row["group"]}


def _grouped(claim: str, evidence: str, label: str, source: str, split: str) -> LabelledRow:
    row: LabelledRow = {"claim": claim, "evidence": evidence, "label": label, "source": source, "split": split}
    return {**row, "group": text_key(evidence)}


INFERENCE_SETS = (
    LabelledSet(
        "labelled/check/cad_nli.jsonl",
        ("acmi-lab/counterfactually-augmented-data@6f232a1",),
        "Apache-2.0; premises CC BY-SA 4.0",
        _counterfactual,
        expected={"supported": 3747, "refuted": 3800, "unsupported": 3780},
    ),
    LabelledSet(
        "labelled/check/mnli_dev.jsonl",
        ("felipessalvatore/NLI_datasets@9551b73",),
        "OANC; fiction CC BY, CC BY-SA, public domain",
        _mnli,
        expected={"supported": 6993, "refuted": 6532, "unsupported": 6117},
    ),
    LabelledSet(
        "labelled/check/snli_devtest.jsonl", ("OanaMariaCamburu/e-SNLI@7b585a3",), "CC BY-SA 4.0; e-SNLI MIT", _snli
    ),
    LabelledSet(
        "labelled/check/breaking_nli.jsonl",
        ("BIU-NLP/Breaking_NLI@8a7658c",),
        "CC BY-SA 4.0",
        _breaking,
        expected={"supported": 982, "refuted": 7164, "unsupported": 47},
    ),
    LabelledSet(
        "labelled/check/med_monotonicity.jsonl",
        ("verypluming/MED@860ba36",),
        "CC BY-SA 4.0",
        _monotonicity,
        expected={"supported": 2705, "unsupported": 2676},
    ),
)
