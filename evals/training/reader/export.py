"""The reader's tensors -> reader.onnx: the graph fused by hand, the weights in 8 bits.

    python -m evals.training.reader.export OUT/state.pt rag/weights/reader.onnx

The same network in fp32 goes to --fp32, to compare with.
"""

import argparse
import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx  # type: ignore[import-not-found, unused-ignore]
import torch
from onnx import TensorProto, helper  # type: ignore[import-not-found, unused-ignore]

from evals.training.export_minilm import LAYERS, Array, Graph, add_embeddings, add_layer, build_model, quantize
from evals.training.shared_words import write_network

READER_INPUTS = ("input_ids", "token_type_ids")
READER_LOGITS = "logits"
LAST_PRODUCT = "logits_product"
"""Stays in fp32: 1,536 numbers, and errors in it go straight into the logits."""


def build_reader(weights: Mapping[str, Array]) -> onnx.ModelProto:
    """The whole network in fp32, for one passage at a time: token ids and kinds in, four logits a token out."""
    graph = Graph(dict(weights))
    ids, kinds = (graph.add("Cast", [name], f"{name}32", to=TensorProto.INT32) for name in READER_INPUTS)
    graph.add("Sub", [ids, ids], "zeros")
    graph.add("Add", ["zeros", graph.array("one", np.array(1, dtype=np.int32))], "mask32")
    states = add_embeddings(graph, ids, kinds)
    for number in range(LAYERS):
        states = add_layer(graph, f"encoder.layer.{number}", states)
    _add_head(graph, states)
    tokens = ["batch", "tokens"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, tokens) for name in READER_INPUTS]
    return build_model(
        graph, "reader", inputs, [helper.make_tensor_value_info(READER_LOGITS, TensorProto.FLOAT, [*tokens, 4])]
    )


def _add_head(graph: Graph, states: str) -> None:
    widened = graph.add("MatMul", [states, graph.transpose("head.weight")], "head_product")
    activated = graph.add_fused("BiasGelu", [widened, graph.weight("head.bias")], "head_activated")
    product = graph.add("MatMul", [activated, graph.transpose("logits.weight")], LAST_PRODUCT)
    graph.add("Add", [product, graph.weight("logits.bias")], READER_LOGITS)


def main() -> None:
    """Write the model in 8 bits and its word embeddings, and log their sha256."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("state", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--fp32", type=Path, help="where the model in fp32 goes")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    tensors = torch.load(given.state, weights_only=True)["state"]
    model = build_reader({name: tensor.numpy() for name, tensor in tensors.items()})
    if given.fp32:
        given.fp32.write_bytes(model.SerializeToString())
    write_network(quantize(model, excluded=[LAST_PRODUCT]), given.file)


if __name__ == "__main__":
    main()
