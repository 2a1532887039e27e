"""MiniLM + samples -> a cross-encoder: a logit of the claim being supported, and one of each token being unsupported.

The network is a plain function of its tensors, which keep the names that sentence-transformers published, so
that evals/training/export_checker.py finds them. Only this module and its callers need torch.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
import torch.nn.functional as nn
from tokenizers import Tokenizer
from torch import Tensor

from evals.training.batching import group_by_length, label_tokens, pad
from evals.training.encoder import (
    MARK_EMBEDDINGS,
    autocast,
    drop_out,
    embed_marks,
    encode_layer,
    mask_bias,
    normalize_states,
    project_states,
    without_pooler,
)
from evals.training.export_minilm import EPSILON, HEADS, LAYERS, WIDTH
from evals.training.synthetic.samples import Sample
from rag.checking.judges.encoding import PairTokens, encode_pair

State = dict[str, Tensor]
Part = TypeVar("Part")

MARKS = 5
FROZEN = ("embeddings.word_embeddings.weight", "embeddings.position_embeddings.weight")
"""Tensors that are not trained: too many parameters for so few samples."""
NEW = (MARK_EMBEDDINGS, "supported.weight", "supported.bias", "unsaid.weight", "unsaid.bias")
"""Tensors that start from random values, with `NEW_RATE` times the learning rate; "unsaid" is the token head."""
NEW_RATE = 5.0
BATCH_TOKENS, LENGTH_JITTER = 3200, 12.0
"""Of a batch with its padding; by which lengths may differ in sorting."""
WARM_UP = 0.06
SMOOTHING = 0.02
"""Label smoothing: targets are .02 and .98."""
UNSUPPORTED_WEIGHT = 3.0
"""Weight of an unsupported token over the others, which are far more frequent."""

log = logging.getLogger("train")


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded samples, all of shape (samples, tokens) but the last two."""

    ids: Tensor
    marks: Tensor
    attended: Tensor
    claim: Tensor
    """1 where a token is the claim's."""
    unsupported: Tensor
    """1, 0, or -1 where there is no label."""
    supported: Tensor
    worth: Tensor


@dataclass(frozen=True, slots=True)
class TokenizedClaim:
    """A sample with its tokens."""

    tokens: PairTokens
    sample: Sample


def initial_state(published: Mapping[str, Tensor], seed: int) -> State:
    """The published tensors, with marks in place of segments and two untrained heads."""
    torch.manual_seed(seed)
    state = embed_marks(without_pooler(published), MARKS)
    state |= {"supported.weight": torch.randn(1, 2 * WIDTH) * 0.02, "supported.bias": torch.zeros(1)}
    state |= {"unsaid.weight": torch.randn(1, WIDTH) * 0.02, "unsaid.bias": torch.zeros(1)}
    return state


def forward(state: State, batch: Batch, *, learning: bool = False) -> tuple[Tensor, Tensor]:
    """Logits of each sample being supported, (samples,), and of each token being unsupported, (samples, tokens)."""
    states = _embed(state, batch)
    bias = mask_bias(batch.attended)
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        states = encode_layer(state, layer, states, bias, heads=HEADS, epsilon=EPSILON, learning=learning)
    own = batch.claim[:, :, None].to(states.dtype)
    mean = (states * own).sum(1) / own.sum(1).clamp(min=1)
    both = drop_out(torch.cat([mean, states[:, 0]], -1), learning=learning)
    supported, unsaid = project_states(state, "supported", both), project_states(state, "unsaid", states)
    return supported[:, 0].float(), unsaid[..., 0].float()


def _embed(state: State, batch: Batch) -> Tensor:
    words, places, marks = (state[f"embeddings.{one}_embeddings.weight"] for one in ("word", "position", "token_type"))
    summed = words[batch.ids] + places[: batch.ids.shape[1]] + marks[batch.marks]
    return normalize_states(state, "embeddings.LayerNorm", summed, EPSILON)


def tokenize_claims(samples: Sequence[Sample], tokenizer: Tokenizer) -> list[TokenizedClaim]:
    """Samples -> tokens of claim and context, in order."""
    return [TokenizedClaim(encode_pair(tokenizer, one.claim, one.context), one) for one in samples]


def train_network(state: State, samples: Sequence[TokenizedClaim], epochs: int, rate: float, seed: int) -> State:
    """The network after training on samples for some epochs."""
    chance = random.Random(seed)
    plan = [batch for _ in range(epochs) for batch in _batches(samples, chance)]
    return optimise(state, plan, lambda now, group: _loss(now, collate(group)), rate, seed)


def optimise(
    state: State, plan: Sequence[Part], loss_of: Callable[[State, Part], Tensor], rate: float, seed: int
) -> State:
    """The network after one step of AdamW a batch, with warm-up and linear decay of the rate.

    Args:
        state: the network to start from, which stays as it is.
        plan: the batch of each step.
        loss_of: loss of a network on a batch.
        rate: the highest learning rate.
        seed: of dropout.
    """
    torch.manual_seed(seed)
    state = {name: tensor.detach().clone().requires_grad_(name not in FROZEN) for name, tensor in state.items()}
    old = [tensor for name, tensor in state.items() if name not in (*FROZEN, *NEW)]
    groups = [{"params": old, "lr": rate}, {"params": [state[name] for name in NEW], "lr": rate * NEW_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / (WARM_UP * len(plan))) * max(0.0, 1 - step / len(plan))
    )
    started = time.monotonic()
    for step, part in enumerate(plan, start=1):
        loss = loss_of(state, part)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(old, 1.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            log.info("%d of %d: loss %.3f, %.0f s", step, len(plan), loss.item(), time.monotonic() - started)
    return {name: tensor.detach() for name, tensor in state.items()}


def _loss(state: State, batch: Batch) -> Tensor:
    with autocast():
        supported, tokens = forward(state, batch, learning=True)
    targets = batch.supported * (1 - 2 * SMOOTHING) + SMOOTHING
    claim_losses = nn.binary_cross_entropy_with_logits(supported, targets, reduction="none")
    token_losses = nn.binary_cross_entropy_with_logits(
        tokens, batch.unsupported.clamp(0).float(), reduction="none", pos_weight=torch.tensor(UNSUPPORTED_WEIGHT)
    )
    weights = (batch.unsupported >= 0) * batch.worth[:, None]
    claim_loss = (claim_losses * batch.worth).sum() / batch.worth.sum()
    return claim_loss + (token_losses * weights).sum() / weights.sum().clamp(min=1e-6)


def score_samples(state: State, samples: Sequence[TokenizedClaim]) -> list[tuple[float, list[float]]]:
    """Logit of support, and of each of the claim's tokens being unsupported, for each sample in order."""
    scores = []
    for one in samples:
        with torch.no_grad(), autocast():
            supported, tokens = forward(state, collate([one]))
        scores.append((float(supported[0]), tokens[0, 1 : 1 + len(one.tokens.offsets)].tolist()))
    return scores


def _batches(samples: Sequence[TokenizedClaim], chance: random.Random) -> list[list[TokenizedClaim]]:
    """All samples in batches of about one length, shuffled."""
    return group_by_length(samples, lambda one: len(one.tokens.ids), BATCH_TOKENS, chance, LENGTH_JITTER)


def collate(group: Sequence[TokenizedClaim]) -> Batch:
    """Samples padded to one length."""
    length = max(len(one.tokens.ids) for one in group)

    def padded(rows: Sequence[Sequence[int]], filler: int = 0) -> Tensor:
        return torch.tensor(pad(rows, length, filler))

    labels = [[-1, *label_tokens(one.tokens.offsets, one.sample.unsupported_words)] for one in group]
    return Batch(
        padded([one.tokens.ids for one in group]),
        padded([one.tokens.marks for one in group]),
        padded([[1] * len(one.tokens.ids) for one in group]),
        padded([[0, *[1] * len(one.tokens.offsets)] for one in group]),
        padded(labels, -1),
        torch.tensor([float(one.sample.supported) for one in group]),
        torch.tensor([one.sample.worth for one in group]),
    )
