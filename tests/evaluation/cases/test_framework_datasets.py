"""Data sets of ragas, DeepEval and promptfoo become suites, and suites become such data sets."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rag.answering.answer import Turn
from rag.errors import SuiteError
from rag.evaluation.cases.cases import Case, dump_case
from rag.evaluation.cases.datasets import DATASETS, convert_dataset, export_dataset
from rag.evaluation.cases.suite import Suite, open_suite, problems
from rag.evaluation.commands import eval_app
from rag.prompts import REFUSAL
from tests.evaluation.building import CORPUS, COUNT, COUNTED, FROGS, OWLS, answer, case, nugget

RAGAS = (
    {"user_input": "How many owls?", "reference": "12", "reference_contexts": [OWLS], "retrieved_contexts": [FROGS]},
    {"user_input": "Do they sleep?", "reference": "Yes, they sleep by day, all of them.", "reference_contexts": [OWLS]},
    {"user_input": "Who is the mayor?", "reference": REFUSAL, "reference_contexts": None},
)
GOLDENS = (
    {"input": "How many owls?", "name": "Owls: how many", "expected_output": "12", "context": [OWLS]},
    {"input": "Why?", "expected_output": None, "retrieval_context": [FROGS]},
    {"scenario": "Somebody chats.", "turns": []},
)
PROMPTFOO = """
prompts: ["{{question}}"]
tests:
  - description: owls
    vars: {question: "How many owls?", context: "Kim Lee counted 12 owls in 2008."}
    assert:
      - {type: icontains-any, value: [12, twelve]}
      - {type: contains-all, value: [Kim Lee, a word that no text has]}
      - {type: not-contains, value: hundred}
      - {type: llm-rubric, value: is polite}
  - vars: file://more.yaml
"""


def converted(source: Path, content: str, folder: Path) -> Suite:
    source.write_text(content)
    made = convert_dataset(source, folder)
    suite = open_suite(made.cases, made.articles)
    assert problems(suite) == ()
    return suite


def test_ragas_samples_become_cases_over_their_contexts(tmp_path: Path) -> None:
    lines = "\n".join(map(json.dumps, RAGAS))
    suite = converted(tmp_path / "data.jsonl", lines, tmp_path / "made")
    counted, sleeping, refused = suite.cases
    assert len(suite.corpus.articles) == 2
    assert (counted.expect, counted.answers, counted.vital[0].says) == ("answered", ("12",), ("12",))
    assert counted.vital[0].evidence[0].quote == "Kim Lee counted 12 owls in 2008."
    assert (sleeping.expect, sleeping.note) == ("either", "Yes, they sleep by day, all of them.")
    assert len(sleeping.vital[0].evidence) == 3
    assert (refused.kind, refused.expect) == ("unanswerable", "abstained")


def test_goldens_keep_their_names_and_what_was_retrieved(tmp_path: Path) -> None:
    suite = converted(tmp_path / "goldens.json", json.dumps(GOLDENS), tmp_path / "made")
    assert [(one.id, one.expect) for one in suite.cases] == [("owls-how-many", "answered"), ("deepeval-2", "either")]
    assert sorted(one.text.strip() for one in suite.corpus.articles.values()) == [FROGS, OWLS]


def test_assertions_that_want_words_become_facts(tmp_path: Path) -> None:
    suite = converted(tmp_path / "promptfooconfig.yaml", PROMPTFOO, tmp_path / "made")
    (asked,) = suite.cases
    assert [fact.says for fact in asked.vital] == [("12", "twelve"), ("Kim Lee",)]
    assert asked.must_not == ("hundred",)


def test_a_name_that_several_have_is_no_id(tmp_path: Path) -> None:
    goldens = [{"input": f"{number}?", "name": "test", "context": [OWLS]} for number in range(2)]
    suite = converted(tmp_path / "goldens.json", json.dumps([*goldens, {"input": "3?", "name": "Kept!"}]), tmp_path)
    assert [one.id for one in suite.cases] == ["deepeval-1", "deepeval-2", "kept"]


ASKED = (
    case(question="How many owls?", nuggets=(COUNT,), must_not=("hundred",)),
    case("abstained", id="far", kind="unanswerable", question="Who is the mayor?"),
    case(id="both", question="Who and when?", nuggets=(nugget("Kim & 2008", quote=COUNTED[0]),)),
    case(id="turn", kind="follow-up", question="And then?", history=(Turn("How many owls?", "12"),), nuggets=(COUNT,)),
)


def exported(name: str, folder: Path) -> Path:
    suite = Suite(Path("cases"), Path("articles"), ASKED, CORPUS)
    assert export_dataset(name, suite, folder / "data.json", {"a": answer(COUNTED)}) == 3
    return folder / "data.json"


@pytest.mark.parametrize("name", [name for name, one in DATASETS.items() if one.write])
def test_what_is_exported_is_read_again_as_the_same_questions(name: str, tmp_path: Path) -> None:
    lines = exported(name, tmp_path).read_text()
    source = tmp_path / ("again.jsonl" if name == "ragas" else "again.json")
    suite = converted(source, lines, tmp_path / "made")
    assert {one.tags for one in suite.cases} == {(name,)}
    expects = {one.question: one.expect for one in suite.cases}
    assert expects.keys() == {one.question for one in ASKED[:3]}
    assert expects["Who is the mayor?"] == "abstained"


def test_an_export_holds_the_answer_of_a_run_beside_the_right_one(tmp_path: Path) -> None:
    first = json.loads(exported("ragas", tmp_path).read_text().splitlines()[0])
    assert first["response"] == first["reference"] == COUNTED[0]
    assert first["reference_contexts"] == ["Owls hunt at night. Kim Lee counted 12 owls in 2008."]
    both = json.loads(exported("promptfoo", tmp_path).read_text())[2]
    assert [one["value"] for one in both["assert"]] == [["Kim"], ["2008"]]


def test_the_command_says_what_it_leaves_out_and_which_formats_there_are(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "owls.txt").write_text(OWLS)
    lines: tuple[Case, ...] = (ASKED[0], ASKED[3])
    (tmp_path / "cases.jsonl").write_text("".join(f"{dump_case(one)}\n" for one in lines))
    where = ["--suite", str(tmp_path / "cases.jsonl"), "--articles", str(tmp_path / "articles")]
    output = CliRunner().invoke(eval_app, ["export", "deepeval", str(tmp_path / "goldens.json"), *where])
    assert "1 cases in" in output.stdout
    assert "1 lean on earlier turns" in output.stdout
    output = CliRunner().invoke(eval_app, ["export", "squad", str(tmp_path / "squad.json"), *where])
    assert (output.exit_code, "ragas, deepeval, promptfoo" in output.output) == (2, True)


def test_what_is_damaged_is_reported(tmp_path: Path) -> None:
    (tmp_path / "data.jsonl").write_text('{"user_input": ["a", "turn"]}')
    with pytest.raises(SuiteError, match="cannot be read"):
        convert_dataset(tmp_path / "data.jsonl", tmp_path / "made")
