"""Results -> JUnit XML: one test a case, so that any CI shows them."""

import re
from collections import Counter
from xml.etree import ElementTree

from rag.evaluation.runs.results import Result, Results

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, escaped or not."""


def junit(results: Results) -> str:
    """One suite a kind; a failure carries its layer and reasons, a case that could not be asked is an error."""
    root = ElementTree.Element("testsuites", name="rag eval")
    counts = Counter(result.kind for result in results.cases)
    for kind, count in counts.items():
        cases = [result for result in results.cases if result.kind == kind]
        errors = sum(bool(result.error) for result in cases)
        failures = sum(not result.passed for result in cases) - errors
        attributes = {"name": kind, "tests": str(count), "failures": str(failures), "errors": str(errors)}
        suite = ElementTree.SubElement(root, "testsuite", attributes)
        for result in cases:
            _add(suite, result)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _add(suite: ElementTree.Element, result: Result) -> None:
    seconds = f"{result.scores.get('seconds', 0.0):.3f}"
    case = ElementTree.SubElement(suite, "testcase", classname=result.kind, name=result.case, time=seconds)
    if result.error:
        ElementTree.SubElement(case, "error", message=_legal(result.error))
    elif not result.passed:
        faults = [_legal(fault) for fault in result.faults] or ["fails in most repeats"]
        failure = ElementTree.SubElement(case, "failure", type=result.layer or "", message=faults[0])
        failure.text = "\n".join(faults)


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
