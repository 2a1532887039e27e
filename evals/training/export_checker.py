"""A trained cross-encoder -> rag/weights/checker.onnx: its graph fused by hand, its weights in 8 bits."""

from collections.abc import Mapping

import numpy as np
import onnx  # type: ignore[import-not-found, unused-ignore]
from onnx import TensorProto, helper  # type: ignore[import-not-found, unused-ignore]

from evals.training.export_minilm import LAYERS, Array, Graph, add_embeddings, add_layer, build_model

INPUTS = ("input_ids", "token_type_ids", "claim_mask")
OUTPUTS = ("supported", "unsaid")
"""The names of the logits in the file: of support, and of each token being unsupported."""


def build_cross_encoder(weights: Mapping[str, Array]) -> onnx.ModelProto:
    """The whole network in fp32 for one claim at a time; inputs: its tokens, their marks and the mask of the claim.

    Its outputs have shapes (1, 1) and (1, tokens, 1): the logits of support, and of each token being unsupported.
    """
    graph = Graph(dict(weights))
    ids, marks, claim = (graph.add("Cast", [name], f"{name}32", to=TensorProto.INT32) for name in INPUTS)
    graph.add("Sub", [ids, ids], "zeros")
    graph.add("Add", ["zeros", graph.array("one", np.array(1, dtype=np.int32))], "mask32")
    states = add_embeddings(graph, ids, marks)
    for number in range(LAYERS):
        states = add_layer(graph, f"encoder.layer.{number}", states)
    _add_heads(graph, states, claim)
    tokens = ["batch", "tokens"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, tokens) for name in INPUTS]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in OUTPUTS]
    return build_model(graph, "checker", inputs, outputs)


def _add_heads(graph: Graph, states: str, claim: str) -> None:
    own = graph.add("Cast", [claim], "own", to=TensorProto.FLOAT)
    column = graph.add("Unsqueeze", [own, graph.array("last", np.array([2]))], "own3")
    masked = graph.add("Mul", [states, column], "masked")
    axis = graph.array("tokens", np.array([1]))
    summed = graph.add("ReduceSum", [masked, axis], "summed", keepdims=0)
    count = graph.add("ReduceSum", [own, axis], "count", keepdims=1)
    mean = graph.add("Div", [summed, count], "mean")
    first = graph.add("Gather", [states, graph.array("first", np.array([0]))], "first_state", axis=1)
    both = graph.add("Concat", [mean, graph.add("Squeeze", [first, axis], "cls")], "both", axis=1)
    _add_head(graph, "supported", both)
    _add_head(graph, "unsaid", states)


def _add_head(graph: Graph, name: str, states: str) -> None:
    product = graph.add("MatMul", [states, graph.transpose(f"{name}.weight")], f"{name}_product")
    graph.add("Add", [product, graph.weight(f"{name}.bias")], name)
