"""A file that is too much ends in a limit, with the setting's name, before it fills the memory."""

import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from reportlab.pdfgen import canvas

from rag.articles import load_articles
from rag.errors import ArticleError
from rag.settings import Settings

BODY = "The harbour authority of Tolvik closed its northern pier on Monday."
MEMORY = 60_000_000
"""Bytes that a refusal may take at its peak."""
SMALL = Settings(file_articles=20, article_pages=20)


def pages(file: Path) -> None:
    sheets = canvas.Canvas(str(file))
    for number in range(21):
        sheets.drawString(72, 720, f"{BODY} {number}")
        sheets.showPage()
    sheets.save()


def packed(member: str) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(member, b" " * 150_000_000)

    return write


def nested_archives(file: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("word/document.xml", b" " * 150_000_000)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("bomb.docx", inner.getvalue())


def many_members(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(21):
            archive.writestr(f"{number}.txt", BODY)


def huge(file: Path) -> None:
    with file.open("wb") as sparse:
        sparse.write(b"title,text\n")
        sparse.truncate(500_000_000)


def deep(file: Path) -> None:
    file.write_text('{"a":' * 200_000 + "1" + "}" * 200_000)


def deep_within_a_field(file: Path) -> None:
    value: object = BODY
    for _ in range(150):
        value = [value]
    file.write_text(json.dumps({"title": "Pier", "text": BODY, "more": value}))


def rows(file: Path) -> None:
    file.write_text("title,text\n" + f"Pier,{BODY}\n" * 21)


def lines(file: Path) -> None:
    file.write_text(f'{{"text": "{BODY}"}}\n' * 21)


def messages(file: Path) -> None:
    file.write_text(f"From a@example.org Fri Mar 12 08:00:00 2021\nSubject: Pier\n\n{BODY}\n\n" * 21)


def wide(file: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in range(1, 21):
        book.active.cell(row, 16_384, "end")
    book.save(file)


@pytest.mark.parametrize(
    ("name", "write", "reason"),
    [
        ("a.zip", packed("a.txt"), "unpacks to 150 MB, more than RAG_UNPACKED_BYTES=100000000"),
        ("a.docx", packed("word/document.xml"), "unpacks to 150 MB, more than RAG_UNPACKED_BYTES"),
        ("b.zip", nested_archives, "bomb.docx unpacks to 150 MB, more than RAG_UNPACKED_BYTES"),
        ("c.zip", many_members, "holds 21 files, more than RAG_FILE_ARTICLES=20"),
        ("a.pdf", pages, "has 21 pages, more than RAG_ARTICLE_PAGES=20"),
        ("a.csv", huge, "is too large: 500.0 MB, more than RAG_ARTICLE_BYTES=20000000"),
        ("a.json", deep, "nested too deeply, more than RAG_JSON_DEPTH=100"),
        ("b.json", deep_within_a_field, "nested too deeply, more than RAG_JSON_DEPTH=100"),
        ("b.csv", rows, "holds 21 articles, more than RAG_FILE_ARTICLES=20"),
        ("a.jsonl", lines, "holds 21 articles, more than RAG_FILE_ARTICLES=20"),
        ("a.mbox", messages, "holds 21 messages, more than RAG_FILE_ARTICLES=20"),
        ("a.xlsx", wide, "as many as .* rows of 250, more than RAG_FILE_ARTICLES=20"),
    ],
)
def test_too_much_names_its_limit_in_bounded_memory(
    tmp_path: Path, name: str, write: Callable[[Path], None], reason: str
) -> None:
    write(tmp_path / name)
    tracemalloc.start()
    try:
        with pytest.raises(ArticleError, match=reason) as error:
            load_articles(tmp_path / name, tmp_path, SMALL)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert error.value.reason.endswith("split it, or raise the limit")
    assert peak < MEMORY


def test_a_limit_that_is_raised_lets_the_file_in(tmp_path: Path) -> None:
    rows(tmp_path / "a.csv")
    assert len(load_articles(tmp_path / "a.csv", tmp_path, Settings(file_articles=21)).articles) == 21
