"""Suite + settings -> a finished run: asked, measured and saved, or resumed where it was interrupted."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rag.errors import RunError
from rag.evaluation.cases.suite import Suite
from rag.evaluation.metrics.scores import Score
from rag.evaluation.metrics.scoring import score_record
from rag.evaluation.runs import folders, records, results
from rag.evaluation.runs.ask import OpenAssistant, ask_cases, open_indexed
from rag.evaluation.runs.folders import RunFolder
from rag.evaluation.runs.records import CaseRecord
from rag.evaluation.runs.results import Result, Results
from rag.settings import Settings

INDEXES = "indexes"
"""Folder beside the runs in which their indexes are kept: a second run does not embed again."""
SecondOpinion = Callable[[CaseRecord], Score]
OnRecord = Callable[[int, int, CaseRecord], None]
"""Receives how many cases were asked, how many there are, and the last record."""


def begin_run(suite: Suite, settings: Settings, runs: Path, *, repeat: int = 1, resume: bool = False) -> RunFolder:
    """The folder of a new run, or of the latest one when that is to be resumed.

    Raises:
        RunError: the latest run asked other cases, of other articles or with other settings.
    """
    manifest = folders.describe_run(suite, settings, repeat)
    if not resume:
        return folders.create_run(runs, manifest)
    folder = folders.find_run(runs)
    if folder.manifest().identity != manifest.identity:
        raise RunError(f"{folder.path} was made of other cases, articles or settings. Start anew: rag eval run")
    records.drop_partial_line(folder.records_file)
    return folder


def complete_run(
    folder: RunFolder,
    suite: Suite,
    settings: Settings,
    *,
    on_record: OnRecord | None = None,
    open_assistant: OpenAssistant = open_indexed,
    second_opinion: SecondOpinion | None = None,
) -> Results:
    """Ask what was not asked yet, measure everything, save the results.

    Args:
        folder: of the run.
        suite: what is asked.
        settings: what the product is run with.
        on_record: receives each record.
        open_assistant: opens an assistant.
        second_opinion: gives a second opinion on an answer; None when no model judges.
    """
    repeat = folder.manifest().repeat
    done = {(record.case, record.repeat) for record in folder.read_records()}
    every = [(case, number) for number in range(repeat) for case in suite.cases]
    todo = [(case, number) for case, number in every if (case.id, number) not in done]
    indexes = folder.path.parent / INDEXES
    for count, record in enumerate(ask_cases(suite, todo, settings, indexes, open_assistant), start=len(done) + 1):
        records.append_record(folder.records_file, record)
        if on_record:
            on_record(count, len(every), record)
    manifest = folder.manifest()
    measured = measure_records(suite, folder.read_records(), manifest.articles, manifest.settings, second_opinion)
    results.write_results(folder.results_file, measured)
    return measured


def measure_records(
    suite: Suite,
    answered: Sequence[CaseRecord],
    articles: Mapping[str, str],
    settings: Mapping[str, object],
    second_opinion: SecondOpinion | None = None,
) -> Results:
    """The results of records; cases without a record are left out.

    Args:
        suite: where the cases are from.
        answered: the records.
        articles: fingerprints of the articles.
        settings: what the product was run with.
        second_opinion: gives a second opinion on a record; None when no model judges.
    """
    return Results(
        suite=suite.digest,
        deterministic=not any(record.answer.usage.requests for record in answered if record.answer),
        articles=articles,
        settings=settings,
        cases=tuple(result for case in suite.cases for result in _result(suite, case.id, answered, second_opinion)),
    )


def _result(
    suite: Suite, id: str, answered: Sequence[CaseRecord], second_opinion: SecondOpinion | None
) -> list[Result]:
    case = next(case for case in suite.cases if case.id == id)
    repeats = [record for record in answered if record.case == id]
    if not repeats:
        return []
    answers = [record.answer for record in repeats if record.answer]
    confidences = [answer.confidence for answer in answers if answer.confidence is not None]
    return [
        results.summarise_case(
            case,
            [
                score_record(case, record, suite.corpus, second_opinion(record) if second_opinion else None)
                for record in repeats
            ],
            confidence=sum(confidences) / len(confidences) if confidences else None,
            answered=any(answer.status == "answered" for answer in answers),
        )
    ]
