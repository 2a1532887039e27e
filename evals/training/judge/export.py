"""The judge's tensors -> large_checker.onnx: attention with the trunk's bias, weights in 4 or 8 bits, embeddings in 4.

    python -m evals.training.judge.export OUT/state.pt rag/weights/large_checker.onnx [--fp32 FILE] [--bits 8]

MPNet numbers its tokens otherwise than the shipped tokenizer; the exported table has the tokenizer's order. Marks enter
where training began, above the frozen layers.
"""

import argparse
import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx  # type: ignore[import-not-found, unused-ignore]
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper  # type: ignore[import-not-found, unused-ignore]
from onnxruntime.quantization.matmul_nbits_quantizer import (
    DefaultWeightOnlyQuantConfig,
    MatMulNBitsQuantizer,
)
from torch import Tensor

from evals.training.encoder import MARK_EMBEDDINGS
from evals.training.export_minilm import Array, Graph, build_model
from evals.training.judge.shared_trunk import write_judge
from evals.training.judge.trunk import DISTANCE_BIAS, Trunk, distance_rows, map_ids
from rag.checking.judges.encoding import PAIR_TOKENS

INPUTS = ("input_ids", "marks", "claim_mask")
HEADS_EXPORTED = ("verdict", "unsaid")
"""The heads that the product reads: three logits of the pair, one of each token."""
BLOCK_WEIGHTS = 32
"""Weights that share a scale."""
INTEGER_PRODUCTS = 4
"""ONNX Runtime's `accuracy_level` for activations in 8 bits; sums of integers are the same on every processor."""


def build_judge(trunk: Trunk, tensors: Mapping[str, Tensor]) -> onnx.ModelProto:
    """The network for one pair at a time, with matrices in fp32 and embeddings in 4 bits.

    Its inputs have shape (1, tokens): ids, marks and the mask of the claim's tokens. Its outputs have shapes (1, 3) and
    (1, tokens, 1): the logits of the verdicts, and of each token being unsupported.
    """
    graph = Graph({name: one.detach().float().numpy() for name, one in tensors.items()})
    states = _add_embeddings(graph, trunk, tensors)
    bias = _add_distance_bias(graph, tensors)
    for number in range(trunk.layers):
        if number == trunk.frozen_layers:
            table = graph.weight(MARK_EMBEDDINGS)
            states = graph.add("Add", [states, graph.add("Gather", [table, "marks"], "marked")], "with_marks")
        states = _add_layer(graph, trunk, f"encoder.layer.{number}", states, bias)
    _add_heads(graph, states)
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in INPUTS]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in HEADS_EXPORTED]
    return build_model(graph, "judge", inputs, outputs)


def _add_embeddings(graph: Graph, trunk: Trunk, tensors: Mapping[str, Tensor]) -> str:
    words = tensors["embeddings.word_embeddings.weight"].detach()
    known = words.shape[0] - trunk.id_offset
    embedded = _add_words(graph, words[map_ids(torch.arange(known), trunk)].numpy())
    places = tensors["embeddings.position_embeddings.weight"].detach()[trunk.first_position :][:PAIR_TOKENS].numpy()
    at = graph.add("Gather", [graph.array("positions", places), _add_range(graph)], "placed")
    return _add_norm(graph, "embeddings.LayerNorm", graph.add("Add", [embedded, at], "summed"), trunk.epsilon)


def _add_words(graph: Graph, rows: Array) -> str:
    """The embeddings of the tokens' words, from a table in 4 bits with one scale for `BLOCK_WEIGHTS` numbers."""
    numbers, scales = in_half_bytes(rows)
    inputs = [graph.array("words", numbers), INPUTS[0], graph.array("word_scales", scales)]
    axes = {"gather_axis": 0, "quantize_axis": 1}
    return graph.add_fused("GatherBlockQuantized", inputs, "words_read", bits=4, block_size=BLOCK_WEIGHTS, **axes)


def in_half_bytes(rows: Array) -> tuple[NDArray[np.uint8], Array]:
    """Rows in 4 bits, two a byte, the first one lower, 8 for 0; and the scale of each block, shape (rows, blocks).

    The number farthest from 0 becomes -8, so that all sixteen are used.
    """
    blocks = rows.reshape(len(rows), -1, BLOCK_WEIGHTS)
    farthest = np.take_along_axis(blocks, np.abs(blocks).argmax(-1, keepdims=True), -1)
    scales = np.where(farthest == 0, 1.0, farthest / -8)
    numbers = (np.rint(blocks / scales).clip(-8, 7) + 8).astype(np.uint8).reshape(len(rows), -1)
    packed = np.bitwise_or(numbers[:, 0::2], np.left_shift(numbers[:, 1::2], 4), dtype=np.uint8)
    return packed, scales.reshape(len(rows), -1).astype(np.float32)


def _add_range(graph: Graph) -> str:
    """The places of the tokens, shape (tokens,)."""
    length = graph.add("Shape", [INPUTS[0]], "length", start=1)
    places = graph.array("places", np.arange(PAIR_TOKENS))
    return graph.add("Slice", [places, graph.array("axis0", np.array([0])), length], "range")


def _add_distance_bias(graph: Graph, tensors: Mapping[str, Tensor]) -> str:
    """The bias of every two tokens, shape (1, heads, tokens, tokens), from a table with a row for each distance."""
    farthest = PAIR_TOKENS - 1
    table = graph.array("distances", tensors[DISTANCE_BIAS].detach()[distance_rows(PAIR_TOKENS)].numpy())
    across = graph.add("Unsqueeze", ["range", "axis0"], "across")
    down = graph.add("Unsqueeze", ["range", graph.array("axis1", np.array([1]))], "down")
    offset = graph.add("Sub", [across, down], "offset")
    index = graph.add("Add", [offset, graph.array("farthest", np.array([farthest]))], "distance")
    biases = graph.add("Gather", [table, index], "biases")
    turned = graph.add("Transpose", [biases], "biases_by_head", perm=[2, 0, 1])
    return graph.add("Unsqueeze", [turned, "axis0"], "attention_bias")


def _add_layer(graph: Graph, trunk: Trunk, name: str, states: str, bias: str) -> str:
    weight, added = graph.query_key_value(name)
    product = graph.add("MatMul", [states, weight], f"{name}.projected")
    biased = graph.add("Add", [product, added], f"{name}.qkv_states")
    parts = [f"{name}.{part}" for part in ("query", "key", "value")]
    graph.split(biased, parts)
    attention = graph.add_fused(
        "MultiHeadAttention", [*parts, "", "", bias], f"{name}.attention", num_heads=trunk.heads
    )
    attended = _add_block(graph, trunk, f"{name}.attention.output", attention, states, f"{name}.attended")
    dense = f"{name}.intermediate.dense"
    widened = graph.add("MatMul", [attended, graph.transpose(f"{dense}.weight")], f"{name}.widened")
    activated = graph.add_fused("BiasGelu", [widened, graph.weight(f"{dense}.bias")], f"{name}.activated")
    return _add_block(graph, trunk, f"{name}.output", activated, attended, f"{name}.out")


def _add_block(graph: Graph, trunk: Trunk, name: str, states: str, skipped: str, output: str) -> str:
    """A dense layer with its skip connection and normalisation."""
    product = graph.add("MatMul", [states, graph.transpose(f"{name}.dense.weight")], f"{output}_product")
    norm = [graph.weight(f"{name}.LayerNorm.{part}") for part in ("weight", "bias")]
    inputs = [product, skipped, *norm, graph.weight(f"{name}.dense.bias")]
    return graph.add_fused("SkipLayerNormalization", inputs, output, epsilon=trunk.epsilon)


def _add_norm(graph: Graph, name: str, states: str, epsilon: float) -> str:
    norm = [graph.weight(f"{name}.{part}") for part in ("weight", "bias")]
    return graph.add("LayerNormalization", [states, *norm], f"{name}.normed", axis=-1, epsilon=epsilon)


def _add_heads(graph: Graph, states: str) -> None:
    own = graph.add("Cast", [INPUTS[2]], "own", to=TensorProto.FLOAT)
    masked = graph.add("Mul", [states, graph.add("Unsqueeze", [own, graph.array("last", np.array([2]))], "own3")], "m")
    axis = graph.array("token_axis", np.array([1]))
    summed = graph.add("ReduceSum", [masked, axis], "claim_sum", keepdims=0)
    mean = graph.add("Div", [summed, graph.add("ReduceSum", [own, axis], "claim_tokens", keepdims=1)], "claim_mean")
    first = graph.add("Squeeze", [graph.add("Gather", [states, "axis0"], "first_state", axis=1), axis], "first")
    pooled = graph.add("Concat", [mean, first], "pooled", axis=1)
    for name, of in zip(HEADS_EXPORTED, (pooled, states), strict=True):
        product = graph.add("MatMul", [of, graph.transpose(f"{name}.weight")], f"{name}_product")
        graph.add("Add", [product, graph.weight(f"{name}.bias")], name)


def quantize_judge(model: onnx.ModelProto, bits: int) -> onnx.ModelProto:
    """The model with its matrices in some bits, one scale for `BLOCK_WEIGHTS` weights; the heads stay in fp32."""
    kept = [f"{name}_product" for name in HEADS_EXPORTED]
    config = DefaultWeightOnlyQuantConfig(
        block_size=BLOCK_WEIGHTS, is_symmetric=True, accuracy_level=INTEGER_PRODUCTS, bits=bits
    )
    quantizer = MatMulNBitsQuantizer(model, nodes_to_exclude=kept, algo_config=config)
    quantizer.process()
    return quantizer.model.model


def load_judge(state: Path) -> tuple[Trunk, dict[str, Tensor]]:
    """The trunk and the tensors in the saved state of a training."""
    saved = torch.load(state, weights_only=True)
    return Trunk(*saved["trunk"]), saved["tensors"]


def main() -> None:
    """Write the model and its trunk, and log their sha256."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("state", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--bits", type=int, default=4)
    parser.add_argument("--fp32", type=Path, help="where the model in fp32 goes")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    model = build_judge(*load_judge(given.state))
    if given.fp32:
        given.fp32.write_bytes(model.SerializeToString())
    write_judge(quantize_judge(model, given.bits), given.file)


if __name__ == "__main__":
    main()
