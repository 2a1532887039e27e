"""Labelled questions -> how often the best sentence answers, with a cross-encoder taught to pick it and without.

    python -m evals.training.experiments.picking DATA OUT

DATA is that of evals/benchmarks/answers.py; OUT holds the first.pt that evals.training.cross_encoder left there, from
which this starts, and keeps what is learnt. Each question is answered by a network that saw no question of its article.
"""

import logging
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as nn
from tokenizers import Tokenizer
from torch import Tensor

from evals.benchmarks.answers import QuestionResult, abstention_auc, ask_clapnq, ask_questions, holds_answer, squad
from evals.training.cross_encoder import load_or_train
from evals.training.network import State, TokenizedSample, collate, forward, optimise
from evals.training.synthetic.samples import Sample
from rag import onnx
from rag.answering.quoting import Candidate
from rag.checking.judges.encoding import NEUTRAL, SEP, PairTokens, encode_pair
from rag.errors import CheckError
from rag.evaluation.compare.statistics import bootstrap_interval
from rag.settings import Settings
from rag.weights import TOKENIZER

PARTS, EPOCHS, RATE = 3, 2, 5e-5
CANDIDATES_READ = 20
"""Best sentences of the blend that are read: of SQuAD's answers .967 are among them."""
HARD, NEAR, FURTHER = 6, 12, 1
"""Wrong sentences to learn from: that many of the nearest, and one of those that come after."""
DECEIVING = 4
"""Those of a question that has no answer."""
ALONE = 0.5
"""What it counts whether each sentence answers, beside which of them answers best."""
BEFORE, LONGEST = 60, 256
"""PairTokens of the title and the sentence before, and of everything."""
STEP_TOKENS = 3000
WORTHS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""What a sentence gains that is sure to answer."""

log = logging.getLogger("train")


class Option(NamedTuple):
    """A sentence that may answer."""

    tokenized: TokenizedSample
    score: float
    """The blend's."""

    @property
    def answers(self) -> bool:
        """Whether it holds an answer."""
        return self.tokenized.sample.supported


class RankedQuestion(NamedTuple):
    """A question and those of its sentences that are read, the blend's best first."""

    source: str
    article: str
    answerable: bool
    options: tuple[Option, ...]


def ranked_questions(source: str, asked: Sequence[QuestionResult], tokenizer: Tokenizer) -> Iterator[RankedQuestion]:
    """Questions with what may answer them; none where nothing was found."""
    for one in asked:
        options = []
        usable = [candidate for candidate in one.ranked if candidate.is_statement and not candidate.of_another_time]
        for candidate in usable[:CANDIDATES_READ]:
            right = holds_answer(one.question, candidate.passage.article, candidate.quote.span)
            read = TokenizedSample(
                encode_candidate(tokenizer, one.question.question, candidate), Sample("", "", right, None)
            )
            options.append(Option(read, candidate.score))
        if options:
            yield RankedQuestion(source, one.question.article, one.question.answerable, tuple(options))


def encode_candidate(tokenizer: Tokenizer, question: str, candidate: Candidate) -> PairTokens:
    """A question, then the title and the sentence before, then the sentence with the words that the question has."""
    tokens = encode_pair(tokenizer, question, candidate.text)
    before = candidate.passage.sentence(candidate.number - 1) if candidate.number else ""
    around = tokenizer.encode(f"{candidate.passage.title}. {before}", add_special_tokens=False).ids[-BEFORE:]
    asked = 1 + len(tokens.offsets) + 1
    ids = [*tokens.ids[:asked], *around, SEP, *tokens.ids[asked:]]
    marks = [*tokens.marks[:asked], *[NEUTRAL] * (len(around) + 1), *tokens.marks[asked:]]
    return PairTokens(ids[:LONGEST], marks[:LONGEST], tokens.offsets)


def assign_parts(every: Sequence[RankedQuestion]) -> list[int]:
    """Which part each question is in; all of an article are in one."""
    articles = [article for article, _ in sorted(Counter(one.article for one in every).items(), key=_most_first)]
    return [articles.index(one.article) % PARTS for one in every]


def _most_first(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]


def training_plan(seen: Sequence[RankedQuestion], seed: int) -> list[list[list[Option]]]:
    """For each step some questions, each with sentences that answer it and with some that do not."""
    chance = random.Random(seed)
    steps: list[list[list[Option]]] = []
    for _ in range(EPOCHS):
        drawn = [found for one in seen if len(found := _drawn(one, chance)) > 1]
        chance.shuffle(drawn)
        steps.append([])
        for options in drawn:
            if steps[-1] and _tokens([*steps[-1], options]) > STEP_TOKENS:
                steps.append([])
            steps[-1].append(options)
    return steps


def _drawn(one: RankedQuestion, chance: random.Random) -> list[Option]:
    right, wrong = ([option for option in one.options if option.answers is which] for which in (True, False))
    near, far = wrong[:NEAR], wrong[NEAR:]
    if not one.answerable:
        return chance.sample(near, min(DECEIVING, len(near)))
    if not right or not wrong:
        return []
    return [
        *right[:2],
        *chance.sample(near, min(HARD, len(near))),
        *chance.sample(far, min(FURTHER, len(far))),
    ]


def _tokens(step: Sequence[Sequence[Option]]) -> int:
    """PairTokens of a step once padded."""
    return sum(map(len, step)) * max(len(option.tokenized.tokens.ids) for options in step for option in options)


def loss(state: State, step: Sequence[Sequence[Option]]) -> Tensor:
    """Of naming the sentences that answer among a question's, and of saying of each whether it does."""
    found = _logits(state, [option for options in step for option in options], learning=True)
    total = torch.zeros(())
    for options, each in zip(step, found.split([len(options) for options in step]), strict=True):
        right = torch.tensor([option.answers for option in options])
        if right.any():
            total = total + each.logsumexp(0) - each[right].logsumexp(0)
        total = total + ALONE * nn.binary_cross_entropy_with_logits(each, right.float(), reduction="sum")
    return total / len(step)


def _logits(state: State, options: Sequence[Option], *, learning: bool) -> Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return forward(state, collate([option.tokenized for option in options]), learning=learning)[0]


def answer_probabilities(state: State, options: Sequence[Option]) -> list[float]:
    """Probability that each sentence answers."""
    with torch.no_grad():
        found: list[float] = _logits(state, options, learning=False).sigmoid().tolist()
    return found


def report_lines(every: Sequence[RankedQuestion], found: Sequence[Sequence[float]]) -> Iterator[str]:
    """The table: how often the best sentence answers, by what the picker is worth; and what it tells of refusing."""
    for source in dict.fromkeys(one.source for one in every):
        here = [(one, each) for one, each in zip(every, found, strict=True) if one.source == source]
        answerable = [(one, each) for one, each in here if one.answerable]
        plain = [_best_answers(one, each, 0.0) for one, each in answerable]
        yield f"{source}: {len(answerable)} questions; best sentence answers {sum(plain) / len(plain):.3f}; gain (95 %)"
        for worth in WORTHS:
            new = [_best_answers(one, each, worth) for one, each in answerable]
            gains = {
                str(number): float(after - before)
                for number, (before, after) in enumerate(zip(plain, new, strict=True))
            }
            held = bootstrap_interval(gains, {str(number): one.article for number, (one, _) in enumerate(answerable)})
            gain = f"{held.mean:+.3f} [{held.low:+.3f}, {held.high:+.3f}]" if held else ""
            yield f"  worth {worth:.2f}: {sum(new) / len(new):.3f}  {gain}"
        sure = abstention_auc([max(each) for _, each in here], [one.answerable for one, _ in here])
        yield f"  telling what has no answer by the best sentence: AUC {sure:.3f}"


def _best_answers(one: RankedQuestion, found: Sequence[float], worth: float) -> bool:
    return max(zip(one.options, found, strict=True), key=lambda pair: pair[0].score + worth * pair[1])[0].answers


def main(data: Path, out: Path) -> None:
    """Learn some times, each without a part of the articles, and print how well these are answered."""
    tokenizer = onnx.load_tokenizer(TOKENIZER, CheckError)
    with tempfile.TemporaryDirectory() as scratch:
        questions = squad(data / "squad" / "questions.jsonl")
        written = ask_questions(data / "squad" / "articles", questions, Settings(index_dir=Path(scratch) / "squad"))
        natural = ask_clapnq(data / "clapnq.jsonl", Path(scratch))
    every = [*ranked_questions("SQuAD", written, tokenizer), *ranked_questions("CLAP NQ", natural, tokenizer)]
    start: State = torch.load(out / "first.pt")
    read: dict[int, list[float]] = {}
    of = assign_parts(every)
    for part in range(PARTS):
        seen = [one for one, other in zip(every, of, strict=True) if other != part]
        learn = partial(optimise, start, training_plan(seen, seed=part), loss, RATE, part)
        state = load_or_train(out / f"picking{part}.pt", learn)
        for number, one in enumerate(every):
            if of[number] == part:
                read[number] = answer_probabilities(state, one.options)
    log.info("\n".join(report_lines(every, [read[number] for number in range(len(every))])))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(*map(Path, sys.argv[1:3]))
