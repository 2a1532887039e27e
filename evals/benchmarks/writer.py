"""What a small, unreliable model tells a reader with and without checking, on labelled questions.

    python -m evals.benchmarks.writer FOLDER --llm gguf:FILE [--first 100] [--repairs 0] [--replies FILE] [--tell]

FOLDER holds squad/articles/*.txt and squad/questions.jsonl. Every question is written once; the same sentences are then
counted as they came, and as they survive. Three things are counted of shown sentences:

- wrong: none of the gold answers stands in it;
- unsupported: a number, name or content word of it stands neither in the question nor in the gold paragraph, and no
  other single passage found has them all; by exact stems (no synonyms, so true rewordings count against both sides);
- and of answers: how many hold a gold answer anywhere.

SmolLM2-135M-Instruct in 4 bits, 100 questions, no repairs: as it wrote 364 sentences, 306 wrong, 309 unsupported, 22
answers with the gold; checked 154 (19 its own, 135 quotes), 76 wrong, 4 unsupported, 74 answers with the gold.

With --replies, what the model said is kept in a file and not asked for again while the prompt is the same.
"""

import argparse
import hashlib
import json
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rag.answering.answer import Answer
from rag.answering.writing.citation_marks import parse_citations
from rag.answering.writing.streaming import stream_sentences
from rag.assistant import Assistant
from rag.errors import ModelError
from rag.llm import Budget, Model
from rag.prompts import Messages
from rag.settings import Settings
from rag.text.words import fold, stems, words

SEED = 3
BROKEN = "\0"
"""Ends a kept reply that broke off."""


class Question(NamedTuple):
    """A question, its paragraph and the answers counted as right."""

    text: str
    paragraph: str
    gold: tuple[str, ...]


class Told(NamedTuple):
    """What readers are shown of one question."""

    question: Question
    passages: tuple[str, ...]
    """The gold paragraph and those that were found."""
    unchecked: tuple[str, ...]
    written: tuple[str, ...]
    """Sentences of the model that survived."""
    quoted: tuple[str, ...]
    """Sentences of articles, word for word, that stood in where it failed."""
    first: float
    """Seconds to the first shown sentence."""


class Spying:
    """Keeps the last reply of a model as it came, and all of them in a file."""

    def __init__(self, model: Model, file: Path | None) -> None:
        self.reply = ""
        self._file = file
        self._kept: dict[str, str] = {}
        if file and file.is_file():
            self._kept = dict(json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
        self._stream = model.stream
        model.stream = self.stream  # type: ignore[method-assign]

    def stream(self, messages: Messages, budget: Budget, tokens: int | None = None) -> Iterator[str]:
        """Pass the pieces on; a reply that broke off breaks off again when it is repeated."""
        if tokens is not None:  # a correction
            yield from self._stream(messages, budget, tokens)
            return
        key, self.reply = hashlib.sha256("".join(messages).encode()).hexdigest(), ""
        if key not in self._kept:
            self._kept[key] = yield from self._fresh(messages, budget)
            self._keep(key)
            return
        self.reply = self._kept[key]
        yield self.reply.removesuffix(BROKEN)
        if self.reply.endswith(BROKEN):
            raise ModelError("The reply broke off when it was recorded.")

    def _fresh(self, messages: Messages, budget: Budget) -> Generator[str, None, str]:
        try:
            for piece in self._stream(messages, budget, None):
                self.reply += piece
                yield piece
        except ModelError:
            self._keep_broken(messages)
            raise
        return self.reply

    def _keep_broken(self, messages: Messages) -> None:
        key = hashlib.sha256("".join(messages).encode()).hexdigest()
        self._kept[key] = self.reply + BROKEN
        self._keep(key)

    def _keep(self, key: str) -> None:
        if self._file:
            with self._file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps([key, self._kept[key]], ensure_ascii=False) + "\n")


def questions(folder: Path, first: int) -> list[Question]:
    """So many answerable questions, the same ones for the same number."""
    rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    chosen = random.Random(SEED).sample([row for row in rows if row["answerable"]], first)
    texts = {file.name: file.read_text(encoding="utf-8") for file in (folder / "articles").glob("*.txt")}
    return [
        Question(row["question"], texts[row["article"]][slice(*row["paragraph"])], tuple(row["answers"]))
        for row in chosen
    ]


def tell(assistant: Assistant, spying: Spying, question: Question) -> Told:
    """Ask one question, keeping what the model wrote and what survived of it."""
    started, first = time.perf_counter(), 0.0
    answer: Answer | None = None
    for answer in assistant.stream(question.text):
        first = first or (time.perf_counter() - started if answer.sentences else 0.0)
    assert answer is not None
    unchecked = tuple(
        one.text
        for one in map(parse_citations, stream_sentences([spying.reply.removesuffix(BROKEN)]))
        if words(one.text)
    )
    quotes = {citation.quote for citation in answer.citations}
    texts = [sentence.text for sentence in answer.sentences]
    own = tuple(text for text in texts if text in unchecked or text not in quotes)
    passages = (question.paragraph, *(hit.passage.text for hit in answer.hits))
    return Told(question, passages, unchecked, own, tuple(text for text in texts if text not in own), first)


def right(text: str, question: Question) -> bool:
    """Whether a gold answer stands in a text."""
    return any(fold(gold) in fold(text) for gold in question.gold)


def supported(text: str, one: Told) -> bool:
    """Whether every content word stands in one of the passages or the question."""
    wanted = stems(text) - {word.stem for word in words(one.question.text)}
    return any(wanted <= {word.stem for word in words(passage)} for passage in one.passages)


def row(name: str, told: Sequence[tuple[Told, Sequence[str]]]) -> str:
    """One line of the table."""
    shown = [(one, text) for one, texts in told for text in texts]
    wrong = sum(not right(text, one.question) for one, text in shown)
    astray = sum(not supported(text, one) for one, text in shown)
    hold = sum(right(" ".join(texts), one.question) for one, texts in told)
    return f"{name:32} {len(shown):5} {wrong:5} {astray:12} {hold:4} of {len(told)}"


def main() -> None:
    """Print the table side by side."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--llm", required=True)
    parser.add_argument("--first", type=int, default=100)
    parser.add_argument("--repairs", type=int, default=0)
    parser.add_argument("--replies", type=Path)
    parser.add_argument("--tell", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(index_dir=Path(scratch), llm=wanted.llm, repairs=wanted.repairs, total_seconds=600)
        with Assistant.open(settings) as assistant:
            assistant.sync(wanted.folder / "squad" / "articles")
            assert assistant.model is not None
            spying = Spying(assistant.model, wanted.replies)
            told = []
            for question in questions(wanted.folder / "squad", wanted.first):
                told.append(tell(assistant, spying, question))
                if wanted.tell:
                    print(json.dumps(told[-1]._asdict(), ensure_ascii=False), flush=True)
    print(f"{'':32} {'shown':>5} {'wrong':>5} {'unsupported':>12} {'answers that hold the gold':>4}")
    print(row("as the model wrote it", [(one, one.unchecked) for one in told]))
    print(row("checked: its own sentences", [(one, one.written) for one in told]))
    print(row("checked: quotes standing in", [(one, one.quoted) for one in told]))
    print(row("checked: all", [(one, (*one.written, *one.quoted)) for one in told]))
    first = statistics.median(one.first for one in told if one.first)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"median to the first shown sentence {first:.1f} s, peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
