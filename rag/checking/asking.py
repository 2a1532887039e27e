"""A language model -> a judge: asked by prompts/judge.md, and its reply strictly read."""

import re
from typing import Literal, NamedTuple, cast

from rag.checking.judge import Opinion
from rag.models import Bill, Model
from rag.prompts import load

Word = Literal["supported", "partly", "unsupported", "contradicted"]
TOKENS = 200
"""Longest reply of a judge: a line of reasons and a verdict have about 40."""
UNTOLD = 0.5
"""Score of a reply without a verdict: neither threshold of the checker lets it through, so it is unsure."""
NO_VERDICT = "the judge's reply holds no verdict"
_VERDICT = re.compile(r"^[\s*_>#-]*VERDICT:[\s*_]*(supported|partly|unsupported|contradicted)[\s*_.]*$", re.IGNORECASE)


class Reply(NamedTuple):
    """What a model replied; no word where it gave no verdict, which is not the same as no."""

    word: Word | None
    why: str
    """Its reasons, or why there is no verdict."""


def read(reply: str) -> Reply:
    """The verdict in a reply: its last line that is a verdict and nothing else, so that quoted text cannot vote."""
    lines = [line for line in reply.splitlines() if line.strip()]
    found = next((match for line in reversed(lines) if (match := _VERDICT.match(line))), None)
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
        """What the model says; half in half when its reply holds no verdict.

        Raises:
            ModelError: there is no whole reply.
        """
        messages = load("judge").render(evidence=evidence, sentence=sentence)
        told = read("".join(self._model.stream(messages, self._bill, TOKENS)))
        score = UNTOLD if told.word is None else float(told.word == "supported")
        return Opinion(score, told.word == "contradicted", told.why)
