"""Labelled questions -> rag/answering/quoting/reader.json: what the reader's logits are worth, and when to refuse.

    python -m evals.training.reader_calibration DATA OUT

DATA holds squad/, clapnq.jsonl, labelled/answer/squad2_dev_rest.jsonl and labelled/check: nothing that is asked of
it is learnt by the reader. OUT keeps the readings, so that a run that was cut off goes on. A question with an answer is
also asked without the hits that hold it, to measure. On two cores it takes ten minutes.
"""

import argparse
import json
import logging
import pickle
import random
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from evals.benchmarks.answers import Question, clapnq, holds_answer, squad
from evals.benchmarks.news import news_questions
from evals.benchmarks.paragraphs import squad_paragraphs
from evals.training.confidence import fit_logistic
from rag.answering.quoting import CALIBRATION_FILE, Candidate, ParsedQuestion, parse_question
from rag.answering.quoting.candidates import score_candidates
from rag.answering.quoting.confidence import reader_features
from rag.answering.quoting.marking import mark_candidates, rescore, sentence_features
from rag.assistant import Assistant
from rag.evaluation.trust.calibration import roc_auc
from rag.logistic import LogisticModel
from rag.settings import Settings
from rag.weights import READER

CALIBRATION_FOLDS = 5
MORE = Path("labelled", "answer", "squad2_dev_rest.jsonl")
QUOTES_SHOWN = 3
"""Quotes of an answer."""
QUOTE_SHARE = 0.3
"""Share of the best sentence's score that a further one needs to be quoted, too: of the 112 cases of `make evals` 87,
90, 89 and 91 pass at .5, .3, .2 and .1, and the lower it is the more is quoted that does not answer."""
QUESTIONS = 500
"""Drawn of each SQuAD set."""
REFUSED_WRONGLY = 0.05
"""Most questions with an answer that may be refused, in every set."""
SURE_WRONGLY = 0.1
"""Most answers called sure that may hold no answer, in the set of questions that people asked and judged."""
JUDGED = "CLAP NQ"
"""That set. The unanswerable questions of SQuAD 2.0 were written to deceive a reader; the news questions were written
beside one passage, and whether others answer them nobody judged."""
FAR = "news, far"
"""Questions worded far from the articles. The small reader is not fitted to them, for it hardly reads them; the second
reading is, and is measured with them."""
NATURAL = "CLAP NQ", "news", FAR
NATURAL_WEIGHT = 4
"""Times that a question of these sets counts in the fit, so that SQuAD's, which are more, do not decide alone."""
TAKEN_AWAY = ", taken away"

NO_RANK = 1000
"""Of a question none of whose sentences holds the answer."""
Asked = TypeVar("Asked")

log = logging.getLogger("train")


class ReadQuestion(NamedTuple):
    """One question with the marked sentences of its hits."""

    source: str
    group: str
    """What a fold keeps together: the article, or the question."""
    question: ParsedQuestion
    answerable: bool
    marked: tuple[Candidate, ...]
    """In the order and with the scores of words and cosines."""
    gold: tuple[bool, ...]
    """Whether each of them holds the answer."""


class Fit(NamedTuple):
    """The two models of a calibration."""

    sentence: LogisticModel
    confidence: LogisticModel


def read_questions(source: str, articles: Path, questions: Sequence[Question], scratch: Path) -> list[ReadQuestion]:
    """Every question asked and read; those of SQuAD with an answer also without the hits that hold it."""
    rows: list[ReadQuestion] = []
    with Assistant.open(Settings(index_dir=scratch / source, llm="quotes")) as assistant:
        assistant.sync(articles)
        if assistant.reader is None:
            raise SystemExit("RAG_READER is none: there is nothing to calibrate.")
        for number, question in enumerate(questions):
            parsed, hits = parse_question(question.question), assistant.search(question.question)
            marked = mark_candidates(assistant.reader, parsed, hits, score_candidates(parsed, hits))
            group = question.article if source != "CLAP NQ" else question.question
            gold = tuple(_holds(question, one) for one in marked)
            rows.append(ReadQuestion(source, group, parsed, question.answerable, marked, gold))
            if question.answerable and source != "CLAP NQ":
                rows.append(_without_answer(rows[-1]))
            if number % 200 == 0:
                log.info("%s: %d of %d", source, number, len(questions))
    return rows


def _holds(question: Question, candidate: Candidate) -> bool:
    return holds_answer(question, candidate.passage.article, candidate.span)


def _without_answer(read: ReadQuestion) -> ReadQuestion:
    """The same question when no passage with a gold sentence was indexed."""
    holding = {one.passage.key for one, gold in zip(read.marked, read.gold, strict=True) if gold}
    kept = tuple(one for one in read.marked if one.passage.key not in holding)
    return read._replace(source=f"{read.source}{TAKEN_AWAY}", answerable=False, marked=kept, gold=(False,) * len(kept))


def fit_calibration(rows: Iterable[ReadQuestion]) -> Fit:
    """Both models; the second over the ranking that the first makes."""
    every = [row for row in rows if row.marked]
    answered = [row for row in every if any(row.gold)]
    features = [sentence_features(one) for row in answered for one in row.marked]
    sentence = fit_model(features, [gold for row in answered for gold in row.gold])
    asked = weigh_natural([row for row in every if not row.source.endswith(TAKEN_AWAY)], lambda row: row.source)
    ranked = [_confidence_features(row, sentence) for row in asked]
    shown = [find_gold(row, rescore(row.marked, sentence)) <= QUOTES_SHOWN for row in asked]
    return Fit(sentence, fit_model(ranked, shown))


def weigh_natural(asked: Sequence[Asked], source_of: Callable[[Asked], str]) -> list[Asked]:
    """The questions, with those that people asked `NATURAL_WEIGHT` times."""
    return [*asked, *[one for one in asked if source_of(one) in NATURAL] * (NATURAL_WEIGHT - 1)]


def fit_model(features: Sequence[dict[str, float]], labels: Sequence[bool]) -> LogisticModel:
    """A logistic model of features by their names."""
    names = list(features[0])
    matrix = np.array([[row[name] for name in names] for row in features])
    intercept, *weights = fit_logistic(matrix, np.array(labels)).round(3).tolist()
    return LogisticModel(intercept, dict(zip(names, weights, strict=True)))


def _confidence_features(row: ReadQuestion, sentence: LogisticModel) -> dict[str, float]:
    return reader_features(row.question, rescore(row.marked, sentence), row.marked)


def gold_keys(row: ReadQuestion) -> set[tuple[str, int]]:
    """Passage and number of each sentence that holds the answer."""
    return {candidate_key(one) for one, right in zip(row.marked, row.gold, strict=True) if right}


def candidate_key(candidate: Candidate) -> tuple[str, int]:
    """What tells a sentence from others, whatever its score."""
    return candidate.passage.key, candidate.number


def find_gold(row: ReadQuestion, ranked: Iterable[Candidate]) -> int:
    """The rank of the first sentence that holds the answer, from 1; `NO_RANK` without one."""
    gold = gold_keys(row)
    return next((number for number, one in enumerate(ranked, start=1) if candidate_key(one) in gold), NO_RANK)


class ReadOutcome(NamedTuple):
    """What models that had not seen a question make of it."""

    row: ReadQuestion
    confidence: float
    rank: int
    """As `find_gold`."""


def cross_validate_reader(rows: Sequence[ReadQuestion]) -> list[ReadOutcome]:
    """Every question judged by models fitted to the other groups."""
    return judge_in_folds(rows, lambda row: row.group, fit_calibration, _judge)


def judge_in_folds(
    asked: Sequence[Asked],
    group_of: Callable[[Asked], str],
    fit: Callable[[Sequence[Asked]], Fit],
    judge: Callable[[Asked, Fit], ReadOutcome],
) -> list[ReadOutcome]:
    """Every question judged by models fitted to the other groups, whatever was read of it."""
    groups = sorted({group_of(one) for one in asked})
    order = np.random.default_rng(0).permutation(len(groups))
    fold_of = {group: int(order[number]) % CALIBRATION_FOLDS for number, group in enumerate(groups)}
    outcomes: list[ReadOutcome] = []
    for fold in range(CALIBRATION_FOLDS):
        models = fit([one for one in asked if fold_of[group_of(one)] != fold])
        outcomes += [judge(one, models) for one in asked if fold_of[group_of(one)] == fold]
    return outcomes


def _judge(row: ReadQuestion, models: Fit) -> ReadOutcome:
    if not row.marked:
        return ReadOutcome(row, 0.0, NO_RANK)
    ranked = rescore(row.marked, models.sentence)
    features = reader_features(row.question, ranked, row.marked)
    return ReadOutcome(row, models.confidence.probability(features), find_gold(row, ranked))


def choose_reader_thresholds(outcomes: Sequence[ReadOutcome]) -> dict[str, float]:
    """The highest threshold for refusing and the lowest for being sure that keep both error rates, to two digits."""
    answerable = [one for one in outcomes if one.row.answerable]
    sources = {one.row.source for one in answerable}
    refusing = min(_quantile([one.confidence for one in answerable if one.row.source == source]) for source in sources)
    asked = [one for one in outcomes if one.row.source == JUDGED]
    confidence = np.array([one.confidence for one in asked])
    wrong = np.array([one.rank > QUOTES_SHOWN for one in asked])
    steps = np.arange(0.01, 1, 0.01)
    sure = min((step for step in steps if _share(wrong, confidence >= step) <= SURE_WRONGLY), default=0.99)
    abstain = np.floor(refusing * 100) / 100
    return {"abstain_below": round(float(abstain), 2), "sure_from": round(float(max(abstain, sure)), 2)}


def _quantile(confidence: Sequence[float]) -> float:
    return float(np.quantile(confidence, REFUSED_WRONGLY))


def _share(wrong: NDArray[np.bool_], of: NDArray[np.bool_]) -> float:
    return float(wrong[of].mean()) if of.any() else 0.0


def describe(outcomes: Sequence[ReadOutcome], thresholds: dict[str, float]) -> dict[str, dict[str, float]]:
    """How well unseen questions fare, by set."""
    table: dict[str, dict[str, float]] = {}
    for source in sorted({one.row.source for one in outcomes}):
        here = [one for one in outcomes if one.row.source == source]
        confidence = np.array([one.confidence for one in here])
        refused, sure = confidence < thresholds["abstain_below"], confidence >= thresholds["sure_from"]
        answerable, ranks = np.array([one.row.answerable for one in here]), np.array([one.rank for one in here])
        row = {"questions": float(len(here)), "unanswerable refused": _share(refused, ~answerable)}
        row |= {
            "unanswerable sure": _share(sure, ~answerable),
            "sure without answer": _share(ranks > QUOTES_SHOWN, sure),
        }
        if answerable.any():
            row |= {f"best {best} hold it": _share(ranks <= best, answerable) for best in (1, QUOTES_SHOWN)}
            row |= {"answerable refused": _share(refused, answerable), "answerable sure": _share(sure, answerable)}
        if answerable.any() and not answerable.all():
            row["AUC"] = roc_auc(confidence[answerable], confidence[~answerable])
        table[source] = {name: round(value, 3) for name, value in row.items()}
    return table


def _load_or_read(file: Path, read: Callable[[], list[ReadQuestion]]) -> list[ReadQuestion]:
    if not file.exists():
        file.write_bytes(pickle.dumps(read()))
    rows: list[ReadQuestion] = pickle.loads(file.read_bytes())
    return rows


def _draw(questions: Sequence[Question]) -> list[Question]:
    return random.Random(0).sample(questions, QUESTIONS)


def _all_rows(data: Path, out: Path) -> list[ReadQuestion]:
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        natural, rest, news = (scratch / name for name in ("natural", "rest", "news"))
        for articles in (natural, rest, news):
            articles.mkdir()
        sets = {
            "SQuAD": (data / "squad" / "articles", _draw(squad(data / "squad" / "questions.jsonl"))),
            "CLAP NQ": (natural, clapnq(data / "clapnq.jsonl", natural)),
            "news": (news, news_questions(data, news)),
            FAR: (news, news_questions(data, news, "far")),
            "SQuAD, more": (rest, _draw(squad_paragraphs(data / MORE, rest))),
        }
        rows: list[ReadQuestion] = []
        for source, (articles, questions) in sets.items():
            read = partial(read_questions, source, articles, questions, scratch)
            rows += _load_or_read(out / f"{source}.pickle", read)
    return rows


def main() -> None:
    """Fit the models, choose the thresholds, and write both beside the code that reads them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    rows = [row for row in _all_rows(given.data, given.out) if not row.source.startswith(FAR)]
    outcomes, models = cross_validate_reader(rows), fit_calibration(rows)
    thresholds = choose_reader_thresholds(outcomes)
    content = {
        "made by": "python -m evals.training.reader_calibration DATA OUT",
        "reader": READER.identity,
        "unseen questions": describe(outcomes, thresholds),
        "thresholds": {**thresholds, "quote_share": QUOTE_SHARE},
        "sentence": asdict(models.sentence),
        "confidence": asdict(models.confidence),
    }
    CALIBRATION_FILE.write_text(f"{json.dumps(content, indent=2)}\n", encoding="utf-8")
    log.info(json.dumps(content, indent=2))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main()
