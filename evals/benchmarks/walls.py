"""Identical pages beside real articles: does an ingest end, and is every real article still found?

    python -m evals.benchmarks.walls DATA --pages 10000

The real articles are 40 paragraphs of DATA/squad, each asked for by a question that a person wrote to it.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

from evals.benchmarks.answers import squad
from rag.embedding import open_embedder
from rag.index import Index
from rag.retrieval import search
from rag.settings import Settings

ARTICLES = 40
PAGE = (
    "Our system has detected unusual traffic from your network.\n\nConfirm that you are no robot to read on. Contact"
    " our support if you believe this is a mistake, and quote the number below.\n"
)
"""What a site answers to a crawler: a wall that no rule of ours knows, so that it is indexed like an article."""


def draw_paragraphs(data: Path) -> dict[str, str]:
    """Paragraph -> a question to it, one of each of ARTICLES paragraphs drawn at random."""
    asked: dict[str, str] = {}
    for question in squad(data / "squad" / "questions.jsonl"):
        if question.answerable and question.spans:
            text = (data / "squad" / "articles" / question.article).read_text(encoding="utf-8")
            asked.setdefault(text[slice(*question.paragraph)], question.question)
    drawn = random.Random(0).sample(sorted(asked), ARTICLES)
    return {paragraph: asked[paragraph] for paragraph in drawn}


def main() -> None:
    """Ingest the pages and the articles; print how long it took and how many are found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--pages", type=int, default=10_000)
    options = parser.parse_args()
    asked = draw_paragraphs(options.data)
    with tempfile.TemporaryDirectory() as place:
        folder, settings = Path(place, "articles"), Settings(index_dir=Path(place, "index"))
        folder.mkdir()
        for number in range(options.pages):
            (folder / f"page{number:05}.txt").write_text(PAGE, encoding="utf-8")
        for number, paragraph in enumerate(asked):
            (folder / f"real{number:02}.txt").write_text(paragraph, encoding="utf-8")
        embedder = open_embedder(settings)
        index = Index.open(settings, embedder)
        begun = time.monotonic()
        report = index.sync(folder)
        print(f"{report.added} added, {len(report.failed)} failed in {time.monotonic() - begun:.0f} s")
        ranks = []
        for number, question in enumerate(asked.values()):
            hits = search(index, embedder, question, settings.hits)
            ids = [hit.passage.article for hit in hits]
            ranks.append(ids.index(f"real{number:02}.txt") + 1 if f"real{number:02}.txt" in ids else 0)
        print(
            f"found first {sum(rank == 1 for rank in ranks)}, among 10 {sum(rank > 0 for rank in ranks)} of {ARTICLES}"
        )
        index.close()


if __name__ == "__main__":
    main()
