"""ragas: JSON lines of its SingleTurnSample, as `EvaluationDataset.to_jsonl` writes them (0.4)."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from rag.evaluation.cases.cases import Case
from rag.evaluation.cases.datasets.articles import json_rows
from rag.evaluation.cases.datasets.samples import DatasetSample, cases_of


def is_ragas(source: Path) -> bool:
    """Whether its first object has `user_input`."""
    return any("user_input" in row for row in json_rows(source)[:1])


def read_ragas(source: Path, articles: Path) -> Iterator[Case]:
    """A case a sample; those of several turns are refused."""
    samples = (
        DatasetSample(
            _question(row["user_input"]),
            reference=row.get("reference") or "",
            contexts=tuple(row.get("reference_contexts") or ()),
            retrieved=tuple(row.get("retrieved_contexts") or ()),
        )
        for row in json_rows(source)
    )
    return cases_of(samples, articles, "ragas")


def _question(user_input: object) -> str:
    if not isinstance(user_input, str):
        raise TypeError("a sample of several turns; one question each, please")
    return user_input


def write_ragas(samples: Iterable[DatasetSample]) -> str:
    """What `EvaluationDataset.from_jsonl` reads."""
    rows = (
        {
            "user_input": one.question,
            "reference": one.reference or None,
            "reference_contexts": list(one.contexts),
            "response": one.response or None,
            "retrieved_contexts": list(one.retrieved),
        }
        for one in samples
    )
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
