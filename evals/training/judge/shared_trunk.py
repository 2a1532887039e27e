"""An exported judge -> its file without the trunk's weights, and these in a file of their own, for the reader, too.

    python -m evals.training.judge.shared_trunk NETWORK FOLDER

cuts a network that is whole. The export calls `write_judge`. Scales of blocks of 4-bit numbers are kept in half
precision, which makes the wheel 6 MB smaller; ONNX Runtime widens them once, while it loads the network.
"""

import logging
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx  # type: ignore[import-not-found, unused-ignore]
from onnx import TensorProto, helper, numpy_helper  # type: ignore[import-not-found, unused-ignore]

from evals.training.shared_words import log_digest, move_outside

TRUNK_FILE = "trunk.bin"
"""Lies beside the networks; each names it as external data."""
SHARED_BYTES = 16_384
"""Smaller tensors stay in the network's own file."""
ALIGNMENT = 64
"""Bytes; every tensor begins at a multiple of it."""

log = logging.getLogger("export")


class CutJudge(NamedTuple):
    """A network whose large tensors lie in a file of their own, and that file's content."""

    network: onnx.ModelProto
    trunk: bytes


def cut_trunk(whole: onnx.ModelProto) -> CutJudge:
    """Move the large tensors of a network out of it, those named as scales in half precision."""
    network, trunk = onnx.ModelProto(), bytearray()
    network.CopyFrom(whole)
    casts = [_narrow(tensor) for tensor in network.graph.initializer if tensor.name.endswith("_scales")]
    nodes = [*casts, *network.graph.node]
    del network.graph.node[:]
    network.graph.node.extend(nodes)
    for tensor in network.graph.initializer:
        if len(tensor.raw_data) >= SHARED_BYTES:
            trunk += bytes(-len(trunk) % ALIGNMENT)
            trunk += move_outside(tensor, TRUNK_FILE, offset=len(trunk), length=len(tensor.raw_data))
    return CutJudge(network, bytes(trunk))


def _narrow(tensor: onnx.TensorProto) -> onnx.NodeProto:
    """Put scales into half precision; the node that widens them under their old name."""
    name, values = tensor.name, numpy_helper.to_array(tensor)
    tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_16"))
    return helper.make_node("Cast", [tensor.name], [name], name, to=TensorProto.FLOAT)


def write_judge(whole: onnx.ModelProto, file: Path) -> None:
    """Write a judge's file and, beside it, the trunk; log each sha256.

    The large reader is learnt beside one trunk: after another one was written, train and export it again.
    """
    cut = cut_trunk(whole)
    for name, content in ((file.name, cut.network.SerializeToString()), (TRUNK_FILE, cut.trunk)):
        file.with_name(name).write_bytes(content)
        log_digest(name, content)
    log.info("Put them into rag/weights/__init__.py.")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    source, folder = map(Path, sys.argv[1:3])
    write_judge(onnx.load(source), folder / source.name)
