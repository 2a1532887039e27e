"""Follow-up questions: asked alone, completed from the history, as the product reads them, and condensed by a model.

    python -m evals.benchmarks.conversations FILE [--llm gguf:FILE] [--first N]

FILE has one conversation a line: `input` (turns with `text`, the last one is the question) and `contexts`
(`document_id`, `text`). The contexts of all lines are the corpus; a follow-up is a hit at k when the first k passages
include one of its own contexts, and is well quoted when a quote is of one. Apart from them, the first question of each
conversation is asked after another conversation: a change of subject, which should change nothing.
"""

import argparse
import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rag.answering.answer import Answer, Turn
from rag.answering.followups import complete_question, condense_question
from rag.assistant import Assistant
from rag.errors import ModelError
from rag.llm import Model, open_model
from rag.settings import Settings

RANKS = (1, 5, 10)
Ask = Callable[[str, tuple[Turn, ...]], Answer]


class AskedCase(NamedTuple):
    """A question in a conversation and the articles that answer it."""

    question: str
    history: tuple[Turn, ...]
    articles: frozenset[str]
    kind: str


def read_follow_ups(file: Path, folder: Path) -> Iterator[AskedCase]:
    """Follow-ups that have a history and contexts; every context is written to the folder as an article."""
    for row in _rows(file):
        names = []
        for context in row["contexts"]:
            names.append(f"{re.sub(r'[^A-Za-z0-9_-]', '_', context['document_id'])}.txt")
            (folder / names[-1]).write_text(context["text"], encoding="utf-8")
        turns = [turn["text"] for turn in row["input"]]
        history = _turns(turns)
        if history and names:
            yield AskedCase(turns[-1], history, frozenset(names), row["Multi-Turn"][0])


def read_changes(file: Path) -> Iterator[AskedCase]:
    """The first question of each conversation, after the turns of the next one that has any."""
    rows = _rows(file)
    histories = [_turns([turn["text"] for turn in row["input"]]) for row in rows]
    firsts = [row["input"][0]["text"] for row in rows]
    for number, question in enumerate(firsts):
        later = [*range(number + 1, len(rows)), *range(number)]
        other = next((histories[one] for one in later if histories[one] and firsts[one] != question), ())
        if question not in firsts[:number]:
            yield AskedCase(question, other, frozenset(), "change")


def _rows(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _turns(texts: list[str]) -> tuple[Turn, ...]:
    return tuple(Turn(*pair) for pair in zip(texts[0::2], texts[1::2], strict=False))


def measure(cases: list[AskedCase], ask: Ask) -> dict[str, float]:
    """Hit rate by rank, how often an article of the case is quoted, and the mean seconds of a question."""
    started, ranks, quoted = time.perf_counter(), [], []
    for case in cases:
        answer = ask(case.question, case.history)
        articles = [hit.passage.article for hit in answer.hits]
        found = (rank for rank, article in enumerate(articles, 1) if article in case.articles)
        ranks.append(next(found, max(RANKS) + 1))
        quoted.append(any(citation.article in case.articles for citation in answer.citations))
    shares = {f"@{k}": sum(rank <= k for rank in ranks) / len(ranks) for k in RANKS}
    return {**shares, "quoted": sum(quoted) / len(quoted), "s": (time.perf_counter() - started) / len(cases)}


def share_unchanged(cases: list[AskedCase], ask: Ask) -> float:
    """How often a change of subject is answered as without the conversation before it."""
    same = (_quotes(ask(case.question, case.history)) == _quotes(ask(case.question, ())) for case in cases)
    return sum(same) / len(cases)


def _quotes(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def ways_to_ask(assistant: Assistant, model: Model | None) -> dict[str, Ask]:
    """By name: alone, completed, as the product reads them, and with a model condensed; each in quotes."""
    ways: dict[str, Ask] = {
        "alone": lambda question, _: assistant.ask(question),
        "completed": lambda question, history: assistant.ask(complete_question(question, history)[:4000]),
        "read": assistant.ask,
    }
    if model:
        ways[f"condensed by {model.name}"] = lambda question, history: assistant.ask(
            _condensed(question, history, model)[:4000]
        )
    return ways


def _condensed(question: str, history: tuple[Turn, ...], model: Model) -> str:
    try:
        return condense_question(question, history, model, model.open_budget())
    except ModelError:
        return complete_question(question, history)


def main() -> None:
    """Print one row a way to ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--llm", default="quotes")
    parser.add_argument("--first", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "articles"
        folder.mkdir()
        cases = list(read_follow_ups(options.file, folder))[: options.first]
        changes = list(read_changes(options.file))[: options.first]
        settings = Settings(index_dir=Path(scratch) / "index", articles_dir=folder, llm="quotes")
        model = open_model(Settings(llm=options.llm))
        with Assistant.open(settings) as assistant:
            assistant.sync(folder)
            print(f"{len(cases)} follow-ups, {len(changes)} changes, {len(assistant.articles())} articles")
            for name, ask in ways_to_ask(assistant, model).items():
                shares = {**measure(cases, ask), "unchanged": share_unchanged(changes, ask)}
                print(f"{name:40}", *(f"{key} {share:.3f}" for key, share in shares.items()))


if __name__ == "__main__":
    main()
