"""The networks that share their word embeddings are the whole ones that were trained, bit for bit."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag import onnx
from rag.errors import RagError
from rag.text.sentences import sentences
from rag.weights import CHECKER, MINILM, NETWORKS, READER, TOKENIZER, WORD_EMBEDDINGS, ShippedFile, ShippedNetwork
from tests.protobuf import block, read_fields, text

GRAPH, INITIALIZER, NAME, RAW_DATA, EXTERNAL_DATA, DATA_LOCATION = 7, 5, 8, 9, 13, 14
"""Numbers of the fields of ONNX's messages: of a model, of a graph, and of a tensor."""
TABLE = text(NAME, "embeddings.word_embeddings.weight_quantized")
SEEDS = Path(__file__).parents[1] / "seeds"
TEXTS = 50
pytestmark = pytest.mark.parametrize("network", [MINILM, CHECKER, READER], ids=lambda network: network.file.stem)


def _whole(network: ShippedNetwork) -> bytes:
    """The network with its word embeddings within its file, as it was exported."""
    model = read_fields(network.file.read_bytes())
    return b"".join(block(GRAPH, _whole_graph(one.content)) if one.number == GRAPH else one.raw for one in model)


def _whole_graph(graph: bytes) -> bytes:
    fields = read_fields(graph)
    return b"".join(_whole_tensor(one.content) if TABLE in one.raw[:99] else one.raw for one in fields)


def _whole_tensor(tensor: bytes) -> bytes:
    kept = (one.raw for one in read_fields(tensor) if one.number not in (EXTERNAL_DATA, DATA_LOCATION))
    return block(INITIALIZER, b"".join(kept) + block(RAW_DATA, WORD_EMBEDDINGS.file.read_bytes()))


def _inputs(names: list[str]) -> Iterator[dict[str, NDArray[np.int64]]]:
    """Token ids of sentences of the seeds, with marks of ones, which every network has."""
    tokenizer = onnx.load_tokenizer(TOKENIZER, RagError)
    for file in sorted(SEEDS.iterdir()):
        for sentence in sentences(file.read_text(encoding="utf-8"))[: TEXTS // 5]:
            ids = np.array([tokenizer.encode(sentence).ids])
            yield {name: ids if name == "input_ids" else np.ones_like(ids) for name in names}


def test_a_network_and_the_word_embeddings_are_what_was_one_file(network: ShippedNetwork) -> None:
    assert hashlib.sha256(_whole(network)).hexdigest() == network.identity


def test_a_network_gives_the_same_bytes_as_when_it_was_one_file(network: ShippedNetwork, tmp_path: Path) -> None:
    (tmp_path / "whole.onnx").write_bytes(_whole(network))
    whole = onnx.open_session(tmp_path / "whole.onnx", RagError, threads=1)
    cut = onnx.open_shipped(network, RagError, threads=1)
    inputs = list(_inputs([node.name for node in cut.get_inputs()]))
    assert len(inputs) == TEXTS
    for one in inputs:
        assert [out.tobytes() for out in cut.run(None, one)] == [out.tobytes() for out in whole.run(None, one)]


def test_altered_word_embeddings_are_refused_by_name(network: ShippedNetwork, tmp_path: Path) -> None:
    altered = ShippedFile(tmp_path / WORD_EMBEDDINGS.file.name, WORD_EMBEDDINGS.sha256)
    altered.file.write_bytes(b"other words")
    with pytest.raises(RagError, match=r"word_embeddings\.bin was altered"):
        onnx.open_shipped(network._replace(shared=(altered,)), RagError)
    assert network in NETWORKS  # whose files rag doctor hashes
