"""reader.onnx + held-out questions -> how often it marks the sentence that answers, its words, and refuses the rest.

    python -m evals.training.reader.measure DATA reader.onnx --share 0.2

Each passage is the one that the question was labelled with; how the whole of search, reading and refusing fares is
measured by evals.benchmarks.answers. Intervals are those of resampled groups, 95 %, and only of whole sets.
"""

import argparse
import hashlib
import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.metrics import roc_auc_score

from evals.training.reader.corpus import contains_answer, normalize_text
from evals.training.reader.held_out import HeldOutQuestion, load_held_out
from rag.errors import ReaderError
from rag.onnx import load_tokenizer
from rag.reading import PassageReading, PassageText
from rag.reading.layout import LayoutBuilder
from rag.reading.reader import OnnxReader
from rag.weights import TOKENIZER, ShippedNetwork

SMALL = 500
"""Questions of a set of which no share is taken; also of the comparison with fp32."""
GROUP_RESAMPLES = 1000
TIMED_TOKENS = 200
"""Of the passage that is timed, the size of a passage of the index."""

log = logging.getLogger("measure")


class HeldOutReading(NamedTuple):
    """A held-out question and its passage's reading."""

    question: HeldOutQuestion
    reading: PassageReading

    def rank_sentences(self) -> list[int]:
        """Numbers of the sentences, best first."""
        logits = [sentence.logit for sentence in self.reading.sentences]
        return sorted(range(len(logits)), key=lambda number: -logits[number])

    def best_answer(self) -> str:
        """The likeliest answer within the best sentence."""
        number = self.rank_sentences()[0]
        start, end = self.reading.sentences[number].answer
        return self.question.passage.sentences[number][start:end]


Measure = Callable[[Sequence[HeldOutReading]], float]


def read_held_out(reader: OnnxReader, questions: Sequence[HeldOutQuestion]) -> list[HeldOutReading]:
    """Every question beside its passage, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        readings = pool.map(lambda one: reader.read(one.question, [one.passage])[0], questions)
        return [HeldOutReading(*pair) for pair in zip(questions, readings, strict=True)]


def _best(readings: Sequence[HeldOutReading], most: int) -> float:
    """Share of answerable questions with a gold sentence among the best ones."""
    labelled = (one for one in readings if one.question.answerable and one.question.gold)
    return _share(bool(set(one.rank_sentences()[:most]) & set(one.question.gold)) for one in labelled)


def _exact_words(readings: Sequence[HeldOutReading]) -> float:
    """Share of answerable questions whose best answer is a gold one, but for articles and punctuation."""
    return _share(
        _without_articles(one.best_answer()) in map(_without_articles, one.question.answers)
        for one in _with_answers(readings)
    )


def _overlapping_words(readings: Sequence[HeldOutReading]) -> float:
    """Share of answerable questions whose best answer contains a gold one, or is contained in one."""
    return _share(
        contains_answer(one.best_answer(), one.question.answers)
        or any(contains_answer(answer, [one.best_answer()]) for answer in one.question.answers)
        for one in _with_answers(readings)
    )


def _without_articles(text: str) -> str:
    return " ".join(word for word in normalize_text(text).split() if word not in ("a", "an", "the"))


def _with_answers(readings: Sequence[HeldOutReading]) -> Iterator[HeldOutReading]:
    return (one for one in readings if one.question.answerable and one.question.answers)


def _share(hits: Iterable[bool]) -> float:
    every = [*hits]
    return sum(every) / len(every) if every else float("nan")


def _auc(readings: Sequence[HeldOutReading]) -> float:
    """Probability that an answerable question has a higher passage logit than one that is not."""
    answerable = [one.question.answerable for one in readings]
    if all(answerable) or not any(answerable):
        return float("nan")
    return float(roc_auc_score(answerable, [one.reading.logit for one in readings]))


MEASURES: Mapping[str, Measure] = {
    "best 1": partial(_best, most=1),
    "best 3": partial(_best, most=3),
    "exact words": _exact_words,
    "words overlap": _overlapping_words,
    "AUC": _auc,
}


def resample(readings: Sequence[HeldOutReading], measure: Measure, seed: int = 0) -> tuple[float, float]:
    """95 % interval of a measure over resampled groups."""
    groups: dict[str, list[HeldOutReading]] = {}
    for one in readings:
        groups.setdefault(one.question.group, []).append(one)
    rng, members = random.Random(seed), list(groups.values())
    values = [
        measure([one for group in rng.choices(members, k=len(members)) for one in group])
        for _ in range(GROUP_RESAMPLES)
    ]
    low, high = np.nanpercentile(values, (2.5, 97.5))
    return float(low), float(high)


def compare(first: Sequence[HeldOutReading], second: Sequence[HeldOutReading]) -> dict[str, float]:
    """How alike two networks read the same questions."""
    passages = np.array([[one.reading.logit for one in readings] for readings in (first, second)])
    sentences = np.array(
        [[each.logit for one in readings for each in one.reading.sentences] for readings in (first, second)]
    )
    pairs = zip(first, second, strict=True)
    return {
        "same best sentence": _share(one.rank_sentences()[:1] == other.rank_sentences()[:1] for one, other in pairs),
        "same sign of the passage logit": float(np.mean((passages[0] > 0) == (passages[1] > 0))),
        "mean difference of passage logits": float(np.abs(passages[0] - passages[1]).mean()),
        "mean difference of sentence logits": float(np.abs(sentences[0] - sentences[1]).mean()),
    }


def time_reading(reader: OnnxReader, question: HeldOutQuestion) -> dict[str, float]:
    """Least milliseconds for one passage of TIMED_TOKENS, and for ten at once."""
    sentences = question.passage.sentences
    builder = LayoutBuilder(load_tokenizer(TOKENIZER, ReaderError), question.question)
    while len(builder.build("1", None, sentences).ids) < TIMED_TOKENS:
        sentences += question.passage.sentences[:1]
    titles = count()  # readings of the same passage would be remembered

    def milliseconds(passages: int) -> float:
        texts = [PassageText(str(next(titles)), None, sentences) for _ in range(passages)]
        started = time.perf_counter()
        reader.read(question.question, texts)
        return (time.perf_counter() - started) * 1000

    return {"one passage": min(milliseconds(1) for _ in range(50)), "ten": min(milliseconds(10) for _ in range(10))}


def open_network(file: Path) -> OnnxReader:
    """The reader of any file, with what lies beside it; its sha256 is what it is."""
    return OnnxReader(ShippedNetwork(file, hashlib.sha256(file.read_bytes()).hexdigest()), TOKENIZER)


def _report(name: str, readings: Sequence[HeldOutReading], *, intervals: bool) -> None:
    log.info("%s: %d questions, %d answerable", name, len(readings), sum(one.question.answerable for one in readings))
    for title, measure in MEASURES.items():
        value = measure(readings)
        low, high = resample(readings, measure) if intervals and not np.isnan(value) else (np.nan, np.nan)
        log.info("  %-14s %.3f [%.3f, %.3f]", title, value, low, high)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--fp32", type=Path, help="the same network in fp32, to compare with")
    parser.add_argument("--share", type=float, default=1.0, help="of the questions of large sets")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    reader, sets = open_network(given.model), load_held_out(given.data)
    for name, questions in sets.items():
        share = given.share if len(questions) > SMALL else 1.0
        chosen = [one for one in questions if random.Random(one.question).random() < share]
        _report(name, read_held_out(reader, chosen), intervals=given.share == 1)
    if given.fp32:
        questions = random.Random(0).sample(sets["squad2_dev_rest"], SMALL)
        both = [read_held_out(network, questions) for network in (reader, open_network(given.fp32))]
        log.info("8 bits and fp32: %s", compare(*both))
    log.info("milliseconds: %s", time_reading(reader, sets["squad2_dev_rest"][0]))


if __name__ == "__main__":
    main()
