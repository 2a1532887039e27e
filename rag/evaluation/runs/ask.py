"""Suite + settings -> records: every case asked through Assistant, as a user would ask it."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import rag
from rag.answering.answer import Answer
from rag.assistant import Assistant
from rag.checking import open_judge
from rag.embedding import open_embedder
from rag.errors import RagError
from rag.evaluation.cases.cases import Case
from rag.evaluation.cases.suite import Suite
from rag.evaluation.runs.records import CaseRecord
from rag.index import Index
from rag.llm import open_model
from rag.reading import open_reader
from rag.settings import Settings

CaseRepeat = tuple[Case, int]
"""A case and which repeat of it."""
OpenAssistant = Callable[[Settings, Iterable[Path]], AbstractContextManager[Assistant]]
"""Opens an assistant over some folders; tests and fault injection put their own here."""


def open_indexed(settings: Settings, folders: Iterable[Path]) -> Assistant:
    """An assistant whose index holds exactly what stands in the folders."""
    return _synced(Assistant.open(settings), folders)


def open_sharing(settings: Settings) -> OpenAssistant:
    """Opens assistants as `open_indexed` does, whose networks are one: what one has read the next remembers.

    Args:
        settings: name the networks; those that an assistant is opened with may differ from them in anything else.
    """
    model, embedder, reader = open_model(settings), open_embedder(settings), open_reader(settings)
    judge = open_judge(settings) if model else None

    def open_assistant(changed: Settings, folders: Iterable[Path]) -> Assistant:
        index = Index.open(changed, embedder)
        return _synced(Assistant(changed, embedder, index, model=model, judge=judge, reader=reader), folders)

    return open_assistant


def _synced(assistant: Assistant, folders: Iterable[Path]) -> Assistant:
    try:
        for folder in folders:
            assistant.sync(folder)
    except BaseException:
        assistant.close()
        raise
    return assistant


def ask_cases(
    suite: Suite,
    cases: Iterable[CaseRepeat],
    settings: Settings,
    indexes: Path,
    open_assistant: OpenAssistant = open_indexed,
) -> Iterator[CaseRecord]:
    """Ask cases, those with planted articles last; an error of the product becomes a record.

    Args:
        suite: where the cases are from.
        cases: what to ask.
        settings: what the product is run with; only where its index lies is set here.
        indexes: folder for indexes, kept between runs.
        open_assistant: opens an assistant.
    """
    todo = list(cases)
    for planted in (False, True):
        here = [(case, repeat) for case, repeat in todo if case.planted == planted]
        folders = suite.folders(planted=planted)
        if not here:
            continue
        with open_assistant(with_own_index(settings, folders, indexes), folders) as assistant:
            for case, repeat in here:
                yield ask_case(assistant, case, repeat)


def with_own_index(settings: Settings, folders: Iterable[Path], indexes: Path) -> Settings:
    """The settings with an index of their own for these folders."""
    parts = [
        ingest_digest(Path(rag.__file__).parent),
        settings.embedder,
        str(settings.passage_tokens),
        *(str(folder.resolve()) for folder in folders),
    ]
    name = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
    return settings.model_copy(update={"index": None, "index_dir": indexes / name})


def ingest_digest(package: Path) -> str:
    """Digest of what loads and embeds articles: an index notices a changed file, but not a changed loader.

    Args:
        package: the folder of `rag`.
    """
    stages = [package / "articles", package / "embedding", package / "text", package / "passages.py"]
    files = [file for stage in stages for file in (sorted(stage.rglob("*")) if stage.is_dir() else [stage])]
    read = [file for file in files if file.is_file() and file.suffix != ".pyc"]
    return hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in read)).hexdigest()


def ask_case(assistant: Assistant, case: Case, repeat: int = 0) -> CaseRecord:
    """Ask one case and note when the first sentence was shown."""
    started = time.perf_counter()
    answer: Answer | None = None
    first: float | None = None
    try:
        for answer in assistant.stream(case.question, case.history):
            if first is None and answer.sentences:
                first = time.perf_counter() - started
    except RagError as error:
        return CaseRecord(case.id, repeat, None, error=f"{type(error).__name__}: {error}")
    return CaseRecord(case.id, repeat, answer, first)
