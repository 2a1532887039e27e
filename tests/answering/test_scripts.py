"""A question in another script is answered by the sentence that answers it, word for word."""

from collections.abc import Iterator

import pytest

from rag.assistant import Assistant
from rag.settings import Settings
from tests.index.test_scripts import FIRES, PIERS, QUESTIONS


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("scripts")
    for language, text in PIERS.items():
        (folder / f"{language}-pier.txt").write_text(text, encoding="utf-8")
        (folder / f"{language}-fire.txt").write_text(FIRES[language], encoding="utf-8")
    with Assistant.open(Settings(index_dir=folder / "index", llm="quotes")) as opened:
        opened.sync(folder)
        yield opened


@pytest.mark.parametrize("language", PIERS)
def test_a_question_is_answered_by_a_quote_of_its_script(assistant: Assistant, language: str) -> None:
    citation, *_ = assistant.ask(QUESTIONS[language]).citations
    article = assistant.article(citation.article)
    assert citation.article == f"{language}-pier.txt"
    assert citation.quote == article.text[citation.start : citation.end]
    assert citation.end == len(article.text)  # the second sentence, which says where the cracks are
