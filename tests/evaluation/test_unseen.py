from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.checking import check
from rag.evaluation import unseen
from rag.evaluation.unseen import check_unseen, impressions, key, known

SENTENCE = "The mayor asked the police for help."
EVIDENCE = ("The mayor, who had asked the police for help, saw a man being arrested.",)


@pytest.fixture
def learnt_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A file that says the example was learnt from, and was doubted by a network that had not seen it."""
    file = tmp_path / "impressions.json"
    file.write_text(f'{{"{key(SENTENCE, EVIDENCE)}": [-6.0, 0.9]}}', encoding="utf-8")
    monkeypatch.setattr(unseen, "IMPRESSIONS", file)
    impressions.cache_clear()
    yield
    impressions.cache_clear()


@pytest.mark.usefixtures("learnt_from")
def test_what_was_learnt_from_is_read_by_a_network_that_had_not_seen_it() -> None:
    assert known(SENTENCE, EVIDENCE)
    assert check(SENTENCE, EVIDENCE).label == "supported"
    assert check_unseen(SENTENCE, EVIDENCE).score < 0.3


@pytest.mark.usefixtures("learnt_from")
def test_what_was_not_learnt_from_is_read_by_the_shipped_network() -> None:
    other = ("The mayor had asked the police for help.",)
    assert not known(SENTENCE, other)
    assert check_unseen(SENTENCE, other) == check(SENTENCE, other)


def test_impressions_of_the_examples_that_were_learnt_from_come_with_the_package() -> None:
    assert len(impressions()) > 5000
    assert all(0 <= one.unsaid <= 1 for one in impressions().values())


def test_an_example_is_known_by_its_sentence_and_all_its_evidence() -> None:
    assert key("a", ("b", "c")) != key("a", ("b",)) != key("b", ("a",))
