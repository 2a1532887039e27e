"""A BEIR folder (corpus.jsonl, queries.jsonl, qrels/*.tsv) -> cases that only have to find."""

import csv
from collections.abc import Iterator
from pathlib import Path

from rag.evaluation.cases.cases import Case, Nugget
from rag.evaluation.cases.datasets.articles import any_sentence, case_id, json_lines, write_article


def is_beir(source: Path) -> bool:
    """Whether it is a folder with a corpus."""
    return (source / "corpus.jsonl").is_file()


def read_beir(source: Path, articles: Path) -> Iterator[Case]:
    """An article a document; a relevant one counts as found when any of its sentences is."""
    rows = {row["_id"]: row for row in json_lines(source / "corpus.jsonl") if row["text"].strip()}
    names = {id: write_article(articles, id, [row.get("title", ""), row["text"]]) for id, row in rows.items()}
    relevant: dict[str, list[str]] = {}
    for file in sorted((source / "qrels").glob("*.tsv")):
        for judged in csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines(), delimiter="\t"):
            if int(judged["score"]) > 0 and judged["corpus-id"] in names:
                relevant.setdefault(judged["query-id"], []).append(judged["corpus-id"])
    for row in json_lines(source / "queries.jsonl"):
        documents = relevant.get(row["_id"], [])
        if documents:
            nuggets = tuple(Nugget((), any_sentence(names[id], rows[id]["text"].strip())) for id in documents)
            yield Case(case_id(row["_id"]), "factoid", row["text"], "either", nuggets, tags=("beir",))
