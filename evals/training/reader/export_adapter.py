"""The adapter's tensors and the shipped large checker -> large_reader.onnx, which shares the checker's trunk.bin.

    python -m evals.training.reader.export_adapter OUT/state.pt rag/weights

The checker's nodes up to the last layer that is read are kept as they are; each matrix above the first adapted layer
gets its product of low rank, in half precision. With --mean-with large_reader.onnx, whose adapter was trained further,
each number is the mean of both (Wortsman et al. 2022, WiSE-FT): it keeps what the further training lost.
"""

import argparse
import hashlib
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import onnx  # type: ignore[import-not-found, unused-ignore]
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper  # type: ignore[import-not-found, unused-ignore]

from evals.training.encoder import ATTENDED, NARROWED, QUERY_KEY_VALUE, WIDENED
from evals.training.reader.adapter import (
    FIRST_ADAPTED,
    KIND_EMBEDDINGS,
    LAYERS_READ,
    LOGITS_BIAS,
    LOGITS_WEIGHT,
)
from evals.training.reader.export import READER_INPUTS, READER_LOGITS
from evals.training.reader.restore_adapter import restore_adapter

PRODUCTS = {"projected": QUERY_KEY_VALUE, "attended_product": ATTENDED, "widened": WIDENED, "out_product": NARROWED}
"""The dense layer whose product each output of a layer is."""
WITH_KINDS = "with_kinds"
LAST_STATES = f"encoder.layer.{LAYERS_READ - 1}.out"
KINDS_ENTER = f"encoder.layer.{FIRST_ADAPTED - 1}.out"
JUDGE_MARKED, JUDGE_UNMARKED = "with_marks", "encoder.layer.2.out"
"""States with the checker's marks, and those before, which a question has instead."""

log = logging.getLogger("export")


def build_large_reader(checker: onnx.ModelProto, adapter: Mapping[str, NDArray[np.float32]]) -> onnx.ModelProto:
    """The reader for one passage at a time: token ids and kinds in, four logits a token out.

    Args:
        checker: as it is shipped, without its external data.
        adapter: the trained tensors by their names in `adapter.py`.
    """
    arrays: list[onnx.TensorProto] = []
    nodes = [*_adapted_nodes(checker, adapter, arrays)]
    nodes.append(helper.make_node("MatMul", [LAST_STATES, "logits.weight.T"], ["logits_product"]))
    nodes.append(helper.make_node("Add", ["logits_product", LOGITS_BIAS], [READER_LOGITS]))
    arrays.append(numpy_helper.from_array(np.ascontiguousarray(adapter[LOGITS_WEIGHT].T), "logits.weight.T"))
    arrays.append(numpy_helper.from_array(adapter[LOGITS_BIAS], LOGITS_BIAS))
    used = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in checker.graph.initializer if tensor.name in used]
    tokens = ["batch", "tokens"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, tokens) for name in READER_INPUTS]
    outputs = [helper.make_tensor_value_info(READER_LOGITS, TensorProto.FLOAT, [*tokens, 4])]
    graph = helper.make_graph(nodes, "large reader", inputs, outputs, [*kept, *arrays])
    model = helper.make_model(graph, opset_imports=checker.opset_import)
    model.ir_version = checker.ir_version
    return model


def _adapted_nodes(
    checker: onnx.ModelProto, adapter: Mapping[str, NDArray[np.float32]], arrays: list[onnx.TensorProto]
) -> Iterator[onnx.NodeProto]:
    """The checker's nodes up to the last states, with kinds in place of marks, and with the adapter's products."""
    replaced = {JUDGE_MARKED: JUDGE_UNMARKED}
    for one in checker.graph.node:
        if one.output[0] in ("marked", JUDGE_MARKED):
            continue
        node = onnx.NodeProto()
        node.CopyFrom(one)
        node.input[:] = [replaced.get(name, name) for name in node.input]
        yield from _with_product(node, adapter, arrays)
        if node.output[0] == KINDS_ENTER:
            arrays.append(numpy_helper.from_array(adapter[KIND_EMBEDDINGS], KIND_EMBEDDINGS))
            yield helper.make_node("Gather", [KIND_EMBEDDINGS, READER_INPUTS[1]], ["kinds_read"])
            yield helper.make_node("Add", [KINDS_ENTER, "kinds_read"], [WITH_KINDS])
            replaced[KINDS_ENTER] = WITH_KINDS
        if node.output[0] == LAST_STATES:
            return


def _with_product(
    node: onnx.NodeProto, adapter: Mapping[str, NDArray[np.float32]], arrays: list[onnx.TensorProto]
) -> Iterator[onnx.NodeProto]:
    """A node; where the adapter has a product beside its matrix, with that added to what it gives."""
    output = node.output[0]
    layer, _, product = output.removeprefix("encoder.layer.").partition(".")
    dense = PRODUCTS.get(product)
    if f"{layer}.{dense}.down" not in adapter:
        yield node
        return
    node.output[0] = f"{output}_of_trunk"
    yield node
    states = node.input[0]
    for part in ("down", "up"):
        name = f"{layer}.{dense}.{part}"
        half = np.ascontiguousarray(adapter[name].T).astype(np.float16)
        arrays.append(numpy_helper.from_array(half, f"{name}_16"))
        yield helper.make_node("Cast", [f"{name}_16"], [name], to=TensorProto.FLOAT)
        yield helper.make_node("MatMul", [states, name], [f"{output}_{part}"])
        states = f"{output}_{part}"
    yield helper.make_node("Add", [f"{output}_of_trunk", states], [output])


def main() -> None:
    """Write the model and log its sha256."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("state", type=Path)
    parser.add_argument("folder", type=Path, help="holds large_checker.onnx; large_reader.onnx is written beside it")
    parser.add_argument("--mean-with", type=Path, help="an exported reader")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    tensors = torch.load(given.state, weights_only=True)["state"]
    if given.mean_with:
        other = restore_adapter(given.mean_with)
        tensors = {name: (tensor + other[name]) / 2 for name, tensor in tensors.items()}
    adapter = {name: tensor.detach().float().numpy() for name, tensor in tensors.items()}
    model = build_large_reader(onnx.load(given.folder / "large_checker.onnx", load_external_data=False), adapter)
    content = model.SerializeToString()
    file = given.folder / "large_reader.onnx"
    file.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    log.info("%s  %s, %.1f MB; put it into rag/weights/__init__.py", digest, file, len(content) / 1e6)


if __name__ == "__main__":
    main()
