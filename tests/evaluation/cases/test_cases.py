from pathlib import Path

import pytest

from rag.answering.answer import Turn
from rag.errors import SuiteError
from rag.evaluation.cases.cases import dump_case, load_cases
from tests.evaluation.building import case, nugget

LINE = '{"id": "owls", "kind": "factoid", "question": "How many?", "expect": "abstained"}'


def test_a_case_survives_being_written_and_read(tmp_path: Path) -> None:
    made = case(nuggets=(nugget("12", quote="Kim Lee counted 12 owls in 2008."),), history=(Turn("Hi?", "Yes."),))
    (tmp_path / "one.jsonl").write_text(dump_case(made) + "\n\n" + LINE)
    assert load_cases(tmp_path)[0] == made
    assert [one.id for one in load_cases(tmp_path / "one.jsonl")] == ["a", "owls"]


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text(LINE, encoding="utf-8-sig")
    assert [one.id for one in load_cases(tmp_path)] == ["owls"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "one.jsonl:1"),
        (LINE.replace("factoid", "riddle"), "kind"),
        (LINE.replace('"expect"', '"expects"'), "expect"),
        (LINE.replace("}", ', "mustnot": []}'), "mustnot"),
        (LINE.replace("owls", "Two Words"), "id"),
        (LINE + "\n" + LINE, "two cases have the id 'owls'"),
    ],
)
def test_what_is_no_case_is_reported_with_its_place(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "one.jsonl").write_text(line)
    with pytest.raises(SuiteError, match=message):
        load_cases(tmp_path)


def test_a_folder_without_cases_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="No cases"):
        load_cases(tmp_path)


def test_only_what_a_result_depends_on_changes_the_digest() -> None:
    assert case(note="a", tags=("b",)).digest == case().digest
    assert case(question="Who?").digest != case().digest


@pytest.mark.parametrize(
    ("says", "text", "said"),
    [
        ("4,000", "about 4,000 units", True),
        ("over 100", "100 nations, over time", False),
        ("arrest & officer", "An officer was among those arrested.", True),
        ("arrest & officer", "An officer came.", False),
        ("Vucevic", "Miloš Vučević", True),
        ("?", "Anything?", False),
    ],
)
def test_a_fact_is_said_in_its_words_whatever_their_endings(says: str, text: str, said: bool) -> None:  # noqa: FBT001
    assert nugget(says, quote="Frogs").stated_in(text) is said
