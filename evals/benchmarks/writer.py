"""What users see of a small, unreliable model with and without checking, on labelled questions.

    python -m evals.benchmarks.writer FOLDER --llm gguf:FILE [--first 100] [--repairs 0] [--replies FILE] [--print]

FOLDER holds squad/articles/*.txt and squad/questions.jsonl. The model answers every question once; the sentences of its
reply are counted unchecked and checked. Counted are

- wrong sentences: they contain none of the gold answers;
- unsupported sentences: neither the gold paragraph nor any other single passage retrieved has all of the sentence's
  content words that the question lacks; by exact stems (no synonyms, so true rewordings count against both sides);
- answers that contain a gold answer anywhere.

SmolLM2-135M-Instruct in 4 bits, 100 questions, no repairs: as it wrote 364 sentences, 306 wrong, 309 unsupported, 22
answers with the gold; checked 154 (19 its own, 135 quotes), 76 wrong, 4 unsupported, 74 answers with the gold.

--replies caches the model's replies in a file, by their prompts. --print prints each result as JSON.
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
"""Ends a cached reply that was interrupted by an error."""


class GoldQuestion(NamedTuple):
    """A question, its gold paragraph and its gold answers."""

    text: str
    paragraph: str
    gold: tuple[str, ...]


class WriterResult(NamedTuple):
    """The sentences of one answer, unchecked and checked."""

    question: GoldQuestion
    passages: tuple[str, ...]
    """The gold paragraph and the retrieved passages."""
    unchecked: tuple[str, ...]
    """Every sentence of the reply."""
    written: tuple[str, ...]
    """Sentences of the model that passed the check."""
    quoted: tuple[str, ...]
    """Verbatim sentences of articles shown in place of sentences that failed."""
    first: float
    """Seconds to the first sentence of the final answer that was shown; quotes that it replaced do not count."""


class RecordingModel:
    """Records the last reply of a model, and all replies in a file."""

    def __init__(self, model: Model, file: Path | None) -> None:
        self.reply = ""
        self._file = file
        self._replies: dict[str, str] = {}
        if file and file.is_file():
            self._replies = dict(json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
        self._stream = model.stream
        model.stream = self.stream  # type: ignore[method-assign]

    def stream(self, messages: Messages, budget: Budget, tokens: int | None = None) -> Iterator[str]:
        """Yield the pieces of a reply; a cached reply that was interrupted raises again."""
        if tokens is not None:  # a correction
            yield from self._stream(messages, budget, tokens)
            return
        key, self.reply = hashlib.sha256("".join(messages).encode()).hexdigest(), ""
        if key not in self._replies:
            self._replies[key] = yield from self._stream_new(messages, budget)
            self._record(key)
            return
        self.reply = self._replies[key]
        yield self.reply.removesuffix(BROKEN)
        if self.reply.endswith(BROKEN):
            raise ModelError("The reply broke off when it was recorded.")

    def _stream_new(self, messages: Messages, budget: Budget) -> Generator[str, None, str]:
        try:
            for piece in self._stream(messages, budget, None):
                self.reply += piece
                yield piece
        except ModelError:
            self._record_broken(messages)
            raise
        return self.reply

    def _record_broken(self, messages: Messages) -> None:
        key = hashlib.sha256("".join(messages).encode()).hexdigest()
        self._replies[key] = self.reply + BROKEN
        self._record(key)

    def _record(self, key: str) -> None:
        if self._file:
            with self._file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps([key, self._replies[key]], ensure_ascii=False) + "\n")


def sample_questions(folder: Path, count: int) -> list[GoldQuestion]:
    """A seeded sample of the answerable questions."""
    rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    chosen = random.Random(SEED).sample([row for row in rows if row["answerable"]], count)
    texts = {file.name: file.read_text(encoding="utf-8") for file in (folder / "articles").glob("*.txt")}
    return [
        GoldQuestion(row["question"], texts[row["article"]][slice(*row["paragraph"])], tuple(row["answers"]))
        for row in chosen
    ]


def ask_question(assistant: Assistant, model: RecordingModel, question: GoldQuestion) -> WriterResult:
    """Ask one question; the result has the reply and what of it passed the check."""
    started, first = time.perf_counter(), 0.0
    model.reply = ""  # it is not asked where the articles hold no answer
    answer: Answer | None = None
    for answer in assistant.stream(question.text):
        first = first or (time.perf_counter() - started if answer.final_text else 0.0)
    assert answer is not None
    unchecked = tuple(
        sentence.text
        for sentence in map(parse_citations, stream_sentences([model.reply.removesuffix(BROKEN)]))
        if words(sentence.text)
    )
    quotes = {citation.quote for citation in answer.citations}
    texts = [sentence.text for sentence in answer.sentences]
    own = tuple(text for text in texts if text in unchecked or text not in quotes)
    passages = (question.paragraph, *(hit.passage.text for hit in answer.hits))
    return WriterResult(question, passages, unchecked, own, tuple(text for text in texts if text not in own), first)


def has_gold_answer(text: str, question: GoldQuestion) -> bool:
    """Whether a text contains a gold answer."""
    return any(fold(gold) in fold(text) for gold in question.gold)


def is_supported(text: str, result: WriterResult) -> bool:
    """Whether one passage has every content word of a text that the question lacks."""
    needed = stems(text) - {word.stem for word in words(result.question.text)}
    return any(needed <= {word.stem for word in words(passage)} for passage in result.passages)


def table_row(name: str, answers: Sequence[tuple[WriterResult, Sequence[str]]]) -> str:
    """One line of the table."""
    shown = [(result, text) for result, texts in answers for text in texts]
    wrong = sum(not has_gold_answer(text, result.question) for result, text in shown)
    unsupported = sum(not is_supported(text, result) for result, text in shown)
    correct = sum(has_gold_answer(" ".join(texts), result.question) for result, texts in answers)
    return f"{name:32} {len(shown):5} {wrong:5} {unsupported:12} {correct:4} of {len(answers)}"


def main() -> None:
    """Ask the questions and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--llm", required=True)
    parser.add_argument("--first", type=int, default=100)
    parser.add_argument("--repairs", type=int, default=0)
    parser.add_argument("--replies", type=Path)
    parser.add_argument("--print", action="store_true", dest="print_results")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(index_dir=Path(scratch), llm=options.llm, repairs=options.repairs, total_seconds=600)
        with Assistant.open(settings) as assistant:
            assistant.sync(options.folder / "squad" / "articles")
            assert assistant.model is not None
            model = RecordingModel(assistant.model, options.replies)
            results = []
            for question in sample_questions(options.folder / "squad", options.first):
                results.append(ask_question(assistant, model, question))
                if options.print_results:
                    print(json.dumps(results[-1]._asdict(), ensure_ascii=False), flush=True)
    print(f"{'':32} {'shown':>5} {'wrong':>5} {'unsupported':>12} {'answers with the gold':>4}")
    print(table_row("as the model wrote it", [(result, result.unchecked) for result in results]))
    print(table_row("checked: its own sentences", [(result, result.written) for result in results]))
    print(table_row("checked: quotes in their place", [(result, result.quoted) for result in results]))
    print(table_row("checked: all", [(result, (*result.written, *result.quoted)) for result in results]))
    first = statistics.median(result.first for result in results if result.first)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"median to the first shown sentence {first:.1f} s, peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
