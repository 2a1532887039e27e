"""Beside an answer from a PDF stands its page, as it was printed, with the cited sentence marked."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from reportlab.pdfgen import canvas

from rag.chat.server import ServeOptions

from .conftest import Open, Running, Serve, ask, serious

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.timeout(240)
QUESTION = "Why did Tolvik close the northern pier?"
CLOSED = "Tolvik closed the northern pier because divers found cracks in three pillars."
PAGES = (
    ("Harbour news", "", "The harbour of Tolvik was opened in 1903 and has two piers.", "Ferries call there daily."),
    (
        "Tolvik closed the northern pier because divers found cracks in three pil-",
        "lars.",
        "Ferries use the southern pier.",
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    sheet = canvas.Canvas(str(folder / "harbour.pdf"), pagesize=(500, 640))
    for lines in PAGES:
        for number, line in enumerate(lines):
            sheet.drawString(40, 560 - 20 * number, line)
        sheet.showPage()
    sheet.save()
    (folder / "mayor.txt").write_text(
        "The mayor of Tolvik\n\nAda Berg became mayor of Tolvik in 2021.\n", encoding="utf-8"
    )
    return folder


def _open_cited_page(serve: Serve, read: Open, folder: Path) -> "Page":
    page = read(serve(articles=folder), reduced_motion="reduce")
    ask(page, QUESTION)
    page.locator(".answer .mark").first.click()
    page.click("text=Show the page")
    page.wait_for_selector(".page img")
    return page


def test_the_page_of_a_pdf_is_shown_with_the_cited_sentence_marked(serve: Serve, read: Open, folder: Path) -> None:
    page = _open_cited_page(serve, read, folder)
    assert (
        page.evaluate(
            "document.querySelector('.page img').complete && document.querySelector('.page img').naturalWidth"
        )
        == 1100
    )
    assert page.inner_text(".pages span") == "Page 2 of 2"
    assert page.locator(".page mark.open").count() == 2
    assert page.inner_text("#source .where") == "Source 1 of 1"
    assert serious(page) == []
    page.click("[aria-label='Previous page']")
    page.wait_for_selector(".pages >> text=Page 1 of 2")
    assert page.locator(".page mark").count() == 0
    page.click("text=Show the text")
    assert page.inner_text("mark.open") == CLOSED


def test_the_page_goes_with_its_answer_and_a_text_has_none(serve: Serve, read: Open, folder: Path) -> None:
    page = _open_cited_page(serve, read, folder)
    page.click("[aria-label^='Edit']")
    page.fill("#question", "When did Ada Berg become mayor?")
    page.press("#question", "Enter")
    page.wait_for_selector(".source.empty")
    page.wait_for_selector(".answer >> text=Ada Berg")
    page.locator(".answer .mark").first.click()
    page.wait_for_selector("mark.open")
    assert page.locator("text=Show the page").count() == 0


def test_a_page_that_cannot_be_shown_says_why(serve: Serve, read: Open, folder: Path) -> None:
    running = serve(ServeOptions(read_only=True), articles=folder)
    page = read(running)
    page.click(".entries [data-event=article][data-article='harbour.pdf']")
    page.wait_for_selector("text=Show the page")
    (folder / "harbour.pdf").write_bytes(b"%PDF-1.7 cut short")
    page.click("text=Show the page")
    page.wait_for_selector(".paper >> text=The page cannot be shown: the file is a broken or protected PDF")


def test_no_other_file_is_read_as_a_page(serve: Serve, folder: Path) -> None:
    import httpx

    running: Running = serve(articles=folder)
    data = {"chat": "c" * 24, "turns": 0, "article": "mayor.txt", "start": 0, "end": 9, "sealed": ""}
    reply = httpx.post(f"{running.url}/gradio_api/run/page_pdf", json={"data": [data]}, timeout=60)
    assert "The page cannot be shown: the file is no PDF." in reply.text
