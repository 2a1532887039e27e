"""A question beside a passage -> four logits a token: sentence answers, answer starts, answer ends, passage answers.

The network is a plain function of its tensors. They keep the names that sentence-transformers published them by, by
which export.py writes them down.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as nn
from torch import Tensor

from evals.training.encoder import (
    MARK_EMBEDDINGS,
    MASK_PENALTY,
    embed_marks,
    encode_layer,
    mask_bias,
    normalize_states,
    project_states,
    without_pooler,
)
from evals.training.export_minilm import EPSILON, HEADS, LAYERS, WIDTH
from rag.reading.layout import TokenKind

ReaderTensors = dict[str, Tensor]

SENTENCE, START, END, PASSAGE = range(4)
"""Columns of the logits: the first holds at sentence markers, the last at token 0. At token 0 the first three stand for
no sentence and no words."""
FROZEN_TENSORS = ("embeddings.word_embeddings.weight",)
"""12 of the 23 million parameters; most words are rare in the training data."""
NEW_TENSORS = (MARK_EMBEDDINGS, "head.weight", "head.bias", "logits.weight", "logits.bias")
"""Tensors that start from random numbers."""
LABEL_SMOOTHING = 0.02
"""Labels are learnt as .02 and .98, since labellers err."""
LOSS_WEIGHTS = (2.0, 1.0, 0.25, 1.0)
"""Of each sentence, the best sentence, the answer's start and end, and the passage."""


@dataclass(frozen=True, slots=True)
class ReaderBatch:
    """Samples side by side, of shape (samples, tokens); the last two of shape (samples,)."""

    ids: Tensor
    kinds: Tensor
    mask: Tensor
    """1 for tokens, 0 for padding."""
    sentences: Tensor
    """Labels as in `labels.TokenizedSample`, so are the next three."""
    starts: Tensor
    ends: Tensor
    candidates: Tensor
    answerable: Tensor
    """1 or 0."""
    weights: Tensor
    """Of each sample in the loss."""


def initialize_tensors(published: Mapping[str, Tensor], seed: int) -> ReaderTensors:
    """The published tensors, with an embedding for each kind of token and a head of random numbers."""
    torch.manual_seed(seed)
    tensors = embed_marks(without_pooler(published), len(TokenKind))
    tensors |= {"head.weight": torch.randn(WIDTH, WIDTH) * 0.03, "head.bias": torch.zeros(WIDTH)}
    tensors |= {"logits.weight": torch.randn(4, WIDTH) * 0.02, "logits.bias": torch.zeros(4)}
    return tensors


def compute_logits(tensors: ReaderTensors, ids: Tensor, kinds: Tensor, mask: Tensor) -> Tensor:
    """Logits of every token, shape (samples, tokens, 4)."""
    names = ("word", "position", "token_type")
    words, positions, types = (tensors[f"embeddings.{name}_embeddings.weight"] for name in names)
    summed = words[ids] + positions[: ids.shape[1]] + types[kinds]
    states = normalize_states(tensors, "embeddings.LayerNorm", summed, EPSILON)
    bias = mask_bias(mask)
    for number in range(LAYERS):
        states = encode_layer(tensors, f"encoder.layer.{number}", states, bias, heads=HEADS, epsilon=EPSILON)
    return project_states(tensors, "logits", nn.gelu(project_states(tensors, "head", states))).float()


def compute_loss(logits: Tensor, batch: ReaderBatch) -> tuple[Tensor, Tensor]:
    """The loss to minimise, and its four parts in the order of LOSS_WEIGHTS."""
    parts = torch.stack(
        [
            _each_sentence(logits[..., SENTENCE], batch),
            _best_sentence(logits[..., SENTENCE], batch),
            _answer(logits[..., START], batch.starts, batch) + _answer(logits[..., END], batch.ends, batch),
            _passage(logits[:, 0, PASSAGE], batch),
        ]
    )
    return parts @ torch.tensor(LOSS_WEIGHTS), parts.detach()


def _each_sentence(logits: Tensor, batch: ReaderBatch) -> Tensor:
    """Zero for a batch without a judged sentence, such as one of a single long PubMedQA sample."""
    known = (batch.sentences >= 0) * batch.weights[:, None]
    return (_cross_entropy(logits, batch.sentences.clamp(0).float()) * known).sum() / known.sum().clamp(min=1e-6)


def _cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    smoothed = labels * (1 - 2 * LABEL_SMOOTHING) + LABEL_SMOOTHING
    return nn.binary_cross_entropy_with_logits(logits, smoothed, reduction="none")


def _best_sentence(logits: Tensor, batch: ReaderBatch) -> Tensor:
    """Cross-entropy of a choice among the sentences and token 0, which stands for none of them."""
    gold = (batch.sentences == 1).float()
    gold[:, 0] = (batch.answerable == 0).float()
    candidates = (batch.sentences >= 0).float()
    candidates[:, 0] = 1
    return _choice(logits, gold, candidates, batch.weights)


def _answer(logits: Tensor, gold: Tensor, batch: ReaderBatch) -> Tensor:
    return _choice(logits, gold, batch.candidates, batch.weights)


def _choice(logits: Tensor, gold: Tensor, candidates: Tensor, weights: Tensor) -> Tensor:
    """Mean negative log of the gold ones' share among the candidates; samples without gold do not count."""
    total = (logits - (1 - candidates) * MASK_PENALTY).logsumexp(-1)
    gold_total = (logits - (1 - gold) * MASK_PENALTY).logsumexp(-1)
    known = gold.amax(-1) * weights
    return ((total - gold_total) * known).sum() / known.sum().clamp(min=1e-6)


def _passage(logits: Tensor, batch: ReaderBatch) -> Tensor:
    labels = batch.answerable.float()
    return (_cross_entropy(logits, labels) * batch.weights).sum() / batch.weights.sum()
