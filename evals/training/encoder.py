"""The parts of an encoder that every network here is trained with, as plain functions of its tensors.

Tensors keep the names that sentence-transformers published MiniLM by, so that the exports find them.
"""

import math
import time
from collections.abc import Callable, Mapping
from functools import cache, partial

import torch
import torch.nn.functional as nn
from torch import Tensor

MASK_PENALTY = 10000.0
"""Subtracted from the scores of what must not be attended to or chosen."""
DROPOUT = 0.1
MARK_EMBEDDINGS = "embeddings.token_type_embeddings.weight"
"""The published table of segments, in whose place stand the marks or kinds of tokens."""


QUERY_KEY_VALUE, ATTENDED = "attention.self.qkv", "attention.output.dense"
WIDENED, NARROWED = "intermediate.dense", "output.dense"
"""The dense layers of a layer, query, key and value as one."""
Projection = Callable[[str, Tensor], Tensor]
"""One of them and its input -> its output."""
MULTIPLIED = (1024, 768, 768)
"""Sizes of the matrices that show which numbers are multiplied faster."""


@cache
def is_bfloat16_fast() -> bool:
    """Whether this processor multiplies bfloat16 faster than 32 bits; measured, since processors of one flag differ.

    With avx512_bf16, Zen 4 is twice as fast with it, Emerald Rapids half as fast.
    """
    seconds = {dtype: _multiplication_seconds(dtype) for dtype in (torch.bfloat16, torch.float32)}
    return seconds[torch.bfloat16] < seconds[torch.float32]


def _multiplication_seconds(dtype: torch.dtype) -> float:
    rows, inner, columns = MULTIPLIED
    left, right = torch.ones(rows, inner, dtype=dtype), torch.ones(inner, columns, dtype=dtype)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        left @ right
        times.append(time.perf_counter() - started)
    return min(times)


def autocast() -> torch.autocast:
    """The context of a forward pass: in bfloat16 where that is fast."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=is_bfloat16_fast())


def embed_marks(tensors: Mapping[str, Tensor], marks: int) -> dict[str, Tensor]:
    """The tensors with embeddings of marks near that of the first segment; near 0 where there are no segments."""
    segments = tensors.get(MARK_EMBEDDINGS)
    width = tensors["embeddings.LayerNorm.weight"].shape[0]
    base = torch.zeros(width) if segments is None else segments[0]
    return {**tensors, MARK_EMBEDDINGS: base + torch.randn(marks, width) * 0.02}


def without_pooler(published: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Copies of the published tensors that an encoder uses."""
    used = {name: one for name, one in published.items() if one.is_floating_point() and not name.startswith("pooler")}
    return {name: tensor.clone() for name, tensor in used.items()}


def mask_bias(attended: Tensor) -> Tensor:
    """What is added to attention scores, shape (samples, 1, 1, tokens), where `attended` is 1 for tokens, else 0."""
    return (attended[:, None, None, :] - 1) * MASK_PENALTY


def encode_layer(
    tensors: Mapping[str, Tensor],
    layer: str,
    states: Tensor,
    bias: Tensor,
    *,
    heads: int,
    epsilon: float,
    learning: bool = False,
    project: Projection | None = None,
) -> Tensor:
    """The states after one layer, shape (samples, tokens, width).

    Args:
        tensors: of the network.
        layer: its name.
        states: before it.
        bias: added to the attention scores.
        heads: of the attention.
        epsilon: of the normalisation.
        learning: whether dropout is applied.
        project: what stands in place of the tensors' own dense layers.
    """
    project = project or partial(_project, tensors, layer)
    size, length, width = states.shape
    query, key, value = project(QUERY_KEY_VALUE, states).view(size, length, 3, heads, -1).permute(2, 0, 3, 1, 4)
    # Written out: on CPUs the gradient of torch's own attention takes five times as long in bfloat16.
    scores = (query / math.sqrt(width / heads)) @ key.transpose(-1, -2) + bias.to(query.dtype)
    attended = (scores.softmax(-1).to(value.dtype) @ value).transpose(1, 2).reshape(size, length, width)
    projected = drop_out(project(ATTENDED, attended), learning=learning)
    states = normalize_states(tensors, f"{layer}.attention.output.LayerNorm", states + projected, epsilon)
    widened = nn.gelu(project(WIDENED, states))
    narrowed = drop_out(project(NARROWED, widened), learning=learning)
    return normalize_states(tensors, f"{layer}.output.LayerNorm", states + narrowed, epsilon)


def _project(tensors: Mapping[str, Tensor], layer: str, dense: str, states: Tensor) -> Tensor:
    """A dense layer of a layer; query, key and value side by side, as one product."""
    if dense != QUERY_KEY_VALUE:
        return project_states(tensors, f"{layer}.{dense}", states)
    names = [f"{layer}.attention.self.{name}" for name in ("query", "key", "value")]
    weight, bias = (torch.cat([tensors[f"{name}.{part}"] for name in names]) for part in ("weight", "bias"))
    return nn.linear(states, weight, bias)


def drop_out(states: Tensor, *, learning: bool) -> Tensor:
    """Dropout by one random byte a number, four times as fast as torch's own on CPUs; nothing unless learning."""
    if not learning:
        return states
    eights = torch.empty(math.ceil(states.numel() / 8), dtype=torch.int64).random_(torch.iinfo(torch.int64).min, None)
    kept = eights.view(torch.uint8)[: states.numel()].view(states.shape) >= round(DROPOUT * 256)
    return states * kept / (1 - round(DROPOUT * 256) / 256)


def project_states(tensors: Mapping[str, Tensor], name: str, states: Tensor) -> Tensor:
    """The dense layer of a name."""
    return nn.linear(states, tensors[f"{name}.weight"], tensors[f"{name}.bias"])


def normalize_states(tensors: Mapping[str, Tensor], name: str, states: Tensor, epsilon: float) -> Tensor:
    """The layer normalisation of a name."""
    weight = tensors[f"{name}.weight"]
    return nn.layer_norm(states, weight.shape, weight, tensors[f"{name}.bias"], epsilon)
