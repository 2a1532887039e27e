"""Running heads and page numbers of a PDF are left out with a note; first and last lines with figures are text."""

from pathlib import Path

import pytest
from reportlab.pdfgen import canvas

from rag.articles import load_articles

TURNOUT = ("Turnout was low on Sunday.", "Fewer came than in May.", "The polls closed late.", "It rained all day.")
WIDTH, LINE = 400, 20


def load(folder: Path, *pages: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Text and notes of a PDF; what stands behind a tab in a line is set flush right."""
    sheet = canvas.Canvas(str(folder / "a.pdf"), pagesize=(WIDTH, 200))
    for lines in pages:
        for number, line in enumerate(lines):
            left, _, right = line.partition("\t")
            sheet.drawString(30, 150 - LINE * number, left)
            sheet.drawRightString(WIDTH - 30, 150 - LINE * number, right)
        sheet.showPage()
    sheet.save()
    loaded = load_articles(folder / "a.pdf", folder)
    return " ".join(loaded.articles[0].text.split()), loaded.notes


@pytest.mark.parametrize("pages", [2, 3, 4])
@pytest.mark.parametrize(
    ("head", "foot"),
    [
        ("District {0}", "Votes counted: 81{0}"),
        ("Results of the vote in District {0}", "Of these {0} were invalid."),
        ("{0} people were hurt in the district.", "Counted on {0} May 2023"),
        ("202{0}", "4{0}7"),
        ("District\t{0}", "Share of the votes: {0}.5"),
    ],
)
def test_first_and_last_lines_with_figures_are_text(tmp_path: Path, pages: int, head: str, foot: str) -> None:
    figures = (3, 1, 2, 8) if foot == "4{0}7" else (1, 2, 3, 4)
    sheets = [
        (head.format(index), line, foot.format(figure))
        for index, (line, figure) in enumerate(zip(TURNOUT[:pages], figures, strict=False), start=1)
    ]
    shown = " ".join(line for lines in sheets for line in lines).replace("\t", " ")
    assert load(tmp_path, *sheets) == (shown, ())


@pytest.mark.parametrize(
    ("head", "foot", "noted"),
    [
        ("Owl News 12 (2015)", "{0}", "Owl News 12 (2015)"),
        ("The Journal of Owls\t{0}", "- {0} -", "The Journal of Owls"),
        ("{0}\tThe Journal of Owls", "Seite {0} von 9", "The Journal of Owls"),
        ("Owls \u2013 Page {0}", "{0} / 9", "Owls"),
        ("Page {0} of 9", "p. {0}", ""),
    ],
)
def test_running_heads_and_page_numbers_are_left_out(tmp_path: Path, head: str, foot: str, noted: str) -> None:
    sheets = [(head.format(page), line, foot.format(page)) for page, line in enumerate(TURNOUT, start=7)]
    text, notes = load(tmp_path, *sheets)
    assert text == " ".join(TURNOUT)
    assert notes == ((f"first or last lines that most pages share were left out: “{noted}”",) if noted else ())
