"""Finished run -> what is read of it: the page for people, the XML for a CI."""

from rag.evaluation.cases.suite import Suite
from rag.evaluation.compare.gate import decide_gate
from rag.evaluation.report import report_html
from rag.evaluation.report.junit import junit
from rag.evaluation.runs.folders import RunFolder
from rag.evaluation.runs.results import Results


def publish(folder: RunFolder, suite: Suite, found: Results, baseline: Results | None, opinion: str = "") -> None:
    """Write the page and the XML into a run's folder.

    Args:
        folder: of the run.
        suite: what was asked.
        found: what was measured.
        baseline: what the page compares it with; None when there is none yet.
        opinion: what a judge said, as one line.
    """
    gate = decide_gate(baseline, found, suite_size=len(suite.cases)) if baseline else None
    told = report_html(suite, folder.manifest(), folder.read_records(), found, baseline, gate, opinion)
    folder.report.write_text(told, encoding="utf-8")
    folder.junit.write_text(junit(found), encoding="utf-8")
