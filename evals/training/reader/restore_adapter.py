"""large_reader.onnx -> the adapter's tensors, from which a training goes on."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx  # type: ignore[import-not-found, unused-ignore]
import torch
from onnx import numpy_helper
from torch import Tensor

from evals.training.reader.adapter import initialize_adapter
from evals.training.reader.network import ReaderTensors

HALF, TRANSPOSED = "_16", ".T"
"""Ends the name of an array in half precision, and of a head's weights, as `export_adapter` names them."""


def restore_adapter(exported: Path) -> ReaderTensors:
    """The tensors as they were exported, the products with the precision of half floats.

    Args:
        exported: large_reader.onnx, as `export_adapter` writes it.
    """
    arrays = {one.name: one for one in onnx.load(exported, load_external_data=False).graph.initializer}
    return {name: _read(name, arrays) for name in initialize_adapter(seed=0)}


def _read(name: str, arrays: Mapping[str, onnx.TensorProto]) -> Tensor:
    turned = next((turned for turned in (f"{name}{HALF}", f"{name}{TRANSPOSED}") if turned in arrays), None)
    array = numpy_helper.to_array(arrays[turned]).T if turned else numpy_helper.to_array(arrays[name])
    return torch.from_numpy(array.astype(np.float32))
