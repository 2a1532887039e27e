from pathlib import Path

import pytest

from docs.generate import pages

PAGES = pages()


@pytest.mark.parametrize("file", sorted(PAGES), ids=lambda file: file.name)
def test_a_generated_page_says_what_the_code_says(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == PAGES[file], "run: make docs"
