"""Word documents, web pages and mails are read to their end, and each cell of a table under its head."""

import io
from email.message import EmailMessage
from pathlib import Path

import docx
import pytest
from PIL import Image

from rag.articles.formats.records import plain_field
from tests.articles.test_more_formats import BODY, OTHER, TITLE, load, message

INLINED = f'<img alt="" src="data:image/png;base64,{"iVBORw0KGgo" * 1_000_000}">'
"""A picture inside a page, of a size above what libxml2 takes in one attribute."""
PAGE = (
    f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>{BODY}</p>{INLINED}<p>{OTHER}</p></body></html>"
)


def test_a_word_document_is_read_beyond_a_large_picture(tmp_path: Path) -> None:
    picture, file, document = io.BytesIO(), io.BytesIO(), docx.Document()
    Image.new("L", (1, 1)).save(picture, "png")
    document.add_paragraph(BODY)
    document.add_picture(io.BytesIO(picture.getvalue() + bytes(8_000_000)))
    document.add_paragraph(OTHER)
    document.save(file)
    (article,) = load(tmp_path, "a.docx", file.getvalue())
    assert article.text == f"{BODY}\n\n{OTHER}"


def test_a_page_and_a_mail_are_read_beyond_a_large_picture_inside_them(tmp_path: Path) -> None:
    mail: EmailMessage = message()
    mail.set_content(PAGE, subtype="html", cte="8bit")
    for name, content in (("a.html", PAGE.encode()), ("a.eml", mail.as_bytes())):
        (article,) = load(tmp_path, name, content)
        assert article.text.endswith(f"{BODY}\n\n{OTHER}")


def test_a_page_is_read_beyond_a_font_in_its_style(tmp_path: Path) -> None:
    style = f"<style>@font-face {{ src: url(data:font/woff2;base64,{'d09GMgABAAA' * 1_000_000}) }}</style>"
    (article,) = load(tmp_path, "a.html", PAGE.replace(INLINED, style))
    assert article.text.endswith(f"{BODY}\n\n{OTHER}")


VOTES = "<tr><th>District</th><th>Party</th><th>Votes</th></tr>"


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            f"{VOTES}<tr><td rowspan=2>North</td><td>Greens</td><td>512</td></tr><tr><td>Reds</td><td>498</td></tr>",
            "District: North; Party: Greens; Votes: 512. District: North; Party: Reds; Votes: 498.",
        ),
        (f"{VOTES}<tr><td colspan=2>All</td><td>1010</td></tr>", "District: All; Party: All; Votes: 1010."),
        (
            "<tr><th rowspan=2>District</th><th colspan=2>Votes</th></tr><tr><th>Greens</th><th>Reds</th></tr>"
            "<tr><td>North</td><td>512</td><td>498</td></tr>",
            "District: North; Votes Greens: 512; Votes Reds: 498.",
        ),
        (
            f"<tr><th colspan=99>The vote of May</th></tr>{VOTES}<tr><td>North</td><td>Reds</td><td>498</td></tr>",
            "The vote of May District: North; Party: Reds; Votes: 498.",
        ),
        (f"{VOTES}<tr><td colspan=-2 rowspan=x>North</td><td>Reds</td></tr>", "District: North; Party: Reds."),
        (
            "<tr><td colspan=2>Opening hours</td></tr><tr><td>Friday</td><td>closed</td></tr>",
            "Opening hours Friday: closed.",
        ),
        (
            f"{VOTES}<tr><td>South</td><td>Reds</td><td rowspan=3>none</td></tr><tr></tr><tr><td>West</td></tr>",
            "District: South; Party: Reds; Votes: none. District: West; Votes: none.",
        ),
    ],
)
def test_a_merged_cell_stands_under_each_head_that_it_reaches_over(rows: str, text: str) -> None:
    assert " ".join(plain_field(f"<p><table>{rows}</table>").split()) == text


def test_a_merged_cell_of_a_word_document_stands_in_each_of_its_rows(tmp_path: Path) -> None:
    document, file = docx.Document(), io.BytesIO()
    table = document.add_table(3, 3)
    cells = (("District", "Party", "Votes"), ("North", "Greens", "512"), ("", "Reds", "498"))
    for row, texts in zip(table.rows, cells, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document.save(file)
    (article,) = load(tmp_path, "a.docx", file.getvalue())
    assert article.text.endswith("District: North; Party: Reds; Votes: 498.")


def test_cells_of_huge_spans_are_read_once_each() -> None:
    rows = "<tr><td rowspan=1000 colspan=1000>North</td><td>1</td></tr>" * 300
    assert plain_field(f"<p><table>{rows}</table>").count("North") == 300
