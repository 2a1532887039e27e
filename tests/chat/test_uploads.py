from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.chat.uploads import Uploads
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
