"""Small inputs of our own, of every kind: what each says, its title and date, and what in it is no evidence."""

import io
import zipfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

import docx
import pptx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reportlab.pdfgen import canvas

from rag.articles import load_articles
from tests.articles.test_reported_files import evidence

DAY, OTHER_DAY = date(2021, 3, 12), date(2019, 1, 2)
BODY = "The harbour authority of Tolvik closed its northern pier on Monday after divers found cracks in three pillars."
MORE = (
    "Ferries to Gull Island leave from the southern pier until the repair is done, the harbour master said on Tuesday."
)


class Case(NamedTuple):
    """A file, and what must come of its first article."""

    name: str
    content: str | bytes
    has: str = BODY
    lacks: str = ""
    title: str = ""
    day: date | None = None


def page(head: str = "", above: str = "", below: str = "", language: str = "en", body: str = "") -> str:
    text = body or f"<p>{BODY}</p><p>{MORE}</p>"
    return (
        f'<html lang="{language}"><head><title>Tolvik shuts pier</title>{head}</head><body><main><article>'
        f"<h1>Tolvik shuts pier</h1>{above}{text}</article></main>{below}</body></html>"
    )


def linked(*things: str) -> str:
    return f'<script type="application/ld+json">{"".join(things)}</script>'


WEB = [
    Case(
        "tz.html",
        page(linked('{"@type": "NewsArticle", "datePublished": "2021-03-12T23:30:00-05:00"}')),
        day=DAY,
        title="Tolvik shuts pier",
    ),
    Case(
        "modified.html",
        page(linked('{"@type":"NewsArticle","dateModified":"2022-01-01","datePublished":"2021-03-12"}')),
        day=DAY,
    ),
    Case(
        "graph.html",
        page(
            linked(
                '{"@graph":[{"@type":"WebSite","datePublished":"2019-01-02"},'
                '{"@type":["Article","NewsArticle"],"datePublished":"2021-03-12"}]}'
            )
        ),
        day=DAY,
    ),
    Case(
        "list.html",
        page(linked('[{"@type":"BreadcrumbList"},{"@type":"Report","datePublished":"2021-03-12"}]')),
        day=DAY,
    ),
    Case("itemprop.html", page(above='<time itemprop="datePublished" datetime="2021-03-12T08:00Z">x</time>'), day=DAY),
    Case("only-modified.html", page('<meta property="article:modified_time" content="2021-03-12">')),
    Case("visible.html", page(above="<p>Friday, 12 March 2021, 08:15</p>"), day=DAY, lacks="08:15"),
    Case("by.html", page(above="<div>12 March 2021 by Ada Lund</div>"), day=DAY),
    Case(
        "comment.html", page(below='<div class="comments"><p><time datetime="2022-05-05" pubdate>May</time></p></div>')
    ),
    Case("footer.html", page(below="<footer><p>Published 2 January 2019 by Tolvik Media</p></footer>")),
    Case("german.html", page(above="<p>12.03.2021</p>", language="de"), day=DAY),
    Case("british.html", page('<meta name="pubdate" content="02/01/2019">', language="en-GB"), day=date(2019, 1, 2)),
    Case(
        "broken-data.html",
        page(linked("{not json") + '<meta property="article:published_time" content="2021-03-12">'),
        day=DAY,
    ),
    Case(
        "hidden.html",
        page(body=f'<p>{BODY}</p><p style="display: none">Buy shoes today.</p><p hidden>Pay.</p><p>{MORE}</p>'),
        lacks="Buy shoes",
    ),
    Case(
        "table.html",
        page(
            body=f"<p>{BODY}</p><table><tr><th>Route</th><th>Fare</th></tr><tr><td>Gull</td><td>4.20</td></tr></table>"
        ),
        has="Route: Gull; Fare: 4.20.",
    ),
    Case(
        "list-item.html", page(body=f"<p>{BODY}</p><ul><li>Cracks up to 4 cm wide.</li></ul><p>{MORE}</p>"), has="4 cm"
    ),
    Case(
        "entities.html",
        page(body=f"<p>The har&shy;bour is 4&nbsp;200&#8239;m long &amp; old.</p><p>{MORE}</p>"),
        has="harbour is 4",
    ),
    Case(
        "note.html",
        page(body=f"<p>It was founded<sup><a href='#1'>[1]</a></sup> in 1905.</p><p>{MORE}</p>"),
        has="founded in 1905",
    ),
    Case("power.html", page(body=f"<p>It moves 10<sup>6</sup> tons.</p><p>{BODY}</p>"), has="10^6 tons"),
    Case("quote.html", page(body=f"<blockquote><p>“{BODY}”</p></blockquote><p>{MORE}</p>"), has=f"“{BODY}”"),
    Case(
        "latin1.html",
        page('<meta charset="iso-8859-1">', body=f"<p>Müller closed the café. {BODY}</p>").encode("latin-1"),
        has="Müller closed the café.",
    ),
    Case("upper.HTM", page(above="<p>12 March 2021</p>"), day=DAY),
]
TEXT = [
    Case("wide.txt", BODY.encode("utf-16-be")),
    Case("marked.txt", b"\xff\xfe" + BODY.encode("utf-16-le")),
    Case("latin.txt", f"Müller said so. {BODY}".encode("latin-1"), has="Müller said so."),
    Case("nul.txt", f"{BODY}\x00 {MORE}".encode(), has=MORE),
    Case(
        "wrapped.txt",
        "The harbour author-\r\nity of Tolvik closed\r\nits pier.\r\n",
        has="The harbour authority of Tolvik closed its pier.",
    ),
    Case("feed.txt", f"{BODY}\f{MORE}", has=f"{BODY} {MORE}"),
    Case("marks.txt", f"\ufeff{BODY}\n\n\ufeff{MORE}", has=f"{BODY} {MORE}"),
    Case("headers.txt", f"Title: Tolvik shuts pier\nDate: 2021-03-12\n\n{BODY}", title="Tolvik shuts pier", day=DAY),
    Case(
        "fields.rst",
        f"Tolvik shuts pier\n=================\n\n:date: 2021-03-12\n\n{BODY}",
        title="Tolvik shuts pier",
        day=DAY,
    ),
    Case("2021-03-12.txt", BODY, day=DAY),
    Case("20210312-pier.txt", BODY, day=DAY),
    Case("12345678-pier.txt", BODY),
    Case("author.json", f'{{"text": "{BODY}", "author": {{"description": "A reporter."}}}}', lacks="reporter"),
    Case("pier_2021_03_12.txt", BODY, day=DAY),
    Case("quotes.txt", "“It’s over,” he said – twice.", has="“It’s over,” he said – twice."),
    Case("power.txt", "It moves 10⁶ tons.", has="10⁶ tons"),
    Case("captions.txt", f"WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n{BODY}\n", lacks="-->"),
    Case("agency.txt", f"TOLVIK, March 12, 2021 (Reuters) - {BODY}", day=DAY),
]
MARKDOWN = [
    Case("created.md", f"---\ndate created: 2021-03-12\n---\n{BODY}", day=DAY),
    Case(
        "toml.md",
        f'+++\ntitle = "Tolvik shuts pier"\ndate = 2021-03-12T08:00:00Z\n+++\n{BODY}',
        title="Tolvik shuts pier",
        day=DAY,
    ),
    Case(
        "pelican.md",
        f"Title: Tolvik shuts pier\nDate: 2021-03-12 10:20\nTags: pier\n\n{BODY}",
        title="Tolvik shuts pier",
        day=DAY,
    ),
    Case("comment.md", f"{BODY}\n\n%%\nCheck the pillars.\n%%\n\n{MORE}", lacks="Check the pillars"),
    Case("html-comment.md", f"{BODY}\n\n<!-- Check\nthe pillars. -->\n\n{MORE}", lacks="pillars. --"),
    Case("code.md", f"{BODY}\n\n~~~\npier = 1\n```\n~~~\n\n{MORE}", lacks="pier = 1"),
    Case(
        "links.md",
        f"[Tolvik][1] closed [its pier](https://example.org/a_(b)).\n\n[1]: https://example.org\n\n{MORE}",
        has="Tolvik closed its pier.",
        lacks="example.org",
    ),
    Case(
        "footnote.md",
        f"{BODY}[^1]\n\n[^1]: The pillars date from 1905.\n",
        has="The pillars date from 1905.",
        lacks="[^1]",
    ),
    Case("table.md", f"{BODY}\n\n| Route | Fare |\n|---|---|\n| Gull | 4.20 |\n", has="Route: Gull; Fare: 4.20."),
    Case("setext.md", f"Tolvik shuts pier\n---\n\n{BODY}", title="Tolvik shuts pier"),
    Case("wiki.md", f"[[Tolvik|The town]] paid. {BODY}", has="The town paid."),
]


def word(*parts: str) -> bytes:
    document, file = docx.Document(), io.BytesIO()
    document.sections[0].header.paragraphs[0].text = "Tolvik Post, page 4"
    for part in parts:
        document.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')}>{part}</w:p>"))
    document.save(file)
    return file.getvalue()


def run(text: str) -> str:
    return f"<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>"


WORD = [
    Case("header.docx", word(run(BODY)), lacks="Tolvik Post"),
    Case(
        "deleted.docx",
        word(run(BODY), "<w:del><w:r><w:delText>He lied.</w:delText></w:r></w:del>" + run(MORE)),
        has=MORE,
        lacks="He lied",
    ),
    Case("inserted.docx", word(f"<w:ins>{run(BODY)}</w:ins>")),
    Case("control.docx", word(f"<w:sdt><w:sdtContent>{run(BODY)}</w:sdtContent></w:sdt>")),
    Case(
        "field.docx",
        word(
            "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>HYPERLINK x.org</w:instrText></w:r>"
            "<w:r><w:fldChar w:fldCharType='separate'/></w:r>"
            + run(BODY)
            + "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
        ),
        lacks="HYPERLINK",
    ),
    Case(
        "split.docx",
        word(run("The har") + run("bour closed.") + "<w:r><w:br/></w:r>" + run("It reopens.")),
        has="The harbour closed. It reopens.",
    ),
    Case("hyphen.docx", word("<w:r><w:t>4</w:t><w:noBreakHyphen/><w:t>5 percent</w:t></w:r>"), has="4-5 percent"),
]


def drawn(*lines: tuple[float, float, str], title: str = "") -> bytes:
    file = io.BytesIO()
    sheet = canvas.Canvas(file)
    sheet.setTitle(title)
    for left, top, text in lines:
        sheet.drawString(left, top, text)
    sheet.save()
    return file.getvalue()


PAPER = [
    Case(
        "columns.pdf",
        drawn(
            *((72, 700 - 14 * n, f"left line {n} of the long story and") for n in range(5)),
            *((320, 700 - 14 * n, f"right line {n} of the long story and") for n in range(5)),
        ),
        has="left line 4 of the long story and right line 0",
    ),
    Case(
        "named.pdf",
        drawn((72, 700, BODY[:60]), (72, 686, BODY[60:]), title="Tolvik shuts pier"),
        has="closed its northern pier",
        title="Tolvik shuts pier",
    ),
    Case(
        "junk.pdf",
        drawn((72, 700, "Tolvik shuts its pier"), (72, 660, BODY[:80]), title="Microsoft Word - x.docx"),
        has="The harbour authority",
    ),
]


def letter(subject: str, text: str, subtype: str = "plain", encoding: str = "quoted-printable") -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["Date"] = subject, "Fri, 12 Mar 2021 08:00:00 +0100"
    mail.set_content(text, subtype=subtype, cte=encoding)
    return mail.as_bytes()


def shown() -> bytes:
    show, file = pptx.Presentation(), io.BytesIO()
    for text, visible in ((BODY, True), ("He lied.", False)):
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = text
        if not visible:
            slide._element.set("show", "0")
    show.save(file)
    return file.getvalue()


def zipped(members: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return file.getvalue()


OTHERS = [
    Case("subject.eml", letter("Müllers Pier in Tølvik", BODY), title="Müllers Pier in Tølvik", day=DAY),
    Case("base64.eml", letter("Pier", f"Café. {BODY}", encoding="base64"), has="Café.", day=DAY),
    Case("html.eml", letter("Pier", f"<style>p {{color: red}}</style><p>{BODY}</p>", "html"), lacks="color", day=DAY),
    Case(
        "lines.csv",
        f'title;text;date\nPier;"{BODY}\nIt ""reopens""; soon.";12/03/2021\nB;{MORE};13/03/2021\n',
        has='It "reopens"; soon.',
        title="Pier",
        day=DAY,
    ),
    Case("mark.csv", f"\ufeffTitle,Full Text,Published On\nPier,{BODY},2021-03-12\n", title="Pier", day=DAY),
    Case(
        "nested.json",
        f'{{"meta": {{"n": 1}}, "data": {{"items": [{{"headline": "Pier", "body": "{BODY}", "pubDate": "2021-03-12"}}]'
        "}}",
        title="Pier",
        day=DAY,
    ),
    Case("blank.jsonl", f'\n{{"title": "Pier", "text": "{BODY}"}}\n\nnot json\n', title="Pier"),
    Case("unicode.rtf", rb"{\rtf1\ansi It\u8217?s over in Tolvik.\par}", has="It’s over in Tolvik."),
    Case("hidden.pptx", shown(), lacks="He lied"),
    Case(
        "folders.zip",
        zipped({"post/__MACOSX/x.txt": "x", "post/2021-03-12 pier.md": f"# Tolvik shuts pier\n\n{BODY}"}),
        title="Tolvik shuts pier",
        day=DAY,
    ),
]
CASES = [*WEB, *TEXT, *MARKDOWN, *WORD, *PAPER, *OTHERS]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_an_input_says_what_its_reader_reads(tmp_path: Path, case: Case) -> None:
    file = tmp_path / case.name
    file.write_bytes(case.content if isinstance(case.content, bytes) else case.content.encode())
    article = load_articles(file, tmp_path).articles[0]
    shown = evidence(article)
    assert " ".join(case.has.split()) in shown
    assert not case.lacks or case.lacks not in shown
    assert article.date == case.day
    assert not case.title or article.title == case.title
