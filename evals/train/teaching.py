"""The cross-encoder's first step + what was written in words of its own -> whether it tells what follows: not shipped.

    python -m evals.train.teaching DATA OUT

DATA is as for evals.train.crossing; OUT holds its first.pt, and gets taught.pt. Eleven minutes on two cores.
evals/weights/README.md says what came of it.
"""

import logging
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from evals.train import material, written
from evals.train.crossing import EPOCHS, RATES, kept, unseen
from evals.train.encoder import State, learnt, read
from evals.train.labelled import Example, files
from rag.checking import onnx
from rag.embedding import SHIPPED
from rag.evaluation.calibration import auc
from rag.evaluation.unseen import key

AGAIN = 2500
"""Samples of the first step that are repeated."""
SEEDS = Path(__file__).parents[2] / "seeds"

log = logging.getLogger("train")


def taught(first: State, data: Path, tokenizer: Tokenizer) -> State:
    """The network after what was written, and some of what it knew."""
    again = material.repeatable(material.generated(data))
    samples = [*written.samples(data), *random.Random(4).sample(again, AGAIN)]
    return learnt(first, read(samples, tokenizer), EPOCHS, RATES[0], seed=4)


def told_apart(state: State, of: Sequence[Example], tokenizer: Tokenizer) -> float:
    """Chance that a supported example reads better than one that is not."""
    logits = unseen(state, of, tokenizer)
    scores = np.array([logits[key(one.sentence, one.evidence)][0] for one in of])
    supported = np.array([one.supported for one in of])
    return auc(scores[supported], scores[~supported])


def main(data: Path, out: Path) -> None:
    """Teach, and measure before and after."""
    tokenizer = onnx.tokenizer(SHIPPED / "tokenizer.json")
    first = torch.load(out / "first.pt")
    state = kept(out / "taught.pt", lambda: taught(first, data, tokenizer))
    sets = {
        "seeds": list(written.told("written", files(SEEDS))),
        "SQuAD": list(written.told("written", files(data / "squad" / "articles"))),
        "kept back": list(written.kept_back("written", data / "faithfulness")),
    }
    for name, found in sets.items():
        before, after = (told_apart(one, found, tokenizer) for one in (first, state))
        log.info("%-10s %5d: AUC %.3f before, %.3f after", name, len(found), before, after)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(*map(Path, sys.argv[1:3]))
