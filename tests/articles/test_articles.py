import io
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from rag.articles import Article, find_articles, load_article
from rag.articles.dating import publication_date
from rag.articles.formats.content import replace_unstorable, visible_text
from rag.errors import ArticleError
from rag.settings import Settings
from tests.texts import STEADY, texts

SEEDS = Path(__file__).parents[2] / "seeds"
PAGES = ("Owls hunt mice when it is dark.", "Their ears are", "uneven, which helps them hear.")
BODY = "Serbs in northern Kosovo raised roadblocks on Saturday. NATO helped to remove them."
PAGE = f"""<!doctype html><html><head><meta charset="utf-8"><title>Serbs &amp; roads</title>
<meta property="article:published_time" content="2022-12-27T10:00:00Z"></head><body><article>
<p>{BODY}</p><p>Pristina thanked “them all” — as it said on 1 May 2023.</p></article></body></html>"""


def save_article(folder: Path, name: str, content: str | bytes) -> Article:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_article(file, folder)


def body(article: Article) -> str:
    """What is left of the text without its boilerplate, on one line."""
    kept, at = [], 0
    for start, end in article.boilerplate:
        kept.append(article.text[at:start])
        at = end
    return " ".join(" ".join([*kept, article.text[at:]]).split())


def word_document(*paragraphs: str) -> bytes:
    document, file = Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(file)
    return file.getvalue()


def pdf(*pages: str) -> bytes:
    file, style = io.BytesIO(), getSampleStyleSheet()["Normal"]
    SimpleDocTemplate(file).build([part for page in pages for part in (Paragraph(page, style), PageBreak())])
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", BODY),
        ("a.md", f"# A heading\n\n{BODY}"),
        ("a.HTML", PAGE),
        ("a.htm", PAGE),
        ("a.pdf", pdf(BODY)),
        ("a.docx", word_document("A heading", BODY)),
    ],
)
def test_every_format_gives_its_text(tmp_path: Path, name: str, content: str | bytes) -> None:
    article = save_article(tmp_path, name, content)
    assert (article.id, article.source) == (name, str(tmp_path / name))
    assert body(article).startswith(BODY)


def test_text_is_kept_as_it_stands(tmp_path: Path) -> None:
    text = "\ufeffOne.\r\n\r\nTwo\tand “three”.\r\n"
    assert save_article(tmp_path, "a.txt", text).text == text
    assert save_article(tmp_path, "b.txt", "Vučić spoke.".encode("utf-16")).text == "Vučić spoke."


def test_a_character_that_no_index_holds_is_replaced_in_place(tmp_path: Path) -> None:
    text = BODY + "\ud800" + BODY
    assert replace_unstorable(text) == BODY + "\ufffd" + BODY


def test_a_sentence_may_run_over_a_page_of_a_pdf(tmp_path: Path) -> None:
    assert body(save_article(tmp_path, "a.pdf", pdf("Serbs in northern Kosovo", "raised roadblocks."))) == (
        "Serbs in northern Kosovo raised roadblocks."
    )


def test_what_runs_above_and_below_every_page_is_not_text(tmp_path: Path) -> None:
    pages = [f"Owl News 12 (2015)<br/>{words}<br/>Page {number}" for number, words in enumerate(PAGES, start=1)]
    assert body(save_article(tmp_path, "a.pdf", pdf(*pages))) == " ".join(PAGES)
    assert body(save_article(tmp_path, "b.pdf", pdf(BODY, BODY, BODY))) == f"{BODY} {BODY} {BODY}"
    document, file = Document(), io.BytesIO()
    document.add_paragraph(BODY)
    document.sections[0].header.paragraphs[0].text = "Owl News 12"
    document.sections[0].footer.paragraphs[0].text = "Page 1 of 1"
    document.save(file)
    assert save_article(tmp_path, "a.docx", file.getvalue()).text == BODY


def test_an_underlined_first_line_is_the_headline(tmp_path: Path) -> None:
    for rule in ("=======", "-----"):
        article = save_article(tmp_path, "a.md", f"How the Danube was dammed\n{rule}\n\n{BODY}")
        assert (article.title, body(article)) == ("How the Danube was dammed", BODY)


def test_paragraphs_of_a_web_page_stay_apart(tmp_path: Path) -> None:
    article = save_article(tmp_path, "a.html", PAGE)
    assert article.text.split("\n\n")[0] == BODY
    assert article.title == "Serbs & roads"


def test_an_id_is_the_path_below_the_folder(tmp_path: Path) -> None:
    file = tmp_path / "news" / "a.txt"
    file.parent.mkdir()
    file.write_text(BODY)
    assert load_article(file, tmp_path).id == "news/a.txt"
    assert load_article(file, file).id == "a.txt"


def test_a_folder_is_read_in_order_without_hidden_and_foreign_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "c/d.HTML", ".git/e.txt", ".f.txt", "g.py", "h.txt/i.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    listing = find_articles(tmp_path)
    names = [file.relative_to(tmp_path).as_posix() for file in listing.files]
    assert names == ["a.md", "b.txt", "c/d.HTML", "h.txt/i.txt"]
    assert (listing.unknown, listing.unreadable) == ((tmp_path / "g.py",), ())
    assert find_articles(tmp_path / "g.py").files == (tmp_path / "g.py",)


@pytest.mark.parametrize("path", ["nowhere", "x" * 5000])
def test_a_path_where_nothing_is_is_reported(tmp_path: Path, path: str) -> None:
    with pytest.raises(ArticleError, match=path[:20]):
        find_articles(tmp_path / path)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "is empty"),
        ("a.md", b"\xef\xbb\xbf \r\n", "is empty"),
        ("a.txt", b"\x7fELF\x02\x01\x01" + bytes(50), "is a binary file"),
        ("a.txt", bytes(range(1, 32)) * 9, "is a binary file"),
        ("a.txt", b"a" * 2001, "is too large: 0.0 MB, more than RAG_ARTICLE_BYTES=2000"),
        ("a.txt", b"RELATED: Pride march\n\nLeave a Reply\n", "nothing but boilerplate"),
        ("a.md", b"---\ntitle: x\n---\n", "nothing but boilerplate"),
        ("a.html", b"", "is empty"),
        ("a.html", b"<html><body></body></html>", "page without a text"),
        ("a.pdf", b"", "is not a PDF"),
        ("a.pdf", b"%PDF-1.4\nbroken", "broken or protected PDF"),
        ("a.pdf", pdf(BODY)[:900], "broken or protected PDF|without text"),
        ("a.docx", b"PK\x03\x04broken", "broken or protected .docx"),
        ("a.py", b"print()", "of no known format"),
    ],
)
def test_a_bad_file_is_reported_with_its_reason(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ArticleError, match=reason) as error:
        load_article(tmp_path / name, tmp_path, Settings(article_bytes=2000))
    assert error.value.path == tmp_path / name


def test_a_file_that_is_gone_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="cannot be read"):
        load_article(tmp_path / "a.txt", tmp_path)


def test_a_document_whose_packing_is_damaged_is_reported(tmp_path: Path) -> None:
    whole = bytearray(word_document(BODY))
    name = b"word/document.xml"
    whole[whole.index(name) + len(name)] = 0x07  # a block of a kind that deflate does not have
    with pytest.raises(ArticleError, match=r"broken or protected \.docx"):
        save_article(tmp_path, "a.docx", bytes(whole))


@pytest.mark.parametrize(("kind", "make"), [("pdf", lambda: pdf(BODY)), ("docx", lambda: word_document(BODY))])
def test_damage_anywhere_in_a_file_is_a_reported_error_at_worst(
    tmp_path: Path, kind: str, make: Callable[[], bytes]
) -> None:
    whole = make()
    for at in range(0, len(whole), len(whole) // 40):
        with suppress(ArticleError):
            save_article(tmp_path, f"a.{kind}", whole[:at] + b"\xa5\x00<<" + whole[at + 9 :])


@pytest.mark.parametrize(
    ("number", "title", "day"),
    [
        ("000", "Serbia has ordered its military to the “highest level of alert” and …", date(2022, 12, 27)),
        ("001", "At the Kosovo border, Serbian troops are on high alert. Serbian forces …", date(2021, 9, 26)),
        ("002", "In the conflict between Serbia and Kosovo, the security situation …", None),
        ("003", "Kosovo Military Deploys to Serbian Border, Crossings Closed", None),
        ("004", "Serbia considers sending troops to Kosovo as tensions continue to rise", None),
    ],
)
def test_titles_and_dates_of_the_five_articles(number: str, title: str, day: date | None) -> None:
    (file,) = SEEDS.glob(f"{number}*")
    article = load_article(file, SEEDS)
    assert (article.title, article.date) == (title, day)
    assert article.text == file.read_bytes().decode()


@pytest.mark.parametrize(
    ("number", "boilerplate"),
    [
        ("000", ["Last Updated on December 27, 2022", "RELATED: Hungary, Serb", "RELATED: Clashes Erupt"]),
        ("001", ["date 2021-09-26", "Brief News from Washin"]),
        ("002", []),
        ("003", ["Kosovo Military Deploy", "Update (1520 EST):", "This is developing.", "Week's Top Stories"]),
        ("004", ["Serbia considers sendi", "See also\xa0 War in Ukra", "Leave a Reply", "Your email address wil"]),
    ],
)
def test_boilerplate_of_the_five_articles(number: str, boilerplate: list[str]) -> None:
    (file,) = SEEDS.glob(f"{number}*")
    article = load_article(file, SEEDS)
    spans = [article.text[span.start : span.end].strip() for span in article.boilerplate]
    assert [text[: len(wanted)] for text, wanted in zip(spans, boilerplate, strict=True)] == boilerplate


def test_a_date_below_the_headline_is_boilerplate(tmp_path: Path) -> None:
    assert body(save_article(tmp_path, "a.txt", f"A headline\n\nDecember 27, 2022\n\n{BODY}")) == BODY


def test_a_rule_at_the_head_is_no_front_matter(tmp_path: Path) -> None:
    assert BODY in body(save_article(tmp_path, "a.md", f"---\n{BODY}\n---\nThe end came."))


def test_front_matter_states_title_and_date(tmp_path: Path) -> None:
    text = f'---\ntags:\n  - title: no\ntitle: "Serbs: a story"\ndate: Tue, 27 Dec 2022\n---\n# Another\n\n{BODY}'
    article = save_article(tmp_path, "a.md", text)
    assert (article.title, article.date, body(article)) == ("Serbs: a story", date(2022, 12, 27), BODY)


def test_an_empty_field_of_front_matter_states_nothing(tmp_path: Path) -> None:
    article = save_article(tmp_path, "a.md", f"---\ntitle:\ndate: 2022-12-27\n---\n{BODY}")
    assert article.title.startswith("Serbs in northern Kosovo")


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Last Updated on December 27, 2022", date(2022, 12, 27)),
        (" date 2021-09-26 At the border, troops wait.", date(2021, 9, 26)),
        ("Published: 2022-12-27T10:00:00Z", date(2022, 12, 27)),
        ("(Updated Tuesday, May 3, 2022)", date(2022, 5, 3)),
        ("December 27, 2022 at 10:30 am", date(2022, 12, 27)),
        ("BELGRADE, December 27, 2022 (AFP) - Serbia said so.", date(2022, 12, 27)),
        ("Kosovo declared independence on February 17, 2008.", None),
        ("Published on May 3, 2019, the report says it all.", None),
        ("May 2022", None),
        ("11/12/2022", None),
    ],
)
def test_a_date_is_what_the_dateline_states(line: str, day: date | None) -> None:
    stated = publication_date(f"A headline\n\n{line}\n\n{BODY}")
    assert (stated and stated.day) == day


@pytest.mark.parametrize(
    ("tag", "day"),
    [
        ('<meta property="article:published_time" content="2022-12-27T10:00:00Z">', date(2022, 12, 27)),
        ("<meta content='27 December 2022' name='DC.date.issued'/>", date(2022, 12, 27)),
        ("<time itemprop=datePublished datetime=2022-12-27T10:00>", date(2022, 12, 27)),
        ('<script type="application/ld+json">{"datePublished": "2022-12-27"}</script>', date(2022, 12, 27)),
        ('<meta name="description" content="up to date 2022-01-01">', None),
        ('<meta name="expiration-date" content="2022-01-01">', None),
        ('<meta property="article:modified_time" content="2022-01-01">', None),
        ('<time datetime="2022-01-01">', None),
    ],
)
def test_a_web_page_is_dated_by_its_metadata_only(tmp_path: Path, tag: str, day: date | None) -> None:
    page = f"<html><head>{tag}</head><body><article><p>{BODY}</p><p>It was on 1 May 2023.</p></article></body></html>"
    assert save_article(tmp_path, "a.html", page).date == day


def test_a_title_is_short_and_on_one_line(tmp_path: Path) -> None:
    assert (
        save_article(tmp_path, "a.txt", f"Serbs  raise\troadblocks – The News\n\n{BODY}").title
        == "Serbs raise roadblocks"
    )
    assert save_article(tmp_path, "b.txt", "x" * 500).title == "x" * 72 + " …"
    assert save_article(tmp_path, "c.txt", "Short.").title == "Short."
    assert save_article(tmp_path, "d.txt", "— " + "x" * 500).title == "— " + "x" * 70 + " …"


@pytest.mark.parametrize("piece", ["<meta ", "---\n", "RELATED: ", "Update (", "title: ", " ", "December 1, "])
def test_long_runs_are_read_no_slower_than_their_length(tmp_path: Path, piece: str) -> None:
    for name in ("a.md", "a.html"):
        with suppress(ArticleError):
            save_article(tmp_path, name, "A " + piece * (100_000 // len(piece)))


@STEADY
@given(text=texts())
def test_any_text_is_an_article_or_a_reported_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    try:
        article = save_article(tmp_path_factory.getbasetemp(), "any.txt", text)
    except ArticleError:
        return
    assert article.text == replace_unstorable(visible_text(text))
    assert article.title == " ".join(article.title.split()) != ""
    edges = [edge for span in article.boilerplate for edge in span]
    assert edges == sorted(set(edges))
    assert body(article)


@STEADY
@given(
    head=st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04", b"\xff\xfe", b"<html><p>", b"<?xml?>"]), tail=st.binary()
)
@pytest.mark.parametrize("kind", ["txt", "html", "pdf", "docx"])
def test_any_bytes_are_an_article_or_a_reported_error(
    tmp_path_factory: pytest.TempPathFactory, kind: str, head: bytes, tail: bytes
) -> None:
    with suppress(ArticleError):
        assert save_article(tmp_path_factory.getbasetemp(), f"any.{kind}", head + tail).text


def test_a_name_that_is_no_text_is_reported_and_not_indexed(tmp_path: Path) -> None:
    folder = tmp_path / "\udcff"
    for path in (folder, tmp_path):
        with pytest.raises(ArticleError, match="has a name that is not UTF-8; rename it"):
            load_article(path / "a\udce9.txt", path)
    with pytest.raises(ArticleError, match="not UTF-8"):
        find_articles(folder)


@pytest.mark.parametrize("line", ["Updated December 28, 2022", "Posted: 28 Dec. 2022 10:45 AM EST", "Date: 2022-12-28"])
def test_a_line_that_only_states_the_date_is_no_headline(tmp_path: Path, line: str) -> None:
    article = save_article(tmp_path, "a.txt", f"{line}\n\nSerbs raise roadblocks\n\n{BODY}")
    assert (article.title, article.date, body(article)) == ("Serbs raise roadblocks", date(2022, 12, 28), BODY)


@pytest.mark.parametrize(
    "line",
    [
        "Associated Press writers Llazar Semini and Dusan Stojanovic contributed to this report.",
        "Reporting by Fatos Bytyci; Editing by Ivana Sekularac and Mark Heinrich",
        "(Additional reporting by Aleksandar Vasovic)",
    ],
)
def test_credits_are_not_evidence(tmp_path: Path, line: str) -> None:
    assert body(save_article(tmp_path, "a.txt", f"{BODY}\n\n{line}\n")) == BODY


@pytest.mark.parametrize(
    "line", ["Reporting by the mayor's own office showed a loss.", "Ten of the villages contributed to this report."]
)
def test_a_sentence_that_sounds_like_a_credit_is_evidence(tmp_path: Path, line: str) -> None:
    assert body(save_article(tmp_path, "a.txt", f"{BODY}\n\n{line}\n")) == f"{BODY} {line}"
