"""SQuAD or BEIR -> a folder of articles and a file of cases, a suite like any other."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from rag.errors import SuiteError
from rag.evaluation.cases.cases import Case, GoldQuote, Nugget, dump_case
from rag.text.sentences import split

ARTICLES, CASES = "articles", "cases.jsonl"
_UNSAFE = re.compile(r"[^\w.-]+")
_Row = Mapping[str, Any]


class Converted(NamedTuple):
    """Where a converted data set lies."""

    articles: Path
    cases: Path
    written: int
    """Cases in it."""


def convert_dataset(source: Path, into: Path, limit: int | None = None) -> Converted:
    """Write a data set as articles and cases.

    Args:
        source: a SQuAD 1.1 or 2.0 file, or a BEIR folder (corpus.jsonl, queries.jsonl, qrels/*.tsv).
        into: the folder to make.
        limit: most cases written; None for all. All articles are.

    Raises:
        SuiteError: it is neither.
    """
    articles = into / ARTICLES
    articles.mkdir(parents=True, exist_ok=True)
    try:
        cases = _beir(source, articles) if source.is_dir() else _squad(source, articles)
        lines = [f"{dump_case(case)}\n" for case in islice(cases, limit)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SuiteError(
            f"{source} is neither a SQuAD file nor a BEIR folder ({type(error).__name__}: {error})."
        ) from error
    (into / CASES).write_text("".join(lines), encoding="utf-8")
    return Converted(articles, into / CASES, len(lines))


def _squad(source: Path, articles: Path) -> Iterator[Case]:
    """An article a title, its paragraphs in order; the evidence is the sentence that the answer stands in."""
    rows = json.loads(source.read_text(encoding="utf-8"))["data"]
    names = [_write(articles, row["title"], (one["context"] for one in row["paragraphs"])) for row in rows]
    for name, row in zip(names, rows, strict=True):
        for paragraph in row["paragraphs"]:
            yield from (_asked(name, paragraph["context"], one) for one in paragraph["qas"])


def _asked(article: str, context: str, row: _Row) -> Case:
    id = _identifier(row["id"])
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


def _beir(source: Path, articles: Path) -> Iterator[Case]:
    """An article a document; a relevant one counts as found when any of its sentences is."""
    rows = {row["_id"]: row for row in _rows(source / "corpus.jsonl") if row["text"].strip()}
    names = {id: _write(articles, id, [row.get("title", ""), row["text"]]) for id, row in rows.items()}
    relevant: dict[str, list[str]] = {}
    for file in sorted((source / "qrels").glob("*.tsv")):
        for judged in csv.DictReader(file.read_text(encoding="utf-8").splitlines(), delimiter="\t"):
            if int(judged["score"]) > 0 and judged["corpus-id"] in names:
                relevant.setdefault(judged["query-id"], []).append(judged["corpus-id"])
    for row in _rows(source / "queries.jsonl"):
        documents = relevant.get(row["_id"], [])
        if documents:
            nuggets = tuple(Nugget((), _anywhere(names[id], rows[id]["text"].strip())) for id in documents)
            yield Case(_identifier(row["_id"]), "factoid", row["text"], "either", nuggets, tags=("beir",))


def _anywhere(article: str, text: str) -> tuple[GoldQuote, ...]:
    return tuple(GoldQuote(article, text[span.start : span.end]) for span in split(text))


def _write(articles: Path, title: str, paragraphs: Iterable[str]) -> str:
    name = f"{_UNSAFE.sub('_', title)}.txt"
    (articles / name).write_text("\n\n".join(one.strip() for one in paragraphs if one.strip()) + "\n", encoding="utf-8")
    return name


def _identifier(id: object) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", str(id).lower()).strip("-")


def _rows(file: Path) -> Iterator[_Row]:
    for line in file.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            yield json.loads(line)
