"""A language model -> a judge: asked by prompts/judge.md, and its reply strictly read."""

import logging
import re
from typing import Literal, NamedTuple, cast

from rag.checking.judges.base import OTHERWISE, UNSAID, UNTOLD, Opinion
from rag.errors import BudgetSpent, ModelError
from rag.llm import Bill, Model
from rag.prompts import load

log = logging.getLogger("rag")

Word = Literal["supported", "partly", "unsupported", "contradicted"]
TOKENS = 200
"""Longest reply of a judge: a line of reasons and a verdict have about 40."""
_REASONS: dict[Word | None, str] = {
    "supported": "",
    "partly": "the judge finds that the article says only a part of it",
    "unsupported": UNSAID,
    "contradicted": OTHERWISE,
    None: "the judge gave no verdict",
}
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL)
NO_VERDICT = "the judge's reply holds no verdict"
_VERDICT = re.compile(r"^[\s*_>#-]*VERDICT:[\s*_]*(supported|partly|unsupported|contradicted)[\s*_.]*$", re.IGNORECASE)


class Reply(NamedTuple):
    """What a model replied; no word where it gave no verdict, which is not the same as no."""

    word: Word | None
    why: str
    """Its reasons, or why there is no verdict."""


def read(reply: str) -> Reply:
    """The verdict in a reply: its last line and nothing else, so that neither quoted text nor a thought can vote."""
    lines = [line for line in _THOUGHT.sub("", reply).splitlines() if line.strip()]
    found = _VERDICT.match(lines[-1]) if lines else None
    if found is None:
        return Reply(None, NO_VERDICT)
    return Reply(cast("Word", found.group(1).lower()), lines[0].strip() if len(lines) > 1 else "")


class AskingJudge:
    """Asks a language model for each sentence.

    Args:
        model: who judges.
        bill: who pays.
    """

    def __init__(self, model: Model, bill: Bill) -> None:
        self._model = model
        self._bill = bill

    @property
    def name(self) -> str:
        """The model's."""
        return self._model.name

    def opinion(self, sentence: str, evidence: str) -> Opinion:
        """What the model says; no verdict where there is no whole reply, which costs this sentence and no other.

        Raises:
            BudgetSpent: asking would cost more than the settings allow.
        """
        messages = load("judge").render(evidence=evidence, sentence=sentence)
        try:
            word = read("".join(self._model.stream(messages, self._bill, TOKENS))).word
        except BudgetSpent:
            raise
        except ModelError as error:
            log.warning("The judge gave no verdict: %s", error)
            word = None
        score = UNTOLD if word is None else float(word == "supported")
        return Opinion(score, word == "contradicted", _REASONS[word])
