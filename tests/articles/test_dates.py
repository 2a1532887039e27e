"""A date is the article's own, its order of day and month is the language's, and it is told where it comes from."""

from datetime import date
from pathlib import Path

import pytest

from rag.articles import Article, StatedDate, load_article, load_articles
from rag.articles.day_order import day_order

BODY = "The harbour authority of Tolvik closed its northern pier on Monday after divers found cracks in it."
MARCH, APRIL = date(2021, 3, 4), date(2021, 4, 3)


def page(language: str, day: str, head: str = "") -> str:
    published = f'<meta property="article:published_time" content="{day}">' if day else ""
    return (
        f"<html {language}><head><title>Tolvik shuts pier</title>{published}{head}</head>"
        f"<body><article><h1>Tolvik shuts pier</h1><p>{BODY}</p><p>{BODY}</p></article></body></html>"
    )


def read(folder: Path, name: str, content: str) -> Article:
    file = folder / name
    file.write_text(content, encoding="utf-8")
    return load_article(file, folder)


@pytest.mark.parametrize(
    ("language", "order"),
    [
        *(("en-US", "month"), ("en_GB", "day"), ("de", "day"), ("fr-CA", ""), ("pt-BR", "day"), ("es-PA", "month")),
        *(("en", ""), ("ja", ""), ("", ""), ("klingon", ""), ("en-PH", "month"), ("ar", "day")),
    ],
)
def test_a_language_tells_the_order_of_day_and_month(language: str, order: str) -> None:
    assert day_order(language) == order


@pytest.mark.parametrize(
    ("language", "head", "day"),
    [
        ('lang="en-US"', "", MARCH),
        ('lang="en-GB"', "", APRIL),
        ('lang="en"', '<meta property="og:locale" content="en_GB">', APRIL),
        ('lang="en"', "", None),
        ('lang="en-US"', '<meta property="og:locale" content="en_GB">', None),
        ("", "", None),
    ],
)
def test_a_page_s_language_decides_or_the_date_is_unclear(
    tmp_path: Path, language: str, head: str, day: date | None
) -> None:
    article = read(tmp_path, "a.html", page(language, "03/04/2021", head))
    assert article.date == day
    assert article.dates == (StatedDate("page metadata", day, "" if day else "03/04/2021"),)


@pytest.mark.parametrize(
    ("name", "content", "dates"),
    [
        ("a.md", f"---\ndate: 2021-03-04\n---\n{BODY}", [("front matter", MARCH)]),
        ("2021-04-03-a.md", f"---\ndate: 2021-03-04\n---\n{BODY}", [("front matter", MARCH), ("file name", APRIL)]),
        ("2021-03-04-a.md", f"---\ndate: 2021-03-04\n---\n{BODY}", [("front matter", MARCH)]),
        ("2021-04-03-a.txt", BODY, [("file name", APRIL)]),
        ("a.txt", f"A headline\n\nPublished: 4 March 2021\n\n{BODY}", [("dateline", MARCH)]),
        ("a.txt", f"A headline\n\n03/04/2021\n\n{BODY}", [("dateline", None)]),
        ("a.txt", f"A headline\n\nBy Ada Lund | 4 March 2021\n\n{BODY}", [("byline", MARCH)]),
        ("a.md", f"---\ndate: 03/04/2021\nlang: en-GB\n---\n{BODY}", [("front matter", APRIL)]),
        ("a.md", f"---\ndate: 03/04/2021\n---\n{BODY}", [("front matter", None)]),
        ("a.md", BODY, []),
    ],
)
def test_it_is_told_where_a_date_comes_from(
    tmp_path: Path, name: str, content: str, dates: list[tuple[str, date | None]]
) -> None:
    article = read(tmp_path, name, content)
    assert [(one.place, one.day) for one in article.dates] == dates
    assert article.date == (dates[0][1] if dates else None)


def test_the_page_s_statements_that_contradict_are_told(tmp_path: Path) -> None:
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2021-03-04"}</script>'
    article = read(tmp_path, "a.html", page("", "2021-04-03", data))
    assert [(one.place, one.day) for one in article.dates] == [("JSON-LD", MARCH), ("page metadata", APRIL)]


def test_the_dates_of_one_column_share_an_order(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"title,date,text\nA,03/04/2021,{BODY}\nB,23/04/2021,{BODY}\n", encoding="utf-8")
    assert [article.date for article in load_articles(file, tmp_path).articles] == [APRIL, date(2021, 4, 23)]
    file.write_text(f"title,date,text\nA,03/04/2021,{BODY}\nB,05/04/2021,{BODY}\n", encoding="utf-8")
    assert [article.date for article in load_articles(file, tmp_path).articles] == [None, None]


def test_a_feed_s_language_tells_the_order(tmp_path: Path) -> None:
    entry = f"<item><title>Pier</title><pubDate>03/04/2021</pubDate><description>{BODY}</description></item>"
    (tmp_path / "a.rss").write_text(f"<rss><channel><language>en-us</language>{entry}</channel></rss>")
    assert load_article(tmp_path / "a.rss", tmp_path).date == MARCH
