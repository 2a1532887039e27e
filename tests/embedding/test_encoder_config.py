import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from rag import Assistant, weights
from rag.embedding import Embedder, open_embedder
from rag.embedding.base import Vectors, scale_to_unit
from rag.embedding.encoder_config import DEFAULT_CONFIG, EncoderConfig, read_encoder_config
from rag.embedding.local import OnnxEmbedder
from rag.errors import EmbeddingError
from rag.settings import Settings
from tests.embedding.tiny_encoder import TABLE, write_encoder

TEXT = "Owls hunt mice at night."
ST = "sentence_transformers.models."
MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": f"{ST}Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{ST}Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{ST}Normalize"},
]
CLS = {"word_embedding_dimension": 4, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
LAST = {"pooling_mode_lasttoken": True, "pooling_mode_mean_tokens": False, "include_prompt": True}
E5 = {
    "config_sentence_transformers.json": {"prompts": {"query": "query: ", "passage": "passage: "}},
    "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": False},
}
BGE = {
    "modules.json": MODULES,
    "1_Pooling/config.json": CLS,
    "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": True},
    "config_sentence_transformers.json": {"__version__": {"sentence_transformers": "2.2.2"}},
}
ASK = "Represent this sentence for searching relevant passages: "
ARCTIC = {**BGE, "config_sentence_transformers.json": {"prompts": {"query": ASK}, "default_prompt_name": None}}
NOMIC = {
    "modules.json": MODULES[:2],
    "1_Pooling/config.json": {"pooling_mode_mean_tokens": True},
    "config_sentence_transformers.json": {
        "prompts": {"search_query": "search_query: ", "search_document": "search_document: "}
    },
    "tokenizer_config.json": {"model_max_length": 8192},
}


def write_files(folder: Path, files: dict[str, object]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("files", "config"),
    [
        ({}, DEFAULT_CONFIG),
        (E5, EncoderConfig("mean", "query: ", "passage: ", 512)),
        (BGE, EncoderConfig("cls", max_tokens=512)),
        (ARCTIC, EncoderConfig("cls", ASK, max_tokens=512)),
        (NOMIC, EncoderConfig("mean", "search_query: ", "search_document: ", 8192)),
        ({"1_Pooling/config.json": LAST}, EncoderConfig("lasttoken")),
        ({"1_Pooling/config.json": {"pooling_mode": "max"}}, EncoderConfig("max")),
        ({"1_Pooling/config.json": {"pooling_mode_mean_sqrt_len_tokens": True}}, DEFAULT_CONFIG),
        ({"tokenizer_config.json": {"model_max_length": 1000000000000000019884624838656}}, DEFAULT_CONFIG),
        ({"sentence_bert_config.json": {"max_seq_length": None}}, DEFAULT_CONFIG),
        (
            {"config_sentence_transformers.json": {"prompts": {"s": "to: ", "query": ""}, "default_prompt_name": "s"}},
            EncoderConfig(passage_prefix="to: "),
        ),
        (
            {
                "modules.json": [{"path": "0_T", "type": f"{ST}Transformer"}, {"path": "p", "type": f"{ST}Pooling"}],
                "0_T/sentence_bert_config.json": {"max_seq_length": 128},
                "p/config.json": CLS,
            },
            EncoderConfig("cls", max_tokens=128),
        ),
    ],
)
def test_a_folder_says_how_its_model_is_used(tmp_path: Path, files: dict[str, object], config: EncoderConfig) -> None:
    assert read_encoder_config(write_files(tmp_path, files)) == config


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("modules.json", "{", "modules.json: the file: Invalid JSON"),
        ("modules.json", {"a": 1}, r"modules.json: modules: Input should be a valid array"),
        ("modules.json", [{"path": ""}], r"modules.json: modules.0.type: Field required"),
        ("modules.json", [{"path": "2_Dense", "type": f"{ST}Dense"}], "Dense cannot be run; known: Normalize, Pooling"),
        ("1_Pooling/config.json", "", "config.json: the file: Invalid JSON"),
        ("1_Pooling/config.json", {"pooling_mode": "star"}, "config.json: star is not supported; known: mean, cls"),
        ("1_Pooling/config.json", {"pooling_mode_weightedmean_tokens": True}, "weightedmean_tokens is not supported"),
        ("1_Pooling/config.json", {**CLS, **LAST}, "cls_token with pooling_mode_lasttoken is not supported"),
        ("config_sentence_transformers.json", {"prompts": ["query: "]}, "prompts: Input should be an object"),
        (
            "config_sentence_transformers.json",
            {"prompts": {"query": 1}},
            "prompts.query: Input should be a valid string",
        ),
        ("sentence_bert_config.json", {"max_seq_length": 0}, "max_seq_length: Input should be greater than or equal"),
        ("sentence_bert_config.json", {"max_seq_length": "many"}, "max_seq_length: Input should be a valid integer"),
        ("tokenizer_config.json", {"model_max_length": -1}, "model_max_length: Input should be greater than"),
        ("tokenizer_config.json", "[]", "tokenizer_config.json: the file: Input should be an object"),
    ],
)
def test_a_malformed_file_is_reported_by_its_name(tmp_path: Path, name: str, content: object, reason: str) -> None:
    write_files(tmp_path, {name: content})
    with pytest.raises(EmbeddingError, match=f"{tmp_path}.*{reason}"):
        read_encoder_config(tmp_path)


def test_a_file_of_bytes_or_a_folder_in_its_place_is_reported(tmp_path: Path) -> None:
    (tmp_path / "sentence_bert_config.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EmbeddingError, match=r"sentence_bert_config\.json cannot be read"):
        read_encoder_config(tmp_path)
    (tmp_path / "modules.json").mkdir()
    with pytest.raises(EmbeddingError, match=r"modules\.json cannot be read"):
        read_encoder_config(tmp_path)


def test_a_prompt_that_pooling_leaves_out_is_refused(tmp_path: Path) -> None:
    write_files(tmp_path, {**E5, "1_Pooling/config.json": {"pooling_mode_mean_tokens": True, "include_prompt": False}})
    with pytest.raises(EmbeddingError, match="include_prompt false is not supported"):
        read_encoder_config(tmp_path)


def open_folder(folder: Path) -> Embedder:
    return open_embedder(Settings(embedder=f"onnx:{folder}"))


def token_vectors(text: str) -> Vectors:
    tokenizer = Tokenizer.from_file(str(weights.TOKENIZER))
    tokenizer.no_padding()
    return TABLE[tokenizer.encode(text).ids]


@pytest.mark.parametrize(
    ("flag", "pooled"),
    [
        ("pooling_mode_mean_tokens", token_vectors(TEXT).mean(axis=0)),
        ("pooling_mode_cls_token", token_vectors(TEXT)[0]),
        ("pooling_mode_lasttoken", token_vectors(TEXT)[-1]),
        ("pooling_mode_max_tokens", token_vectors(TEXT).max(axis=0)),
    ],
)
def test_vectors_of_tokens_are_pooled_as_the_folder_says(tmp_path: Path, flag: str, pooled: Vectors) -> None:
    write_files(write_encoder(tmp_path), {"1_Pooling/config.json": {flag: True}})
    vectors = open_folder(tmp_path).embed_passages([TEXT, "another"])
    assert np.allclose(vectors[0], scale_to_unit(pooled[None], 1, "expected")[0], atol=1e-6)


def copy_shipped(folder: Path, files: dict[str, object]) -> Path:
    """The shipped model in a folder of its own, laid out as model hubs do."""
    (folder / "onnx").mkdir(parents=True)
    shutil.copy(weights.MINILM.file, folder / "onnx" / "model.onnx")
    shutil.copy(weights.WORD_EMBEDDINGS.file, folder / "onnx")
    shutil.copy(weights.TOKENIZER, folder / "tokenizer.json")
    return write_files(folder, files)


def test_questions_and_passages_get_the_prefixes_of_the_folder(tmp_path: Path, minilm: Embedder) -> None:
    e5 = open_folder(copy_shipped(tmp_path / "e5", E5))
    assert np.allclose(e5.embed_query([TEXT]), minilm.embed_query([f"query: {TEXT}"]), atol=1e-4)
    assert np.allclose(e5.embed_passages([TEXT]), minilm.embed_passages([f"passage: {TEXT}"]), atol=1e-4)
    assert e5.embed_query([]).shape == (0, 384)


def test_a_text_is_cut_at_the_length_of_the_folder(tmp_path: Path) -> None:
    short = open_folder(copy_shipped(tmp_path / "short", {"sentence_bert_config.json": {"max_seq_length": 6}}))
    same, longer = short.embed_passages(["owls hunt mice at night", "owls hunt mice at dawn, as foxes do"])
    assert np.array_equal(same, longer)  # four words between two special tokens


def test_the_fingerprint_changes_with_the_use_of_a_model_only(tmp_path: Path) -> None:
    plain = copy_shipped(tmp_path / "plain", {"1_Pooling/config.json": {"pooling_mode_mean_tokens": True}})
    default = OnnxEmbedder("own", plain / "onnx" / "model.onnx", plain / "tokenizer.json").fingerprint
    assert open_folder(plain).fingerprint == default
    changed: list[dict[str, object]] = [
        {"sentence_bert_config.json": {"max_seq_length": 128}},
        {"1_Pooling/config.json": CLS},
        {"config_sentence_transformers.json": {"prompts": {"query": "query: "}}},
        {"config_sentence_transformers.json": {"prompts": {"document": "query: "}}},
    ]
    prints = [
        open_folder(copy_shipped(tmp_path / str(number), files)).fingerprint for number, files in enumerate(changed)
    ]
    assert len({default, *prints}) == len(changed) + 1


def test_the_fingerprint_of_the_shipped_model_is_that_of_indexes_made_before(minilm: Embedder) -> None:
    assert minilm.fingerprint == "b8f77ea9282173614a1d568a8e84ec9bffe5615cf8e71ed3eb87007cab058b99"


def test_an_index_is_made_and_searched_with_prefixes(tmp_path: Path) -> None:
    (tmp_path / "owls.txt").write_text(TEXT, encoding="utf-8")
    folder = copy_shipped(tmp_path / "e5", E5)
    settings = Settings(index_dir=tmp_path / "index", embedder=f"onnx:{folder}", llm="quotes", confidence=0)
    with Assistant.open(settings) as assistant:
        assistant.sync(tmp_path / "owls.txt")
        assert assistant.ask("What do owls hunt?").sentences[0].text == TEXT
