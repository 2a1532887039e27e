"""A folder of labelled data with three rows, and one written question."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from rag.errors import ReaderError
from rag.onnx import load_tokenizer
from rag.weights import TOKENIZER

OWLS = ["Owls hunt mice at night.", "Their ears are uneven.", "They nest in barns."]
SQUAD_PARAGRAPH: dict[str, object] = {
    "group": "Barn_owl",
    "sentences": OWLS,
    "qas": [{"question": "When do owls hunt?", "answers": ["at night"], "gold_sentences": [0]}],
}
UNANSWERABLE: dict[str, object] = {
    "group": "Barn_owl",
    "sentences": OWLS,
    "question": "When do owls sleep?",
    "answers": [],
    "gold_sentences": [],
    "answerable": False,
    "pair": "7",
}
NATURAL_QUESTION: dict[str, object] = {
    "group": "Kestrel",
    "sentences": ["A kestrel hovers over fields.", "It weighs 200 grams."],
    "question": "how heavy is a kestrel",
    "answers": ["200 grams"],
    "gold_sentences": [1],
    "answerable": True,
}
NEWS = 'The bridge was closed on Monday. "It is unsafe," said the mayor. Repairs take 3 weeks. Buses go round.'
NEWS_KEY = hashlib.sha1(NEWS.encode(), usedforsecurity=False).hexdigest()[:12]
WRITTEN: dict[str, object] = {
    "text_id": f"{NEWS_KEY}#1",
    "sentences": 2,
    "title": "Bridge closed",
    "date": "2014-07-08",
    "question": "how long will bridge repairs take",
    "gold_sentences": [1],
    "answer": [1, 13, 20],
    "answerable": True,
    "kind": "number",
    "split": "train",
}
_ANSWER_FILES: dict[str, list[dict[str, object]]] = {
    "squad11_train_all_paragraphs.jsonl.gz": [SQUAD_PARAGRAPH],
    "squad2_train_twins.jsonl.gz": [],
    "squad2_train_unanswerable.jsonl.gz": [UNANSWERABLE],
    "nq_oracle.jsonl": [NATURAL_QUESTION],
    "selqa.jsonl": [],
    "fairytaleqa.jsonl.gz": [],
    "covid_qa.jsonl": [],
    "policyqa.jsonl": [],
    "pubmedqa.jsonl": [],
    "clapnq_train_answers.jsonl": [],
    "qed_dev.jsonl": [],
}


def write_rows(file: Path, rows: list[dict[str, object]]) -> None:
    content = "\n".join(map(json.dumps, rows)).encode()
    file.write_bytes(gzip.compress(content) if file.suffix == ".gz" else content)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("answer", "check"):
        (tmp_path / "labelled" / name).mkdir(parents=True)
    for name, rows in _ANSWER_FILES.items():
        write_rows(tmp_path / "labelled" / "answer" / name, rows)
    write_rows(tmp_path / "labelled" / "check" / "bump.jsonl", [{"evidence": [NEWS[:32], NEWS[33:]]}])
    write_rows(tmp_path / "labelled" / "check" / "defacto.jsonl", [{"evidence": "Another text."}])
    write_rows(tmp_path / "clapnq.jsonl", [])
    return tmp_path


@pytest.fixture
def written(tmp_path: Path) -> Path:
    write_rows(tmp_path / "written.jsonl", [WRITTEN])
    return tmp_path / "written.jsonl"


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer(TOKENIZER, ReaderError)
