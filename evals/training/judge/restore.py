"""large_checker.onnx -> the judge's tensors, so that a training can go on from the shipped file.

What the file has in 4 bits comes back rounded to them; the embeddings and the layers that were never trained are taken
from the published weights.
"""

from pathlib import Path

import numpy as np
import onnx  # type: ignore[import-not-found, unused-ignore]
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

from evals.training.export_minilm import Array
from evals.training.judge.export import BLOCK_WEIGHTS
from evals.training.judge.network import initialize_judge
from evals.training.judge.trunk import DISTANCE_BIAS, Trunk, TrunkTensors, distance_rows, load_trunk
from rag.checking.judges.encoding import PAIR_TOKENS

MIDDLE = 8
"""The 4-bit number that stands for 0."""
PARTS = ("query", "key", "value")


def restore_judge(exported: Path, published: Path, seed: int) -> tuple[Trunk, TrunkTensors]:
    """The trunk and the tensors of an exported network; a head that the file lacks starts from random numbers.

    Args:
        exported: written by `export`; its trunk lies beside it.
        published: MPNet's model.safetensors.
        seed: of the heads.
    """
    trunk, tensors = load_trunk(published)
    tensors = initialize_judge(tensors, seed)
    stored = {one.name.removesuffix("_16"): numpy_helper.to_array(one) for one in onnx.load(exported).graph.initializer}
    for name in tensors:
        number = _layer(name)
        if number is not None and number < trunk.frozen_layers:
            continue
        found = _stored_tensor(name, stored)
        if found is not None:
            tensors[name] = found.reshape(tensors[name].shape)
    tensors[DISTANCE_BIAS][distance_rows(PAIR_TOKENS)] = torch.tensor(stored["distances"])
    return trunk, tensors


def _layer(name: str) -> int | None:
    parts = name.split(".")
    return int(parts[2]) if name.startswith("encoder.layer.") else None


def _stored_tensor(name: str, stored: dict[str, Array]) -> Tensor | None:
    """The tensor of a name as the file has it; None where it keeps the published one or has none."""
    for part, kind in ((part, kind) for part in PARTS for kind in ("weight", "bias")):
        layer, found, _ = name.partition(f".attention.self.{part}.{kind}")
        if found:
            whole = _unpack(f"{layer}.qkv", stored) if kind == "weight" else stored[f"{layer}.qkv_bias"]
            third = len(whole) // 3
            return torch.tensor(whole[PARTS.index(part) * third :][:third])
    if f"{name}.T_Q4" in stored:
        return torch.tensor(_unpack(f"{name}.T", stored))
    if f"{name}.T" in stored:
        return torch.tensor(stored[f"{name}.T"].T.copy())
    return torch.tensor(stored[name]) if name in stored and not name.startswith("embeddings.Lay") else None


def _unpack(name: str, stored: dict[str, Array]) -> NDArray[np.float32]:
    """A matrix in 4 bits as numbers, shape (outputs, inputs)."""
    packed, scales = stored[f"{name}_Q4"].astype(np.uint8), stored[f"{name}_scales"].astype(np.float32)
    numbers = (
        np.stack([packed & 15, packed >> 4], axis=-1).reshape(len(packed), -1, BLOCK_WEIGHTS).astype(np.float32)
        - MIDDLE
    )
    return (numbers * scales.reshape(len(packed), -1, 1)).reshape(len(packed), -1)
