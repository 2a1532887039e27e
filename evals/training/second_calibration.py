"""Readings of `reader_calibration` -> what a second, large reading is worth: the part `second` of reader.json.

    python -m evals.training.second_calibration OUT

OUT is the folder in which `python -m evals.training.reader_calibration DATA OUT` kept its readings; run that first.
The second readings are kept there, too. On two cores it takes a quarter of an hour.
"""

import argparse
import json
import logging
import pickle
import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np

from evals.training.reader_calibration import (
    FAR,
    QUOTE_SHARE,
    QUOTES_SHOWN,
    REFUSED_WRONGLY,
    TAKEN_AWAY,
    Fit,
    ReadOutcome,
    ReadQuestion,
    candidate_key,
    describe,
    find_gold,
    fit_model,
    gold_keys,
    judge_in_folds,
    weigh_natural,
)
from rag.answering.quoting import CALIBRATION_FILE, Candidate, reader_calibration
from rag.answering.quoting.confidence import reader_features
from rag.answering.quoting.marking import mark_candidates, rescore
from rag.answering.quoting.second_reading import choose_hits, rescore_again, second_features, second_sentence_features
from rag.reading import Reader
from rag.reading.reader import OnnxReader
from rag.retrieval import Hit
from rag.weights import LARGE_READER, TOKENIZER

DOUBTED_BELOW = 0.8
"""Confidence of the first reading below which the second one is asked: of .82 of these questions."""
SURE_FROM = 0.75
"""Confidence from which an answer is sure. From .66 on fewer than one in ten are wrong on people's questions, but of
the unanswerable news questions .131 would be sure; at .75 .107, about as with the small reader alone (.095)."""
DRAWN = {
    "CLAP NQ": 275, "SQuAD": 150, f"SQuAD{TAKEN_AWAY}": 60, FAR: 432, f"{FAR}{TAKEN_AWAY}": 0,
    "SQuAD, more": 150, f"SQuAD, more{TAKEN_AWAY}": 60, "news": 260, f"news{TAKEN_AWAY}": 60,
}  # fmt: skip
"""Questions of each set that are read again, in the order of drawing; a 0 keeps the draw of the later ones."""

log = logging.getLogger("train")


class SecondRead(NamedTuple):
    """A question after both readings."""

    row: ReadQuestion
    first: tuple[Candidate, ...]
    """In the order of the first reading."""
    confidence: float
    """Of the first reading."""
    hits: tuple[Hit, ...]
    """Read again; none where the first reading was in no doubt."""
    marked: tuple[Candidate, ...]
    """Those of `first`, with the marks of the second reading."""


def read_second(rows: Iterable[ReadQuestion], second: Reader) -> list[SecondRead]:
    """Every question read by the shipped small reader's calibration, and again where that is in doubt."""
    calibration, reads = reader_calibration(), list[SecondRead]()
    for number, row in enumerate(rows):
        first = rescore(row.marked, calibration.sentence)
        confidence = calibration.confidence.probability(reader_features(row.question, first, row.marked))
        hits = choose_hits(_hits_of(row), first) if confidence < DOUBTED_BELOW else ()
        marked = mark_candidates(second, row.question, hits, first)
        reads.append(SecondRead(row, first, confidence, hits, marked))
        if number % 100 == 0:
            log.info("read %d again", number)
    return reads


def _hits_of(row: ReadQuestion) -> list[Hit]:
    """The hits in the order of retrieval."""
    known = {one.passage.key: one.hit for one in row.marked}
    return sorted(known.values(), key=lambda hit: -hit.score)


def fit_second(reads: Sequence[SecondRead]) -> Fit:
    """Both models; the second over the ranking that the first makes."""
    doubted = [one for one in reads if one.hits]
    rows, labels = list[dict[str, float]](), list[bool]()
    for one in doubted:
        gold = gold_keys(one.row)
        for candidate in (c for c in one.marked if _is_read(c, one.hits) and gold):
            rows.append(second_sentence_features(candidate))
            labels.append(candidate_key(candidate) in gold)
    sentence = fit_model(rows, labels)
    asked = [one for one in doubted if not one.row.source.endswith(TAKEN_AWAY)]
    asked = weigh_natural(asked, lambda one: one.row.source)
    ranked = [rescore_again(one.marked, one.hits, sentence) for one in asked]
    features = [second_features(one.confidence, best, one.hits) for one, best in zip(asked, ranked, strict=True)]
    shown = [find_gold(one.row, best) <= QUOTES_SHOWN for one, best in zip(asked, ranked, strict=True)]
    return Fit(sentence, fit_model(features, shown))


def _is_read(candidate: Candidate, hits: Iterable[Hit]) -> bool:
    return any(candidate.passage.key == hit.passage.key for hit in hits)


def judge_second(read: SecondRead, models: Fit) -> ReadOutcome:
    """What both readings together make of a question."""
    if not read.hits:
        return ReadOutcome(read.row, read.confidence, find_gold(read.row, read.first))
    ranked = rescore_again(read.marked, read.hits, models.sentence)
    confidence = models.confidence.probability(second_features(read.confidence, ranked, read.hits))
    return ReadOutcome(read.row, confidence, find_gold(read.row, ranked))


def cross_validate_second(reads: Sequence[SecondRead]) -> list[ReadOutcome]:
    """Every question judged by models fitted to the other groups."""
    return judge_in_folds(reads, lambda read: read.row.group, fit_second, judge_second)


def choose_second_thresholds(outcomes: Sequence[ReadOutcome]) -> dict[str, float]:
    """The highest threshold for refusing that refuses few enough with an answer in every set, and `SURE_FROM`.

    Of questions worded far from the articles .15 have no hit that holds the answer: no threshold is chosen by them.
    """
    answerable = [one for one in outcomes if one.row.answerable and one.row.source != FAR]
    sources = {one.row.source for one in answerable}
    by_source = [np.array([one.confidence for one in answerable if one.row.source == source]) for source in sources]
    steps = (number / 100 for number in range(1, 100))
    refusing = max(step for step in steps if all((one < step).mean() <= REFUSED_WRONGLY for one in by_source))
    return {"abstain_below": refusing, "sure_from": SURE_FROM}


def draw_rows(out: Path) -> list[ReadQuestion]:
    """The kept readings of as many questions of each set as `DRAWN` has."""
    by_source: dict[str, list[ReadQuestion]] = {}
    for file in sorted(out.glob("*.pickle")):
        kept: list[ReadQuestion] = pickle.loads(file.read_bytes())
        for row in (row for row in kept if row.marked):
            by_source.setdefault(row.source, []).append(row)
    rng, rows = random.Random(0), list[ReadQuestion]()
    for source, count in DRAWN.items():
        sorted_rows = sorted(by_source.get(source, []), key=lambda row: row.question.text)
        rng.shuffle(sorted_rows)
        rows += sorted_rows[:count]
    return rows


def main() -> None:
    """Fit the models, choose the thresholds, and write both beside those of the small reader."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out: Path = parser.parse_args().out
    kept = out / "second" / f"{LARGE_READER.sha256[:12]}.pickle"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(pickle.dumps(read_second(draw_rows(out), OnnxReader(LARGE_READER, TOKENIZER))))
    reads: list[SecondRead] = pickle.loads(kept.read_bytes())
    outcomes, models = cross_validate_second(reads), fit_second(reads)
    thresholds = choose_second_thresholds(outcomes)
    before = [ReadOutcome(one.row, one.confidence, find_gold(one.row, one.first)) for one in reads]
    first = {name: value for name, value in asdict(reader_calibration().thresholds).items() if name != "quote_share"}
    content = json.loads(CALIBRATION_FILE.read_text(encoding="utf-8"))
    content["second"] = {
        "made by": "python -m evals.training.second_calibration OUT",
        "reader": LARGE_READER.sha256,
        "doubted_below": DOUBTED_BELOW,
        "unseen questions": describe(outcomes, thresholds),
        "the same, read by the small reader alone": describe(before, first),
        "thresholds": {**thresholds, "quote_share": QUOTE_SHARE},
        "sentence": asdict(models.sentence),
        "confidence": asdict(models.confidence),
    }
    CALIBRATION_FILE.write_text(f"{json.dumps(content, indent=2)}\n", encoding="utf-8")
    log.info(json.dumps(content["second"], indent=2))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main()
