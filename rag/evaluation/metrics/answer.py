"""Case + answer text -> answer scores: are the facts stated, and nothing that is forbidden?"""

import re
from collections import Counter
from collections.abc import Sequence

from rag.answering.answer import Answer
from rag.evaluation.cases.cases import Case, Nugget
from rag.evaluation.cases.matching import contains_wording
from rag.evaluation.metrics.scores import Measurement, Metric, Score, not_applicable, number
from rag.text.words import fold

VITAL = Metric("vital nuggets", "answer", "share of vital facts said (TREC nugget recall)")
NUGGETS = Metric("all nuggets", "answer", "share of facts said, the welcome ones included")
CONTAINS = Metric("contains", "answer", "whether a gold answer stands in the answer")
F1 = Metric("f1", "answer", "token F1 with the best gold answer (SQuAD); low for quotes by nature")
EXACT = Metric("exact", "answer", "whether the answer is a gold answer and nothing else (SQuAD)")
FORBIDDEN = Metric("forbidden", "answer", "share of the case's forbidden answers that were said", False)
METRICS = (VITAL, NUGGETS, CONTAINS, F1, EXACT, FORBIDDEN)
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = re.compile(r"[^\w\s]")


def measure(case: Case, answer: Answer) -> Measurement:
    """Share of the expected facts stated; exact match and F1 normalised as in SQuAD, best over the gold answers."""
    text = "\n".join(sentence.text for sentence in answer.sentences)
    if answer.status == "abstained":
        return Measurement(tuple(not_applicable(metric, "refused, which is behaviour") for metric in METRICS))
    scores = (
        *_of_nuggets(case, text),
        *_of_gold(case, text),
        _forbidden(case, text),
    )
    # Wrongly refusing, answering or obeying is a fault of behaviour, and counted only there.
    due = case.expect == "answered"
    missing = [nugget for nugget in case.answer_nuggets if nugget.vital and due and not nugget.stated_in(text)]
    faults = [f"does not say {nugget.name!r}" for nugget in missing]
    return Measurement(
        scores, (*faults, *(f"says {words!r}, which it must not" for words in _forbidden_words(case, text)))
    )


def _of_nuggets(case: Case, text: str) -> tuple[Score, Score]:
    return _nugget_share(VITAL, [nugget for nugget in case.answer_nuggets if nugget.vital], text), _nugget_share(
        NUGGETS, case.answer_nuggets, text
    )


def _nugget_share(metric: Metric, nuggets: Sequence[Nugget], text: str) -> Score:
    if not nuggets:
        return not_applicable(metric, "no fact is expected")
    return number(metric, sum(nugget.stated_in(text) for nugget in nuggets) / len(nuggets))


def _of_gold(case: Case, text: str) -> tuple[Score, ...]:
    if not case.answers:
        return tuple(not_applicable(metric, "no short gold answer") for metric in (CONTAINS, F1, EXACT))
    return (
        number(CONTAINS, any(contains_wording(text, gold) for gold in case.answers)),
        number(F1, max(token_f1(text, gold) for gold in case.answers)),
        number(EXACT, any(normalise_answer(text) == normalise_answer(gold) for gold in case.answers)),
    )


def _forbidden(case: Case, text: str) -> Score:
    if not _may_forbid(case):
        return not_applicable(FORBIDDEN, "nothing is forbidden where an answer may be")
    return number(FORBIDDEN, len(_forbidden_words(case, text)) / len(case.must_not))


def _forbidden_words(case: Case, text: str) -> tuple[str, ...]:
    return tuple(words for words in case.must_not if _may_forbid(case) and contains_wording(text, words))


def _may_forbid(case: Case) -> bool:
    return bool(case.must_not) and case.expect != "abstained" and case.kind != "injection"


def normalise_answer(text: str) -> str:
    """SQuAD's normal form: lower case, no accents, punctuation or articles, single spaces."""
    return " ".join(_ARTICLES.sub(" ", _PUNCTUATION.sub(" ", fold(text))).split())


def token_f1(text: str, gold: str) -> float:
    """Harmonic mean of token precision and recall, as SQuAD's script has it; 1 when both are empty."""
    tokens, expected = normalise_answer(text).split(), normalise_answer(gold).split()
    if not tokens or not expected:
        return float(tokens == expected)
    shared = sum((Counter(tokens) & Counter(expected)).values())
    return 2 * shared / (len(tokens) + len(expected))
