from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.chat.uploads import Uploads, safe_name
from rag.errors import ArticleError
from rag.settings import Settings


def test_an_article_whose_file_is_not_on_this_server_is_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    file = folder / "mine.txt"
    file.write_text("Ben Berg closed the bridge.", encoding="utf-8")
    with Assistant.open(Settings(index_dir=tmp_path / "index", llm="quotes")) as assistant:
        assistant.sync(folder)
        file.unlink()
        with pytest.raises(ArticleError, match="not here; give it another name"):
            Uploads(tmp_path / "uploads", assistant).add("mine.txt", b"Somebody else closed the bridge.")
        assert "Ben Berg" in assistant.article("mine.txt").text


@pytest.mark.parametrize("first", ["Serbs remove the roadblocks in the north. " * 4, "दि", "น้ำ", "新聞" * 50])
def test_files_of_other_names_become_other_articles(first: str) -> None:
    second = first.replace("दि", "दा").replace("น้ำ", "นี้")
    names = [f"{first}.txt", f"{second} part 2.txt", f"{second} part 3.txt"]
    kept = [safe_name(name) for name in names]
    assert len(set(kept)) == 3
    assert all(len(name.encode()) <= 120 and name.endswith(".txt") for name in kept)
    assert kept == [safe_name(name) for name in kept]


def test_a_file_keeps_its_name_in_any_script() -> None:
    for name in ("हिन्दी.txt", "น้ำ.txt", "القُدس.txt", "Šešelj (2).txt", "報告.txt"):
        assert safe_name(name) == name
    assert safe_name("a\ufe0f\u034f\u200db.txt") == "a___b.txt"
