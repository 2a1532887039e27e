"""Examples that the checker's weights were fitted to -> verdicts with a cross-encoder that had not seen them.

Scores of training examples would make calibration look better than it is, so they are held-out scores: the training
script also trained five networks, each without a fifth of the labelled claims, and kept each one's scores of that fifth
(cross-validation, Stone 1974). The weights over it, a score of numbers, are the shipped ones.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import rag
from rag.checking import Judge, Verdict, check
from rag.checking.judges.shipped import CrossEncoderScore

KEPT_FROM_JUDGE: Mapping[str, float] = {
    "fever_dev_pairs": 1.0,
    "refchecker_nq": 0.34,
    "summedits": 0.34,
    "wice_partial": 0.0,
    "dialfact_sample": 0.0,
    "WiCE": 0.5,
    "FactCheck-GPT": 0.5,
    "BEGIN": 0.5,
    "FactCG": 0.5,
    **dict.fromkeys(
        (
            "fever_symmetric fm2 check_covid cad_nli defacto bump scifact_pairs faithdial_audit q2_wow expertqa_claims"
            " mnli_dev snli_devtest breaking_nli med_monotonicity contract_nli"
        ).split(),
        0.25,
    ),
}
"""Sets that the large network learnt from: the share of each one's groups that was kept from training."""
NAMES_OF_FILES = {"wice": "WiCE", "factcheck_gpt": "FactCheck-GPT", "begin_wow": "BEGIN", "factcg_doc": "FactCG"}
"""Names of sets whose files are called otherwise."""
HELD_OUT_SCORES = Path(rag.__file__).parents[1] / "evals" / "training" / "impressions.json"
"""Written by evals/training/cross_encoder.py; part of the repository, not of the wheel."""


def example_key(sentence: str, evidence: Sequence[str]) -> str:
    """What an example is known by where its text is not kept."""
    return hashlib.sha256("\n".join((sentence, *evidence)).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def held_out_scores() -> Mapping[str, CrossEncoderScore]:
    """Of the examples that the weights were fitted to, by `example_key`: by a cross-encoder that had not seen them.

    Empty outside the repository, where the examples are read by the shipped one."""
    if not HELD_OUT_SCORES.is_file():
        return {}
    rows = json.loads(HELD_OUT_SCORES.read_text(encoding="utf-8"))
    return {key: CrossEncoderScore(logit, unsaid) for key, (logit, unsaid) in rows.items()}


def is_training_example(sentence: str, evidence: Sequence[str]) -> bool:
    """Whether the weights were fitted to an example."""
    return example_key(sentence, evidence) in held_out_scores()


def is_kept_from_judge(source: str, group: str) -> bool:
    """Whether the large network learnt nothing of a group; the same in every run.

    Args:
        source: the set, or its file's name without the suffix; of an unknown set everything is kept.
        group: what its examples share.
    """
    name = NAMES_OF_FILES.get(source, source)
    digest = hashlib.sha256(f"judge {name} {group}".encode()).hexdigest()
    return int(digest[:8], 16) / 16**8 < KEPT_FROM_JUDGE.get(name, 1.0)


def check_held_out(
    sentence: str, evidence: str | Sequence[str], published: date | None = None, judge: Judge | None = None
) -> Verdict:
    """`rag.check`, but with a cross-encoder that did not learn from the example, where that is known.

    Raises:
        CheckError: the sentence has no words, or the judge cannot be used.
        BudgetSpent: the judge is a language model that may not be asked any more.
    """
    texts = (evidence,) if isinstance(evidence, str) else evidence
    score = held_out_scores().get(example_key(sentence, texts))
    return check(sentence, texts, published=published, judge=judge, score=score)
