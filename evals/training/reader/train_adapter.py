"""The shipped large checker and labelled questions -> the adapter by which its trunk reads questions, too.

    python -m evals.training.reader.train_adapter DATA large_checker.onnx model.safetensors OUT --hours 1.6

DATA is the folder of labelled data, model.safetensors MPNet's published weights, from which the lowest layers come. The
training's state is kept in OUT/state.pt, from which a training that was cut off goes on. With --from large_reader.onnx
it starts from that adapter, with a lower rate.
"""

import argparse
import logging
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from evals.training.encoder import is_bfloat16_fast
from evals.training.judge.restore import restore_judge
from evals.training.judge.trunk import Trunk, TrunkTensors
from evals.training.reader.adapter import (
    KIND_EMBEDDINGS,
    LOGITS_BIAS,
    LOGITS_WEIGHT,
    compute_adapted_logits,
    freeze_trunk,
    initialize_adapter,
)
from evals.training.reader.hard_negatives import rank_similar_passages
from evals.training.reader.labelled_questions import load_corpus
from evals.training.reader.network import ReaderBatch, ReaderTensors
from evals.training.reader.restore_adapter import restore_adapter
from evals.training.reader.sampling import FIRST_SHARES, LAST_SHARES, ReaderSampler
from evals.training.reader.train import Recipe, open_training, train
from rag.errors import ReaderError
from rag.onnx import load_tokenizer
from rag.weights import TOKENIZER

ADAPTER_RATE = 8e-4
"""Highest learning rate; ten times that of whole matrices, as is usual for products of low rank."""
FURTHER_RATE = 4e-4
"""The same for an adapter that was trained before."""
HEAD_FACTOR = 2.0
"""How much faster the head and the embeddings of kinds learn."""
SHORT_PASSAGES = (60, 220)
"""Least and most tokens of a passage, about; a long one teaches little more and costs its length."""
SMALL_BATCH = 2400
"""Tokens of a step."""


def adapter_recipe(trunk: Trunk, frozen: TrunkTensors, seed: int, before: Path | None = None) -> Recipe:
    """How the adapter is trained beside a trunk that stays as it is.

    Args:
        trunk: the checker's.
        frozen: its tensors.
        seed: of the random numbers of a new adapter.
        before: an exported reader whose adapter is trained further.
    """

    def logits_of(tensors: ReaderTensors, batch: ReaderBatch) -> Tensor:
        return compute_adapted_logits(trunk, frozen, tensors, batch.ids, batch.kinds, batch.mask)

    new = (KIND_EMBEDDINGS, LOGITS_WEIGHT, LOGITS_BIAS)
    if before:
        return Recipe(partial(restore_adapter, before), logits_of, FURTHER_RATE, new, 1.0, (), SMALL_BATCH)
    return Recipe(partial(initialize_adapter, seed), logits_of, ADAPTER_RATE, new, HEAD_FACTOR, (), SMALL_BATCH)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "exported", "published", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--hours", type=float, required=True, help="for the whole training, once the data is loaded")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", dest="before", type=Path, help="an exported reader whose adapter is trained further")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    given.out.mkdir(parents=True, exist_ok=True)
    corpus = load_corpus(given.data)
    similar = rank_similar_passages(corpus, given.out / "similar.npy")
    first_shares = LAST_SHARES if given.before else FIRST_SHARES
    sampler = ReaderSampler(corpus, similar, SHORT_PASSAGES, first_shares)
    trunk, tensors = restore_judge(given.exported, given.published, given.seed)
    frozen = freeze_trunk(trunk, tensors, torch.bfloat16 if is_bfloat16_fast() else torch.float32)
    file = given.out / "state.pt"
    training = open_training(file, adapter_recipe(trunk, frozen, given.seed, given.before), given.hours)
    train(training, sampler, load_tokenizer(TOKENIZER, ReaderError), file, given.seed)


if __name__ == "__main__":
    main()
