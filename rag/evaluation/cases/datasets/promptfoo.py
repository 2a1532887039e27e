"""promptfoo: test cases as YAML, JSON or JSON lines, alone or as the `tests` of a configuration."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from rag.evaluation.cases.cases import Case
from rag.evaluation.cases.datasets.articles import DatasetObject, json_rows, objects_of
from rag.evaluation.cases.datasets.samples import DatasetSample, cases_of

QUESTIONS = ("question", "query", "input", "prompt", "user_input")
"""Variables that may hold the question, in order of preference; otherwise the first one does."""
CONTEXTS = ("context", "contexts", "documents")
_ANY = frozenset({"contains", "icontains", "equals", "contains-any", "icontains-any"})
_ALL = frozenset({"contains-all", "icontains-all"})
_NEVER = frozenset({"not-contains", "not-icontains", "not-contains-any", "not-icontains-any"})


def is_promptfoo(source: Path) -> bool:
    """Whether its first test has `vars`."""
    return any(_has_variables(row) for row in _tests(source)[:1])


def read_promptfoo(source: Path, articles: Path) -> Iterator[Case]:
    """A case a test: what its assertions want contained are its facts; other assertions have no counterpart."""
    return cases_of((_sample(row) for row in _tests(source) if _has_variables(row)), articles, "promptfoo")


def _has_variables(test: DatasetObject) -> bool:
    """Whether it names them itself; others name a file of them."""
    return isinstance(test.get("vars"), dict) and bool(test["vars"])


def _tests(source: Path) -> Sequence[DatasetObject]:
    if source.suffix not in (".yaml", ".yml"):
        return json_rows(source)
    content = yaml.safe_load(source.read_text(encoding="utf-8-sig"))
    return objects_of(content.get("tests") if isinstance(content, dict) else content)


def _sample(row: DatasetObject) -> DatasetSample:
    variables: Mapping[str, Any] = row["vars"]
    asserted: list[tuple[str, list[str]]] = [
        (one["type"], _texts(one["value"])) for one in row.get("assert") or () if one.get("value")
    ]
    held = next((variables[name] for name in CONTEXTS if name in variables), ())
    return DatasetSample(
        str(next((variables[name] for name in QUESTIONS if name in variables), next(iter(variables.values())))),
        row.get("description") or "",
        (row.get("metadata") or {}).get("reference") or "",
        tuple(_texts(held)),
        (
            *(tuple(texts) for kind, texts in asserted if kind in _ANY),
            *((text,) for kind, texts in asserted if kind in _ALL for text in texts),
        ),
        tuple(text for kind, texts in asserted if kind in _NEVER for text in texts),
    )


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def write_promptfoo(samples: Iterable[DatasetSample]) -> str:
    """What `tests: file://NAME.json` of a configuration reads; answers have no place in it.

    The contexts of a test are one text, since a list would mean as many tests.
    """
    return f"{json.dumps([_test(one) for one in samples], ensure_ascii=False, indent=1)}\n"


def _test(sample: DatasetSample) -> DatasetObject:
    context = "\n\n".join(sample.contexts)
    wanted = [{"type": "icontains-any", "value": list(wordings)} for wordings in sample.facts]
    never = [{"type": "not-icontains", "value": words} for words in sample.must_not]
    return {
        "description": sample.name,
        "vars": {"question": sample.question, **({"context": context} if context else {})},
        "assert": [*wanted, *never],
        "metadata": {"reference": sample.reference},
    }
