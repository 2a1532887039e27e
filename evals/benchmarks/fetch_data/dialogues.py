"""FaithDial's audit, Q2 and DialFact's sample -> replies of a dialogue with the knowledge that they were to use.

Origins: quoted tables (FaithDial's audit, whose reply stands in a column named after the model, and Q2) and JSON lines
(DialFact).
"""

from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath

from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.record import LabelledRow, OriginRecord
from evals.benchmarks.fetch_data.source import Source
from evals.benchmarks.fetch_data.texts import opening_key

_BEGIN = {"entailment": "supported", "hallucination": "unsupported", "partial hallucination": "unsupported"}
"""Replies with several labels, and generic and uncooperative ones, are left out."""
_MODELS = ("CTRL", "DoHA", "GPT2", "gold")
_Q2_FILES = {
    "dodeca": (
        ("data/dodeca_consistent.csv", "supported"),
        ("third_party/data/dodeca_inconsistent.csv", "unsupported"),
    ),
    "memnet": (
        ("third_party/data/memnet_consistent.csv", "supported"),
        ("data/memnet_inconsistent.csv", "unsupported"),
    ),
}
_VERDICT = {"SUPPORTS": "supported", "REFUTES": "refuted", "NOT ENOUGH INFO": "unsupported"}


def _faithdial(source: Source) -> Iterator[LabelledRow]:
    for model in _MODELS:
        for path in source.find(f"data-audit/{model}/*.csv"):
            corpus = PurePosixPath(path).stem.rpartition("_")[2]
            records = source.table(path, delimiter=",")
            make = partial(_audited, model=model.lower(), corpus=corpus)
            yield from source.convert(records, make)


def _audited(record: OriginRecord, model: str, corpus: str) -> Iterator[LabelledRow]:
    gold = model == "gold"
    label = record.text("BEGIN" if gold else "begin_label").strip()
    if label.lower() not in _BEGIN:
        return
    evidence = record.text("evidence" if gold else "knowledge")
    yield {
        "claim": record.text("response" if gold else model).strip(),
        "evidence": evidence,
        "label": _BEGIN[label.lower()],
        "orig_label": label,
        "history": record.text("history"),
        "source": f"faithdial_audit_{model}_{corpus}",
        "group": opening_key(evidence),
        "split": "none",
    }


def _q2(source: Source) -> Iterator[LabelledRow]:
    for model, files in _Q2_FILES.items():
        for path, label in files:
            records = source.table(path, delimiter=",")
            yield from source.convert(records, partial(_q2_row, label=label, model=model))


def _q2_row(record: OriginRecord, label: str, model: str) -> Iterator[LabelledRow]:
    evidence = record.text("knowledge").strip()
    yield {
        "claim": record.text("response").strip(),
        "evidence": evidence,
        "label": label,
        "binary": True,
        "source": f"q2_wow_{model}",
        "group": opening_key(evidence),
        "split": "none",
        "history": record.text("message"),
    }


def _dialfact(source: Source) -> Iterator[LabelledRow]:
    return source.convert(source.json_lines("scripts/testsmall.jsonl"), _dialfact_row)


def _dialfact_row(record: OriginRecord) -> Iterator[LabelledRow]:
    evidence = [text for text in map(_third, record.items("evidence_list")) if text]
    if not evidence:
        return
    yield {
        "claim": record.text("response").strip(),
        "evidence": evidence,
        "label": record.choice("response_label", _VERDICT),
        "source": f"dialfact_{record.text('data_type')}",
        "group": record.text("context_id"),
        "split": "test_sample",
        "history": record.texts("context"),
        "type_label": record.text("type_label"),
    }


def _third(item: object) -> str:
    """The sentence of an item of evidence: title, address, sentence, number."""
    return str(item[2]).strip() if isinstance(item, list) and len(item) > 2 else ""


DIALOGUE_SETS = (
    LabelledSet(
        "labelled/check/faithdial_audit.jsonl",
        ("McGill-NLP/FaithDial@25671c6",),
        "MIT",
        _faithdial,
        expected={"supported": 334, "unsupported": 1395},
    ),
    LabelledSet(
        "labelled/check/q2_wow.jsonl",
        ("orhonovich/q-squared@cab6027",),
        "MIT",
        _q2,
        expected={"supported": 300, "unsupported": 300},
    ),
    LabelledSet(
        "labelled/check/dialfact_sample.jsonl",
        ("salesforce/DialFact@d400b25",),
        "BSD-3-Clause",
        _dialfact,
        expected={"supported": 98, "refuted": 102, "unsupported": 98},
    ),
)
