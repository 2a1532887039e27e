"""Refusals made by a grammar, and claims of people and models -> rag/answering/writing/refusals.json.

    python -m evals.training.refusals DATA

DATA holds squad/articles, conversations.jsonl and labelled/check. Learnt from: refusals and claims of a grammar,
sentences of half the SQuAD articles, claims of DeFacto and ExpertQA, denials of FoolMeTwice, Check-COVID and BUMP.
Measured on refusals and answers that people wrote (MT-RAG-UN), on what DeFacto's annotators wrote of a text that does
not say something, on claims of FactCheck-GPT and denials of FEVER, together with the exact rules.
"""

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from evals.training.confidence import fit_logistic
from evals.training.synthetic.refusals import sample_denials, sample_refusals
from rag.answering.writing.refusals import CERTAIN, LIKELY, WEIGHTS_FILE, RefusalDetector
from rag.embedding import shipped_embedder
from rag.text.sentences import split

REFUSALS, DENIALS, SENTENCES, CLAIMS = 2500, 1000, 700, 700
"""Samples of the grammar, and most of each other kind."""
RIDGE = 0.1
"""Of .03, .1, .3 and 1, .1 finds most of DeFacto's refusals at LIKELY, .65, and takes no claim for one at CERTAIN."""
MEASURED = 200
"""Most sentences of a set that are measured."""
DENYING = "fm2", "check_covid", "bump"
"""Sets of claims whose denials are learnt from."""
DIGITS = 4
"""Of the weights: more change no probability by .001."""
_DENIAL = re.compile(r"\b(?:not|no|never|nothing|none|nobody)\b|n't\b")
_OF_A_TEXT = re.compile(r"^The (?:source )?(?:text|article|source) (?:does|did)(?:n't| not) \w+")


class Written(NamedTuple):
    """A sentence and the question that it was written for; empty where it was for none."""

    question: str
    sentence: str


def _read(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _claims(data: Path, name: str) -> list[str]:
    return list(dict.fromkeys(row["claim"] for row in _read(data / "labelled" / "check" / f"{name}.jsonl")))


def _sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split(text)]


def claims_to_learn(data: Path) -> list[str]:
    """Sentences that state something."""
    articles = sorted((data / "squad" / "articles").glob("*.txt"))[::2]
    stated = [sentence for file in articles for sentence in _sentences(file.read_text(encoding="utf-8"))]
    people = [*_claims(data, "defacto")[:CLAIMS], *_claims(data, "expertqa_claims")[:CLAIMS]]
    denied = [claim for name in DENYING for claim in filter(_DENIAL.search, _claims(data, name))]
    made = dict.fromkeys(islice(sample_denials(2), DENIALS))
    return [*stated[:: max(1, len(stated) // SENTENCES)], *people, *denied, *made]


def sets_to_measure(data: Path) -> Mapping[str, list[Written]]:
    """Written sentences that nothing was learnt from, by what they are."""
    turns = list(_read(data / "conversations.jsonl"))
    judged = list(_read(data / "labelled" / "check" / "defacto.jsonl"))
    return {
        "refusals, MT-RAG-UN": [one for one in _replies(turns, "UNANSWERABLE") if one.sentence],
        "refusals, DeFacto": [Written("", row["explanation"]) for row in judged if _is_refusal(row)][:MEASURED],
        "answers, MT-RAG-UN": list(_replies(turns, "ANSWERABLE")),
        "claims, FactCheck-GPT": _unasked({row["claim"] for row in _read(data / "faithfulness/factcheck_gpt.jsonl")}),
        "denials, FEVER": _unasked(filter(_DENIAL.search, _claims(data, "fever_dev_pairs"))),
    }


def _replies(turns: Iterable[Mapping[str, Any]], kind: str) -> Iterator[Written]:
    """The last sentence of short replies, which refuses where the question has no answer."""
    for turn in turns:
        sentences = _sentences(turn["targets"][0]["text"]) if turn["answerability"] == [kind] else []
        if 0 < len(sentences) <= 3:
            yield Written(turn["input"][-1]["text"], sentences[-1])


def _is_refusal(row: Mapping[str, Any]) -> bool:
    return bool(_OF_A_TEXT.match(row.get("explanation") or ""))


def _unasked(sentences: Iterable[str]) -> list[Written]:
    return [Written("", sentence) for sentence in sorted(sentences)[:MEASURED]]


def fit_refusals(data: Path) -> dict[str, object]:
    """Intercept and one weight for each number of a sentence's vector, with the counts of what they were fitted to."""
    refusals, claims = list(dict.fromkeys(islice(sample_refusals(1), REFUSALS))), claims_to_learn(data)
    vectors = shipped_embedder().embed_passages([*refusals, *claims]).astype(np.float64)
    refused = np.repeat([True, False], [len(refusals), len(claims)])
    weights = fit_logistic(vectors, refused, RIDGE).round(DIGITS).tolist()
    return {
        "made by": "python -m evals.training.refusals DATA",
        "learnt from": {"refusals": len(refusals), "claims": len(claims)},
        "intercept": weights[0],
        "weights": weights[1:],
    }


def measure_refusals(data: Path) -> dict[str, dict[str, float]]:
    """Shares of each set that are taken for refusals; those of `LIKELY` only where the check failed, too."""
    return {name: _shares(written) for name, written in sets_to_measure(data).items()}


def _shares(written: list[Written]) -> dict[str, float]:
    found = np.array([RefusalDetector(one.question).probability(one.sentence) for one in written])
    certain, likely = (round(float((found >= least).mean()), 3) for least in (CERTAIN, LIKELY))
    return {"sentences": len(written), "certain": certain, "likely": likely}


def main() -> None:
    """Fit the weights, write them beside the code that reads them, and measure both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    content = fit_refusals(data)
    WEIGHTS_FILE.write_text(json.dumps(content), encoding="utf-8")
    measured = measure_refusals(data)
    WEIGHTS_FILE.write_text(_layout({**content, "measured": measured}), encoding="utf-8")
    print(json.dumps(measured, indent=2))


def _layout(content: dict[str, object]) -> str:
    """JSON with the weights on one line."""
    weights = content.pop("weights")
    return json.dumps({**content, "weights": 0}, indent=2).replace('"weights": 0', f'"weights": {weights}') + "\n"


if __name__ == "__main__":
    main()
