"""JSON exports: an object with a text is an article with what is listed in it; items of a feed are articles."""

import json
from pathlib import Path

import pytest

from rag.articles import load_articles

TITLE, DAY = "Mayor resigns", "2023-05-04"
BODY = "The mayor of Tolvik resigned on Thursday after the council had voted against the new bridge."
ARTICLE = {"title": TITLE, "date": DAY, "text": BODY}
CAPTIONS = [{"url": "x.jpg", "description": "The mayor in 2019."}]
COMMENTS = [{"name": "Ana", "date": DAY, "text": "High time. " * 20}, {"name": "Olle", "date": DAY, "text": "A pity."}]
TAGS = [{"name": "bridge", "description": "All stories on bridges."}]
RELATED = [{"title": "Bridge delayed", "text": "It opens in May."}]
OTHER = {"title": "Fire", "text": "A fire destroyed the tax office of Stenvik on Sunday night."}


def load(folder: Path, name: str, content: str) -> list[tuple[str, str, str]]:
    (folder / name).write_text(content, encoding="utf-8")
    articles = load_articles(folder / name, folder).articles
    return [(article.title, str(article.date), article.text) for article in articles]


@pytest.mark.parametrize(
    "value",
    [
        {**ARTICLE, "images": CAPTIONS},
        {"images": CAPTIONS, "comments": COMMENTS, **ARTICLE},
        {**ARTICLE, "related": RELATED},
        {"title": TITLE, "date": DAY, "description": BODY, "images": CAPTIONS, "tags": TAGS},
        {"title": TITLE, "date": DAY, "description": BODY, "comments": COMMENTS, "related": RELATED},
        {"status": "ok", "article": {"headline": TITLE, "published": DAY, "body": BODY, "tags": TAGS}},
        {"article": ARTICLE, "comments": COMMENTS, "related": RELATED},
    ],
)
def test_an_article_is_not_replaced_by_what_is_listed_in_it(tmp_path: Path, value: object) -> None:
    assert load(tmp_path, "a.json", json.dumps(value)) == [(TITLE, DAY, BODY)]
    assert load(tmp_path, "a.jsonl", f"{json.dumps(value)}\n" * 2) == [(TITLE, DAY, BODY)] * 2


@pytest.mark.parametrize(
    "head",
    [
        {"title": "Tolvik Post", "description": "News of Tolvik"},
        {"title": "Tolvik Post", "description": "News of Tolvik", "pubDate": DAY},
        {"text": "All of May."},
        {"publisher": {"name": "Post", "description": "A daily of Tolvik, of its harbour and of its islands. " * 9}},
    ],
)
def test_items_of_a_feed_are_its_articles(tmp_path: Path, head: dict[str, object]) -> None:
    articles = load(tmp_path, "a.json", json.dumps({**head, "items": [ARTICLE, OTHER]}))
    assert [title for title, _, _ in articles] == [TITLE, "Fire"]


def test_items_with_a_day_alone_are_articles_of_a_feed(tmp_path: Path) -> None:
    feed = {"description": "News of Tolvik", "items": [{"date": DAY, "text": BODY}, {"date": DAY, "text": "It rains."}]}
    assert [text for _, _, text in load(tmp_path, "a.json", json.dumps(feed))] == [BODY, "It rains."]
