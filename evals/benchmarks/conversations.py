"""How often a follow-up finds its context alone, completed from its history, and condensed by a model.

    python -m evals.benchmarks.conversations FILE [--llm gguf:FILE] [--first N]

FILE has one conversation a line: `input` (turns with `text`, the last one is asked) and `contexts` (`document_id`,
`text`). The contexts of all lines together are what is searched; a follow-up finds its own when one of them is among
the first k passages.
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


def read(file: Path, folder: Path) -> Iterator[FollowUp]:
    """Follow-ups that have a history and contexts; every context is written to the folder as an article."""
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        names = []
        for context in row["contexts"]:
            names.append(f"{re.sub(r'[^A-Za-z0-9_-]', '_', context['document_id'])}.txt")
            (folder / names[-1]).write_text(context["text"], encoding="utf-8")
        said = [turn["text"] for turn in row["input"]]
        history = tuple(Turn(*pair) for pair in zip(said[0::2], said[1::2], strict=False))
        if history and names:
            yield FollowUp(said[-1], history, frozenset(names), row["Multi-Turn"][0])


def measure(assistant: Assistant, cases: list[FollowUp], rewrite: Rewrite) -> tuple[dict[str, float], float]:
    """Share of follow-ups that find a context by rank, by kind among five, and the seconds a rewriting takes."""
    places, kinds, seconds = [], [], 0.0
    for case in cases:
        started = time.perf_counter()
        searched = rewrite(case.question, case.history)
        seconds += time.perf_counter() - started
        found = [hit.passage.article for hit in assistant.search(searched[:4000], max(RANKS))]
        place = next((rank for rank, article in enumerate(found, 1) if article in case.articles), max(RANKS) + 1)
        places.append(place)
        kinds.append(case.kind)
    told = {f"@{rank}": sum(place <= rank for place in places) / len(places) for rank in RANKS}
    for kind in sorted(set(kinds)):
        own = [place for place, other in zip(places, kinds, strict=True) if other == kind]
        told[f"{kind} @5"] = sum(place <= 5 for place in own) / len(own)
    return told, seconds / len(cases)


def by(model: Model) -> Rewrite:
    """Rewriting by a model, completed from the history where the model fails."""

    def rewrite(question: str, history: tuple[Turn, ...]) -> str:
        try:
            return condense_question(question, history, model, model.open_budget())
        except ModelError:
            return complete_question(question, history)

    return rewrite


def main() -> None:
    """Print one row a way of rewriting."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--llm", default="quotes")
    parser.add_argument("--first", type=int, default=10_000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "articles"
        folder.mkdir()
        cases = list(read(wanted.file, folder))[: wanted.first]
        settings = Settings(index_dir=Path(scratch) / "index", articles_dir=folder, llm=wanted.llm)
        model = open_model(settings)
        ways: dict[str, Rewrite] = {"alone": lambda question, _: question, "completed": complete_question}
        if model:
            ways[f"condensed by {model.name}"] = by(model)
        with Assistant.open(settings) as assistant:
            assistant.sync(folder)
            print(f"{len(cases)} follow-ups, {len(assistant.articles())} articles")
            for name, way in ways.items():
                shares, seconds = measure(assistant, cases, way)
                print(f"{name:40}", *(f"{key} {share:.3f}" for key, share in shares.items()), f"{seconds:.3f} s")


if __name__ == "__main__":
    main()
