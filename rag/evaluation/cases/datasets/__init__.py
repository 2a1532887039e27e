"""Data sets of others <-> a suite: a folder of articles and a file of cases. One file a format, one table of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import yaml

from rag.answering.answer import Answer
from rag.errors import SuiteError
from rag.evaluation.cases.cases import Case, dump_case
from rag.evaluation.cases.datasets.beir import is_beir, read_beir
from rag.evaluation.cases.datasets.deepeval import is_deepeval, read_deepeval, write_deepeval
from rag.evaluation.cases.datasets.promptfoo import is_promptfoo, read_promptfoo, write_promptfoo
from rag.evaluation.cases.datasets.ragas import is_ragas, read_ragas, write_ragas
from rag.evaluation.cases.datasets.samples import DatasetSample, samples_of
from rag.evaluation.cases.datasets.squad import is_squad, read_squad
from rag.evaluation.cases.suite import Suite

ARTICLES, CASES = "articles", "cases.jsonl"


class DatasetFormat(NamedTuple):
    """How one format is read and written."""

    recognises: Callable[[Path], bool]
    read: Callable[[Path, Path], Iterator[Case]]
    """From a source; the articles go into a folder."""
    write: Callable[[Iterable[DatasetSample]], str] | None = None
    """None where there is nothing to gain from writing it."""


DATASETS: Mapping[str, DatasetFormat] = {
    "beir": DatasetFormat(is_beir, read_beir),
    "squad": DatasetFormat(is_squad, read_squad),
    "ragas": DatasetFormat(is_ragas, read_ragas, write_ragas),
    "deepeval": DatasetFormat(is_deepeval, read_deepeval, write_deepeval),
    "promptfoo": DatasetFormat(is_promptfoo, read_promptfoo, write_promptfoo),
}
"""By name; the first that recognises a source reads it."""


class Converted(NamedTuple):
    """Where a converted data set lies."""

    articles: Path
    cases: Path
    written: int
    """Cases in it."""


def convert_dataset(source: Path, into: Path, limit: int | None = None) -> Converted:
    """Write a data set as articles and cases.

    Args:
        source: a BEIR folder, or a file of SQuAD, ragas, DeepEval or promptfoo.
        into: the folder to make.
        limit: most cases written; None for all. All articles are.

    Raises:
        SuiteError: it is none of these.
    """
    articles = into / ARTICLES
    articles.mkdir(parents=True, exist_ok=True)
    try:
        reader = next((one for one in DATASETS.values() if one.recognises(source)), None)
        cases = reader.read(source, articles) if reader else None
        lines = [f"{dump_case(case)}\n" for case in islice(cases, limit)] if cases else None
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise SuiteError(
            f"{source} cannot be read ({type(error).__name__}: {error}). See docs/evaluation.md"
        ) from error
    if lines is None:
        raise SuiteError(f"{source} is of no known format: {', '.join(DATASETS)}. See docs/evaluation.md")
    (into / CASES).write_text("".join(lines), encoding="utf-8")
    return Converted(articles, into / CASES, len(lines))


def export_dataset(name: str, suite: Suite, into: Path, answers: Mapping[str, Answer]) -> int:
    """Write a suite in another format; the number of cases in it.

    Args:
        name: of a format in `DATASETS` that can be written.
        suite: the cases, with their articles.
        into: the file.
        answers: to any of the cases, by their id, to be graded by the other framework.

    Raises:
        SuiteError: no such format can be written.
    """
    writers = {name: one.write for name, one in DATASETS.items() if one.write}
    if name not in writers:
        raise SuiteError(f"There is no format {name!r} to write. Choose one: {', '.join(writers)}")
    samples = list(samples_of(suite.cases, suite.corpus, answers))
    into.parent.mkdir(parents=True, exist_ok=True)
    into.write_text(writers[name](samples), encoding="utf-8")
    return len(samples)
