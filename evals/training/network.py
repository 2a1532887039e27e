"""MiniLM + samples -> a cross-encoder: a logit of the claim being supported, and one of each token being unsupported.

The network is a plain function of its tensors, which keep the names that sentence-transformers published, so
that evals/training/export_checker.py finds them. Only this module and its callers need torch.
"""

import logging
import math
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
import torch.nn.functional as nn
from tokenizers import Tokenizer
from torch import Tensor

from evals.training.export_minilm import EPSILON, HEADS, LAYERS, WIDTH
from evals.training.synthetic.samples import Sample
from rag.checking.judges.encoding import PairTokens, encode_pair

State = dict[str, Tensor]
Part = TypeVar("Part")

MARKS = 5
DROPOUT = 0.1
FROZEN = ("embeddings.word_embeddings.weight", "embeddings.position_embeddings.weight")
"""Tensors that are not trained: too many parameters for so few samples."""
NEW = ("embeddings.token_type_embeddings.weight", "supported.weight", "supported.bias", "unsaid.weight", "unsaid.bias")
"""Tensors that start from random values, with `NEW_RATE` times the learning rate; "unsaid" is the token head."""
NEW_RATE = 5.0
BATCH_TOKENS = 3200
PADDING_PENALTY = 10000.0
"""Subtracted from the attention to padding."""
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
    used = {name: one for name, one in published.items() if one.is_floating_point() and not name.startswith("pooler")}
    state = {name: tensor.clone() for name, tensor in used.items()}
    segment = state["embeddings.token_type_embeddings.weight"][0]
    state["embeddings.token_type_embeddings.weight"] = segment + torch.randn(MARKS, WIDTH) * 0.02
    state |= {"supported.weight": torch.randn(1, 2 * WIDTH) * 0.02, "supported.bias": torch.zeros(1)}
    state |= {"unsaid.weight": torch.randn(1, WIDTH) * 0.02, "unsaid.bias": torch.zeros(1)}
    return state


def forward(state: State, batch: Batch, *, learning: bool = False) -> tuple[Tensor, Tensor]:
    """Logits of each sample being supported, (samples,), and of each token being unsupported, (samples, tokens)."""
    states = _embed(state, batch)
    mask = (batch.attended[:, None, None, :] - 1) * PADDING_PENALTY
    for number in range(LAYERS):
        states = _layer(state, f"encoder.layer.{number}", states, mask, learning=learning)
    own = batch.claim[:, :, None].to(states.dtype)
    mean = (states * own).sum(1) / own.sum(1).clamp(min=1)
    both = _dropout(torch.cat([mean, states[:, 0]], -1), learning=learning)
    return _dense(state, "supported", both)[:, 0].float(), _dense(state, "unsaid", states)[..., 0].float()


def _embed(state: State, batch: Batch) -> Tensor:
    words, places, marks = (state[f"embeddings.{one}_embeddings.weight"] for one in ("word", "position", "token_type"))
    summed = words[batch.ids] + places[: batch.ids.shape[1]] + marks[batch.marks]
    return _norm(state, "embeddings.LayerNorm", summed)


def _layer(state: State, layer: str, states: Tensor, mask: Tensor, *, learning: bool) -> Tensor:
    size, length, _ = states.shape
    query, key, value = (
        _dense(state, f"{layer}.attention.self.{one}", states).view(size, length, HEADS, -1).transpose(1, 2)
        for one in ("query", "key", "value")
    )
    # Written out: on CPUs the gradient of torch's own attention takes five times as long in bfloat16.
    near = query @ key.transpose(-1, -2) / math.sqrt(WIDTH / HEADS) + mask.to(query.dtype)
    attended = (near.softmax(-1).to(value.dtype) @ value).transpose(1, 2)
    projected = _dense(state, f"{layer}.attention.output.dense", attended.reshape(size, length, WIDTH))
    states = _norm(state, f"{layer}.attention.output.LayerNorm", states + _dropout(projected, learning=learning))
    widened = nn.gelu(_dense(state, f"{layer}.intermediate.dense", states))
    narrowed = _dropout(_dense(state, f"{layer}.output.dense", widened), learning=learning)
    return _norm(state, f"{layer}.output.LayerNorm", states + narrowed)


def _dropout(states: Tensor, *, learning: bool) -> Tensor:
    """Dropout by one random byte a number, four times as fast as torch's own on CPUs."""
    if not learning:
        return states
    eights = torch.empty(math.ceil(states.numel() / 8), dtype=torch.int64).random_(torch.iinfo(torch.int64).min, None)
    kept = eights.view(torch.uint8)[: states.numel()].view(states.shape) >= round(DROPOUT * 256)
    return states * kept / (1 - round(DROPOUT * 256) / 256)


def _dense(state: State, name: str, states: Tensor) -> Tensor:
    return nn.linear(states, state[f"{name}.weight"], state[f"{name}.bias"])


def _norm(state: State, name: str, states: Tensor) -> Tensor:
    return nn.layer_norm(states, (WIDTH,), state[f"{name}.weight"], state[f"{name}.bias"], EPSILON)


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
    with torch.autocast("cpu", dtype=torch.bfloat16):
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
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            supported, tokens = forward(state, collate([one]))
        scores.append((float(supported[0]), tokens[0, 1 : 1 + len(one.tokens.offsets)].tolist()))
    return scores


def _batches(samples: Sequence[TokenizedClaim], chance: random.Random) -> list[list[TokenizedClaim]]:
    """All samples in batches of about one length, shuffled."""
    ordered = sorted(samples, key=lambda one: len(one.tokens.ids) + chance.random() * 12)
    batches: list[list[TokenizedClaim]] = [[]]
    for one in ordered:
        longest = max(len(other.tokens.ids) for other in (*batches[-1], one))
        if batches[-1] and (len(batches[-1]) + 1) * longest > BATCH_TOKENS:
            batches.append([])
        batches[-1].append(one)
    chance.shuffle(batches)
    return batches


def collate(group: Sequence[TokenizedClaim]) -> Batch:
    """Samples padded to one length."""
    length = max(len(one.tokens.ids) for one in group)
    return Batch(
        torch.tensor([_pad(one.tokens.ids, length) for one in group]),
        torch.tensor([_pad(one.tokens.marks, length) for one in group]),
        torch.tensor([_pad([1] * len(one.tokens.ids), length) for one in group]),
        torch.tensor([_pad([0, *[1] * len(one.tokens.offsets)], length) for one in group]),
        torch.tensor([_pad([-1, *_token_labels(one)], length, -1) for one in group]),
        torch.tensor([float(one.sample.supported) for one in group]),
        torch.tensor([one.sample.worth for one in group]),
    )


def _token_labels(one: TokenizedClaim) -> Iterator[int]:
    for start, end in one.tokens.offsets:
        spans = one.sample.unsupported_words
        yield -1 if spans is None else int(any(span.start < end and start < span.end for span in spans))


def _pad(values: Sequence[int], length: int, filler: int = 0) -> list[int]:
    return [*values, *[filler] * (length - len(values))]
