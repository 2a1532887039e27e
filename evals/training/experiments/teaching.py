"""The cross-encoder's first step + what was written in words of its own -> whether it tells what follows: not shipped.

    python -m evals.training.experiments.teaching DATA OUT

DATA is as for evals.training.cross_encoder; OUT holds its first.pt, and gets taught.pt. Eleven minutes on two cores.
docs/weights.md says what came of it.
"""

import logging
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from evals.training.cross_encoder import EPOCHS, RATES, kept, unseen
from evals.training.examples import Example, files
from evals.training.experiments import written_pairs
from evals.training.network import State, learnt, read
from evals.training.synthetic import samples
from rag import onnx
from rag.errors import CheckError
from rag.evaluation.trust.calibration import roc_auc
from rag.evaluation.trust.cross_validated import example_key
from rag.weights import TOKENIZER

AGAIN = 2500
"""Samples of the first step that are repeated."""
SEEDS = Path(__file__).parents[3] / "seeds"

log = logging.getLogger("train")


def taught(first: State, data: Path, tokenizer: Tokenizer) -> State:
    """The network after what was written_pairs, and some of what it knew."""
    again = samples.repeatable(samples.generated(data))
    learnt_from = [*written_pairs.samples(data), *random.Random(4).sample(again, AGAIN)]
    return learnt(first, read(learnt_from, tokenizer), EPOCHS, RATES[0], seed=4)


def told_apart(state: State, of: Sequence[Example], tokenizer: Tokenizer) -> float:
    """Chance that a supported example reads better than one that is not."""
    logits = unseen(state, of, tokenizer)
    scores = np.array([logits[example_key(one.sentence, one.evidence)][0] for one in of])
    supported = np.array([one.supported for one in of])
    return roc_auc(scores[supported], scores[~supported])


def main(data: Path, out: Path) -> None:
    """Teach, and measure before and after."""
    tokenizer = onnx.load_tokenizer(TOKENIZER, CheckError)
    first = torch.load(out / "first.pt")
    state = kept(out / "taught.pt", lambda: taught(first, data, tokenizer))
    sets = {
        "seeds": list(written_pairs.told("written", files(SEEDS))),
        "SQuAD": list(written_pairs.told("written", files(data / "squad" / "articles"))),
        "kept back": list(written_pairs.kept_back("written", data / "faithfulness")),
    }
    for name, found in sets.items():
        before, after = (told_apart(one, found, tokenizer) for one in (first, state))
        log.info("%-10s %5d: AUC %.3f before, %.3f after", name, len(found), before, after)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(*map(Path, sys.argv[1:3]))
