"""A trained cross-encoder -> rag/weights/checker.onnx: its graph fused by hand, its weights in 8 bits."""

from collections.abc import Mapping

import numpy as np
import onnx  # type: ignore[import-not-found, unused-ignore]
from onnx import TensorProto, helper  # type: ignore[import-not-found, unused-ignore]

from evals.training.export_minilm import LAYERS, Array, Graph, embedded, finished, layer

INPUTS = ("input_ids", "token_type_ids", "claim_mask")
OUTPUTS = ("supported", "unsaid")


def cross_encoder(weights: Mapping[str, Array]) -> onnx.ModelProto:
    """The whole network in fp32, for one claim at a time: its tokens, their marks and which are the claim's.

    Its outputs have shapes (1, 1) and (1, tokens, 1): the logits of support, and of each token being unsaid.
    """
    graph = Graph(dict(weights))
    ids, marks, claim = (graph.add("Cast", [name], f"{name}32", to=TensorProto.INT32) for name in INPUTS)
    graph.add("Sub", [ids, ids], "zeros")
    graph.add("Add", ["zeros", graph.array("one", np.array(1, dtype=np.int32))], "mask32")
    states = embedded(graph, ids, marks)
    for number in range(LAYERS):
        states = layer(graph, f"encoder.layer.{number}", states)
    _heads(graph, states, claim)
    tokens = ["batch", "tokens"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, tokens) for name in INPUTS]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in OUTPUTS]
    return finished(graph, "checker", inputs, outputs)


def _heads(graph: Graph, states: str, claim: str) -> None:
    own = graph.add("Cast", [claim], "own", to=TensorProto.FLOAT)
    column = graph.add("Unsqueeze", [own, graph.array("last", np.array([2]))], "own3")
    masked = graph.add("Mul", [states, column], "masked")
    axis = graph.array("tokens", np.array([1]))
    summed = graph.add("ReduceSum", [masked, axis], "summed", keepdims=0)
    count = graph.add("ReduceSum", [own, axis], "count", keepdims=1)
    mean = graph.add("Div", [summed, count], "mean")
    first = graph.add("Gather", [states, graph.array("first", np.array([0]))], "first_state", axis=1)
    both = graph.add("Concat", [mean, graph.add("Squeeze", [first, axis], "cls")], "both", axis=1)
    _head(graph, "supported", both)
    _head(graph, "unsaid", states)


def _head(graph: Graph, name: str, states: str) -> None:
    product = graph.add("MatMul", [states, graph.transposed(f"{name}.weight")], f"{name}_product")
    graph.add("Add", [product, graph.weight(f"{name}.bias")], name)
