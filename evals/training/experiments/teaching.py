"""The cross-encoder's first step + written pairs -> whether it learns entailment: not shipped.

    python -m evals.training.experiments.teaching DATA OUT

DATA is as for evals.training.cross_encoder; OUT holds its first.pt, and gets taught.pt. Eleven minutes on two cores.
The results are in docs/weights.md.
"""

import logging
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from evals.training.cross_encoder import EPOCHS, RATES, load_or_train, score_unseen
from evals.training.examples import Example, text_files
from evals.training.experiments import written_pairs
from evals.training.network import State, tokenize_claims, train_network
from evals.training.synthetic import samples
from rag import onnx
from rag.errors import CheckError
from rag.evaluation.trust.calibration import roc_auc
from rag.evaluation.trust.cross_validated import example_key
from rag.weights import TOKENIZER

REPEATED = 2500
"""Samples of the first step that are repeated against forgetting."""
SEEDS = Path(__file__).parents[3] / "seeds"

log = logging.getLogger("train")


def train_on_written(first: State, data: Path, tokenizer: Tokenizer) -> State:
    """The network trained on the written pairs and some samples of its first step."""
    again = samples.repeatable_samples(samples.generate_samples(data))
    training = [*written_pairs.training_samples(data), *random.Random(4).sample(again, REPEATED)]
    return train_network(first, tokenize_claims(training, tokenizer), EPOCHS, RATES[0], seed=4)


def measure_auc(state: State, of: Sequence[Example], tokenizer: Tokenizer) -> float:
    """AUC of the network's logit on examples."""
    logits = score_unseen(state, of, tokenizer)
    scores = np.array([logits[example_key(one.sentence, one.evidence)][0] for one in of])
    supported = np.array([one.supported for one in of])
    return roc_auc(scores[supported], scores[~supported])


def main(data: Path, out: Path) -> None:
    """Train, and measure the AUC before and after."""
    tokenizer = onnx.load_tokenizer(TOKENIZER, CheckError)
    first = torch.load(out / "first.pt")
    state = load_or_train(out / "taught.pt", lambda: train_on_written(first, data, tokenizer))
    sets = {
        "seeds": list(written_pairs.benchmark_sentences("written", text_files(SEEDS))),
        "SQuAD": list(written_pairs.benchmark_sentences("written", text_files(data / "squad" / "articles"))),
        "kept back": list(written_pairs.held_back_pairs("written", data / "faithfulness")),
    }
    for name, examples in sets.items():
        before, after = (measure_auc(one, examples, tokenizer) for one in (first, state))
        log.info("%-10s %5d: AUC %.3f before, %.3f after", name, len(examples), before, after)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(*map(Path, sys.argv[1:3]))
