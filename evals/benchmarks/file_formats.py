"""Text -> one small article in each format, written by the format's own library: files to measure readers with."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from html import escape
from pathlib import Path

TITLE = "Tolvik shuts pier"
PARAGRAPHS = (
    "The harbour authority of Tolvik closed its northern pier on Monday after divers found cracks in three pillars.",
    "Ferries to Gull Island leave from the southern pier until the repair is done, the harbour master said on Tuesday.",
    "The repair costs 4.2 million crowns and takes two years, according to a report that the council saw last week.",
)
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def _plain(title: str, paragraphs: tuple[str, ...]) -> bytes:
    return "\n\n".join((title, *paragraphs)).encode()


def _markdown(title: str, paragraphs: tuple[str, ...]) -> bytes:
    return f"---\ntitle: {title}\ndate: 2021-03-12\n---\n\n{_plain('', paragraphs).decode().strip()}\n".encode()


def _page(title: str, paragraphs: tuple[str, ...]) -> bytes:
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    menu = "<nav><ul><li><a href='/a'>News</a></li><li><a href='/b'>Sport</a></li></ul></nav>"
    return (
        f"<html><head><meta charset='utf-8'><title>{escape(title)}</title></head><body>{menu}"
        f"<article><h1>{escape(title)}</h1>{body}</article><footer>Imprint</footer></body></html>"
    ).encode()


def _word(title: str, paragraphs: tuple[str, ...]) -> bytes:
    import docx

    document, file = docx.Document(), io.BytesIO()
    document.add_heading(title)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(file)
    return file.getvalue()


def _pdf(title: str, paragraphs: tuple[str, ...]) -> bytes:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    file, styles = io.BytesIO(), getSampleStyleSheet()
    parts = [Paragraph(escape(title), styles["Heading1"])]
    parts += [Paragraph(escape(paragraph), styles["BodyText"]) for paragraph in paragraphs]
    SimpleDocTemplate(file).build(parts)
    return file.getvalue()


def _slides(title: str, paragraphs: tuple[str, ...]) -> bytes:
    import pptx

    show, file = pptx.Presentation(), io.BytesIO()
    for paragraph in paragraphs:
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, paragraph
    show.save(file)
    return file.getvalue()


def _workbook(title: str, paragraphs: tuple[str, ...]) -> bytes:
    import openpyxl

    book, file = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (["Title", "Text"], *([title, paragraph] for paragraph in paragraphs)):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def _table(title: str, paragraphs: tuple[str, ...]) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows([["title", "text"], *([title, paragraph] for paragraph in paragraphs)])
    return file.getvalue().encode()


def _json(title: str, paragraphs: tuple[str, ...]) -> bytes:
    return json.dumps([{"title": title, "text": "\n\n".join(paragraphs)}]).encode()


def _json_lines(title: str, paragraphs: tuple[str, ...]) -> bytes:
    return "\n".join(json.dumps({"title": title, "text": paragraph}) for paragraph in paragraphs).encode()


def _mail(title: str, paragraphs: tuple[str, ...]) -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["Date"], mail["From"] = title, "Fri, 12 Mar 2021 08:00:00 +0100", "post@example.org"
    mail.set_content("\n\n".join(paragraphs))
    return mail.as_bytes()


def _rich_text(title: str, paragraphs: tuple[str, ...]) -> bytes:
    lines = "\\par\n".join((title, *paragraphs))
    return ("{\\rtf1\\ansi\n" + "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in lines) + "}").encode()


def _open_document(title: str, paragraphs: tuple[str, ...]) -> bytes:
    body = "".join(f"<text:p>{escape(paragraph)}</text:p>" for paragraph in paragraphs)
    content = (
        f'<office:document-content xmlns:office="{_OFFICE}" xmlns:text="{_TEXT}"><office:body><office:text>'
        f'<text:h text:outline-level="1">{escape(title)}</text:h>{body}</office:text></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    return _zipped({"mimetype": kind.encode(), "content.xml": content.encode()})


def _book(title: str, paragraphs: tuple[str, ...]) -> bytes:
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
        '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" version="3.0">'
        f"<metadata><dc:title>{escape(title)}</dc:title></metadata><manifest>"
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    chapter = _page(title, paragraphs).replace(b"<html>", b'<html xmlns="http://www.w3.org/1999/xhtml">')
    return _zipped(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": container.encode(),
            "book.opf": package.encode(),
            "a.xhtml": chapter.replace(b"<meta charset='utf-8'>", b""),
        }
    )


def _archive(title: str, paragraphs: tuple[str, ...]) -> bytes:
    return _zipped({f"{number}.txt": _plain(title, (one,)) for number, one in enumerate(paragraphs)})


def _feed(title: str, paragraphs: tuple[str, ...]) -> bytes:
    entries = "".join(
        f"<item><title>{escape(title)}</title><description>{escape(one)}</description></item>" for one in paragraphs
    )
    return f"<rss><channel><title>Post</title>{entries}</channel></rss>".encode()


def _zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


SAMPLES: dict[str, Callable[[str, tuple[str, ...]], bytes]] = {
    ".txt": _plain,
    ".md": _markdown,
    ".html": _page,
    ".docx": _word,
    ".pdf": _pdf,
    ".pptx": _slides,
    ".xlsx": _workbook,
    ".csv": _table,
    ".json": _json,
    ".jsonl": _json_lines,
    ".eml": _mail,
    ".rtf": _rich_text,
    ".odt": _open_document,
    ".epub": _book,
    ".zip": _archive,
    ".rss": _feed,
}
"""Suffix -> what writes an article of a title and paragraphs in its format."""


def write_sample(
    suffix: str, folder: Path, name: str = "whole", title: str = TITLE, paragraphs: tuple[str, ...] = PARAGRAPHS
) -> Path:
    """One article in one format, as a file of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}{suffix}"
    file.write_bytes(SAMPLES[suffix](title, paragraphs))
    return file
