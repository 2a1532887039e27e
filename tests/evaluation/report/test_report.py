import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rag.answering.answer import Answer
from rag.evaluation.cases.cases import Case, dump_case
from rag.evaluation.cases.suite import Suite
from rag.evaluation.compare.gate import decide_gate
from rag.evaluation.report import report_html
from rag.evaluation.report.charts import Point, risk_coverage
from rag.evaluation.report.junit import junit
from rag.evaluation.runs.folders import Manifest
from rag.evaluation.runs.records import CaseRecord
from rag.evaluation.runs.results import Results
from rag.evaluation.runs.run import measure_records
from tests.evaluation.building import CORPUS, FROGS, OWLS, answer, case, hit, nugget

COUNTED = "Kim Lee counted 12 owls in 2008."
HOSTILE = "<script>alert(1)</script><img src=http://evil.invalid/x onerror=y>\x00"
GOOD = replace(answer((COUNTED, COUNTED), confidence=0.9), hits=(hit(COUNTED),))


def suite(*cases: Case) -> Suite:
    return Suite(Path("cases"), Path("articles"), cases, CORPUS)


def measured(asked: Suite, *answers: Answer | None) -> tuple[list[CaseRecord], Results]:
    records = [
        CaseRecord(one.id, 0, answered, 0.1 if answered else None, "" if answered else f"ModelError: {HOSTILE}")
        for one, answered in zip(asked.cases, answers, strict=True)
    ]
    return records, measure_records(asked, records, {}, {})


def page(asked: Suite, *answers: Answer | None, baseline: Results | None = None) -> str:
    records, results = measured(asked, *answers)
    gate = decide_gate(baseline, results, suite_size=len(asked.cases)) if baseline else None
    manifest = Manifest("cases", "1", "articles", {"a": "b"}, {"hits": HOSTILE}, {}, 1)
    return report_html(asked, manifest, records, results, baseline, gate)


ASKED = suite(
    case(id="counted", question=f"How many? {HOSTILE}", note=HOSTILE, nuggets=(nugget("12", quote=COUNTED),)),
    case("abstained", id="far", kind="unanswerable"),
)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_holds_no_script_link_or_picture_whatever_was_answered() -> None:
    hostile = replace(GOOD, sentences=(replace(GOOD.sentences[0], text=HOSTILE),))
    tags = Tags()
    tags.feed(page(ASKED, hostile, None))
    assert tags.open == []
    assert tags.seen.isdisjoint({"script", "img", "link", "iframe", "a", "object"})
    assert not {name for name in tags.attributes if name.startswith("on")} | tags.attributes & {"src", "href"}


def test_every_case_opens_to_its_answer_its_citation_in_context_and_its_reasons() -> None:
    html = page(ASKED, GOOD, GOOD)
    assert "1 of 2 cases pass" in html
    assert f"<mark>{COUNTED}</mark>" in html
    assert "Owls hunt at night." in html
    assert "answered what the articles do not say" in html
    assert "found at rank 1" in html


def test_the_page_tells_what_changed_since_the_baseline() -> None:
    _, before = measured(ASKED, GOOD, answer())
    html = page(ASKED, GOOD, GOOD, baseline=before)
    assert "REGRESSION, first in behaviour" in html
    assert "newly fails" in html
    assert "Changed 1" in html


def test_a_run_without_any_answer_still_has_a_page() -> None:
    assert "0 of 2 cases pass" in page(ASKED, None, None)


def test_risk_grows_with_coverage_as_less_sure_answers_are_wrong() -> None:
    points = risk_coverage([(0.9, True), (0.5, False), (0.7, True), (0.5, True)], total=8)
    assert points == (Point(1 / 8, 0), Point(2 / 8, 0), Point(4 / 8, 1 / 4))


def test_junit_has_one_test_a_case_and_tells_failures_from_errors() -> None:
    asked = suite(*ASKED.cases, case("abstained", id="near", kind="unanswerable"))
    _, results = measured(asked, None, GOOD, answer())
    root = ElementTree.fromstring(junit(results))
    assert [one.get("name") for one in root.iter("testcase")] == ["counted", "far", "near"]
    assert len(list(root.iter("error"))) == 1
    assert [one.get("type") for one in root.iter("failure")] == ["behaviour"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "owls.txt").write_text(OWLS)
    (tmp_path / "articles" / "frogs.txt").write_text(FROGS)
    lines = (
        case(id="counted", question="How many owls did Kim Lee count?", nuggets=(nugget("12", quote=COUNTED),)),
        case(id="wrong", question="How many owls did Kim Lee count?", nuggets=(nugget("night", quote="at night."),)),
    )
    (tmp_path / "cases.jsonl").write_text("".join(dump_case(line) + "\n" for line in lines))
    return tmp_path


def test_the_pytest_plugin_makes_each_case_a_test_that_explains_itself(folder: Path) -> None:
    command = ["-m", "pytest", "-p", "rag.evaluation.plugin", "-p", "no:cacheprovider", "cases.jsonl"]
    where = ["--rag-articles", "articles", "--rag-runs", "runs"]
    process = subprocess.run(
        [sys.executable, *command, *where], cwd=folder, capture_output=True, text=True, check=False
    )
    assert re.search(r"1 failed, 1 passed", process.stdout), process.stdout + process.stderr
    assert "answer: does not say 'night'" in process.stdout
    assert "Traceback" not in process.stdout
