"""Any answer + its contexts -> a score: the share of its sentences that the contexts support."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.answer import NOT_SURE, REFUSAL
from rag.answering.writing.citation_marks import parse_citations
from rag.checking import Verdict, check
from rag.text.sentences import sentences

METRIC_NAME = "sentences supported"
"""Name of the metric in other frameworks."""


@dataclass(frozen=True, slots=True)
class CheckedResponse:
    """Each sentence of an answer with its verdict."""

    sentences: tuple[tuple[str, Verdict], ...]
    """Without citation marks; empty for an answer that claims nothing."""

    @property
    def score(self) -> float:
        """Share of the sentences that are supported; 1 for an answer that claims nothing."""
        supported = [verdict.label == "supported" for _, verdict in self.sentences]
        return sum(supported) / len(supported) if supported else 1.0

    @property
    def reason(self) -> str:
        """A line for each sentence that is not supported; else that all are."""
        failed = [
            f"{verdict.label}, {verdict.reason}: “{sentence}”"
            for sentence, verdict in self.sentences
            if verdict.label != "supported"
        ]
        return "\n".join(failed) or "every sentence is supported"


def check_response(response: str, contexts: str | Sequence[str]) -> CheckedResponse:
    """Check every sentence of an answer that any system gave, against the contexts it was given.

    Args:
        response: the answer; `The articles do not say.` and sentences without words claim nothing.
        contexts: the texts that should say it.
    """
    evidence = [contexts] if isinstance(contexts, str) else list(contexts)
    written = (parse_citations(one).text for one in sentences(response.removeprefix(NOT_SURE)))
    claims = [claim for claim in written if claim != REFUSAL and any(map(str.isalnum, claim))]
    return CheckedResponse(tuple((claim, check(claim, evidence or [""])) for claim in claims))
