"""Mail, tables, exports, books, slides, archives: small files made here are read as the articles they hold."""

import io
import json
import zipfile
from contextlib import suppress
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pptx
import pytest

from rag.articles import Article, load_articles
from rag.articles.formats import FORMATS
from rag.errors import ArticleError
from tests.articles.outlook import outlook_message

TITLE, DAY = "Tolvik shuts pier", date(2021, 3, 12)
BODY = "The harbour authority of Tolvik closed its northern pier on Monday."
OTHER = "A fire destroyed the tax office of Stenvik on Sunday night."
PAGE = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>{BODY}</p></body></html>"


def load(folder: Path, name: str, content: str | bytes) -> tuple[Article, ...]:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_articles(file, folder).articles


def archive(members: dict[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in members.items():
            into.writestr(name, content)
    return packed.getvalue()


def message(*, html: bool = False) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Date"] = TITLE, "a@example.org", "Fri, 12 Mar 2021 08:00:00 +0100"
    mail.set_content(f"<p>{BODY}</p>" if html else BODY, subtype="html" if html else "plain")
    return mail


@pytest.mark.parametrize("html", [False, True])
def test_a_mail_has_its_subject_and_day(tmp_path: Path, html: bool) -> None:  # noqa: FBT001
    mail = message(html=html)
    mail.add_attachment(b"x", maintype="image", subtype="png", filename="pier.png")
    (article,) = load(tmp_path, "a.eml", mail.as_bytes())
    assert (article.title, article.date, article.text.strip()) == (TITLE, DAY, BODY)
    assert load_articles(tmp_path / "a.eml", tmp_path).notes == ("attachments were not read: pier.png",)


def test_a_message_of_outlook_is_read(tmp_path: Path) -> None:
    sent = datetime(2021, 3, 12, 8, tzinfo=UTC)
    (article,) = load(tmp_path, "a.msg", outlook_message({0x0037: TITLE, 0x1000: BODY}, sent))
    assert (article.title, article.date, article.text) == (TITLE, DAY, BODY)
    (article,) = load(tmp_path, "b.msg", outlook_message({0x0037: TITLE, 0x1013: f"<p>{BODY}</p>"}, sent))
    assert article.text == BODY
    with pytest.raises(ArticleError, match="without a text"):
        load(tmp_path, "c.msg", outlook_message({0x0037: TITLE}, sent))
    with pytest.raises(ArticleError, match=r"broken \.msg"):
        load(tmp_path, "d.msg", outlook_message({0x1000: BODY}, sent)[:600])


def test_a_mailbox_holds_many_messages(tmp_path: Path) -> None:
    one = b"From a@example.org Fri Mar 12 08:00:00 2021\n" + message().as_bytes() + b"\n\n"
    articles = load(tmp_path, "a.mbox", one + one)
    assert [(article.id, article.title, article.date) for article in articles] == [
        ("a.mbox/1", TITLE, DAY),
        ("a.mbox/2", TITLE, DAY),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", f'Title,Date,Text\r\n{TITLE},2021-03-12,"{BODY}"\r\nFire,2022-07-04,"{OTHER}"\r\n'),
        ("b.csv", f"headline;published_at;body\n{TITLE};2021-03-12T08:00:00Z;{BODY}\nFire;4 July 2022;{OTHER}\n"),
        ("a.tsv", f"title\tdate\tcontent\n{TITLE}\t2021-03-12\t<p>{BODY}</p>\nFire\t2022-07-04\t{OTHER}\n"),
        (
            "a.json",
            json.dumps(
                {
                    "status": "ok",
                    "articles": [
                        {"title": TITLE, "publishedAt": "2021-03-12T08:00:00Z", "content": BODY},
                        {"title": "Fire", "publishedAt": "2022-07-04", "content": OTHER},
                    ],
                }
            ),
        ),
        (
            "a.jsonl",
            json.dumps({"title": TITLE, "date": "2021-03-12", "text": BODY})
            + "\n"
            + json.dumps({"title": "Fire", "date": "2022-07-04", "text": OTHER}),
        ),
        (
            "a.rss",
            f"<rss><channel><title>Post</title><item><title>{TITLE}</title><pubDate>Fri, 12 Mar 2021 08:00:00 GMT"
            f"</pubDate><description>&lt;p&gt;{BODY}&lt;/p&gt;</description></item><item><title>Fire</title>"
            f"<pubDate>Mon, 04 Jul 2022 08:00:00 GMT</pubDate><description>{OTHER}</description></item></channel>"
            "</rss>",
        ),
        (
            "a.atom",
            f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>{TITLE}</title><published>2021-03-12T08:00:00Z"
            f"</published><content type='html'>{BODY}</content></entry><entry><title>Fire</title><published>2022-07-04"
            f"</published><content>{OTHER}</content></entry></feed>",
        ),
    ],
)
def test_an_export_holds_many_articles_with_their_titles_and_dates(tmp_path: Path, name: str, content: str) -> None:
    articles = load(tmp_path, name, content)
    assert [(article.id, article.title, article.date, article.text) for article in articles] == [
        (f"{name}/1", TITLE, DAY, BODY),
        (f"{name}/2", "Fire", date(2022, 7, 4), OTHER),
    ]


def test_records_are_named_by_their_ids(tmp_path: Path) -> None:
    records = [{"id": "pier-1", "text": BODY}, {"id": 7, "text": OTHER}]
    assert [article.id for article in load(tmp_path, "a.json", json.dumps(records))] == ["a.json/pier-1", "a.json/7"]
    records = [{"id": "../../x", "text": BODY}, {"id": "y", "text": OTHER}]
    assert [article.id for article in load(tmp_path, "b.json", json.dumps(records))] == ["b.json/1", "b.json/2"]


def test_a_table_without_a_text_column_is_read_row_by_row(tmp_path: Path) -> None:
    (article,) = load(tmp_path, "fares.csv", "Route,Adult fare\nTolvik to Gull Island,75 crowns\nTolvik to Smed,40\n")
    assert article.text.split("\n\n")[0] == "Route: Tolvik to Gull Island; Adult fare: 75 crowns."


def test_a_workbook_is_read_row_by_row(tmp_path: Path) -> None:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (["Route", "Fare", "Since"], ["Tolvik to Gull Island", 4.2, datetime(2021, 5, 1)]):
        book.active.append(row)
    book.save(file)
    (article,) = load(tmp_path, "fares.xlsx", file.getvalue())
    assert article.text == "Route: Tolvik to Gull Island; Fare: 4.2; Since: 2021-05-01."


def test_slides_are_read_with_their_notes(tmp_path: Path) -> None:
    show, file = pptx.Presentation(), io.BytesIO()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = TITLE, BODY
    slide.notes_slide.notes_text_frame.text = OTHER
    show.save(file)
    (article,) = load(tmp_path, "a.pptx", file.getvalue())
    assert (article.title, article.text) == (TITLE, f"{TITLE}\n\n{BODY}\n\n{OTHER}")


def test_an_open_document_is_read_with_its_footnotes(tmp_path: Path) -> None:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
        "<text:tracked-changes><text:p>He lied.</text:p></text:tracked-changes>"
        f'<text:h text:outline-level="1">{TITLE}</text:h><text:p>The pier<text:s/>closed.<text:note>'
        f"<text:note-citation>1</text:note-citation><text:note-body><text:p>{OTHER}</text:p></text:note-body>"
        "</text:note> It reopens.</text:p>"
        "</office:text></office:body></office:document-content>"
    )
    (article,) = load(tmp_path, "a.odt", archive({"content.xml": content}))
    assert (article.title, article.text) == (TITLE, f"# {TITLE}\n\nThe pier closed. It reopens.\n\n{OTHER}")


def test_rich_text_is_read(tmp_path: Path) -> None:
    (article,) = load(tmp_path, "a.rtf", rb"{\rtf1\ansi The caf\'e9 of {\b Tolvik} burned.\par It reopens.\par}")
    assert " ".join(article.text.split()) == "The café of Tolvik burned. It reopens."


def test_chapters_of_a_book_are_articles(tmp_path: Path) -> None:
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>Piers</dc:title><dc:date>2021-03-12</dc:date></metadata><manifest>"
        '<item id="two" href="b.xhtml"/><item id="one" href="a.xhtml"/></manifest>'
        '<spine><itemref idref="one"/><itemref idref="two"/></spine></package>'
    )
    files: dict[str, str | bytes] = {
        "META-INF/container.xml": container,
        "OEBPS/book.opf": package,
        "OEBPS/a.xhtml": PAGE,
        "OEBPS/b.xhtml": PAGE.replace(TITLE, "Fire").replace(BODY, f"{OTHER} “It’s over.”"),
    }
    articles = load(tmp_path, "a.epub", archive(files))
    assert [(article.id, article.title, article.date) for article in articles] == [
        ("a.epub/1", f"Piers - {TITLE}", DAY),
        ("a.epub/2", "Piers - Fire", DAY),
    ]
    assert f"{OTHER} “It’s over.”" in articles[1].text


def test_a_page_saved_as_mhtml_is_read(tmp_path: Path) -> None:
    saved = EmailMessage()
    saved["Subject"] = TITLE
    saved.make_related()
    page = EmailMessage()
    page.set_content(PAGE, subtype="html")
    saved.attach(page)
    (article,) = load(tmp_path, "a.mhtml", saved.as_bytes())
    assert (article.title, BODY in article.text) == (TITLE, True)


def test_an_archive_holds_the_articles_of_its_files(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "news/2021-03-12-pier.txt": BODY,
        "../fire.md": f"# Fire\n\n{OTHER}",
        "__MACOSX/news/._x.txt": "x",
        "export.csv": f"title,text\nA,{BODY}\n",
        "x.png": b"x",
        "bad.docx": b"PK",
    }
    articles = load(tmp_path, "a.zip", archive(files))
    assert [(article.id, article.date) for article in articles] == [
        ("a.zip/news/2021-03-12-pier.txt", DAY),
        ("a.zip/fire.md", None),
        ("a.zip/export.csv/1", None),
    ]
    assert load_articles(tmp_path / "a.zip", tmp_path).notes == (
        "x.png is of no known format",
        "bad.docx is a broken or protected .docx document",
    )


def test_a_folder_of_an_archive_is_left_out_only_beside_the_page_it_belongs_to(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {
        "police_files/report.txt": BODY,
        "pier.html": PAGE,
        "pier_files/frame.html": PAGE,
        "pier_files/logo.png": b"x",
        "pier_files\\._files\\frame.html": PAGE,
    }
    articles = load(tmp_path, "a.zip", archive(members))
    assert [article.id for article in articles] == ["a.zip/police_files/report.txt", "a.zip/pier.html"]
    assert load_articles(tmp_path / "a.zip", tmp_path).notes == (
        "files that a browser saved beside a page were not read: pier_files/frame.html",
    )


def test_members_of_like_names_are_articles_each(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {
        "Is it over?.txt": BODY,
        "Is it over!.txt": OTHER,
        "Is it over_.txt": f"{BODY} {OTHER}",
        "Is it over_ (2).txt": f"{OTHER} {BODY}",
        "new?.csv": f"title,text\nA,{BODY}\n",
        "new!.csv": f"title,text\nB,{OTHER}\n",
    }
    texts = {article.id: article.text for article in load(tmp_path, "a.zip", archive(members))}
    assert texts == {
        "a.zip/Is it over_.txt": f"{BODY} {OTHER}",
        "a.zip/Is it over_ (2).txt": f"{OTHER} {BODY}",
        "a.zip/Is it over_ (3).txt": OTHER,
        "a.zip/Is it over_ (4).txt": BODY,
        "a.zip/new_.csv/1": OTHER,
        "a.zip/new_ (2).csv/1": BODY,
    }
    turned = load(tmp_path, "a.zip", archive(dict(reversed(members.items()))))
    assert {article.id: article.text for article in turned} == texts


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", "[" * 100_000, "nested too deeply, more than RAG_JSON_DEPTH=100"),
        ("a.json", '{"x": 1}', "holds nothing with a text"),
        ("a.csv", "", "is empty"),
        ("a.xlsx", "PK", "broken or protected"),
        ("a.odt", archive({"x": "y"}), "broken or protected"),
        ("a.epub", archive({"x": "y"}), "broken or protected"),
        ("a.pptx", archive({"x": "y"}), "broken or protected"),
        ("a.zip", archive({"x.png": "y"}), "holds no file that can be read"),
        ("a.rtf", "text", "is not an RTF document"),
        ("a.eml", "Subject: x\n\n", "without a text"),
        ("a.mhtml", "Subject: x\n\nx", "holds no web page"),
        ("a.rss", "<x/>", "no RSS or Atom feed"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_reason(
    tmp_path: Path, name: str, content: str | bytes, reason: str
) -> None:
    with pytest.raises(ArticleError, match=reason):
        load(tmp_path, name, content)


@pytest.mark.parametrize("suffix", [*FORMATS])
def test_any_bytes_under_any_name_are_read_or_refused(tmp_path: Path, suffix: str) -> None:
    for content in (
        b"\x00\xff\x01" * 40,
        b"PK\x03\x04" + bytes(60),
        b"%PDF-1.4\n",
        b"{",
        b"<x",
        b"\xff\xfe\x00",
        b"a,b\n",
    ):
        with suppress(ArticleError):
            assert load(tmp_path, f"any{suffix}", content)
