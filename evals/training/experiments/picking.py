"""Labelled questions -> accuracy of the best sentence, ranked with and without a cross-encoder trained to rank.

    python -m evals.training.experiments.picking DATA OUT

DATA is that of evals/benchmarks/answers.py; OUT holds the first.pt of
evals.training.cross_encoder, from which the training starts, and gets the trained networks. The network that ranks a
question was trained on no question of the same article.
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
from evals.training.encoder import autocast
from evals.training.network import State, TokenizedClaim, collate, forward, optimise
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
"""Best candidates of the blended score that the network reads; they include .967 of SQuAD's answers."""
HARD, NEAR, FURTHER = 6, 12, 1
"""Wrong sentences of a training step: `HARD` of the `NEAR` best, and `FURTHER` of the rest."""
UNANSWERABLE_HARD = 4
"""Wrong sentences of a question without an answer."""
POINTWISE_WEIGHT = 0.5
"""Weight of the loss of each sentence alone, beside the listwise loss."""
BEFORE, LONGEST = 60, 256
"""Most tokens of the title and the sentence before, and of the whole input."""
STEP_TOKENS = 3000
WORTHS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Weights of the probability that are added to the blended score."""

log = logging.getLogger("train")


class Option(NamedTuple):
    """A candidate sentence."""

    tokenized: TokenizedClaim
    score: float
    """The blended score."""

    @property
    def answers(self) -> bool:
        """Whether it holds an answer."""
        return self.tokenized.sample.supported


class RankedQuestion(NamedTuple):
    """A question and its best candidates by the blended score, best first."""

    source: str
    article: str
    answerable: bool
    options: tuple[Option, ...]


def ranked_questions(source: str, results: Sequence[QuestionResult], tokenizer: Tokenizer) -> Iterator[RankedQuestion]:
    """Questions with their candidates; questions without any are skipped."""
    for result in results:
        options = []
        usable = [candidate for candidate in result.ranked if candidate.is_statement and not candidate.of_another_time]
        for candidate in usable[:CANDIDATES_READ]:
            correct = holds_answer(result.question, candidate.passage.article, candidate.quote.span)
            tokens = encode_candidate(tokenizer, result.question.question, candidate)
            options.append(Option(TokenizedClaim(tokens, Sample("", "", correct, None)), candidate.score))
        if options:
            yield RankedQuestion(source, result.question.article, result.question.answerable, tuple(options))


def encode_candidate(tokenizer: Tokenizer, question: str, candidate: Candidate) -> PairTokens:
    """Tokens of the question, the title and the sentence before, and the sentence, with marks of the common words."""
    tokens = encode_pair(tokenizer, question, candidate.text)
    before = candidate.passage.sentence(candidate.number - 1) if candidate.number else ""
    around = tokenizer.encode(f"{candidate.passage.title}. {before}", add_special_tokens=False).ids[-BEFORE:]
    question_end = 1 + len(tokens.offsets) + 1
    ids = [*tokens.ids[:question_end], *around, SEP, *tokens.ids[question_end:]]
    marks = [*tokens.marks[:question_end], *[NEUTRAL] * (len(around) + 1), *tokens.marks[question_end:]]
    return PairTokens(ids[:LONGEST], marks[:LONGEST], tokens.offsets)


def assign_parts(every: Sequence[RankedQuestion]) -> list[int]:
    """Part of each question, the same for a whole article."""
    articles = [article for article, _ in sorted(Counter(one.article for one in every).items(), key=_most_first)]
    return [articles.index(one.article) % PARTS for one in every]


def _most_first(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]


def training_plan(seen: Sequence[RankedQuestion], seed: int) -> list[list[list[Option]]]:
    """The batch of each step: questions, each with sentences that answer it and some that do not."""
    chance = random.Random(seed)
    steps: list[list[list[Option]]] = []
    for _ in range(EPOCHS):
        drawn = [options for question in seen if len(options := _draw(question, chance)) > 1]
        chance.shuffle(drawn)
        steps.append([])
        for options in drawn:
            if steps[-1] and _tokens([*steps[-1], options]) > STEP_TOKENS:
                steps.append([])
            steps[-1].append(options)
    return steps


def _draw(one: RankedQuestion, chance: random.Random) -> list[Option]:
    right, wrong = ([option for option in one.options if option.answers is which] for which in (True, False))
    near, far = wrong[:NEAR], wrong[NEAR:]
    if not one.answerable:
        return chance.sample(near, min(UNANSWERABLE_HARD, len(near)))
    if not right or not wrong:
        return []
    return [
        *right[:2],
        *chance.sample(near, min(HARD, len(near))),
        *chance.sample(far, min(FURTHER, len(far))),
    ]


def _tokens(step: Sequence[Sequence[Option]]) -> int:
    """Tokens of a padded step."""
    return sum(map(len, step)) * max(len(option.tokenized.tokens.ids) for options in step for option in options)


def loss(state: State, step: Sequence[Sequence[Option]]) -> Tensor:
    """Listwise loss over each question's sentences, and pointwise loss of each sentence."""
    logits = _logits(state, [option for options in step for option in options], learning=True)
    total = torch.zeros(())
    for options, each in zip(step, logits.split([len(options) for options in step]), strict=True):
        right = torch.tensor([option.answers for option in options])
        if right.any():
            total = total + each.logsumexp(0) - each[right].logsumexp(0)
        total = total + POINTWISE_WEIGHT * nn.binary_cross_entropy_with_logits(each, right.float(), reduction="sum")
    return total / len(step)


def _logits(state: State, options: Sequence[Option], *, learning: bool) -> Tensor:
    with autocast():
        return forward(state, collate([option.tokenized for option in options]), learning=learning)[0]


def answer_probabilities(state: State, options: Sequence[Option]) -> list[float]:
    """Probability that each sentence answers."""
    with torch.no_grad():
        probabilities: list[float] = _logits(state, options, learning=False).sigmoid().tolist()
    return probabilities


def report_lines(every: Sequence[RankedQuestion], probabilities: Sequence[Sequence[float]]) -> Iterator[str]:
    """Accuracy of the best sentence by the weight of the network, and the AUC of abstention by its probability."""
    for source in dict.fromkeys(one.source for one in every):
        here = [(one, each) for one, each in zip(every, probabilities, strict=True) if one.source == source]
        answerable = [(one, each) for one, each in here if one.answerable]
        plain = [_best_answers(one, each, 0.0) for one, each in answerable]
        yield f"{source}: {len(answerable)} questions; best sentence answers {sum(plain) / len(plain):.3f}; gain (95 %)"
        for worth in WORTHS:
            new = [_best_answers(one, each, worth) for one, each in answerable]
            gains = {
                str(number): float(after - before)
                for number, (before, after) in enumerate(zip(plain, new, strict=True))
            }
            interval = bootstrap_interval(
                gains, {str(number): one.article for number, (one, _) in enumerate(answerable)}
            )
            gain = f"{interval.mean:+.3f} [{interval.low:+.3f}, {interval.high:+.3f}]" if interval else ""
            yield f"  worth {worth:.2f}: {sum(new) / len(new):.3f}  {gain}"
        auc = abstention_auc([max(each) for _, each in here], [one.answerable for one, _ in here])
        yield f"  abstention by the best sentence: AUC {auc:.3f}"


def _best_answers(one: RankedQuestion, probabilities: Sequence[float], worth: float) -> bool:
    return max(zip(one.options, probabilities, strict=True), key=lambda pair: pair[0].score + worth * pair[1])[
        0
    ].answers


def main(data: Path, out: Path) -> None:
    """Cross-validate over parts of the articles and print the table."""
    tokenizer = onnx.load_tokenizer(TOKENIZER, CheckError)
    with tempfile.TemporaryDirectory() as scratch:
        questions = squad(data / "squad" / "questions.jsonl")
        written = ask_questions(data / "squad" / "articles", questions, Settings(index_dir=Path(scratch) / "squad"))
        natural = ask_clapnq(data / "clapnq.jsonl", Path(scratch))
    every = [*ranked_questions("SQuAD", written, tokenizer), *ranked_questions("CLAP NQ", natural, tokenizer)]
    start: State = torch.load(out / "first.pt")
    scores: dict[int, list[float]] = {}
    of = assign_parts(every)
    for part in range(PARTS):
        seen = [one for one, other in zip(every, of, strict=True) if other != part]
        learn = partial(optimise, start, training_plan(seen, seed=part), loss, RATE, part)
        state = load_or_train(out / f"picking{part}.pt", learn)
        for number, one in enumerate(every):
            if of[number] == part:
                scores[number] = answer_probabilities(state, one.options)
    log.info("\n".join(report_lines(every, [scores[number] for number in range(len(every))])))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(*map(Path, sys.argv[1:3]))
