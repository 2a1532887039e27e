"""DeFacto, SummEdits and BUMP -> sentences of summaries with the article as evidence.

Origins: JSON lines (DeFacto) and JSON lists. SummEdits and BUMP label a whole summary; a sentence is labelled where it
is the only one that an edit changed, else the whole summary is the claim (`whole_summary`).
"""

import re
from collections.abc import Iterator
from functools import partial

from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.record import LabelledRow, OriginRecord
from evals.benchmarks.fetch_data.source import Source
from evals.benchmarks.fetch_data.texts import drop_duplicates, squeeze
from rag.text.sentences import sentences

_DOMAINS = ("news", "podcast", "ectsum", "qmsumm", "sales_call", "sales_email", "scitldr")
"""Of SummEdits' ten: samsum's text is NC-ND; billsum and shakespeare are too large for what they add."""


def _defacto(source: Source) -> Iterator[LabelledRow]:
    for split in ("train", "val", "test"):
        yield from source.convert(source.json_lines(f"data/{split}.jsonl"), partial(_defacto_rows, split=split))


def _defacto_rows(record: OriginRecord, split: str) -> Iterator[LabelledRow]:
    """The candidate and, where people corrected it, the correction."""
    feedback = record.record("feedback")
    evidence = record.text("article")
    end: LabelledRow = {
        "source": "defacto",
        "group": f"{split}{record.number('doc_id')}",
        "split": split,
        "evidence_sentence": feedback.text("evidence").strip(),
    }
    claim = {"claim": record.text("candidate").strip(), "evidence": evidence}
    explanation = feedback.text("explanation").strip()
    if record.value("has_error") is not True:
        yield {**claim, "label": "supported", "explanation": explanation, **end}
        return
    unsupported = {"label": "unsupported", "binary": True, "error": _error(record), "explanation": explanation}
    yield {**claim, **unsupported, **end}
    if correction := feedback.text("summary").strip():
        yield {"claim": correction, "evidence": evidence, "label": "supported", "corrected": True, **end}


def _error(record: OriginRecord) -> str:
    intrinsic, extrinsic = record.value("intrinsic_error") is True, record.value("extrinsic_error") is True
    return "both" if intrinsic and extrinsic else "intrinsic" if intrinsic else "extrinsic"


def _summedits(source: Source) -> Iterator[LabelledRow]:
    for domain in _DOMAINS:
        records = source.json_list(f"data/summedits/summedits_{domain}.json")
        rows = source.convert(records, partial(_summedits_rows, domain=domain))
        yield from drop_duplicates(rows, "group", "claim")


def _summedits_rows(record: OriginRecord, domain: str) -> Iterator[LabelledRow]:
    """A consistent summary supports each of its sentences; an inconsistent one, the one sentence that differs."""
    summary, original = record.text("summary"), sentences(record.text("original_summary"))
    parts = sentences(summary)
    end: LabelledRow = {
        "evidence": record.text("doc"),
        "source": f"summedits_{domain}",
        "group": record.text("id").rpartition("_")[0],
        "split": str(record.fields.get("split", "none")),
        "edit_types": record.items("edit_types"),
    }
    if record.number("label") == 1:
        wholes = [(part, False) for part in parts] + ([(summary, True)] if len(parts) > 1 else [])
        for claim, whole in wholes:
            yield {"claim": claim, "label": "supported", "whole_summary": whole, **end}
        return
    changed = changed_sentence(parts, original)
    whole = changed is None and len(parts) > 1
    claim = changed or summary
    yield {"claim": claim, "label": "unsupported", "binary": True, "whole_summary": whole, **end}


def changed_sentence(edited: list[str], original: list[str]) -> str | None:
    """The only sentence that an edit changed; None when it changed several or their number."""
    if len(edited) != len(original):
        return None
    changed = [new for new, old in zip(edited, original, strict=True) if new != old]
    return changed[0] if len(changed) == 1 else None


def _bump(source: Source) -> Iterator[LabelledRow]:
    for task in (1, 2):
        records = source.json_list(f"data/task{task}_dataset.json")
        yield from drop_duplicates(source.convert(records, partial(_bump_rows, task=task)), "group", "claim")


def _bump_rows(record: OriginRecord, task: int) -> Iterator[LabelledRow]:
    """The sentences of the reference, and what a person made of one of them."""
    original, edited = _headlines(record.text("reference_summary")), _headlines(record.text("edited_summary"))
    end: LabelledRow = {
        "evidence": record.text("article"),
        "source": f"bump_task{task}",
        "group": f"t{task}a{record.number('article_id')}",
        "split": "test",
    }
    for sentence in original:
        yield {
            "claim": sentence,
            "label": "supported",
            "reference_summary_sentence": True,
            "whole_summary": False,
            **end,
        }
    changed = changed_sentence(edited, original)
    error = record.text("corrected_error_type" if "corrected_error_type" in record.fields else "error_type")
    yield {
        "claim": changed or " ".join(edited),
        "label": "refuted" if error.startswith("Intrinsic") else "unsupported",
        "binary": True,
        "error": error,
        "whole_summary": changed is None,
        **end,
    }


def _headlines(summary: str) -> list[str]:
    """The sentences of a CNN/DailyMail summary, whose stops stand apart."""
    return [
        re.sub(r" ([.!?])$", r"\1", sentence) for sentence in re.split(r"(?<= [.!?]) ", squeeze(summary)) if sentence
    ]


SUMMARY_SETS = (
    LabelledSet(
        "labelled/check/defacto.jsonl",
        ("microsoft/DeFacto@a7e70a2",),
        "MIT",
        _defacto,
        expected={"supported": 2545, "unsupported": 1821},
    ),
    LabelledSet(
        "labelled/check/summedits.jsonl.gz",
        ("salesforce/factualNLG@0da1dfa",),
        "Apache-2.0",
        _summedits,
        note=f"without samsum (NC-ND), billsum, shakespeare; {len(_DOMAINS)} of 10 domains",
        expected={"supported": 2917, "unsupported": 2584},
    ),
    LabelledSet(
        "labelled/check/bump.jsonl",
        ("dataminr-ai/BUMP@86327f1",),
        "MIT",
        _bump,
        expected={"supported": 746, "refuted": 380, "unsupported": 488},
    ),
)
