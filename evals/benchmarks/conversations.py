"""Retrieval of follow-up questions: asked alone, completed from the history, and condensed by a model.

    python -m evals.benchmarks.conversations FILE [--llm gguf:FILE] [--first N]

FILE has one conversation a line: `input` (turns with `text`, the last one is the question) and `contexts`
(`document_id`, `text`). The contexts of all lines are the corpus; a follow-up is a hit at k when the first k passages
include one of its own contexts.
"""

import argparse
import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from rag.answering.answer import Turn
from rag.answering.followups import complete_question, condense_question
from rag.assistant import Assistant
from rag.errors import ModelError
from rag.llm import Model, open_model
from rag.settings import Settings

RANKS = (1, 5, 10)
Rewrite = Callable[[str, tuple[Turn, ...]], str]


class FollowUp(NamedTuple):
    """A question in a conversation and the articles that answer it."""

    question: str
    history: tuple[Turn, ...]
    articles: frozenset[str]
    kind: str


def read_follow_ups(file: Path, folder: Path) -> Iterator[FollowUp]:
    """Follow-ups that have a history and contexts; every context is written to the folder as an article."""
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        names = []
        for context in row["contexts"]:
            names.append(f"{re.sub(r'[^A-Za-z0-9_-]', '_', context['document_id'])}.txt")
            (folder / names[-1]).write_text(context["text"], encoding="utf-8")
        turns = [turn["text"] for turn in row["input"]]
        history = tuple(Turn(*pair) for pair in zip(turns[0::2], turns[1::2], strict=False))
        if history and names:
            yield FollowUp(turns[-1], history, frozenset(names), row["Multi-Turn"][0])


def measure(assistant: Assistant, cases: list[FollowUp], rewrite: Rewrite) -> tuple[dict[str, float], float]:
    """Hit rate by rank, hit rate at five by kind of follow-up, and the mean seconds of a rewrite."""
    ranks, kinds, seconds = [], [], 0.0
    for case in cases:
        started = time.perf_counter()
        query = rewrite(case.question, case.history)
        seconds += time.perf_counter() - started
        articles = [hit.passage.article for hit in assistant.search(query[:4000], max(RANKS))]
        ranks.append(
            next((rank for rank, article in enumerate(articles, 1) if article in case.articles), max(RANKS) + 1)
        )
        kinds.append(case.kind)
    shares = {f"@{k}": sum(rank <= k for rank in ranks) / len(ranks) for k in RANKS}
    for kind in sorted(set(kinds)):
        own = [rank for rank, other in zip(ranks, kinds, strict=True) if other == kind]
        shares[f"{kind} @5"] = sum(rank <= 5 for rank in own) / len(own)
    return shares, seconds / len(cases)


def rewrite_with(model: Model) -> Rewrite:
    """A rewrite by a model; where the model fails, completion from the history."""

    def rewrite(question: str, history: tuple[Turn, ...]) -> str:
        try:
            return condense_question(question, history, model, model.open_budget())
        except ModelError:
            return complete_question(question, history)

    return rewrite


def main() -> None:
    """Print one row a rewrite."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--llm", default="quotes")
    parser.add_argument("--first", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "articles"
        folder.mkdir()
        cases = list(read_follow_ups(options.file, folder))[: options.first]
        settings = Settings(index_dir=Path(scratch) / "index", articles_dir=folder, llm=options.llm)
        model = open_model(settings)
        rewrites: dict[str, Rewrite] = {"alone": lambda question, _: question, "completed": complete_question}
        if model:
            rewrites[f"condensed by {model.name}"] = rewrite_with(model)
        with Assistant.open(settings) as assistant:
            assistant.sync(folder)
            print(f"{len(cases)} follow-ups, {len(assistant.articles())} articles")
            for name, rewrite in rewrites.items():
                shares, seconds = measure(assistant, cases, rewrite)
                print(f"{name:40}", *(f"{key} {share:.3f}" for key, share in shares.items()), f"{seconds:.3f} s")


if __name__ == "__main__":
    main()
