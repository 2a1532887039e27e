"""A chat saved as PDF says what the page says, links each mark to its source, and shows text as text."""

import base64
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from rag.chat.exchanges import Chat, Exchange, Scope
from rag.chat.export import export_file
from rag.chat.pdf_export import UNKNOWN_LETTERS, export_pdf

from .conftest import Open, Running, ask

DAY = date(2026, 5, 4)
ROADBLOCKS = "Why did Serbs put up roadblocks in December 2022?"
DISPUTED = "In what year did Kosovo become independent?"
UNKNOWN = "What is the capital of France?"


@pytest.fixture(scope="module")
def asked(chat: Running) -> Chat:
    """A scoped answer with a withheld sentence, a disagreement, a refusal and a failure."""
    questions = (ROADBLOCKS, DISPUTED, UNKNOWN)
    first, *others = (Exchange(one, stage="answered", answer=chat.assistant.ask(one)) for one in questions)
    assert first.answer
    held = replace(first.answer.sentences[0], text="The moon <fell> & Прохожий saw Łódź in Ελλάδα.")
    answer = replace(first.answer, withheld=(held,), searched="why roadblocks (who)", earlier="Who put them up?")
    scoped = replace(first, scope=Scope(date(2022, 1, 1)), answer=answer)
    return Chat("x", (scoped, *others, Exchange("<img src='a'/>", problem="<script>\ud83d\ufffe")))


def _words(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        pages = (page.get_textpage().get_text_bounded() for page in document)
        return " ".join(" ".join(pages).split())


def test_a_pdf_holds_all_that_the_page_shows(asked: Chat) -> None:
    file = export_file(asked, "pdf", DAY)
    assert (file["name"], file["type"]) == (
        "why-did-serbs-put-up-roadblocks-in-december-2022.pdf",
        "application/pdf",
    )
    text = _words(base64.b64decode(file["base64"]))
    shown = ("4 May 2026", "Asked within: from 1 January 2022", "27 December 2022", "Nearest, but not an answer")
    refused = ("The articles do not say.", "The articles disagree", "<img src='a'/>", "<script>")
    for part in (
        *shown,
        "Read together with “Who put them up?”",
        *refused,
        "The moon <fell> & Прохожий saw Łódź in Ελλάδα.",
    ):
        assert part in text
    for exchange in asked.exchanges:
        for citation in exchange.answer.citations if exchange.answer else ():
            assert "".join(citation.quote.split()) in "".join(text.split())


def test_the_marks_of_a_pdf_link_to_their_sources_and_its_outline_to_the_questions(asked: Chat) -> None:
    content = export_pdf(asked, DAY)
    with pypdfium2.PdfDocument(content) as document:
        assert document.get_metadata_value("Title") == ROADBLOCKS
        assert [entry.get_title() for entry in document.get_toc()] == [one.question for one in asked.exchanges]
        links = [_link_target(document, page, at) for page in document for at in range(_links(page))]
        assert links
        assert all(0 <= page < len(document) for page in links)
    assert b"/URI" not in content


def test_a_pdf_says_when_its_font_lacks_a_letter() -> None:
    latin = Chat("x", (Exchange("Who is Łukasz Žižek?", problem="No answer."),))
    other = Chat("x", (Exchange("谁?", problem="No answer."),))
    assert UNKNOWN_LETTERS not in _words(export_pdf(latin, DAY))
    assert UNKNOWN_LETTERS in _words(export_pdf(other, DAY))


def test_the_page_saves_a_pdf(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, ROADBLOCKS)
    page.click("button[data-event=chats]")
    with page.expect_download() as waiting:
        page.click(".saves >> text=PDF")
    assert ROADBLOCKS in _words(Path(waiting.value.path()).read_bytes())


def _links(page: pypdfium2.PdfPage) -> int:
    return len([at for at in range(pypdfium2.raw.FPDFPage_GetAnnotCount(page)) if _link_at(page, at)])


def _link_at(page: pypdfium2.PdfPage, at: int) -> bool:
    annotation = pypdfium2.raw.FPDFPage_GetAnnot(page, at)
    return bool(pypdfium2.raw.FPDFAnnot_GetSubtype(annotation) == pypdfium2.raw.FPDF_ANNOT_LINK)


def _link_target(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, at: int) -> int:
    """The page that a link of a page leads to."""
    link = pypdfium2.raw.FPDFAnnot_GetLink(pypdfium2.raw.FPDFPage_GetAnnot(page, at))
    target = pypdfium2.raw.FPDFLink_GetDest(document, link)
    return int(pypdfium2.raw.FPDFDest_GetDestPageIndex(document, target))
