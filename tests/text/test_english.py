import re
from pathlib import Path

import pytest

from rag.text import english
from rag.text.english import MONTHS, WEEKDAYS, alternatives, word_list, word_map, word_numbers, word_set

ROOT = Path(__file__).parents[2]
LISTS = sorted(file.stem for file in english.FOLDER.glob("*.txt"))


@pytest.mark.parametrize("name", LISTS)
def test_a_list_says_what_it_holds_and_has_every_entry_once_in_lower_case(name: str) -> None:
    entries = word_list(name)
    assert (english.FOLDER / f"{name}.txt").read_text(encoding="utf-8").startswith("# ")
    assert len(entries) == len(set(entries)) > 0
    assert all(entry == entry.lower().strip() and "#" not in entry for entry in entries)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_used(name: str) -> None:
    sources = (file.read_text(encoding="utf-8") for file in (ROOT / "rag").rglob("*.py"))
    assert any(f'"{name}"' in source or f"'{name}'" in source for source in sources)


def test_pairs_and_numbers_are_read_by_their_first_word() -> None:
    assert word_map("irregular_forms")["sent"] == "send"
    assert word_numbers("number_words")["seventy"] == 70
    assert word_numbers("number_scales")["million"] == 1e6
    assert "the" in word_set("stop_words")


def test_alternatives_match_their_entries_only() -> None:
    pattern = re.compile(alternatives("bounds_about"))
    assert pattern.fullmatch("ca.")
    assert not pattern.fullmatch("cat")


def test_a_list_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        word_list("nonsense")


def test_the_calendar_is_in_order() -> None:
    assert (len(MONTHS), MONTHS[0].capitalised, MONTHS[8].abbreviations) == (12, "January", ("sept", "sep"))
    assert (len(WEEKDAYS), WEEKDAYS[0].full, WEEKDAYS[6].abbreviations) == (7, "monday", ())


@pytest.mark.parametrize("name", ["february", "wednesday"])
def test_the_calendar_is_spelled_out_once_in_the_repository(name: str) -> None:
    files = (file for folder in ("rag", "evals") for file in (ROOT / folder).rglob("*.py"))
    assert [file for file in files if name in file.read_text(encoding="utf-8").lower()] == []
