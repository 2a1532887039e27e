"""Sets of claims with evidence: every layout, by hand, becomes claim, evidence, label, source, group and split."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.evals.benchmarks.origins import Files, chosen, convert, lines, table


def _archive(name: str, content: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


FEEDBACK = {"summary": "", "evidence": " It hunts. ", "explanation": "As it says."}
DEFACTO = {
    "article": "It hunts. It sleeps.",
    "candidate": "An owl hunts.",
    "doc_id": 4,
    "has_error": False,
    "intrinsic_error": False,
    "extrinsic_error": False,
    "feedback": FEEDBACK,
}
WRONG = {
    **DEFACTO,
    "candidate": "Ten owls hunt.",
    "doc_id": 5,
    "has_error": True,
    "intrinsic_error": True,
    "extrinsic_error": True,
    "feedback": {**FEEDBACK, "summary": "One owl hunts."},
}
SUMMARY = {"id": "news7_og", "doc": "D", "original_summary": "Owls hunt. Mice hide.", "edit_types": []}
BUMP = {
    "article_id": 7,
    "article": "D",
    "reference_summary": "Owls hunt . Mice hide .",
    "edited_summary": "Owls sleep . Mice hide .",
    "error_type": "Extrinsic Predicate Error",
    "corrected_error_type": "Intrinsic Predicate Error",
}
COVID = {"id": "0", "claim": "Masks help. ", "cord_id": "c1", "label": "SUPPORT", "evidence_set": [{"sent_index": 1}]}
EXPERT = {
    "question": "What helps?",
    "metadata": {"field": "Law"},
    "answers": {
        "rr_gs_gpt4": {
            "claims": [
                {
                    "claim_string": "Masks help [1].",
                    "evidence": ["[1] page\n\nMasks help a lot."],
                    "support": "Partial",
                    "correctness": "Unsure",
                },
                {"claim_string": "Rest.", "evidence": [], "support": "Missing", "correctness": "Unsure"},
            ]
        }
    },
}
CONTRACT = {
    "labels": {"nda-1": {"hypothesis": "Copies are allowed."}, "nda-2": {"hypothesis": "Copies of drawings burn."}},
    "documents": [
        {
            "id": 3,
            "text": "Head. Copies are fine. Drawings burn. Other. End.",
            "spans": [[0, 5], [6, 22], [23, 37], [38, 44], [45, 49]],
            "annotation_sets": [
                {
                    "annotations": {
                        "nda-1": {"choice": "Entailment", "spans": [1]},
                        "nda-2": {"choice": "NotMentioned", "spans": []},
                    }
                }
            ],
        }
    ],
}
COVID_FILES = {
    f"Check-COVID/{split}/covidCheck_{split}_{kind}.json": ""
    for split in ("train", "dev", "test")
    for kind in ("composed", "extracted")
}
INFERENCE_HEAD = ("sentence1", "sentence2", "gold_label")
NO_PAIRS = {
    f"NLI/{folder}/{split}.tsv": table(INFERENCE_HEAD)
    for folder in ("original", "revised_combined")
    for split in ("train", "dev", "test")
}
Q2_HEAD = "episode_idx,message,response,knowledge\n"
AUDIT = {
    f"data-audit/{model}/{model.lower()}_wow.csv": f"knowledge,history,{model.lower()},begin_label\n"
    for model in ("DoHA", "GPT2")
}
MED_HEAD = ("genre", "sentence1", "sentence2", "gold_label")
CASES: list[tuple[str, Files, list[dict[str, object]]]] = [
    (
        "fever_dev_pairs",
        {
            "RTE-Fever/processed/dev.raw.input0": "Owls ( birds ) hunt .\nOwls ( birds ) hunt .\nIt 's a `` cat '' .\n",
            "RTE-Fever/processed/dev.raw.input1": "Owls hunt.\nOwls sleep.\nCats fly.\n",
            "RTE-Fever/processed/dev.label": "entailment\nnot_entailment\nnot_entailment\n",
        },
        [
            {"claim": "Owls hunt.", "evidence": "Owls (birds) hunt.", "label": "supported", "group": "g0"},
            {"claim": "Owls sleep.", "label": "refuted", "group": "g0", "source": "fever", "split": "dev"},
            {"claim": "Cats fly.", "evidence": 'It\'s a " cat ".', "label": "refuted", "group": "g1"},
        ],
    ),
    (
        "fever_symmetric",
        {
            "symmetric_v0.2/fever_symmetric_dev.jsonl": lines(
                {"claim": "Owls hunt .", "evidence": "Owls -LRB- birds -RRB- hunt .", "gold_label": "SUPPORTS"}
            ),
            "symmetric_v0.2/fever_symmetric_test.jsonl": lines(
                {"claim": "Owls hunt .", "evidence": "Owls sleep .", "gold_label": "REFUTES"}
            ),
        },
        [
            {"claim": "Owls hunt.", "evidence": "Owls (birds) hunt.", "label": "supported", "split": "dev"},
            {"claim": "Owls hunt.", "evidence": "Owls sleep.", "label": "refuted", "group": "g0", "split": "test"},
        ],
    ),
    (
        "scifact_pairs",
        {
            "RTE-scifact/train.tsv": table(
                ("index", "sentence1", "sentence2", "entailment"), ("0", "E.", "C.", "entailment")
            ),
            "RTE-scifact/dev.tsv": table(("index", "sentence1", "sentence2", "entailment")),
        },
        [{"claim": "C.", "evidence": "E.", "label": "supported", "source": "scifact", "group": "g0", "split": "train"}],
    ),
    (
        "fm2",
        {
            "dataset/dev.jsonl": lines(
                {
                    "id": "x",
                    "text": "C.",
                    "gold_evidence": [{"text": "E."}],
                    "label": "REFUTES",
                    "wikipedia_page": "Owl",
                }
            ),
            "dataset/test.jsonl": "",
        },
        [
            {
                "claim": "C.",
                "evidence": ["E."],
                "label": "refuted",
                "source": "fm2",
                "group": "Owl",
                "split": "dev",
                "id": "x",
            }
        ],
    ),
    (
        "cad_nli",
        NO_PAIRS
        | {
            "NLI/original/train.tsv": table(INFERENCE_HEAD, ("A man.", '"A ""man""."', "neutral")),
            "NLI/revised_combined/train.tsv": table(INFERENCE_HEAD, ("A man.", "A dog.", "contradiction")),
        },
        [
            {
                "claim": 'A "man".',
                "evidence": "A man.",
                "label": "unsupported",
                "source": "cad_nli_original",
                "group": "g0",
            },
            {"claim": "A dog.", "label": "refuted", "source": "cad_nli_revised", "group": "g0", "split": "train"},
        ],
    ),
    (
        "mnli_dev",
        {"nli_datasets/mnli/dev.csv": 'premise,hypothesis,label\n"Yes,  it is",It is ,entailment\n'},
        [{"claim": "It is", "evidence": "Yes, it is", "label": "supported", "group": "5a9ae051e330"}],
    ),
    (
        "snli_devtest",
        {
            "dataset/eSNLI/s1.dev": "A man , old . \n",
            "dataset/eSNLI/s2.dev": "A man . \n",
            "dataset/eSNLI/labels.dev": "entailment\n",
            "dataset/eSNLI/s1.test": "A man . \n",
            "dataset/eSNLI/s2.test": "A dog . \n",
            "dataset/eSNLI/labels.test": "contradiction\n",
        },
        [
            {"claim": "A man.", "evidence": "A man, old.", "label": "supported", "source": "snli_dev", "split": "dev"},
            {"claim": "A dog.", "evidence": "A man.", "label": "refuted", "source": "snli_test", "split": "test"},
        ],
    ),
    (
        "breaking_nli",
        {
            "breaking_nli_dataset.zip": _archive(
                "data/dataset.jsonl",
                lines(
                    {
                        "sentence1": "A red car.",
                        "sentence2": "A blue car.",
                        "gold_label": "contradiction",
                        "category": "c",
                    }
                ),
            )
        },
        [
            {
                "claim": "A blue car.",
                "evidence": "A red car.",
                "label": "refuted",
                "source": "breaking_nli",
                "category": "c",
            }
        ],
    ),
    (
        "med_monotonicity",
        {"MED.tsv": table(MED_HEAD, ("g", "No man ran.", 'No "man" ran fast.', "entailment"))},
        [
            {
                "claim": 'No "man" ran fast.',
                "evidence": "No man ran.",
                "label": "supported",
                "source": "med",
                "genre": "g",
            }
        ],
    ),
    (
        "defacto",
        {"data/train.jsonl": lines(DEFACTO), "data/val.jsonl": lines(WRONG), "data/test.jsonl": ""},
        [
            {"claim": "An owl hunts.", "label": "supported", "group": "train4", "evidence_sentence": "It hunts."},
            {"claim": "Ten owls hunt.", "label": "unsupported", "binary": True, "error": "both", "group": "val5"},
            {"claim": "One owl hunts.", "label": "supported", "corrected": True, "group": "val5"},
        ],
    ),
    (
        "summedits",
        {f"data/summedits/summedits_{domain}.json": "[]" for domain in ("podcast", "ectsum", "qmsumm", "scitldr")}
        | {f"data/summedits/summedits_sales_{kind}.json": "[]" for kind in ("call", "email")}
        | {
            "data/summedits/summedits_news.json": json.dumps(
                [
                    {**SUMMARY, "summary": "Owls hunt. Mice hide.", "label": 1},
                    {**SUMMARY, "id": "news7_0", "summary": "Owls hunt. Mice fly.", "label": 0},
                    {**SUMMARY, "id": "news7_1", "summary": "Owls sleep. Mice fly.", "label": 0},
                ]
            )
        },
        [
            {"claim": "Owls hunt.", "label": "supported", "whole_summary": False, "group": "news7"},
            {"claim": "Mice hide.", "label": "supported", "whole_summary": False, "source": "summedits_news"},
            {"claim": "Owls hunt. Mice hide.", "label": "supported", "whole_summary": True},
            {"claim": "Mice fly.", "label": "unsupported", "binary": True, "whole_summary": False},
            {"claim": "Owls sleep. Mice fly.", "label": "unsupported", "whole_summary": True},
        ],
    ),
    (
        "bump",
        {
            "data/task1_dataset.json": json.dumps([BUMP]),
            "data/task2_dataset.json": json.dumps([{**BUMP, "edited_summary": "Owls sleep . Mice fly ."}]),
        },
        [
            {"claim": "Owls hunt.", "label": "supported", "reference_summary_sentence": True, "group": "t1a7"},
            {"claim": "Mice hide.", "label": "supported"},
            {"claim": "Owls sleep.", "label": "refuted", "error": "Intrinsic Predicate Error", "whole_summary": False},
            {"claim": "Owls hunt.", "group": "t2a7"},
            {"claim": "Mice hide.", "group": "t2a7"},
            {"claim": "Owls sleep. Mice fly.", "whole_summary": True, "source": "bump_task2"},
        ],
    ),
    (
        "faithdial_audit",
        AUDIT
        | {
            "data-audit/CTRL/ctrl_processed_cmu.csv": "knowledge,history,ctrl,begin_label\n"
            "Owls hunt.,Hi,They do .,hallucination\nOwls hunt.,Hi,Yes,generic\n",
            "data-audit/gold/wow.csv": "evidence,history,response,BEGIN,VRM\nOwls hunt.,Hi,They hunt.,Entailment,E\n",
        },
        [
            {
                "claim": "They do .",
                "evidence": "Owls hunt.",
                "label": "unsupported",
                "source": "faithdial_audit_ctrl_cmu",
            },
            {"claim": "They hunt.", "label": "supported", "source": "faithdial_audit_gold_wow", "history": "Hi"},
        ],
    ),
    (
        "q2_wow",
        {
            "data/dodeca_consistent.csv": Q2_HEAD + "1,Hi,they hunt .,Owls hunt.\n",
            "third_party/data/dodeca_inconsistent.csv": Q2_HEAD,
            "third_party/data/memnet_consistent.csv": Q2_HEAD,
            "data/memnet_inconsistent.csv": Q2_HEAD + "1,Hi,they fly .,Owls hunt.\n",
        },
        [
            {"claim": "they hunt .", "label": "supported", "binary": True, "source": "q2_wow_dodeca", "history": "Hi"},
            {"claim": "they fly .", "label": "unsupported", "source": "q2_wow_memnet"},
        ],
    ),
    (
        "dialfact_sample",
        {
            "scripts/testsmall.jsonl": lines(
                {
                    "context_id": "1___2",
                    "data_type": "written",
                    "context": ["Hi"],
                    "response": "Owls fly.",
                    "evidence_list": [["Owl", "page", "", "0"], ["Owl", "page", "Owls fly.", "1"]],
                    "response_label": "NOT ENOUGH INFO",
                    "type_label": "factual",
                }
            )
        },
        [{"claim": "Owls fly.", "evidence": ["Owls fly."], "label": "unsupported", "source": "dialfact_written"}],
    ),
    (
        "check_covid",
        COVID_FILES
        | {
            "corpus.json": lines({"cord_id": "c1", "abstract": ["Head.", "Masks help."]}),
            "Check-COVID/dev/covidCheck_dev_extracted.json": lines(COVID, {**COVID, "cord_id": "none"}),
        },
        [{"claim": "Masks help.", "evidence": ["Masks help."], "label": "supported", "group": "c1", "split": "dev"}],
    ),
    (
        "expertqa_claims",
        {f"data/lfqa/{name}.jsonl": "" for name in ("rand_val", "domain_val", "domain_test")}
        | {"data/lfqa/rand_test.jsonl": lines(EXPERT)},
        [{"claim": "Masks help.", "evidence": ["Masks help a lot."], "label": "unsupported", "orig_label": "Partial"}],
    ),
    (
        "contract_nli",
        {"data/dev.json": json.dumps(CONTRACT), "data/test.json": json.dumps({"labels": {}, "documents": []})},
        [
            {"evidence": ["Head.", "Copies are fine.", "Drawings burn."], "gold_evidence": [1], "label": "supported"},
            {"label": "unsupported", "gold_evidence": [], "hypothesis_id": "nda-2", "group": "3", "split": "dev"},
        ],
    ),
]


@pytest.mark.parametrize(("name", "files", "expected"), CASES, ids=[case[0] for case in CASES])
def test_claims_are_converted(name: str, files: Files, expected: list[dict[str, object]], tmp_path: Path) -> None:
    outcome, converted = convert(name, tmp_path, files)
    assert not outcome.missing
    assert chosen(converted, expected) == expected
    assert all({"claim", "evidence", "label", "source", "group", "split"} <= row.keys() for row in converted)


def test_an_abstract_that_is_missing_is_named(tmp_path: Path) -> None:
    files = COVID_FILES | {"corpus.json": "", "Check-COVID/dev/covidCheck_dev_extracted.json": lines(COVID)}
    outcome, converted = convert("check_covid", tmp_path, files)
    assert not converted
    assert outcome.skipped == ("Check-COVID/dev/covidCheck_dev_extracted.json:1: no abstract c1",)


def test_parallel_files_of_different_length_are_refused(tmp_path: Path) -> None:
    folder = "RTE-Fever/processed/dev"
    files = {f"{folder}.raw.input0": "E.\nF.\n", f"{folder}.raw.input1": "C.\n", f"{folder}.label": "entailment\n"}
    outcome, _ = convert("fever_dev_pairs", tmp_path, files)
    assert "differ in their number of lines" in outcome.missing
