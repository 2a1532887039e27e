"""Examples that the shipped cross-encoder learnt from -> verdicts by one that had not seen them.

Nobody can tell how good a network is by asking it about what it was taught. So the script that taught it also taught
five of its kind, each without a fifth of the claims, and kept what each made of those (Stone 1974, cross-validation).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from rag.checking import Verdict
from rag.checking.checker import judged
from rag.checking.cross_encoder import Impression

IMPRESSIONS = Path(__file__).with_name("impressions.json")
"""Written by evals/train/crossing.py."""


def key(sentence: str, evidence: Sequence[str]) -> str:
    """What an example is known by where its text is not kept."""
    return hashlib.sha256("\n".join((sentence, *evidence)).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def impressions() -> Mapping[str, Impression]:
    """Of the examples that the shipped cross-encoder learnt from, by `key`: by one that had not seen them."""
    read = json.loads(IMPRESSIONS.read_text(encoding="utf-8"))
    return {one: Impression(logit, unsaid) for one, (logit, unsaid) in read.items()}


def known(sentence: str, evidence: Sequence[str]) -> bool:
    """Whether the shipped cross-encoder learnt from an example."""
    return key(sentence, evidence) in impressions()


def check_unseen(sentence: str, evidence: Sequence[str], published: date | None = None) -> Verdict:
    """`rag.check`, but with a cross-encoder that did not learn from the example.

    Raises:
        CheckError: the sentence has no words.
    """
    return judged(sentence, evidence, published, impression=impressions().get(key(sentence, evidence)))
