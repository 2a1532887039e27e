"""A page of a PDF is shown with the places of a sentence, however the page sets it."""

import io
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen import canvas

from rag.articles.pdf_pages import LONGEST, WIDTH, Box, read_pdf_page
from rag.errors import ArticleError

PAGES = (
    ("The harbour of Tolvik", "was opened in 1903."),
    (
        "Divers found cracks in three pil-",
        "lars of the northern pier. Ferries leave from the",
        "southern pier, which was",
    ),
    ("rebuilt after the storm of last winter, said the mayor.",),
)
CRACKS = "Divers found cracks in three pillars of the northern pier."
REBUILT = "Ferries leave from the southern pier, which was rebuilt after the storm of last winter, said the mayor."


def _write(file: Path, pages: tuple[tuple[str, ...], ...] = PAGES, size: tuple[int, int] = (400, 500)) -> Path:
    sheet = canvas.Canvas(str(file), pagesize=size)
    for lines in pages:
        for number, line in enumerate(lines):
            sheet.drawString(40, size[1] - 100 - 20 * number, line)
        sheet.showPage()
    sheet.save()
    return file


def _darkness(picture: bytes, box: Box) -> float:
    """The darkest dot in a box of the picture, 0 for white and 1 for black."""
    with Image.open(io.BytesIO(picture)) as image:
        x, y = box.left * image.width, box.top * image.height
        inside = image.convert("L").crop(
            (int(x), int(y), int(x + box.width * image.width), int(y + box.height * image.height))
        )
        return 1 - min(inside.tobytes()) / 255


def test_a_sentence_is_marked_where_it_stands_on_its_page(tmp_path: Path) -> None:
    page = read_pdf_page(_write(tmp_path / "a.pdf"), CRACKS)
    assert (page.number, page.pages, page.width, page.whole) == (2, 3, WIDTH, True)
    first, second = page.boxes
    assert first.left == pytest.approx(0.1, abs=0.01)
    assert first.top == pytest.approx(0.18, abs=0.02)
    assert second.top - first.top == pytest.approx(20 / 500, abs=0.01)
    assert second.width < first.width
    assert all(_darkness(page.picture, box) > 0.5 for box in page.boxes)


def test_of_a_sentence_that_goes_on_over_the_page_each_page_marks_its_part(tmp_path: Path) -> None:
    file = _write(tmp_path / "a.pdf")
    page = read_pdf_page(file, REBUILT)
    assert (page.number, page.whole, len(page.boxes)) == (3, False, 1)
    assert len(read_pdf_page(file, REBUILT, number=2).boxes) == 2
    assert read_pdf_page(file, REBUILT, number=1).boxes == ()


def test_without_the_sentence_the_page_where_it_should_stand_is_shown(tmp_path: Path) -> None:
    page = read_pdf_page(_write(tmp_path / "a.pdf"), "Nobody wrote this.", share=0.5)
    assert (page.number, page.boxes, page.whole) == (2, (), False)
    assert read_pdf_page(tmp_path / "a.pdf", "", number=99).number == 3


def test_a_turned_page_is_marked_where_it_is_shown(tmp_path: Path) -> None:
    sheet = canvas.Canvas(str(tmp_path / "a.pdf"), pagesize=(400, 500))
    sheet.setPageRotation(90)
    sheet.translate(400, 0)
    sheet.rotate(90)
    for number, line in enumerate(PAGES[1]):
        sheet.drawString(40, 300 - 20 * number, line)
    sheet.save()
    page = read_pdf_page(tmp_path / "a.pdf", CRACKS)
    assert page.boxes[0].left == pytest.approx(40 / 400, abs=0.01)
    assert page.boxes[0].width > page.boxes[0].height
    assert all(_darkness(page.picture, box) > 0.5 for box in page.boxes)


def test_a_huge_page_is_drawn_small(tmp_path: Path) -> None:
    page = read_pdf_page(_write(tmp_path / "a.pdf", size=(400, 14_000)), "")
    assert page.height == pytest.approx(LONGEST, abs=1)
    assert page.width < WIDTH


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    file = _write(tmp_path / "a.pdf")
    assert read_pdf_page(file, "").pages == 3
    assert read_pdf_page(_write(file, PAGES[:1] * 5), "").pages == 5


@pytest.mark.parametrize(("content", "why"), [(b"%PDF-1.7 broken", "broken or protected"), (None, "cannot be read")])
def test_a_page_that_cannot_be_shown_says_why(tmp_path: Path, content: bytes | None, why: str) -> None:
    file = tmp_path / "a.pdf"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ArticleError, match=why):
        read_pdf_page(file, CRACKS)
