"""Answers of typed questions -> what a name is: rag/exploring/name_types.json, written by this script.

    python -m evals.training.name_types FOLDER [OUT]

FOLDER holds labelled/answer/squad11_train_all_paragraphs.jsonl.gz: who asks for a person, where and which city for a
place, which company for an organisation, which film for something else. A name is embedded twice, alone and with the
words around it. Articles are held out whole.
"""

import argparse
import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Embedder, open_embedder
from rag.exploring.name_types import NAME_TYPES, NAME_TYPES_FILE, NameType, embed_names
from rag.logistic import softmax
from rag.settings import Settings

PER_TYPE = 2500
"""Most names of a type that are learned from: with 1000 the held-out accuracy is .01 less."""
HELD_OUT = 0.2
SEED = 7
RIDGE, STEPS, RATE = 3e-4, 600, 0.5
_ASKS: tuple[tuple[NameType, re.Pattern[str]], ...] = (
    (
        "organisation",
        re.compile(
            r"\b(?:what|which) (?:\w+ )?(?:company|companies|organi[sz]ation|group|agency|team|university|college|party"
            r"|band|corporation|bank|newspaper|network|label|club|institution|firm|ministry|department|airline|union)\b"
        ),
    ),
    (
        "place",
        re.compile(
            r"\bwhere\b|\b(?:what|which) (?:\w+ )?(?:city|country|countries|state|river|island|continent|town|region"
            r"|county|street|mountain|province|village|area|neighborhood|district|nation|sea|lake|borough|park)\b"
        ),
    ),
    (
        "other",
        re.compile(
            r"\b(?:what|which) (?:\w+ )?(?:language|book|film|movie|song|album|war|battle|treaty|award|religion|event"
            r"|game|law|act|show|series|festival|dynasty|theory|ship|document|magazine|instrument|holiday|conference|system)\b"
        ),
    ),
    (
        "person",
        re.compile(r"^(?:who|whose)\b|\b(?:what|which) (?:king|president|actor|singer|author|man|woman|emperor)\b"),
    ),
)
_NAME = re.compile(r"[A-ZÀ-Þ][\w’'.-]*(?: (?:(?:of|the|de|van|von|and|for) )*[A-ZÀ-Þ][\w’'.-]*){0,4}")


class LabelledName(NamedTuple):
    """A name with the sentence it stands in, what it is, and the article that it comes from."""

    name: str
    sentence: str
    type: NameType
    group: str


def labelled_names(file: Path) -> Iterator[LabelledName]:
    """Names that answer a question whose words say what is asked for."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            for qa in row["qas"]:
                type_ = next((type_ for type_, asks in _ASKS if asks.search(qa["question"].lower())), None)
                name = qa["answers"][0].removeprefix("the ").removeprefix("The ").strip(" .,'\"")
                if type_ and _NAME.fullmatch(name) and qa["gold_sentences"]:
                    sentence = row["sentences"][qa["gold_sentences"][0]]
                    if name in sentence:
                        yield LabelledName(name, sentence, type_, row["group"])


def sample_per_type(names: list[LabelledName]) -> list[LabelledName]:
    """At most PER_TYPE of each type, each name of an article once."""
    unique = list({(name.name, name.group, name.type): name for name in names}.values())
    random.Random(SEED).shuffle(unique)
    taken: Counter[str] = Counter()
    kept = []
    for name in unique:
        if taken[name.type] < PER_TYPE:
            taken[name.type] += 1
            kept.append(name)
    return kept


def features(names: list[LabelledName], embedder: Embedder) -> NDArray[np.float32]:
    """One row a name."""
    return embed_names([(name.name, [name.sentence]) for name in names], embedder)


def fit(inputs: NDArray[np.float32], labels: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights and intercepts of a softmax regression, by gradient descent with momentum."""
    weights, intercepts = np.zeros((inputs.shape[1], len(NAME_TYPES))), np.zeros(len(NAME_TYPES))
    targets = np.eye(len(NAME_TYPES))[labels]
    speed = np.zeros_like(weights)
    for _ in range(STEPS):
        error = softmax(inputs @ weights + intercepts) - targets
        speed = 0.9 * speed - RATE * (inputs.T @ error / len(inputs) + RIDGE * weights)
        weights, intercepts = weights + speed, intercepts - RATE * error.mean(axis=0)
    return weights, intercepts


def held_out_groups(names: list[LabelledName]) -> set[str]:
    """The articles that are not learned from while measuring."""
    groups = sorted({name.group for name in names})
    random.Random(SEED).shuffle(groups)
    return set(groups[: int(HELD_OUT * len(groups))])


def measure_types(guesses: NDArray[np.int64], labels: NDArray[np.int64]) -> dict[str, object]:
    """Accuracy, and precision and recall of each type."""
    report: dict[str, object] = {"names": len(labels), "accuracy": round(float((guesses == labels).mean()), 3)}
    for number, type_ in enumerate(NAME_TYPES):
        found, true = guesses == number, labels == number
        both = float((found & true).sum())
        report[type_] = {
            "precision": round(both / max(1, int(found.sum())), 3),
            "recall": round(both / max(1, int(true.sum())), 3),
        }
    return report


def main() -> None:
    """Measure on articles held out, then write the weights learned from all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path, nargs="?", default=NAME_TYPES_FILE)
    arguments = parser.parse_args()
    file = arguments.folder / "labelled" / "answer" / "squad11_train_all_paragraphs.jsonl.gz"
    names = sample_per_type(list(labelled_names(file)))
    embedder = open_embedder(Settings(embedder="minilm"))
    inputs, labels = features(names, embedder), np.array([NAME_TYPES.index(name.type) for name in names])
    held = held_out_groups(names)
    unseen = np.array([name.group in held for name in names])
    weights, intercepts = fit(inputs[~unseen], labels[~unseen])
    report = measure_types(softmax(inputs[unseen] @ weights + intercepts).argmax(axis=1), labels[unseen])
    print(json.dumps(report, indent=2))
    weights, intercepts = fit(inputs, labels)
    content = {
        "made by": "python -m evals.training.name_types FOLDER",
        "embedder": embedder.fingerprint,
        "unseen articles": report,
        "types": NAME_TYPES,
        "intercepts": [round(float(value), 4) for value in intercepts],
        "weights": [[round(float(value), 3) for value in row] for row in weights],
    }
    arguments.out.write_text(json.dumps(content) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
