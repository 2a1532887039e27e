from datetime import date
from pathlib import Path

import pytest

from rag.index import Filter, Index
from rag.retrieval import search
from rag.settings import Settings
from tests.conftest import Counting


def index_of(tmp_path: Path, embedder: Counting, **texts: str) -> Index:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    index = Index.open(Settings(index_dir=tmp_path / "index"), embedder)
    index.sync(folder)
    return index


FILLER = "The weather service expects rain in the valleys and snow above a thousand metres."


def test_meaning_finds_what_shares_no_word(tmp_path: Path, embedder: Counting) -> None:
    index = index_of(tmp_path, embedder, a="The physician treated sick children.", b=FILLER)
    assert search(index, embedder, "doctor healing kids")[0].passage.article == "a.txt"


def test_words_find_a_rare_name_that_meaning_does_not_know(tmp_path: Path, embedder: Counting) -> None:
    many = {f"n{number}": f"The minister number {number} opened a bridge and gave a speech." for number in range(30)}
    index = index_of(tmp_path, embedder, rare="The minister Xhevahirovic opened a bridge and gave a speech.", **many)
    assert search(index, embedder, "Which bridge did Xhevahirovic open?")[0].passage.article == "rare.txt"


def test_each_sentence_has_its_own_cosine(tmp_path: Path, embedder: Counting) -> None:
    index = index_of(tmp_path, embedder, a=f"{FILLER} Owls hunt mice at night. {FILLER}")
    (hit,) = search(index, embedder, "What do owls hunt?")
    assert len(hit.sentence_scores) == len(hit.passage.sentences) == 3
    assert max(hit.sentence_scores) == hit.sentence_scores[1]


def test_one_report_printed_twice_is_one_hit_that_names_both(tmp_path: Path, embedder: Counting) -> None:
    report = "Owls hunt mice at night. Their ears are uneven. They turn their heads far."
    index = index_of(tmp_path, embedder, a=report, b=report, c="Owls were sacred to Athena in Greek myth.")
    hits = search(index, embedder, "What do owls hunt?", 5)
    assert [hit.passage.article for hit in hits] == ["a.txt", "c.txt"]
    assert [twin.article for twin in hits[0].also] == ["b.txt"]


def test_a_story_is_a_hit_beside_the_flash_that_it_opens_with(tmp_path: Path, embedder: Counting) -> None:
    flash = "The Tolvik bridge closed on Wednesday."
    index = index_of(tmp_path, embedder, flash=flash, story=f"{flash} Two piers had cracks. It will reopen in October.")
    hits = search(index, embedder, "When did the Tolvik bridge close?")
    assert {hit.passage.article for hit in hits} == {"flash.txt", "story.txt"}


@pytest.mark.parametrize(
    ("question", "first"), [("Troops on alert in September 2021", "then.txt"), ("Troops on alert in 2022", "later.txt")]
)
def test_a_time_in_the_question_prefers_articles_of_that_time(
    tmp_path: Path, embedder: Counting, question: str, first: str
) -> None:
    index = index_of(
        tmp_path,
        embedder,
        then="Published on September 26, 2021\n\nTroops at the border were put on alert on Sunday.",
        later="Published on December 27, 2022\n\nTroops at the border were put on alert on Monday.",
    )
    hits = search(index, embedder, question)
    assert hits[0].passage.article == first
    assert len(hits) == 2  # a preference, not a bound


def test_bounds_are_never_crossed(tmp_path: Path, embedder: Counting) -> None:
    index = index_of(
        tmp_path,
        embedder,
        then="Published on September 26, 2021\n\nTroops were put on alert.",
        undated="Troops were put on alert at once.",
    )
    hits = search(index, embedder, "Who was put on alert?", bounds=Filter(after=date(2021, 9, 26)))
    assert [hit.passage.article for hit in hits] == ["then.txt"]
    assert search(index, embedder, "Who was put on alert?", bounds=Filter(before=date(2020, 1, 1))) == ()


def test_scores_fall_and_k_is_kept(tmp_path: Path, embedder: Counting) -> None:
    texts = {f"n{number}": f"Report {number} about owls and item {number * 31}." for number in range(9)}
    hits = search(index_of(tmp_path, embedder, **texts), embedder, "owls", 4)
    assert len(hits) == 4
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
