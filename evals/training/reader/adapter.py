"""A question beside a passage -> the reader's logits, by the trunk of the judge with an adapter.

The trunk stays as large_checker.onnx has it, so that both networks are read from one file. What is learnt are products
of low rank beside its matrices (Hu et al. 2021, LoRA), embeddings of the kinds of tokens, and a head.
"""

from collections.abc import Mapping
from typing import NamedTuple

import torch
import torch.nn.functional as nn
from torch import Tensor

from evals.training.encoder import mask_bias, normalize_states
from evals.training.judge.trunk import Trunk, TrunkTensors, attention_bias, map_ids
from evals.training.reader.network import ReaderTensors
from rag.reading.layout import TokenKind

FIRST_ADAPTED, LAYERS_READ = 4, 10
"""Layers below the first are the judge's own; its two highest, nearest to its verdicts, are left out."""
RANK = 32
"""Of the products; 2.4 million numbers in all."""
KIND_EMBEDDINGS, LOGITS_WEIGHT, LOGITS_BIAS = "kinds", "logits.weight", "logits.bias"


class Matrix(NamedTuple):
    """A matrix of each layer, beside which a product is learnt."""

    name: str
    inputs: int
    outputs: int


QUERY_KEY_VALUE = Matrix("attention.self.qkv", 768, 2304)
ATTENDED = Matrix("attention.output.dense", 768, 768)
WIDENED = Matrix("intermediate.dense", 768, 3072)
NARROWED = Matrix("output.dense", 3072, 768)
MATRICES = (QUERY_KEY_VALUE, ATTENDED, WIDENED, NARROWED)


def initialize_adapter(seed: int) -> ReaderTensors:
    """Products that are zero, kinds and a head near it."""
    torch.manual_seed(seed)
    tensors = {KIND_EMBEDDINGS: torch.randn(len(TokenKind), 768) * 0.02}
    tensors |= {LOGITS_WEIGHT: torch.randn(4, 768) * 0.02, LOGITS_BIAS: torch.zeros(4)}
    for layer in range(FIRST_ADAPTED, LAYERS_READ):
        for matrix in MATRICES:
            tensors[f"{layer}.{matrix.name}.down"] = torch.randn(RANK, matrix.inputs) / matrix.inputs**0.5
            tensors[f"{layer}.{matrix.name}.up"] = torch.zeros(matrix.outputs, RANK)
    return tensors


def freeze_trunk(trunk: Trunk, tensors: TrunkTensors, dtype: torch.dtype) -> TrunkTensors:
    """The trunk's matrices in a type that is multiplied fast, with query, key and value side by side."""
    frozen = {name: one.to(dtype) if one.dim() == 2 else one for name, one in tensors.items()}
    for layer in range(LAYERS_READ):
        names = [f"encoder.layer.{layer}.attention.self.{part}" for part in ("query", "key", "value")]
        for part in ("weight", "bias"):
            joined = torch.cat([frozen.pop(f"{name}.{part}") for name in names])
            frozen[f"encoder.layer.{layer}.{QUERY_KEY_VALUE.name}.{part}"] = joined.to(dtype)
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
        bias = (attention_bias(frozen, length) + mask_bias(mask)).to(frozen[_weight(0, ATTENDED)].dtype)
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


def _weight(layer: int, matrix: Matrix) -> str:
    return f"encoder.layer.{layer}.{matrix.name}.weight"


def _encode(
    trunk: Trunk, frozen: Mapping[str, Tensor], adapter: ReaderTensors, layer: int, states: Tensor, bias: Tensor
) -> Tensor:
    """The states after one layer, in fp32; its products are in the type of the trunk's matrices."""
    size, length, width = states.shape
    name = f"encoder.layer.{layer}"
    low = states.to(bias.dtype)
    projected = _project(frozen, adapter, layer, QUERY_KEY_VALUE, low)
    query, key, value = projected.view(size, length, 3, trunk.heads, -1).permute(2, 0, 3, 1, 4)
    scores = (query / (width / trunk.heads) ** 0.5) @ key.transpose(-1, -2) + bias
    attended = (scores.softmax(-1) @ value).transpose(1, 2).reshape(size, length, width)
    summed = states + _project(frozen, adapter, layer, ATTENDED, attended)
    states = normalize_states(frozen, f"{name}.attention.output.LayerNorm", summed, trunk.epsilon)
    widened = nn.gelu(_project(frozen, adapter, layer, WIDENED, states.to(bias.dtype)))
    summed = states + _project(frozen, adapter, layer, NARROWED, widened)
    return normalize_states(frozen, f"{name}.output.LayerNorm", summed, trunk.epsilon)


def _project(
    frozen: Mapping[str, Tensor], adapter: ReaderTensors, layer: int, matrix: Matrix, states: Tensor
) -> Tensor:
    name = f"encoder.layer.{layer}.{matrix.name}"
    product = nn.linear(states, frozen[f"{name}.weight"], frozen[f"{name}.bias"])
    down = adapter.get(f"{layer}.{matrix.name}.down")
    if down is None:
        return product
    up = adapter[f"{layer}.{matrix.name}.up"]
    return product + nn.linear(nn.linear(states, down.to(states.dtype)), up.to(states.dtype))
