"""Sets of questions: every layout, by hand, becomes question, sentences, gold sentences, answers, group and split."""

import gzip
import json
from pathlib import Path

import pytest

from tests.evals.benchmarks.origins import Files, chosen, convert, lines, table

PASSAGES = {"id": "1", "input": "Who hunts?", "passages": [{"title": "Owl", "text": "Owls hunt."}]}
QED_PASSAGE = "Owls hunt. They eat mice."
QED = {
    "example_id": 12,
    "title_text": "Owl",
    "question_text": "what do owls eat",
    "paragraph_text": QED_PASSAGE,
    "sentence_starts": [0, 11],
    "original_nq_answers": [[{"start": 20, "end": 24, "string": "mice"}]],
    "annotation": {
        "explanation_type": "single_sentence",
        "answer": [{"paragraph_reference": {"start": 20, "end": 24, "string": "mice"}}],
        "selected_sentence": {"start": 11, "end": 25, "string": "They eat mice."},
    },
}
ORACLE = {
    "question": "what do owls eat",
    "answers": ["Mice"],
    "ctxs": [
        {"title": "Cat", "text": "Cats eat fish.", "isgold": False},
        {"title": "Owl", "text": "Owls hunt. They eat mice.", "isgold": True},
    ],
}
CLAIMS = [
    {"triplet": ["Owls", "eat", "mice"], "human_label": "Entailment"},
    {"triplet": ["Owls", "eat", "fish"], "human_label": "Contradiction"},
    {"triplet": ["Owls", "eat", "air"], "human_label": "unlabelled"},
]
SELQA = {
    "question": "What do owls eat?",
    "article": "Owl",
    "section": "Food",
    "candidates": ["Owls hunt.", "They eat mice."],
    "answers": [1],
    "is_paraphrase": True,
}
STORY_HEAD = (
    "question_id,local-or-sum,cor_section,attribute1,attribute2,question,"
    "ex-or-im1,answer1,answer2,answer3,ex-or-im2,answer4,answer5,answer6\n"
)
ARTICLE = "Owls at night. They eat mice. They sleep by day."
ANSWER = {"text": "mice", "answer_start": ARTICLE.index("mice")}
SQUAD_FORM = {
    "title": "owl.com",
    "paragraphs": [
        {
            "context": ARTICLE,
            "qas": [
                {"question": f"What {verb} they eat?", "answers": [ANSWER]} for verb in ("do", "did", "may", "can")
            ],
        }
    ],
}
PUBMED = {
    "QUESTION": "Do owls eat mice?",
    "CONTEXTS": ["Owls hunt. They eat.", "Mice die."],
    "LONG_ANSWER": "They do.",
    "final_decision": "yes",
}
CAST_TURNS = [{"number": 1, "raw_utterance": "What are owls?"}, {"number": 2, "raw_utterance": "Do they fly?"}]
CAST_2022 = [
    {"number": 1, "utterance": "What are owls?", "manual_rewritten_utterance": "What are owls?", "response": "Birds."},
    {"number": 2, "utterance": "Do they fly?", "manual_rewritten_utterance": "Do owls fly?"},
]
NO_TOPICS = {
    "2020/automatic_evaluation_topics_annotated_v1.1.json": "[]",
    "2021/2021_manual_evaluation_topics_v1.0.json": "[]",
}

CASES: list[tuple[str, list[Files], list[dict[str, object]]]] = [
    (
        "clapnq",
        [
            {
                "annotated_data/dev/clapnq_dev_answerable.jsonl": lines({**PASSAGES, "output": [{"answer": "Owls."}]}),
                "annotated_data/dev/clapnq_dev_unanswerable.jsonl": lines({**PASSAGES, "id": "2", "output": []}),
            }
        ],
        [
            {"id": "1", "question": "Who hunts?", "answerable": True, "output": [{"answer": "Owls."}]},
            {"id": "2", "answerable": False, "passages": PASSAGES["passages"], "output": []},
        ],
    ),
    (
        "clapnq_train_answers",
        [
            {
                "retrieval/train/question_train_answerable.tsv": table(
                    ("id", "question", "doc-id-list", "answers"),
                    ("7", "what do owls eat", "55_1-9,55_9-12", '"Owls hunt . They eat ""mice"" .::They eat rats ."'),
                )
            }
        ],
        [
            {
                "sentences": ["Owls hunt.", 'They eat "mice".', "They eat rats."],
                "gold_sentences": [0, 1, 2],
                "answers": ['Owls hunt. They eat "mice".', "They eat rats."],
                "no_passage": True,
                "group": "55",
                "split": "train",
            }
        ],
    ),
    (
        "qed_dev",
        [{"qed-dev.jsonlines": lines(QED, {**QED, "example_id": 13, "annotation": {"explanation_type": "none"}})}],
        [
            {
                "id": "12",
                "sentences": ["Owls hunt.", "They eat mice."],
                "gold_sentences": [1],
                "answer_sentences": [1],
                "answers": ["mice"],
                "answerable": True,
                "group": "Owl",
            },
            {"id": "13", "gold_sentences": [], "answer_sentences": [1], "answerable": None, "explanation_type": "none"},
        ],
    ),
    (
        "nq_oracle",
        [{"qa_data/nq-open-oracle.jsonl.gz": gzip.compress(lines(ORACLE).encode())}],
        [
            {
                "sentences": ["Owls hunt.", "They eat mice."],
                "gold_sentences": [1],
                "gold_source": "string",
                "answers": ["Mice"],
                "group": "Owl",
            }
        ],
    ),
    (
        "refchecker_nq",
        [
            {
                "benchmark/human_annotations_v1/zero_context/nq_llama_answers.json": json.dumps(
                    [
                        {"id": "12", "response": "Mice.", "claude2_response_kg": CLAIMS},
                        {"id": "99", "response": "Mice.", "claude2_response_kg": CLAIMS},
                    ]
                )
            },
            {"qed-dev.jsonlines": lines(QED)},
        ],
        [
            {
                "claim": "Owls eat mice.",
                "evidence": ["Owls hunt.", "They eat mice."],
                "label": "supported",
                "source": "refchecker_nq_llama",
                "group": "Owl",
            },
            {"claim": "Owls eat fish.", "label": "refuted", "nq_id": "12", "evidence_link": "nq_id"},
        ],
    ),
    (
        "selqa",
        [{"ass/selqa-ass-dev.json": json.dumps([SELQA]), "ass/selqa-ass-test.json": "[]"}],
        [
            {
                "sentences": SELQA["candidates"],
                "gold_sentences": [1],
                "answers": ["They eat mice."],
                "group": "Owl",
                "split": "dev",
                "is_paraphrase": True,
            }
        ],
    ),
    (
        "fairytaleqa",
        [
            {
                f"data-by-train-split/questions/{part}/{part}-tale-questions.csv": STORY_HEAD
                + '1,local,"1, 2",action,,Who ate?,explicit,the old owl,,,,,,\n'
                + "2,summary,2,feeling,,Why?,implicit,hunger,,,,fear,,\n"
                for part in ("train", "val", "test")
            }
            | {
                f"data-by-train-split/section-stories/{part}/{part}-tale-story.csv": "section,text\n"
                '1,"Once it was.\nThe old owl ate."\n2,It slept.\n'
                for part in ("train", "val", "test")
            }
        ],
        [
            {
                "sentences": ["Once it was.", "The old owl ate.", "It slept."],
                "gold_sentences": [1],
                "gold_source": "string",
                "sections": ["1", "2"],
                "group": "train-tale",
                "split": "train",
            },
            {"sentences": ["It slept."], "gold_sentences": [], "gold_source": None, "answers": ["hunger", "fear"]},
            {"group": "val-tale", "split": "val"},
            {"group": "val-tale", "answer_type": "implicit"},
            {"group": "test-tale", "split": "test"},
            {"group": "test-tale", "local_or_sum": "summary"},
        ],
    ),
    (
        "covid_qa",
        [
            {
                "data/question-answering/200421_covidQA.json": json.dumps({"data": [SQUAD_FORM]}),
                "data/question-answering/200423_covidQA.json": json.dumps({"data": [SQUAD_FORM]}),
            }
        ],
        [
            {
                "question": f"What {verb} they eat?",
                "sentences": ["Owls at night.", "They eat mice.", "They sleep by day."],
                "gold_sentences": [1],
                "answers": ["mice"],
                "window": [0, 3],
            }
            for verb in ("do", "did", "may", "can")
        ],
    ),
    (
        "pubmedqa",
        [
            {
                "data/ori_pqal.json": json.dumps({"11": PUBMED, "12": PUBMED}),
                "data/test_ground_truth.json": json.dumps({"12": "yes"}),
            }
        ],
        [
            {"sentences": ["Owls hunt.", "They eat.", "Mice die."], "answers": ["yes"], "split": "train"},
            {"group": "12", "split": "test", "long_answer": "They do.", "gold_sentences": []},
        ],
    ),
    (
        "policyqa",
        [{"data/dev.json": json.dumps({"data": []}), "data/test.json": json.dumps({"data": [SQUAD_FORM]})}],
        [
            {"question": "What do they eat?", "gold_sentences": [1], "group": "owl.com", "split": "test"},
            {"question": "What did they eat?", "answers": ["mice"]},
            {"question": "What may they eat?", "source": "policyqa"},
        ],
    ),
    (
        "canard_dev",
        [
            {
                "data/release/dev.json": json.dumps(
                    [
                        {
                            "History": ["Owl", "Food", "What do owls eat?", "Mice."],
                            "Question": "When?",
                            "Rewrite": "When do owls eat mice?",
                            "QuAC_dialog_id": "C_1",
                        }
                    ]
                )
            }
        ],
        [
            {
                "history": ["What do owls eat?", "Mice."],
                "context_title": "Owl",
                "context_section": "Food",
                "question": "When?",
                "rewritten": "When do owls eat mice?",
                "group": "C_1",
            }
        ],
    ),
    (
        "trec_cast",
        [
            NO_TOPICS
            | {
                "2019/data/evaluation/evaluation_topics_v1.0.json": json.dumps([{"number": 31, "turn": CAST_TURNS}]),
                "2019/data/evaluation/evaluation_topics_annotated_resolved_v1.0.tsv": table(("31_2", "Do owls fly?")),
                "2022/2022_evaluation_topics_flattened_duplicated_v1.0.json": json.dumps(
                    [{"number": 132, "turn": CAST_2022}] * 2
                ),
            }
        ],
        [
            {
                "history": ["What are owls?"],
                "rewritten": "Do owls fly?",
                "group": "2019_31",
                "source": "trec_cast_2019",
            },
            {"history": [], "question": "What are owls?", "group": "2022_132"},
            {"history": ["What are owls?", "Birds."], "question": "Do they fly?", "rewritten": "Do owls fly?"},
        ],
    ),
]


@pytest.mark.parametrize(("name", "origins", "expected"), CASES, ids=[case[0] for case in CASES])
def test_questions_are_converted(
    name: str, origins: list[Files], expected: list[dict[str, object]], tmp_path: Path
) -> None:
    outcome, converted = convert(name, tmp_path, *origins)
    assert not outcome.missing
    assert chosen(converted, expected) == expected


SKIPPED: list[tuple[str, list[Files], str]] = [
    (
        "nq_oracle",
        [{"qa_data/nq-open-oracle.jsonl.gz": gzip.compress(lines({**ORACLE, "ctxs": []}, ORACLE).encode())}],
        "qa_data/nq-open-oracle.jsonl.gz:1: no gold passage",
    ),
    (
        "selqa",
        [{"ass/selqa-ass-dev.json": json.dumps([7, SELQA]), "ass/selqa-ass-test.json": "[]"}],
        "ass/selqa-ass-dev.json[0]",
    ),
    (
        "canard_dev",
        [{"data/release/dev.json": json.dumps([{"History": ["Owl"]}])}],
        "data/release/dev.json[0]: the history lacks title and section",
    ),
]


@pytest.mark.parametrize(("name", "origins", "reason"), SKIPPED, ids=[case[0] for case in SKIPPED])
def test_a_row_that_cannot_be_converted_is_named(name: str, origins: list[Files], reason: str, tmp_path: Path) -> None:
    outcome, converted = convert(name, tmp_path, *origins)
    assert not outcome.missing
    assert len(outcome.skipped) == 1
    assert outcome.skipped[0].startswith(reason)
    assert len(converted) == (name != "canard_dev")
