import json
from pathlib import Path

import pytest

from rag.errors import SuiteError
from rag.evaluation.cases.datasets import convert_dataset
from rag.evaluation.cases.suite import open_suite, problems
from rag.evaluation.metrics import retrieval
from tests.evaluation.building import CORPUS, FROGS, OWLS, case, hit, nugget


def squad(folder: Path) -> Path:
    asked = {"id": "Q 1", "question": "How many owls? ", "answers": [{"text": "12 owls", "answer_start": 36}]}
    never = {"id": "Q2", "question": "Who froze?", "answers": [], "is_impossible": True}
    paragraphs = [{"context": OWLS, "qas": [asked, never]}, {"context": FROGS, "qas": []}]
    file = folder / "squad.json"
    file.write_text(json.dumps({"data": [{"title": "Owls & frogs", "paragraphs": paragraphs}]}))
    return file


def beir(folder: Path) -> Path:
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": "o", "title": "Owls", "text": OWLS}, {"_id": "f", "title": "", "text": FROGS}]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    asked = [{"_id": "1", "text": "Do owls sleep?"}, {"_id": "2", "text": "Nobody judged this."}]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, asked)))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\to\t1\n1\tf\t0\n")
    return folder


def test_a_squad_file_becomes_articles_and_cases_whose_quotes_stand(tmp_path: Path) -> None:
    made = convert_dataset(squad(tmp_path), tmp_path / "made")
    suite = open_suite(made.cases, made.articles)
    assert problems(suite) == ()
    assert [(one.id, one.expect) for one in suite.cases] == [("q-1", "answered"), ("q2", "abstained")]
    assert suite.cases[0].vital[0].evidence[0].quote == "Kim Lee counted 12 owls in 2008."
    assert suite.cases[0].answers == ("12 owls",)


def test_a_beir_folder_becomes_cases_that_only_have_to_find(tmp_path: Path) -> None:
    made = convert_dataset(beir(tmp_path / "beir"), tmp_path / "made")
    suite = open_suite(made.cases, made.articles)
    assert problems(suite) == ()
    (asked,) = suite.cases
    assert asked.expect == "either"
    assert asked.answer_nuggets == ()
    assert asked.cluster == "o.txt"


def test_what_only_has_to_be_found_is_a_fault_when_it_is_not() -> None:
    asked = case("either", nuggets=(nugget(quote="They sleep by day."),))
    assert retrieval.measure(asked, (hit("They sleep by day."),), CORPUS).faults == ()
    assert retrieval.measure(asked, (), CORPUS).faults == ("no hit holds 'They sleep by day.'",)


def test_a_limit_bounds_the_cases(tmp_path: Path) -> None:
    assert convert_dataset(squad(tmp_path), tmp_path / "made", limit=1).written == 1


def test_what_is_neither_is_reported(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(SuiteError, match="of no known format: beir, squad, ragas"):
        convert_dataset(tmp_path / "other.json", tmp_path / "made")
