"""pytest plugin: one test a case. `pytest -p rag.evaluation.plugin evals/cases`

A case that fails in the baseline is expected to fail, so that only what got worse is red.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.errors import RunError, SuiteError
from rag.evaluation.cases.cases import Case
from rag.evaluation.cases.suite import Suite, open_suite, problems
from rag.evaluation.commands.options import BASELINE, RUNS
from rag.evaluation.compare.gate import read_baseline
from rag.evaluation.metrics.scoring import score_record
from rag.evaluation.report.explain import explain_case
from rag.evaluation.runs.ask import ask_case, open_indexed, with_own_index
from rag.evaluation.runs.run import INDEXES
from rag.settings import Settings


class CaseFailed(Exception):
    """A case did not pass; the text explains it."""


class AssistantPool:
    """The assistants of a test session, opened when first needed."""

    def __init__(self, indexes: Path) -> None:
        self._indexes = indexes
        self._stack = ExitStack()
        self._open: dict[tuple[Path, ...], Assistant] = {}

    def over(self, folders: tuple[Path, ...]) -> Assistant:
        """The assistant over some folders."""
        if folders not in self._open:
            settings = with_own_index(Settings.load(), folders, self._indexes)
            self._open[folders] = self._stack.enter_context(open_indexed(settings, folders))
        return self._open[folders]

    def close(self) -> None:
        """Let go of every index."""
        self._stack.close()


_POOL = pytest.StashKey[AssistantPool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where articles, baseline and indexes are."""
    group = parser.getgroup("rag eval")
    group.addoption("--rag-articles", type=Path, help="Folder of articles; default: articles_dir.")
    group.addoption("--rag-baseline", type=Path, default=BASELINE, help="The blessed results.")
    group.addoption("--rag-runs", type=Path, default=RUNS, help="Where indexes are kept.")


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is opened before the first case is asked."""
    config.stash[_POOL] = AssistantPool(config.getoption("--rag-runs") / INDEXES)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close what was opened."""
    config.stash[_POOL].close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Every JSONL file is a file of cases."""
    return CaseFile.from_parent(parent, path=file_path) if file_path.suffix == ".jsonl" else None


class CaseFile(pytest.File):
    """A JSONL file of cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item a case; those that fail in the baseline are expected to."""
        try:
            suite = open_suite(self.path, self.config.getoption("--rag-articles") or Settings.load().articles_dir)
        except SuiteError as error:
            raise self.CollectError(str(error)) from error
        weak = _failing(self.config.getoption("--rag-baseline"))
        for case in suite.cases:
            item = CaseItem.from_parent(self, name=case.id, suite=suite, case=case)
            if weak.get(case.id) == case.digest:
                item.add_marker(pytest.mark.xfail(reason="fails in the baseline", raises=CaseFailed))
            yield item


class CaseItem(pytest.Item):
    """One case as a test."""

    def __init__(self, *, suite: Suite, case: Case, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.suite = suite
        self.case = case

    def runtest(self) -> None:
        """Ask the case and measure it."""
        stale = problems(replace(self.suite, cases=(self.case,)))
        if stale:
            raise CaseFailed("\n".join(problem.text for problem in stale))
        assistant = self.config.stash[_POOL].over(self.suite.folders(planted=self.case.planted))
        record = ask_case(assistant, self.case)
        scored = score_record(self.case, record, self.suite.corpus)
        if not scored.passed:
            raise CaseFailed("\n".join(explain_case(self.case, record, scored, self.suite.corpus)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """The explanation instead of a traceback, where the case failed and not the code."""
        return str(excinfo.value) if isinstance(excinfo.value, CaseFailed) else str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the case stands."""
        return self.path, None, self.case.id


def _failing(file: Path) -> dict[str, str]:
    """Digest of each case that fails in the baseline, by id; empty without a baseline."""
    try:
        return {result.case: result.digest for result in read_baseline(file).cases if not result.passed}
    except RunError:
        return {}
