from collections.abc import Iterator

import pytest

from rag import Assistant, Settings
from rag.exploring import about

MENTIONING, COPIES, OTHERS = 20, 8, 5


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Articles that name an owl, some of them copies of one, and some that name none."""
    folder = tmp_path_factory.mktemp("many")
    texts = [f"The owl of house {place} sleeps in the barn." for place in range(MENTIONING)]
    texts += ["The owl of the mayor sleeps in the church."] * COPIES
    texts += [f"The hen of house {place} sleeps in the yard." for place in range(OTHERS)]
    (folder / "articles").mkdir()
    for place, text in enumerate(texts):
        (folder / "articles" / f"{place:02}.txt").write_text(text, encoding="utf-8")
    with Assistant.open(Settings(index_dir=folder / "index", articles_dir=folder / "articles")) as assistant:
        yield assistant


@pytest.mark.parametrize("searches", [1, 20])
def test_every_article_that_mentions_a_word_is_counted(
    many: Assistant, monkeypatch: pytest.MonkeyPatch, searches: int
) -> None:
    monkeypatch.setattr(about, "MATCHING", 7)
    monkeypatch.setattr(about, "MOST_SEARCHES", searches)
    mention = many.ask("Which articles mention an owl?")
    assert mention.remark.startswith(f"{MENTIONING + COPIES} of {MENTIONING + COPIES + OTHERS} articles mention")
    lack = many.ask("Which articles do not mention an owl?")
    assert lack.remark.startswith(f"{OTHERS} of {MENTIONING + COPIES + OTHERS} articles do not mention")
    assert len(many.find("owl")) == MENTIONING + COPIES
