import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag import weights
from rag.embedding import Embedder, open_embedder
from rag.embedding.base import Vectors, scale_to_unit
from rag.embedding.local import OnnxEmbedder
from rag.errors import EmbeddingError, SettingsError
from rag.settings import Settings

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "minilm.json").read_text(encoding="utf-8"))
TEXTS = [golden["text"] for golden in GOLDEN]


@pytest.fixture(scope="module")
def minilm() -> Embedder:
    return open_embedder(Settings())


def test_shipped_vectors_are_those_of_the_published_weights(minilm: Embedder) -> None:
    published = np.array([golden["vector"] for golden in GOLDEN], dtype=np.float32)
    assert minilm.dimension == published.shape[1] == 384
    assert (minilm.embed_passages(TEXTS) * published).sum(axis=1).min() >= 0.98


def test_vectors_have_unit_length_whatever_the_text(minilm: Embedder) -> None:
    vectors = minilm.embed_passages(["", " ", "\0", "\ud800", "日本", "word " * 5000, "x" * 5000])
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_text_has_one_vector_whatever_it_is_embedded_with(minilm: Embedder) -> None:
    texts = [text * times for times in (3, 1, 2) for text in TEXTS[:6]]
    alone = np.concatenate([minilm.embed_passages([text]) for text in texts])
    assert np.array_equal(minilm.embed_passages(texts), alone)
    assert minilm.embed_passages([]).shape == (0, 384)


def test_a_question_is_nearest_to_what_answers_it(minilm: Embedder) -> None:
    question, *sentences = minilm.embed_passages(
        [TEXTS[0], "Serbs raised roadblocks over an arrest.", "Oil rose to $12.", "pizza"]
    )
    assert int(np.argmax(np.array(sentences) @ question)) == 0


def test_many_threads_may_embed_at_once(minilm: Embedder) -> None:
    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(lambda text: minilm.embed_passages([text]), TEXTS[:4] * 4))
    assert all(np.array_equal(vector, vectors[number % 4]) for number, vector in enumerate(vectors))


def copy_model(folder: Path) -> Path:
    shutil.copy(weights.MINILM.file, folder / "model.onnx")
    shutil.copy(weights.WORD_EMBEDDINGS.file, folder)
    shutil.copy(weights.TOKENIZER, folder / "tokenizer.json")
    return folder


def open_own(folder: Path) -> OnnxEmbedder:
    return OnnxEmbedder("own", folder / "model.onnx", folder / "tokenizer.json")


def test_altered_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    altered = copy_model(tmp_path) / "model.onnx"
    content = bytearray(altered.read_bytes())
    content[len(content) // 2] ^= 1
    altered.write_bytes(content)
    monkeypatch.setattr(weights, "MINILM", weights.MINILM._replace(file=altered))
    with pytest.raises(EmbeddingError, match=r"was altered: its sha256 is [0-9a-f]{64}"):
        open_embedder(Settings())


def test_a_folder_of_ones_own_is_used_and_told_apart(tmp_path: Path, minilm: Embedder) -> None:
    own = open_embedder(Settings(embedder=f"onnx:{copy_model(tmp_path)}"))
    assert own.name == f"onnx:{tmp_path}"
    assert np.array_equal(own.embed_query(TEXTS), minilm.embed_query(TEXTS))
    assert open_own(tmp_path).fingerprint == own.fingerprint
    vocabulary = json.loads((tmp_path / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary["normalizer"]["lowercase"] = False
    (tmp_path / "tokenizer.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    assert open_own(tmp_path).fingerprint != own.fingerprint


def test_weights_beside_the_model_change_its_fingerprint(tmp_path: Path) -> None:
    folder = copy_model(tmp_path)
    prints = {open_own(folder).fingerprint}
    words = folder / weights.WORD_EMBEDDINGS.file.name
    words.write_bytes(words.read_bytes()[::-1])
    (folder / "README.md").write_text("Not a file that the model names.", encoding="utf-8")
    prints.add(open_own(folder).fingerprint)
    (folder / "README.md").unlink()
    prints.add(open_own(folder).fingerprint)
    assert len(prints) == 2


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("model.onnx", None, "model.onnx cannot be read"),
        ("tokenizer.json", None, "tokenizer.json cannot be read"),
        ("model.onnx", b"no model", "no ONNX model that runs here"),
        ("tokenizer.json", b"{}", "is no tokenizer"),
        ("tokenizer.json", b"\xff", "is no tokenizer"),
    ],
)
def test_a_folder_that_holds_no_encoder_is_reported(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    file = copy_model(tmp_path) / name
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    with pytest.raises(EmbeddingError, match=reason):
        open_own(tmp_path)


def test_a_model_that_wants_other_inputs_is_reported(tmp_path: Path) -> None:
    file = copy_model(tmp_path) / "model.onnx"
    file.write_bytes(file.read_bytes().replace(b"attention_mask", b"attention_musk"))
    with pytest.raises(EmbeddingError, match="wants attention_musk; known: attention_mask"):
        open_own(tmp_path)


@pytest.mark.parametrize("name", ["", "minilm2", "onnx:", "onnx"])
def test_an_unknown_embedder_is_reported(name: str) -> None:
    with pytest.raises(SettingsError, match=r"Unknown embedder.*minilm, onnx:FOLDER"):
        open_embedder(Settings(embedder=name))


@pytest.mark.parametrize(
    "vectors",
    [np.ones((1, 3)), np.ones(2), np.array([[1, 1], [0, 0]]), np.array([[1, 1], [np.nan, 1]]), np.full((2, 2), np.inf)],
)
def test_vectors_of_nonsense_are_refused(vectors: Vectors) -> None:
    with pytest.raises(EmbeddingError, match="a model gave"):
        scale_to_unit(vectors, 2, "a model")


def test_vectors_are_scaled_to_unit_length() -> None:
    assert scale_to_unit(np.array([[3, 4]], dtype=np.float32), 1, "a model").tolist() == [
        [0.6000000238418579, 0.800000011920929]
    ]
