"""Clones are found, sets written, and every row or origin that is missing is named; the rest goes on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evals.benchmarks.fetch_data.__main__ import find_clone, report
from evals.benchmarks.fetch_data.catalogue import LABELLED_SETS
from evals.benchmarks.fetch_data.conversion import SetOutcome, convert_set
from evals.benchmarks.fetch_data.source import Source
from tests.evals.benchmarks.origins import Files, clone, convert, lines, named, rows

DOCUMENT = Path("docs/benchmarks.md")
CLAIM = {"claim": "Owls hunt.", "evidence": "Owls hunt at night.", "stance": "completely-support"}
STANCES = "subtasks/subtask3_claim_evidence_stance.jsonl"
GROUNDED = {"task": "bin_grounding", "text_a": "Owls hunt.", "text_b": ["Owls eat."], "text_c": [], "orig_label": 0}
TOKENS = {
    "claim": "Owls hunt mice daily.",
    "claim_tokens": ["Owls", "hunt", "mice", "daily", "."],
    "non_supported_spans": [False, False, False, True, False],
    "label": "partially_supported",
    "evidence": ["A.", "B.", "C.", "Owls hunt mice.", "D.", "E.", "F."],
    "supporting_sentences": [[0], [3, 4]],
    "meta": {"id": "dev7-2"},
}
SQUAD_FILE = {
    "data": [
        {
            "title": "Owl",
            "paragraphs": [
                {"context": "Owls hunt.", "qas": []},
                {
                    "context": "Mice hide at dusk.",
                    "qas": [
                        {
                            "id": "a",
                            "question": "Who hides?",
                            "answers": [{"text": "Mice", "answer_start": 0}, {"text": "Mice", "answer_start": 0}],
                        },
                        {"id": "b", "question": "Who flies?", "answers": []},
                        {"id": "c", "question": "When?", "answers": [{"text": "dawn", "answer_start": 13}]},
                    ],
                },
            ],
        }
    ]
}
BEGIN = 'knowledge\tmessage\tresponse\tbegin_label\nOwls hunt.\tDo they?\tThey "do".\tFully attributable\nonly one\n'

CASES: list[tuple[str, Files, list[dict[str, object]]]] = [
    ("factcheck_gpt", {STANCES: lines(CLAIM)}, [dict(CLAIM)]),
    (
        "begin_wow",
        {"wow/begin_dev_wow.tsv": BEGIN},
        [
            {
                "knowledge": "Owls hunt.",
                "message": "Do they?",
                "response": 'They "do".',
                "begin_label": "Fully attributable",
            }
        ],
    ),
    ("factcg_doc", {"data/training_stage2/CG2C_doc.json": lines(GROUNDED)}, [GROUNDED]),
    (
        "factcg_musique",
        {"data/training_stage1/CG2C_musique_minhop3_rbt_mnli_failed.json": lines(GROUNDED)},
        [GROUNDED],
    ),
    (
        "conversations",
        {
            "mtragun-human/generation_tasks/reference.jsonl": lines(
                {"conversation_id": "1", "contexts": [], "input": [], "targets": []}
            )
        },
        [{"conversation_id": "1", "contexts": [], "input": [], "targets": []}],
    ),
    (
        "ramdocs",
        {"RAMDocs_test.jsonl": lines({"question": "?", "documents": [], "gold_answers": [], "wrong_answers": []})},
        [{"question": "?", "documents": [], "gold_answers": [], "wrong_answers": []}],
    ),
    ("attacks", {"benchmark/text_attack_train.json": '{"Clickbait": ["Click."]}'}, [{"Clickbait": ["Click."]}]),
    (
        "emails",
        {"benchmark/email/train.jsonl": lines({"context": "Hi", "question": "Q", "ideal": "unknown"})},
        [{"context": "Hi", "question": "Q", "ideal": "unknown"}],
    ),
    (
        "wice",
        {"data/entailment_retrieval/claim/dev.jsonl": lines(TOKENS)},
        [{name: TOKENS[name] for name in ("claim", "evidence", "label")}],
    ),
    (
        "wice_partly",
        {"data/non_supported_tokens/train.jsonl": lines(TOKENS)},
        [{name: value for name, value in TOKENS.items() if name != "meta"}],
    ),
    (
        "wice_partial",
        {
            "data/non_supported_tokens/train.jsonl": "",
            "data/non_supported_tokens/dev.jsonl": lines(TOKENS),
            "data/non_supported_tokens/test.jsonl": "",
        },
        [
            {
                "claim": "Owls hunt mice daily.",
                "evidence": ["Owls hunt mice.", "D."],
                "label": "unsupported",
                "binary": True,
                "orig_label": "partially_supported",
                "claim_tokens": ["Owls", "hunt", "mice", "daily", "."],
                "unsupported_tokens": [3],
                "context": ["B.", "C.", "Owls hunt mice.", "D.", "E.", "F."],
                "source": "wice_nonsupported_tokens",
                "group": "dev7",
                "split": "dev",
            }
        ],
    ),
]


@pytest.mark.parametrize(("name", "files", "expected"), CASES, ids=[case[0] for case in CASES])
def test_a_set_is_converted(name: str, files: Files, expected: list[dict[str, object]], tmp_path: Path) -> None:
    outcome, converted = convert(name, tmp_path, files)
    assert not outcome.missing
    assert converted == expected


def test_squad_becomes_articles_and_questions_with_spans(tmp_path: Path) -> None:
    outcome, questions = convert("questions", tmp_path, {"data/dev-v2.0.json": json.dumps(SQUAD_FILE)})
    assert (tmp_path / "data/squad/articles/Owl.txt").read_text() == "Owls hunt.\n\nMice hide at dusk.\n\n"
    assert questions == [
        {
            "id": "a",
            "question": "Who hides?",
            "answerable": True,
            "article": "Owl.txt",
            "paragraph": [12, 30],
            "answers": ["Mice"],
            "spans": [[12, 16]],
        },
        {
            "id": "b",
            "question": "Who flies?",
            "answerable": False,
            "article": "Owl.txt",
            "paragraph": [12, 30],
            "answers": [],
            "spans": [],
        },
    ]
    assert outcome.labels == {"answerable": 1, "unanswerable": 1}
    (skipped,) = outcome.skipped
    assert "'dawn' does not stand at letter 13" in skipped


def test_a_malformed_row_is_named_and_skipped_and_the_rest_goes_on(tmp_path: Path) -> None:
    broken = lines(CLAIM) + "{broken\n[1]\n" + lines({"claim": "No evidence."}, CLAIM)
    outcome, converted = convert("factcheck_gpt", tmp_path, {STANCES: broken})
    assert converted == [CLAIM, CLAIM]
    assert len(outcome.skipped) == 3
    assert outcome.skipped[0].startswith(f"{STANCES}:2: ")
    assert outcome.skipped[1:] == (f"{STANCES}:3 is no object", f"{STANCES}:4: no field 'evidence'")


UNREADABLE: list[tuple[str, Files, str]] = [
    ("ramdocs", {"RAMDocs_test.jsonl": b"version x/git-lfs/spec/v1\noid 1\n"}, "git lfs pull"),
    ("ramdocs", {"RAMDocs_test.jsonl": b"\xff\xfe"}, "RAMDocs_test.jsonl: 'utf-8' codec"),
    ("nq_oracle", {"qa_data/nq-open-oracle.jsonl.gz": b"no gzip"}, "Not a gzipped file"),
    ("breaking_nli", {"breaking_nli_dataset.zip": b"no zip"}, "File is not a zip file"),
    ("policyqa", {"data/dev.json": "{"}, "data/dev.json: "),
    ("selqa", {"ass/selqa-ass-dev.json": "{}"}, "ass/selqa-ass-dev.json is no list"),
]


@pytest.mark.parametrize(("name", "files", "reason"), UNREADABLE)
def test_a_file_that_cannot_be_read_is_named(name: str, files: Files, reason: str, tmp_path: Path) -> None:
    outcome, converted = convert(name, tmp_path, files)
    assert reason in outcome.missing
    assert not outcome.differences
    assert not converted


def test_a_missing_file_is_named_and_an_earlier_result_stays(tmp_path: Path) -> None:
    convert("factcheck_gpt", tmp_path, {STANCES: lines(CLAIM)})
    outcome = convert_set(named("factcheck_gpt"), Source(clone(tmp_path / "empty", {"a": ""})), tmp_path / "data")
    assert outcome.missing == f"no file {STANCES} in {tmp_path / 'empty'}"
    assert rows(tmp_path / "data/faithfulness/factcheck_gpt.jsonl") == [CLAIM]
    assert not list((tmp_path / "data").rglob("*.part"))


@pytest.mark.parametrize("folder", ["owner/name@1a2b3c", "name@1a2b3c", "owner/name", "name"])
def test_a_clone_is_found_under_any_of_its_names(folder: str, tmp_path: Path) -> None:
    (tmp_path / folder).mkdir(parents=True)
    assert find_clone("owner/name@1a2b3c", tmp_path, {}) == tmp_path / folder


@pytest.mark.parametrize("key", ["owner/name", "name", "owls"])
def test_a_given_path_comes_first(key: str, tmp_path: Path) -> None:
    (tmp_path / "name").mkdir()
    assert find_clone("owner/name@1a2b3c", tmp_path, {key: tmp_path / "mine"}, "owls") == tmp_path / "mine"


def test_nothing_is_found_where_nothing_lies(tmp_path: Path) -> None:
    assert find_clone("owner/name@1a2b3c", tmp_path, {}) is None
    assert find_clone("owner/name@1a2b3c", None, {}) is None


def test_the_report_names_rows_licence_skipped_rows_and_differences() -> None:
    text = report(
        [
            SetOutcome(named("wice_partial"), {"unsupported": 2}, ("a:1: bad", "a:2: bad", "a:3: bad", "a:4: bad")),
            SetOutcome(named("ramdocs"), missing="no clone of HanNight/RAMDocs@d44454c"),
        ]
    )
    assert "labelled/check/wice_partial.jsonl  2     4        ODC-BY; text CC BY-SA" in text
    assert "unsupported 2, not 603" in text
    assert "skipped a:3: bad\nwice_partial: skipped 1 more" in text
    assert "ramdocs: no clone of HanNight/RAMDocs@d44454c" in text


def test_the_command_converts_what_is_there(tmp_path: Path) -> None:
    clone(tmp_path / "clones/Factcheck-GPT", {STANCES: lines(CLAIM)})
    command = [sys.executable, "-m", "evals.benchmarks.fetch_data", str(tmp_path / "data")]
    ran = subprocess.run([*command, "--sources", str(tmp_path / "clones")], capture_output=True, text=True, check=True)
    assert "factcheck_gpt" in ran.stdout
    assert f"Missing ({len(LABELLED_SETS) - 1} sets)" in ran.stdout
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_every_set_has_a_name_of_its_own_and_stands_in_the_documentation() -> None:
    names = [one.name for one in LABELLED_SETS]
    assert len(set(names)) == len(names)
    text = DOCUMENT.read_text(encoding="utf-8")
    for one in LABELLED_SETS:
        assert f"`{one.file}`" in text
        assert all(origin in text for origin in one.origins)
