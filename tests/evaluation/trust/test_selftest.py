from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rag.answering.answer import Answer
from rag.evaluation.cases.cases import dump_case
from rag.evaluation.cases.suite import Suite, open_suite
from rag.evaluation.metrics import grounding
from rag.evaluation.report.terminal import detection_line
from rag.evaluation.trust import faults, regressions, selftest
from rag.settings import Settings
from tests.evaluation.building import CORPUS, FROGS, OWLS, answer, case, hit, nugget

COUNTED = "Kim Lee counted 12 owls in 2008."
SING = "Frogs sing in spring."
GOOD = replace(answer((COUNTED, COUNTED), (SING, SING)), hits=(hit(COUNTED), hit(SING)))


@pytest.mark.parametrize(
    "inject",
    [faults.swap_number, faults.negate, faults.shuffle_citations, faults.strip_citations, faults.cite_wrong_article],
)
def test_a_fault_in_what_is_said_or_cited_is_a_fault_of_grounding(inject: Callable[[Answer], Answer]) -> None:
    assert grounding.measure(GOOD, CORPUS).faults == ()
    assert grounding.measure(inject(GOOD), CORPUS).faults != ()


def test_faults_change_only_what_they_are_named_for() -> None:
    assert faults.drop_top_passage(GOOD).hits == GOOD.hits[1:]
    assert faults.always_refuse(GOOD).status == "abstained"
    assert faults.always_answer(GOOD) == GOOD
    assert faults.always_answer(faults.always_refuse(GOOD)).sentences[0].text == COUNTED
    assert faults.hide_disagreements(answer((COUNTED, COUNTED), sides=("1", "2"))).disagreements == ()


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "owls.txt").write_text(OWLS)
    (tmp_path / "articles" / "frogs.txt").write_text(FROGS)
    lines = (
        case(id="counted", question="How many owls did Kim Lee count?", nuggets=(nugget("12", quote=COUNTED),)),
        case("abstained", id="far", kind="unanswerable", question="What is the capital of France?"),
    )
    (tmp_path / "cases.jsonl").write_text("".join(dump_case(line) + "\n" for line in lines))
    return open_suite(tmp_path / "cases.jsonl", tmp_path / "articles")


def test_the_selftest_tells_for_every_fault_and_regression_what_caught_it(
    suite: Suite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [one for one in regressions.REGRESSIONS if one.name in ("an article removed", "abstention off")]
    monkeypatch.setattr(selftest, "REGRESSIONS", kept)
    found = {one.name: one for one in selftest.run_selftest(suite, Settings(reader="small"), tmp_path / "indexes")}
    assert found.keys() == {*faults.FAULTS, *(one.name for one in kept)}
    injected = ("swap a number", "negate a sentence", "strip citations", "always answer", "always refuse")
    assert [name for name in (*injected, *(one.name for one in kept)) if not found[name].caught] == []
    assert "number" in detection_line(found["swap a number"])
    assert not found["hide disagreements"].missed
    assert detection_line(found["hide disagreements"]).startswith("no case")


def test_a_removed_article_leaves_the_users_folder_alone(suite: Suite) -> None:
    gone = next(one for one in regressions.REGRESSIONS if not one.change)
    with regressions.degrade(suite, Settings(), gone) as worse:
        assert [file.name for file in worse.suite.articles.iterdir()] == ["frogs.txt"]
        assert worse.suite.corpus.articles.keys() == {"frogs.txt"}
    assert len(list(suite.articles.iterdir())) == 2
    assert not worse.suite.articles.exists()
