"""Finished run -> its report: the page for people, the XML for a CI."""

from rag.evaluation.cases.suite import Suite
from rag.evaluation.compare.gate import decide_gate
from rag.evaluation.report import report_html
from rag.evaluation.report.junit import junit
from rag.evaluation.runs.folders import RunFolder
from rag.evaluation.runs.results import Results


def publish(folder: RunFolder, suite: Suite, results: Results, baseline: Results | None, opinion: str = "") -> None:
    """Write the page and the XML into a run's folder.

    Args:
        folder: of the run.
        suite: what was asked.
        results: what was measured.
        baseline: what the page compares it with; None when there is none yet.
        opinion: what a judge found, as one line.
    """
    gate = decide_gate(baseline, results, suite_size=len(suite.cases)) if baseline else None
    page = report_html(suite, folder.manifest(), folder.read_records(), results, baseline, gate, opinion)
    folder.report.write_text(page, encoding="utf-8")
    folder.junit.write_text(junit(results), encoding="utf-8")
