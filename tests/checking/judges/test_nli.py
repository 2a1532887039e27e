"""A folder with a local NLI model as the judge; its graph lets only the words of the sentence vote."""

import base64
import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from rag.checking import check, open_judge
from rag.checking.judges.base import REASON_UNSUPPORTED
from rag.checking.judges.nli import TOO_LONG
from rag.errors import CheckError, SettingsError
from rag.settings import Settings

VOTES = """
CAg63wIKGQoBdAoJaW5wdXRfaWRzEgF2IgZHYXRoZXIKJAoOdG9rZW5fdHlwZV9pZHMSAWYiBENhc3QqCQoCdG8YAaABAgoWCgFmCgN0d28SAW
0iCVVuc3F1ZWV6ZQoOCgF2CgFtEgF3IgNNdWwKLAoBdwoDb25lEgZsb2dpdHMiCVJlZHVjZVN1bSoPCghrZWVwZGltcxgAoAECEgFnKjsIBAgD
EAFCAXRKMAAAAAAAAAAAAAAAAAAAAAAAAIBAAAAAAAAAgEAAAAAAAAAAAAAAAAAAAAAAAACAPyoTCAEQB0IDdHdvSggCAAAAAAAAACoTCAEQB0
IDb25lSggBAAAAAAAAAFodCglpbnB1dF9pZHMSEAoOCAcSCgoDEgFiCgMSAXNaIgoOdG9rZW5fdHlwZV9pZHMSEAoOCAcSCgoDEgFiCgMSAXNi
GQoGbG9naXRzEg8KDQgBEgkKAxIBYgoCCANCBAoAEBE=
"""
"""ONNX: ReduceSum(Gather(table, input_ids) * token_type_ids) over the tokens. In the table, "agreed" adds 4 to
entailment, "quarrelled" 4 to contradiction, any other word 1 to neutral."""
CLASSES = {"0": "contradiction", "1": "entailment", "2": "neutral"}
EVIDENCE = "The ministers reached an accord about the border in June."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    words = {"[PAD]": 0, "agreed": 1, "quarrelled": 2, "[UNK]": 3}
    tokenizer = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(single="$A", pair="$A:0 $B:1", special_tokens=[])
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "model.onnx").write_bytes(base64.b64decode(VOTES))
    (tmp_path / "config.json").write_text(json.dumps({"id2label": CLASSES}))
    return tmp_path


def test_a_local_model_judges_the_wording_where_the_weights_could_not(folder: Path) -> None:
    judge = open_judge(Settings(judge=f"onnx:{folder}"))
    agreed = "agreed agreed the ministers"
    assert check(agreed, EVIDENCE, judge=open_judge(Settings(judge="small"))).label != "supported"
    assert check(agreed, EVIDENCE, judge=judge).label == "supported"
    assert check("quarrelled quarrelled the ministers", EVIDENCE, judge=judge).label == "contradicted"
    silent = check("the ministers sat about", EVIDENCE, judge=judge)
    assert (silent.label, silent.reason) == ("unsupported", REASON_UNSUPPORTED)


def test_a_model_that_reads_a_fixed_number_of_tokens_is_given_as_many(folder: Path) -> None:
    any_length, forty = b"\x12\x01s", b"\x08\xa8\x00"
    fixed = base64.b64decode(VOTES).replace(any_length, forty)
    (folder / "model.onnx").write_bytes(fixed)
    judge = open_judge(Settings(judge=f"onnx:{folder}"))
    assert check("agreed agreed the ministers", EVIDENCE, judge=judge).label == "supported"
    wordy = f"{EVIDENCE[:-1]}, {'and then ' * 40}"
    assert check("quarrelled the ministers", wordy, judge=judge).label == "contradicted"
    long = check(" ".join(["ministers border accord June agreed"] * 7), EVIDENCE, judge=judge)
    assert (long.label, long.reason) == ("unsure", TOO_LONG)


def test_no_judge_overrules_what_speaks_definitely_against_a_sentence(folder: Path) -> None:
    judge = open_judge(Settings(judge=f"onnx:{folder}"))
    verdict = check("The ministers agreed agreed agreed about the border in July.", EVIDENCE, judge=judge)
    assert verdict.label == "contradicted"
    assert "July" in verdict.reason


def test_a_judge_is_not_asked_about_what_is_word_for_word(folder: Path) -> None:
    evidence = "They quarrelled and quarrelled."
    assert check(evidence, evidence, judge=open_judge(Settings(judge=f"onnx:{folder}"))).label == "supported"


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("model.onnx", None, "model.onnx cannot be read"),
        ("model.onnx", "no model", "model.onnx is no ONNX model"),
        ("tokenizer.json", None, "tokenizer.json cannot be read"),
        ("tokenizer.json", "{}", "tokenizer.json is no tokenizer"),
        ("config.json", None, "config.json cannot be read"),
        ("config.json", "[", "config.json is no configuration"),
        ("config.json", "{}", "names the classes none in id2label"),
        ("config.json", '{"id2label": {"0": "contradiction"}}', "one must be called entailment"),
        ("config.json", '{"id2label": {"0": "LABEL_0"}}', "gives 3 classes"),
        ("config.json", '{"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}', "one must be called entailment"),
    ],
)
def test_an_unusable_folder_is_reported_with_its_file(
    folder: Path, file: str, content: str | None, message: str
) -> None:
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_text(content)
    with pytest.raises(CheckError, match=message):
        open_judge(Settings(judge=f"onnx:{folder}"))


def test_classes_that_are_not_the_models_are_reported(folder: Path) -> None:
    (folder / "config.json").write_text('{"id2label": {"0": "supported", "1": "refuted"}}')
    with pytest.raises(CheckError, match=r"gives 3 classes; config\.json names 2"):
        open_judge(Settings(judge=f"onnx:{folder}"))


def test_a_sentence_that_leaves_no_room_for_evidence_is_unsure(folder: Path) -> None:
    sentence = " ".join(["ministers border accord June agreed"] * 120)
    verdict = check(sentence, EVIDENCE, judge=open_judge(Settings(judge=f"onnx:{folder}")))
    assert (verdict.label, verdict.reason) == ("unsure", TOO_LONG)


def test_an_unknown_judge_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(SettingsError, match="Use small, model, onnx:FOLDER"):
        open_judge(Settings(judge="jury"))


def test_without_the_setting_no_judge_is_loaded() -> None:
    assert open_judge(Settings()) is None
    assert open_judge(Settings(judge="model")) is None
