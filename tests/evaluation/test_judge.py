from pathlib import Path

import pytest

from rag.evaluation.judge import JudgeAccuracy, ModelJudge, faithfulness, judge_line
from rag.evaluation.runs.records import CaseRecord
from rag.evaluation.trust.calibration import check_examples, judge_accuracy
from rag.evaluation.trust.labels import LabelledExample
from rag.llm import Model, open_model
from rag.settings import Settings
from tests.evaluation.building import CORPUS, answer
from tests.openai_server import Exchange, OpenAIServer, fails, says, serving

COUNTED = "Kim Lee counted 12 owls in 2008."
SING = "Frogs sing in spring."


def model(server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> Model:
    for name, value in server.environ.items():
        monkeypatch.setenv(name, value)
    opened = open_model(Settings(requests=1))
    assert opened is not None
    return opened


def test_a_judge_is_asked_once_for_the_same_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(says("Same.\nVERDICT: supported")) as server:
        judge = ModelJudge(model(server, monkeypatch), tmp_path)
        assert judge.judgement(COUNTED, [COUNTED]).reason == "Same."
        assert ModelJudge(model(server, monkeypatch), tmp_path).judgement(COUNTED, [COUNTED]).label is not None
        assert len(server.requests) == 1
        assert COUNTED in server.prompt()


def test_every_sentence_is_judged_by_what_its_citations_say_in_the_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(says("VERDICT: supported"), says("VERDICT: unsupported")) as server:
        record = CaseRecord("a", 0, answer((COUNTED, COUNTED), ("Frogs dance.", SING)))
        assert faithfulness(record, CORPUS, ModelJudge(model(server, monkeypatch), tmp_path)).value == 0.5
        assert SING in server.prompt()


def test_no_verdict_is_neither_right_nor_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = CaseRecord("a", 0, answer((COUNTED, COUNTED), (SING, SING)))
    for script in (says("I think so."), fails(500)):
        with serving(says("VERDICT: supported"), script) as server:
            score = faithfulness(
                record, CORPUS, ModelJudge(model(server, monkeypatch), tmp_path / str(server.server_port))
            )
        assert score.value is None
        assert score.failed
        assert score.why


def test_rogan_and_gladen_undo_the_errors_of_a_known_judge() -> None:
    assert JudgeAccuracy(0.9, 0.8, 100, 0).corrected(0.9 * 0.7 + 0.2 * 0.3) == pytest.approx(0.7)
    assert JudgeAccuracy(0.9, 0.8, 100, 0).corrected(0.0) == 0
    assert JudgeAccuracy(0.5, 0.5, 100, 0).corrected(0.9) is None


def always_yes(exchange: Exchange) -> None:
    says("VERDICT: supported")(exchange)


def test_a_judge_that_is_no_better_than_chance_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examples = [
        LabelledExample("made", str(one), f"Frog {one}.", ("Frogs.",), "supported", "supported") for one in range(5)
    ]
    examples += [
        LabelledExample("made", str(one), f"Frog {one}.", ("Frogs.",), "partly", "partly") for one in range(5, 10)
    ]
    with serving(always_yes) as server:
        judge = ModelJudge(model(server, monkeypatch), tmp_path)
        assert "uncalibrated" in judge_line(judge, [1.0])
        judge_accuracy(check_examples(examples, judge.verdict), len(examples)).save(judge.accuracy_file)
        assert "no better than chance" in judge_line(judge, [1.0])
        assert "agrees with people 0.500" in judge_line(judge, [1.0])
