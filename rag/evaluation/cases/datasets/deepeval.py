"""DeepEval: its goldens as JSON or JSON lines, as `EvaluationDataset.save_as` writes them (4.3)."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from rag.evaluation.cases.cases import Case
from rag.evaluation.cases.datasets.articles import json_rows
from rag.evaluation.cases.datasets.samples import DatasetSample, cases_of


def is_deepeval(source: Path) -> bool:
    """Whether its first object has `input`."""
    return any("input" in row for row in json_rows(source)[:1])


def read_deepeval(source: Path, articles: Path) -> Iterator[Case]:
    """A case a golden; those of several turns, which have a scenario in place of an input, are left out."""
    samples = (
        DatasetSample(
            row["input"],
            row.get("name") or "",
            row.get("expected_output") or "",
            tuple(row.get("context") or ()),
            retrieved=tuple(map(str, row.get("retrieval_context") or ())),
        )
        for row in json_rows(source)
        if "input" in row
    )
    return cases_of(samples, articles, "deepeval")


def write_deepeval(samples: Iterable[DatasetSample]) -> str:
    """What `EvaluationDataset.add_goldens_from_json_file` reads."""
    rows = [
        {
            "input": one.question,
            "name": one.name,
            "expected_output": one.reference or None,
            "context": list(one.contexts) or None,
            "actual_output": one.response or None,
            "retrieval_context": list(one.retrieved) or None,
        }
        for one in samples
    ]
    return f"{json.dumps(rows, ensure_ascii=False, indent=1)}\n"
