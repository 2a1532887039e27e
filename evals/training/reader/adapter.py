"""A question beside a passage -> the reader's logits, by the trunk of the judge with an adapter.

The trunk stays as large_checker.onnx has it, so that both networks are read from one file. What is learnt are products
of low rank beside its matrices (Hu et al. 2021, LoRA), embeddings of the kinds of tokens, and a head.
"""

from collections.abc import Mapping
from functools import partial

import torch
import torch.nn.functional as nn
from torch import Tensor

from evals.training.encoder import (
    ATTENDED,
    NARROWED,
    QUERY_KEY_VALUE,
    WIDENED,
    encode_layer,
    mask_bias,
    normalize_states,
    project_states,
)
from evals.training.judge.trunk import Trunk, TrunkTensors, attention_bias, map_ids
from evals.training.reader.network import ReaderTensors
from rag.reading.layout import TokenKind

FIRST_ADAPTED, LAYERS_READ = 4, 10
"""Layers below the first are the judge's own; its two highest, nearest to its verdicts, are left out."""
RANK = 32
"""Of the products; 2.4 million numbers in all."""
KIND_EMBEDDINGS, LOGITS_WEIGHT, LOGITS_BIAS = "kinds", "logits.weight", "logits.bias"


ADAPTED = {QUERY_KEY_VALUE: (768, 2304), ATTENDED: (768, 768), WIDENED: (768, 3072), NARROWED: (3072, 768)}
"""The dense layers beside which a product is learnt, with the widths of their input and output."""


def initialize_adapter(seed: int) -> ReaderTensors:
    """Products that are zero, kinds and a head near it."""
    torch.manual_seed(seed)
    tensors = {KIND_EMBEDDINGS: torch.randn(len(TokenKind), 768) * 0.02}
    tensors |= {LOGITS_WEIGHT: torch.randn(4, 768) * 0.02, LOGITS_BIAS: torch.zeros(4)}
    for layer in range(FIRST_ADAPTED, LAYERS_READ):
        for dense, (inputs, outputs) in ADAPTED.items():
            tensors[f"{layer}.{dense}.down"] = torch.randn(RANK, inputs) / inputs**0.5
            tensors[f"{layer}.{dense}.up"] = torch.zeros(outputs, RANK)
    return tensors


def freeze_trunk(trunk: Trunk, tensors: TrunkTensors, dtype: torch.dtype) -> TrunkTensors:
    """The trunk's matrices in a type that is multiplied fast, with query, key and value side by side."""
    frozen = {name: one.to(dtype) if one.dim() == 2 else one for name, one in tensors.items()}
    for layer in range(LAYERS_READ):
        names = [f"encoder.layer.{layer}.attention.self.{part}" for part in ("query", "key", "value")]
        for part in ("weight", "bias"):
            joined = torch.cat([frozen.pop(f"{name}.{part}") for name in names])
            frozen[f"encoder.layer.{layer}.{QUERY_KEY_VALUE}.{part}"] = joined.to(dtype)
    for name, one in frozen.items():
        if name.endswith("dense.bias"):
            frozen[name] = one.to(dtype)
    return frozen


def compute_adapted_logits(
    trunk: Trunk, frozen: Mapping[str, Tensor], adapter: ReaderTensors, ids: Tensor, kinds: Tensor, mask: Tensor
) -> Tensor:
    """Logits of every token, shape (samples, tokens, 4), as `network.compute_logits` gives them."""
    length = ids.shape[1]
    with torch.no_grad():
        bias = attention_bias(frozen, length) + mask_bias(mask)
        words, places = (frozen[f"embeddings.{one}_embeddings.weight"] for one in ("word", "position"))
        positions = places[trunk.first_position : trunk.first_position + length]
        summed = (words[map_ids(ids, trunk)] + positions).float()
        states = normalize_states(frozen, "embeddings.LayerNorm", summed, trunk.epsilon)
        for layer in range(FIRST_ADAPTED):
            states = _encode(trunk, frozen, {}, layer, states, bias)
    states = states + adapter[KIND_EMBEDDINGS][kinds]
    for layer in range(FIRST_ADAPTED, LAYERS_READ):
        states = _encode(trunk, frozen, adapter, layer, states, bias)
    return nn.linear(states.float(), adapter[LOGITS_WEIGHT], adapter[LOGITS_BIAS])


def _encode(
    trunk: Trunk, frozen: Mapping[str, Tensor], adapter: ReaderTensors, layer: int, states: Tensor, bias: Tensor
) -> Tensor:
    """The states after one layer, in fp32; its products are in the type of the trunk's matrices."""
    project = partial(_project, frozen, adapter, layer)
    name = f"encoder.layer.{layer}"
    return encode_layer(frozen, name, states, bias, heads=trunk.heads, epsilon=trunk.epsilon, project=project)


def _project(frozen: Mapping[str, Tensor], adapter: ReaderTensors, layer: int, dense: str, states: Tensor) -> Tensor:
    name = f"encoder.layer.{layer}.{dense}"
    states = states.to(frozen[f"{name}.weight"].dtype)
    product = project_states(frozen, name, states)
    down = adapter.get(f"{layer}.{dense}.down")
    if down is None:
        return product
    up = adapter[f"{layer}.{dense}.up"]
    return product + nn.linear(nn.linear(states, down.to(states.dtype)), up.to(states.dtype))
