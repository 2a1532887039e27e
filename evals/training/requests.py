"""Lines that users type -> what they ask for: rag/exploring/request_classifier.json, written by this script.

    python -m evals.training.requests DATA [FILE...]

Learnt from evals/training/requests.jsonl (a line, what it asks for, its topic), and from questions of
DATA/labelled/answer, which are no requests. Cross-validated in five folds, by which the threshold is chosen; each FILE
of further labelled lines is only measured with.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evals.benchmarks.requests import unique_questions
from rag.embedding import Embedder, shipped_embedder
from rag.exploring.request_classifier import (
    CLASSIFIER_FILE,
    MARK_VALUE,
    QUESTION,
    RequestClassifier,
    embed_questions,
    read_marks,
    read_words,
)
from rag.logistic import softmax
from rag.text.words import STOP_WORDS, words

LINES_FILE = Path(__file__).with_name("requests.jsonl")
KINDS = {
    QUESTION: QUESTION,
    "overview": "overview",
    "timeline": "timeline",
    "entities": "names",
    "compare": "comparison",
    "list": "list",
}
"""Label of a line -> heading of requests.txt."""
SETS = "squad2_train_unanswerable.jsonl.gz", "nq_oracle.jsonl"
PER_SET, WEIGHT = 300, 0.5
"""Questions of each set, and what one counts beside a line. Without them, 15 of 1,200 questions of other sets are taken
for requests, with them none or one."""
RIDGE, STEPS = 2e-4, 200
LEAST_LINES = 3
"""Lines that a word or pair of words must be in to have a weight."""
FOLDS, SEED = 5, 0
MOST_FALSE = 0.01
"""Share of the questions, half of them chosen to look like requests, that may be taken for one."""
DIGITS = 3

Numbers = NDArray[np.float64]


class Line(NamedTuple):
    """What a user typed, the kind of request that it is, and what it is about: empty for everything."""

    text: str
    kind: str
    topic: str


@dataclass(frozen=True, slots=True)
class Samples:
    """Lines with their vectors, and what each counts."""

    lines: tuple[Line, ...]
    vectors: Numbers
    weights: Numbers

    def take(self, chosen: NDArray[np.bool_]) -> "Samples":
        """Those of a mask."""
        lines = tuple(line for line, taken in zip(self.lines, chosen, strict=True) if taken)
        return Samples(lines, self.vectors[chosen], self.weights[chosen])


def read_lines(file: Path) -> tuple[Line, ...]:
    """The labelled lines of a file."""
    with file.open(encoding="utf-8") as rows:
        return tuple(Line(row["text"], KINDS[row["label"]], row["topic"]) for row in map(json.loads, rows))


def sample_questions(data: Path) -> tuple[Line, ...]:
    """Questions to paragraphs, PER_SET of each set."""
    sampled: list[Line] = []
    for name in SETS:
        questions = unique_questions([data / "labelled" / "answer" / name])
        chosen = random.Random(SEED).sample(questions, PER_SET)
        sampled += [Line(question, QUESTION, "") for question in chosen]
    return tuple(sampled)


def embed_samples(lines: Sequence[Line], weight: float, embedder: Embedder) -> Samples:
    """Lines that all count alike."""
    vectors = embed_questions([line.text for line in lines], embedder)
    return Samples(tuple(lines), vectors, np.full(len(lines), weight))


def frequent_words(lines: Sequence[Line]) -> tuple[str, ...]:
    """The words and pairs that stand in LEAST_LINES lines."""
    counts = Counter(word for line in lines for word in read_words(line.text))
    return tuple(sorted(word for word, count in counts.items() if count >= LEAST_LINES))


def frame_words(lines: Sequence[Line]) -> frozenset[str]:
    """The stems that requests have outside their topics."""
    return frozenset(stem for line in lines if line.kind != QUESTION for stem in _outside(line))


def _outside(line: Line) -> Iterator[str]:
    before, _, after = line.text.partition(line.topic) if line.topic else (line.text, "", "")
    return (word.stem for word in words(f"{before} {after}"))


def fit_classifier(samples: Samples, learnt: Sequence[Line], fingerprint: str) -> RequestClassifier:
    """The regression fitted to samples; any probability is enough for it.

    Args:
        samples: what it learns from.
        learnt: those of them whose words get weights.
        fingerprint: of the embedder.
    """
    kinds, counted = tuple(KINDS.values()), frequent_words(learnt)
    marks = [read_marks(line.text) for line in samples.lines]
    worded = [[word in found for word in counted] for found in (read_words(line.text) for line in samples.lines)]
    flags = MARK_VALUE * np.concatenate([[list(row.values()) for row in marks], np.array(worded, dtype=float)], axis=1)
    labels = np.array([kinds.index(line.kind) for line in samples.lines])
    fitted = fit_softmax(np.concatenate([samples.vectors, flags], axis=1), labels, samples.weights, len(kinds))
    wide, named = 1 + samples.vectors.shape[1], tuple(marks[0])
    rest = dict(zip([*named, *counted], fitted[wide:], strict=True))
    return RequestClassifier(
        kinds,
        fitted[0],
        fitted[1:wide],
        {name: rest[name] for name in named},
        {word: row for word, row in zip(counted, fitted[wide + len(named) :], strict=True)},
        frame_words(learnt),
        0.0,
        fingerprint,
    )


def fit_softmax(inputs: Numbers, labels: NDArray[np.int64], weights: Numbers, classes: int) -> Numbers:
    """Intercepts, then one row of weights an input, by accelerated gradient descent."""
    design = np.concatenate([np.ones((len(inputs), 1)), inputs], axis=1)
    shares, targets = weights[:, None] / weights.sum(), np.eye(classes)[labels]
    ridge = np.full((design.shape[1], 1), RIDGE)
    ridge[0] = 0
    step = 1 / (np.linalg.norm(design * np.sqrt(shares), 2) ** 2 / 2 + RIDGE)
    now = ahead = np.zeros((design.shape[1], classes))
    for number in range(STEPS):
        error = (softmax(design @ ahead) - targets) * shares
        then, now = now, ahead - step * (design.T @ error + ridge * ahead)
        ahead = now + number / (number + 3) * (now - then)
    return now


def predict(classifier: RequestClassifier, samples: Samples) -> Numbers:
    """Probability of each kind, one row a line."""
    rows = zip(samples.lines, samples.vectors, strict=True)
    return np.stack([classifier.probabilities(line.text, vector) for line, vector in rows])


def hold_out_folds(lines: Samples, questions: Samples, fingerprint: str) -> tuple[Numbers, list[str]]:
    """Probabilities and topic of each line by a classifier that did not learn from its fold."""
    folds = np.random.default_rng(SEED).permutation(len(lines.lines)) % FOLDS
    shares, topics = np.zeros((len(folds), len(KINDS))), [""] * len(folds)
    for fold in range(FOLDS):
        learnt = lines.take(folds != fold)
        classifier = fit_classifier(join(learnt, questions), learnt.lines, fingerprint)
        shares[folds == fold] = predict(classifier, lines.take(folds == fold))
        for row in np.flatnonzero(folds == fold):
            topics[row] = classifier.topic(lines.lines[row].text, lines.lines[row].kind)
    return shares, topics


def join(one: Samples, other: Samples) -> Samples:
    """Both, one after the other."""
    vectors = np.concatenate([one.vectors, other.vectors])
    return Samples((*one.lines, *other.lines), vectors, np.concatenate([one.weights, other.weights]))


def choose_threshold(lines: Sequence[Line], shares: Numbers) -> float:
    """The least probability from which on MOST_FALSE of the questions at most are taken for requests."""
    likely: list[float] = [float(1 - row[0]) for line, row in zip(lines, shares, strict=True) if line.kind == QUESTION]
    highest = sorted(likely, reverse=True)
    return highest[int(MOST_FALSE * len(highest))] + float(10**-DIGITS)


def measure(lines: Sequence[Line], shares: Numbers, topics: Sequence[str], least: float) -> dict[str, dict[str, int]]:
    """By kind: lines, taken for a request, and for the right one; and how many topics of requests are right."""
    kinds = tuple(KINDS.values())
    report: dict[str, dict[str, int]] = {}
    taken, guesses = 1 - shares[:, 0] >= least, shares[:, 1:].argmax(axis=1) + 1
    for number, kind in enumerate(kinds):
        of_kind = np.array([line.kind == kind for line in lines])
        right = int((taken & (guesses == number))[of_kind].sum())
        report[kind] = {"lines": int(of_kind.sum()), "requests": int(taken[of_kind].sum()), "right": right}
    requests = [(line.topic, topic) for line, topic in zip(lines, topics, strict=True) if line.kind != QUESTION]
    about = [_same_topic(*pair) for pair in requests if pair[0]]
    of_all = [not found for stated, found in requests if not stated]
    report["topics"] = {"lines": len(about), "right": sum(about)}
    report["no topic"] = {"lines": len(of_all), "right": sum(of_all)}
    return report


def _same_topic(stated: str, found: str) -> bool:
    """Whether the words are the same without "the" and other small ones at the ends."""
    stated_words, found_words = (
        [w.stem for w in words(text) if w.folded not in STOP_WORDS] for text in (stated, found)
    )
    return stated_words == found_words


def write_classifier(classifier: RequestClassifier, about: Mapping[str, Any]) -> None:
    """The file that the package reads, with how it was made before the weights."""
    content = {
        "made by": "python -m evals.training.requests DATA",
        **about,
        "embedder": classifier.fingerprint,
        "least probability": round(classifier.least_probability, DIGITS),
        "kinds": classifier.kinds,
        "frame": sorted(classifier.frame),
        "intercepts": _rounded(classifier.intercepts),
        "marks": {name: _rounded(row) for name, row in classifier.mark_weights.items()},
        "words": {word: _rounded(row) for word, row in classifier.word_weights.items()},
        "vectors": [_rounded(row) for row in classifier.vector_weights],
    }
    CLASSIFIER_FILE.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")


def _rounded(row: Numbers) -> list[float]:
    return [round(float(value), DIGITS) for value in row]


def measure_file(classifier: RequestClassifier, file: Path, embedder: Embedder) -> dict[str, dict[str, int]]:
    """The same for lines of another file, by the classifier of all lines."""
    samples = embed_samples(read_lines(file), 1, embedder)
    topics = [classifier.topic(line.text, line.kind) for line in samples.lines]
    return measure(samples.lines, predict(classifier, samples), topics, classifier.least_probability)


def main() -> None:
    """Cross-validate, fit to all lines, write, and measure with further files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("files", type=Path, nargs="*")
    arguments = parser.parse_args()
    embedder = shipped_embedder()
    lines = embed_samples(read_lines(LINES_FILE), 1, embedder)
    questions = embed_samples(sample_questions(arguments.data), WEIGHT, embedder)
    shares, topics = hold_out_folds(lines, questions, embedder.fingerprint)
    least = choose_threshold(lines.lines, shares)
    report = measure(lines.lines, shares, topics, least)
    classifier = fit_classifier(join(lines, questions), lines.lines, embedder.fingerprint)
    classifier = replace(classifier, least_probability=round(least, DIGITS))
    learnt = {"lines": len(lines.lines), "questions": len(questions.lines)}
    write_classifier(classifier, {"learnt from": learnt, f"{FOLDS}-fold cross-validated": report})
    print(json.dumps(report, indent=2))
    for file in arguments.files:
        print(file, json.dumps(measure_file(classifier, file, embedder), indent=2))


if __name__ == "__main__":
    main()
