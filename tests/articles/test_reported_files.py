"""Small files of the kinds that users of such tools reported: each is read with its words, its title and its date."""

from datetime import date
from pathlib import Path

import pytest

from rag.articles import Article, find_articles, load_articles
from tests.articles.test_articles import body, save_article

FIXTURES = Path(__file__).parent / "fixtures"
DAY = date(2021, 3, 12)
PIER = "Tolvik shuts pier"


def load(name: str) -> tuple[Article, ...]:
    return load_articles(FIXTURES / name, FIXTURES).articles


def notes(name: str) -> tuple[str, ...]:
    return load_articles(FIXTURES / name, FIXTURES).notes


def evidence(article: Article) -> str:
    kept, at = [], 0
    for start, end in (*article.boilerplate, (len(article.text), len(article.text))):
        kept.append(article.text[at:start])
        at = end
    return " ".join("".join(kept).split())


@pytest.mark.parametrize(
    "name",
    [f"03-jsonld-date-of-another-story/{page}/a.html" for page in ("h07-ld-itemlist-first", "h08-ld-comment-first")]
    + [f"03-jsonld-date-of-another-story/{page}/a.html" for page in ("h15-ld-graph-site", "h17-related-time")]
    + [f"29-html-date-forms/{form}.html" for form in ("a", "byline", "citation", "hatom", "sailthru", "visible")]
    + ["20-cr-line-ends/plain.txt", "20-cr-line-ends/updated.txt"]
    + [f"23-front-matter/{form}.md" for form in ("a", "after-blank-lines", "dots", "header-lines", "json", "toml")],
)
def test_title_and_date_are_those_the_article_states(name: str) -> None:
    (article,) = load(name)
    assert (article.title, article.date) == (PIER, DAY)
    assert evidence(article).startswith("The harbour authority of Tolvik closed")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("folded", "Tolvik shuts pier after cracks"),
        ("quotes", """It's over: Tolvik "shuts" pier"""),
        (
            "folded-plain",
            "Tolvik shuts the northern pier of its harbour after divers found cracks in three of its pillars,"
            " and sends the ferries elsewhere",
        ),
    ],
)
def test_front_matter_is_read_as_yaml(name: str, title: str) -> None:
    (article,) = load(f"23-front-matter/{name}.md")
    assert (article.title, article.date) == (title, DAY)


@pytest.mark.parametrize("name", ["export.txt", "export2.txt"])
def test_an_export_of_a_press_database_holds_many_articles(name: str) -> None:
    articles = load(f"04-press-database-export/{name}")
    assert [(article.title, article.date) for article in articles] == [
        (PIER, DAY),
        ("Stenvik office burns", date(2022, 7, 4)),
        ("Velmora digs sewers", date(2023, 11, 20)),
    ]
    assert len({article.id for article in articles}) == 3
    assert evidence(articles[2]).endswith("Mayor Ingrid Solvang resigned yesterday.")
    assert evidence(articles[1]).startswith("A fire destroyed the tax office")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("05-soft-hyphens/shy.txt", "approved a new archive building on Tuesday"),
        ("06-zero-width-space/zw.txt", "Foreman Oskar Brynolf was rescued after 14 hours."),
        ("08-line-end-hyphens/a.txt", "expects a reconstruction for 4.2 million euros."),
        ("08-line-end-hyphens/a.pdf", "The self-made millionaire Axel Broman offered a low-interest loan."),
        ("09-docx-nonbreaking-hyphen/a.docx", "The years 2019-2021 were bad for the North-South ferry,"),
        ("09-docx-nonbreaking-hyphen/a.docx", "costs rose by 4-5 percent."),
        ("11-docx-footnote/a.docx", "Diver Olle Friis told the port log on 12 March 2021 that he saw 19 cracks."),
        ("13-docx-table/a.docx", "Route: Tolvik to Gull Island; Adult fare: 75 crowns; Child fare: 35 crowns."),
        ("13-docx-table/table.pdf", "Route: Tolvik to Gull Island; Adult fare: 75 crowns; Child fare: 35 crowns."),
        ("15-pdf-owner-password-aes/a.pdf", "The Tolvik harbour board closed the northern pier on Monday"),
        ("15-pdf-owner-password-aes/aes128.pdf", "The Tolvik harbour board closed the northern pier on Monday"),
        ("17-pdf-two-columns-by-row/a.pdf", "Chief Lena Forsgren said a heater was to blame. Nobody was hurt"),
        ("25-markdown-not-prose/links.md", "The harbour authority of Tolvik closed its northern pier on Monday after"),
        ("25-markdown-not-prose/links.md", "divers found three cracked pillars."),
        ("27-html-lost-lists/h22-bodyul/a.html", "The pier is 812 metres long and was built in 1931."),
        ("27-html-lost-lists/h25-tablelist/a.html", "Mon: 10:00 to 20:00 from the fish market."),
        ("31-superscript/a.html", "The pier covers 300 m² and 10^6 mussels live on it"),
        ("31-superscript/a.html", "nobody could say when it would open again. The"),
        ("35-html-in-txt/page.txt", "Fire at the Lomma depot destroyed 27 buses on Sunday."),
        ("21-encoding-hint/kazan.txt", "Власти Зареченска закрыли мост"),
        ("21-encoding-hint/minato.txt", "港町の市役所は月曜日に北橋を閉鎖した"),
        ("21-encoding-hint/river.txt", "江城市政府周一关闭了北江大桥"),
        ("21-encoding-hint/pier.txt", "Ferries to the islands now leave from the old fish market."),
        ("21-encoding-hint/long.txt", "’"),
    ],
)
def test_words_are_those_the_file_shows(name: str, words: str) -> None:
    (article,) = load(name)
    assert words in evidence(article)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("10-docx-moved-and-hidden/hidden.docx", "9 million"),
        ("10-docx-moved-and-hidden/a.docx", "lied"),
        ("25-markdown-not-prose/a.md", "9 million"),
        ("25-markdown-not-prose/code.md", "900 ships"),
        ("25-markdown-not-prose/links.md", "utm_source"),
        ("35-html-in-txt/page.txt", "var x"),
    ],
)
def test_what_no_reader_of_the_file_reads_is_no_evidence(name: str, words: str) -> None:
    (article,) = load(name)
    assert words not in evidence(article)


def test_moved_text_stands_once() -> None:
    (article,) = load("10-docx-moved-and-hidden/a.docx")
    assert article.text.count("Marta Lindqvist signed the contract") == 1


def test_a_title_holds_no_markup() -> None:
    assert load("25-markdown-not-prose/title-markup.md")[0].title == PIER


@pytest.mark.parametrize("name", ["related.txt", "u2028.txt", "plain.txt"])
def test_any_line_end_ends_a_line(name: str) -> None:
    assert load(f"20-cr-line-ends/{name}")[0].title == PIER


def test_what_is_lost_or_decided_is_noted() -> None:
    assert notes("18-pdf-half-scanned/a.pdf") == ("5 of 6 pages hold no text, perhaps scanned: 2, 3, 4, 5, 6",)
    assert notes("21-encoding-hint/kazan.txt") == ("is not UTF-8; read as Windows-1251",)
    assert "Windows-1252" in notes("21-encoding-hint/long.txt")[0]
    assert notes("23-front-matter/a.md") == ()


def test_lock_files_and_parts_of_saved_pages_are_left_out() -> None:
    listing = find_articles(FIXTURES)
    names = {file.name for file in (*listing.lock_files, *listing.page_parts)}
    assert names == {"~$letter.docx", "a(1).html", "saved_resource.html"}
    assert "Tolvik shuts pier.html" in {file.name for file in listing.files}


SENTENCE = (
    "The harbour authority of Tolvik closed its northern pier on Monday after divers found cracks in three pillars."
)
HEADED = f"<html lang='en'><head>%s</head><body><article><h1>{PIER}</h1>%s<p>{SENTENCE}</p></article></body></html>"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-32"])
def test_wide_encodings_need_no_mark(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(SENTENCE.encode(encoding))
    assert load_articles(tmp_path / "a.txt", tmp_path).articles[0].text == SENTENCE


def test_a_text_of_western_europe_is_no_text_of_a_dos_code_page(tmp_path: Path) -> None:
    text = "Der Präsident sagte, die Brücke über die Donau sei gesperrt worden. Die Züge fuhren später."
    (tmp_path / "a.txt").write_bytes(text.encode("latin-1"))
    assert load_articles(tmp_path / "a.txt", tmp_path).articles[0].text == text


@pytest.mark.parametrize(
    ("head", "below", "day"),
    [
        ("<meta name=date content=2020-01-01><meta property='article:published_time' content=2021-03-12>", "", DAY),
        ("", "<p>12 March 2021 by Ana Mirkov</p>", DAY),
        ("", "<time datetime='2021-03-12' pubdate>today</time>", DAY),
        ("", "<div class=comments><time class=published datetime='2022-02-02'>x</time></div>", None),
        ("<meta name=date content='04/03/2021'>", "", None),
    ],
)
def test_a_page_is_dated_by_what_names_its_own_publication(
    tmp_path: Path, head: str, below: str, day: date | None
) -> None:
    (tmp_path / "a.html").write_text(HEADED % (head, below), encoding="utf-8")
    assert load_articles(tmp_path / "a.html", tmp_path).articles[0].date == day


def test_hidden_parts_of_a_page_are_not_read(tmp_path: Path) -> None:
    hidden = "<p>Repairs <span hidden>9 million</span> begin.</p><p style='display: none'>Paid by the mayor.</p>"
    (tmp_path / "a.html").write_text(HEADED % ("", hidden), encoding="utf-8")
    text = load_articles(tmp_path / "a.html", tmp_path).articles[0].text
    assert "Repairs begin." in text
    assert "9 million" not in text
    assert "mayor" not in text


def test_time_stamps_of_captions_are_no_evidence(tmp_path: Path) -> None:
    text = "1\n00:00:01,000 --> 00:00:04,000\nThe pier of Tolvik was closed on Monday.\n"
    assert "-->" not in body(save_article(tmp_path, "a.txt", text))
