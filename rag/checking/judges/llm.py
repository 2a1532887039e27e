"""A language model as a judge: asked by prompts/judge.md, its reply strictly parsed."""

import logging
import re
from typing import Literal, NamedTuple, cast

from rag.checking.judges.base import NO_VERDICT_SCORE, REASON_CONTRADICTED, REASON_UNSUPPORTED, Opinion
from rag.errors import BudgetSpent, ModelError
from rag.llm import Budget, Model
from rag.prompts import Messages, load_prompt

log = logging.getLogger("rag")

JudgementLabel = Literal["supported", "partly", "unsupported", "contradicted"]
JUDGEMENT_TOKENS = 200
"""Longest reply of a judge: a line of reasons and a verdict have about 40."""
NO_VERDICT = "the judge's reply holds no verdict"
_REASONS: dict[JudgementLabel | None, str] = {
    "supported": "",
    "partly": "the judge finds that the article says only a part of it",
    "unsupported": REASON_UNSUPPORTED,
    "contradicted": REASON_CONTRADICTED,
    None: "the judge gave no verdict",
}
_VERDICT = re.compile(r"^[\s*_>#-]*VERDICT:[\s*_]*(supported|partly|unsupported|contradicted)[\s*_.]*$", re.IGNORECASE)


class Judgement(NamedTuple):
    """A model's verdict on a sentence."""

    label: JudgementLabel | None
    """None where the reply holds no verdict, which is not the same as unsupported."""
    reason: str
    """The model's reasons, or why there is no verdict."""


def judge_messages(sentence: str, evidence: str) -> Messages:
    """The messages that ask a model for its verdict."""
    return load_prompt("judge").render(evidence=evidence, sentence=sentence)


def request_judgement(model: Model, budget: Budget, messages: Messages) -> str:
    """The model's whole reply to `judge_messages`.

    Raises:
        ModelError: there is no whole reply.
        BudgetSpent: asking would cost more than the settings allow.
    """
    return "".join(model.stream(messages, budget, JUDGEMENT_TOKENS))


def parse_judgement(reply: str) -> Judgement:
    """The verdict in a reply: only its last line counts, so that quoted text can be none."""
    lines = [line for line in reply.splitlines() if line.strip()]
    verdict = _VERDICT.match(lines[-1]) if lines else None
    if verdict is None:
        return Judgement(None, NO_VERDICT)
    label = cast("JudgementLabel", verdict.group(1).lower())
    return Judgement(label, lines[0].strip() if len(lines) > 1 else "")


class LanguageModelJudge:
    """Asks a language model about each sentence.

    Args:
        model: the model that judges.
        budget: the budget that the requests are charged to.
    """

    def __init__(self, model: Model, budget: Budget) -> None:
        self._model = model
        self._budget = budget

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    def opinion(self, sentence: str, evidence: str) -> Opinion:
        """The model's verdict; a reply that failed or broke off is no verdict on this sentence and affects no other.

        Raises:
            BudgetSpent: asking would cost more than the settings allow.
        """
        try:
            reply = request_judgement(self._model, self._budget, judge_messages(sentence, evidence))
            label = parse_judgement(reply).label
        except BudgetSpent:
            raise
        except ModelError as error:
            log.warning("The judge gave no verdict: %s", error)
            label = None
        score = NO_VERDICT_SCORE if label is None else float(label == "supported")
        return Opinion(score, label == "contradicted", _REASONS[label])
