"""Word documents, web pages and mails are read to their end."""

import io
from email.message import EmailMessage
from pathlib import Path

import docx
from PIL import Image

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
