"""A SQuAD 1.1 or 2.0 file -> cases; the evidence is the sentence that the answer stands in."""

import json
from collections.abc import Iterator
from pathlib import Path

from rag.evaluation.cases.cases import Case, GoldQuote, Nugget
from rag.evaluation.cases.datasets.articles import DatasetObject, case_id, write_article
from rag.text.sentences import split


def is_squad(source: Path) -> bool:
    """Whether it is a JSON file whose object has `data`."""
    if source.suffix != ".json":
        return False
    content = json.loads(source.read_text(encoding="utf-8-sig"))
    return isinstance(content, dict) and "data" in content


def read_squad(source: Path, articles: Path) -> Iterator[Case]:
    """An article a title, its paragraphs in order."""
    rows = json.loads(source.read_text(encoding="utf-8-sig"))["data"]
    names = [write_article(articles, row["title"], (one["context"] for one in row["paragraphs"])) for row in rows]
    for name, row in zip(names, rows, strict=True):
        for paragraph in row["paragraphs"]:
            yield from (_asked(name, paragraph["context"], one) for one in paragraph["qas"])


def _asked(article: str, context: str, row: DatasetObject) -> Case:
    id = case_id(row["id"])
    golds = {answer["text"]: answer["answer_start"] for answer in row["answers"]}
    if not golds:
        return Case(id, "unanswerable", row["question"].strip(), "abstained", tags=("squad",))
    quotes = sorted({_sentence(context, start) for start in golds.values()})
    nugget = Nugget(tuple(golds), tuple(GoldQuote(article, quote) for quote in quotes))
    if not any(nugget.stated_in(quote) for quote in quotes):  # an answer across a sentence's end
        nugget = Nugget(tuple(golds), (GoldQuote(article, context.strip()),))
    return Case(id, "factoid", row["question"].strip(), "answered", (nugget,), tuple(golds), tags=("squad",))


def _sentence(context: str, start: int) -> str:
    spans = split(context)
    return next((context[span.start : span.end] for span in spans if span.start <= start < span.end), context.strip())
