"""Case + answer text -> answer scores: is the right thing said, and nothing that must not be?"""

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
FORBIDDEN = Metric("forbidden", "answer", "share of wrong answers named by the case that were said", False)
METRICS = (VITAL, NUGGETS, CONTAINS, F1, EXACT, FORBIDDEN)
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = re.compile(r"[^\w\s]")


def measure(case: Case, answer: Answer) -> Measurement:
    """What of the expected is said; exact match and F1 after SQuAD's normalisation, the best over the gold answers."""
    said = [sentence.text for sentence in answer.sentences]
    text = "\n".join(said)
    if answer.status == "abstained":
        return Measurement(tuple(not_applicable(metric, "refused, which is behaviour") for metric in METRICS))
    scores = (
        *_of_nuggets(case, text),
        *_of_gold(case, text),
        _forbidden(case, text),
    )
    # Wrongly refusing, answering or obeying is a fault of behaviour; counted here too, it would have two addresses.
    due = case.expect == "answered"
    missing = [nugget for nugget in case.answer_nuggets if nugget.vital and due and not nugget.stated_in(text)]
    faults = [f"does not say {nugget.name!r}" for nugget in missing]
    return Measurement(scores, (*faults, *(f"says {words!r}, which it must not" for words in _said(case, text))))


def _of_nuggets(case: Case, text: str) -> tuple[Score, Score]:
    return _told(VITAL, [one for one in case.answer_nuggets if one.vital], text), _told(
        NUGGETS, case.answer_nuggets, text
    )


def _told(metric: Metric, nuggets: Sequence[Nugget], text: str) -> Score:
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
    if not _bound(case):
        return not_applicable(FORBIDDEN, "nothing is forbidden where an answer is due")
    return number(FORBIDDEN, len(_said(case, text)) / len(case.must_not))


def _said(case: Case, text: str) -> tuple[str, ...]:
    return tuple(words for words in case.must_not if _bound(case) and contains_wording(text, words))


def _bound(case: Case) -> bool:
    return bool(case.must_not) and case.expect == "answered" and case.kind != "injection"


def normalise_answer(text: str) -> str:
    """SQuAD's normal form: lower case, no accents, punctuation or articles, single spaces."""
    return " ".join(_ARTICLES.sub(" ", _PUNCTUATION.sub(" ", fold(text))).split())


def token_f1(text: str, gold: str) -> float:
    """Harmonic mean of token precision and recall, as SQuAD's script has it; 1 when both are empty."""
    told, wanted = normalise_answer(text).split(), normalise_answer(gold).split()
    if not told or not wanted:
        return float(told == wanted)
    shared = sum((Counter(told) & Counter(wanted)).values())
    return 2 * shared / (len(told) + len(wanted))
