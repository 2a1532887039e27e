"""A pair of texts -> logits: three verdicts on a claim, whether a sentence answers a question, each token unsupported.

One trunk with three heads. A claim is read beside its evidence, a question beside a sentence and its neighbours.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as nn
from torch import Tensor

from evals.training.encoder import (
    MARK_EMBEDDINGS,
    MASK_PENALTY,
    drop_out,
    embed_marks,
    encode_layer,
    mask_bias,
    normalize_states,
    project_states,
)
from evals.training.judge.trunk import Trunk, TrunkTensors, attention_bias, map_ids

MARKS_OF_PAIRS = 8
HEADS_OF_JUDGE = ("verdict.weight", "verdict.bias", "answers.weight", "answers.bias", "unsaid.weight", "unsaid.bias")
NEW_TENSORS_OF_JUDGE = (MARK_EMBEDDINGS, *HEADS_OF_JUDGE)
"""Tensors that start from random numbers."""
FROZEN_EMBEDDINGS = ("embeddings.word_embeddings.weight", "embeddings.position_embeddings.weight")
TARGET_SMOOTHING = 0.03
UNSUPPORTED_TOKEN_WEIGHT = 3.0
TOKEN_LOSS_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class JudgeBatch:
    """Pairs side by side, of shape (pairs, tokens); the last three have one row a pair."""

    ids: Tensor
    marks: Tensor
    mask: Tensor
    """1 for tokens, 0 for padding."""
    left: Tensor
    """1 where a token is the claim's or the question's."""
    tokens: Tensor
    """1 unsupported, 0 supported, -1 without a label."""
    verdicts: Tensor
    """Shape (pairs, 3): 1 for each verdict that the label allows; all 0 for a question."""
    answers: Tensor
    """1 or 0; -1 for a claim."""
    worth: Tensor


def initialize_judge(trunk: TrunkTensors, seed: int) -> TrunkTensors:
    """The trunk's tensors with an embedding for each mark and three heads of random numbers."""
    torch.manual_seed(seed)
    tensors = embed_marks(trunk, MARKS_OF_PAIRS)
    width = tensors[MARK_EMBEDDINGS].shape[1]
    for name, rows, columns in (("verdict", 3, 2 * width), ("answers", 1, 2 * width), ("unsaid", 1, width)):
        tensors |= {f"{name}.weight": torch.randn(rows, columns) * 0.02, f"{name}.bias": torch.zeros(rows)}
    return tensors


def compute_judge_logits(
    trunk: Trunk, tensors: TrunkTensors, batch: JudgeBatch, *, learning: bool = False
) -> tuple[Tensor, Tensor, Tensor]:
    """Logits of shapes (pairs, 3), (pairs,) and (pairs, tokens): verdicts, answers, tokens unsupported."""
    length = batch.ids.shape[1]
    bias = attention_bias(tensors, length) + mask_bias(batch.mask)
    with torch.set_grad_enabled(learning and not trunk.frozen_layers):
        states = _embed_pair(trunk, tensors, batch)
    for number in range(trunk.layers):
        training = learning and number >= trunk.frozen_layers
        if number and number == trunk.frozen_layers:  # marks are new, so they enter where learning begins
            states = states + tensors[MARK_EMBEDDINGS][batch.marks]
        with torch.set_grad_enabled(training):
            states = encode_layer(
                tensors,
                f"encoder.layer.{number}",
                states,
                bias,
                heads=trunk.heads,
                epsilon=trunk.epsilon,
                learning=training,
            )
    own = batch.left[:, :, None].to(states.dtype)
    pooled = torch.cat([(states * own).sum(1) / own.sum(1).clamp(min=1), states[:, 0]], -1)
    pooled = drop_out(pooled, learning=learning)
    verdicts, answers, tokens = (
        project_states(tensors, n, s) for n, s in (("verdict", pooled), ("answers", pooled), ("unsaid", states))
    )
    return verdicts.float(), answers[:, 0].float(), tokens[..., 0].float()


def _embed_pair(trunk: Trunk, tensors: TrunkTensors, batch: JudgeBatch) -> Tensor:
    words, places = (tensors[f"embeddings.{one}_embeddings.weight"] for one in ("word", "position"))
    positions = places[trunk.first_position : trunk.first_position + batch.ids.shape[1]]
    marks = 0.0 if trunk.frozen_layers else tensors[MARK_EMBEDDINGS][batch.marks]
    summed = words[map_ids(batch.ids, trunk)] + positions + marks
    return normalize_states(tensors, "embeddings.LayerNorm", summed, trunk.epsilon)


def judge_loss(logits: tuple[Tensor, Tensor, Tensor], batch: JudgeBatch) -> tuple[Tensor, Tensor]:
    """The loss to minimise, and its three parts: verdicts, answers, tokens."""
    verdicts, answers, tokens = logits
    parts = torch.stack([_verdict_loss(verdicts, batch), _answer_loss(answers, batch), _token_loss(tokens, batch)])
    return parts @ torch.tensor((1.0, 1.0, TOKEN_LOSS_WEIGHT)), parts.detach()


def _verdict_loss(logits: Tensor, batch: JudgeBatch) -> Tensor:
    """Negative log of the share of the verdicts that the label allows, smoothed; claims of the batch only."""
    shares = logits.log_softmax(-1)
    allowed = (shares - (1 - batch.verdicts) * MASK_PENALTY).logsumexp(-1)
    smooth = -(1 - TARGET_SMOOTHING) * allowed - TARGET_SMOOTHING * shares.mean(-1)
    known = batch.verdicts.amax(-1) * batch.worth
    return (smooth * known).sum() / batch.worth.sum()


def _answer_loss(logits: Tensor, batch: JudgeBatch) -> Tensor:
    targets = batch.answers.clamp(0) * (1 - 2 * TARGET_SMOOTHING) + TARGET_SMOOTHING
    known = (batch.answers >= 0) * batch.worth
    return (nn.binary_cross_entropy_with_logits(logits, targets, reduction="none") * known).sum() / batch.worth.sum()


def _token_loss(logits: Tensor, batch: JudgeBatch) -> Tensor:
    known = (batch.tokens >= 0) * batch.worth[:, None]
    weight = torch.tensor(UNSUPPORTED_TOKEN_WEIGHT)
    targets = batch.tokens.clamp(0).float()
    losses = nn.binary_cross_entropy_with_logits(logits, targets, reduction="none", pos_weight=weight)
    return (losses * known).sum() / known.sum().clamp(min=1.0)
