"""Written sentence + question -> does it answer? The reader reads it as it reads the articles."""

import re
from collections.abc import Sequence

from rag.answering.quoting.quote import LEANS_BACK
from rag.reading import PassageText, Reader
from rag.text.words import stems, words

SENTENCE_WORDS = 3
"""Least words of a whole sentence: "Kosovo is independent." """
LEAST_LOGIT = -2.5
"""The reader's least logit of an answer for a sentence alone: it keeps .95 of 166 sentences that answer a question over
news, and .14 of 278 drawn at random; what is lost is replaced by quotes. Of twelve later sentences of a small model's
answers about the seeds it drops two, which answer something else."""
LEAST_SURE_LOGIT = 0.5
"""The reader's least logit of an answer for a true sentence that rests on no quote that answers for sure: of 73 written
by two small models 13 of the 20 below it answer something else."""
LONG, LEAST_DISTINCT = 30, 0.5
"""Words from which a sentence is long, and the least share of them that may be distinct: small models go round in
circles; of the 18 long sentences of the seeds the least is .74."""
_ABOUT = re.compile(
    r"^(?:(?:the|this|these) (?:article|passage|text|sentence|question)s? "
    r"(?:[\"“]|(?:also )?(?:is|are|was|were) about\b"
    r"|(?:also )?(?:discuss|describe|focus|cover|deal with|talk about|concern)(?:e?s|ed|d)?\b)"
    r"|it (?:also )?(?:discusses|mentions|highlights)\b)",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(
    r"^(?:.*[,;] )?(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|must)\b",
    re.IGNORECASE,
)


class RelevanceFilter:
    """Tells sentences that answer a question from those that state something else, or nothing.

    Args:
        question: that they should answer.
        reader: of the articles; None to go by words alone.
    """

    def __init__(self, question: str, reader: Reader | None) -> None:
        self._question = question
        self._reader = reader
        self._logits: dict[str, float] = {}

    def admits(self, text: str, before: Sequence[str] = ()) -> bool:
        """Whether a sentence may be part of the answer.

        Once one sentence answers, what opens with a pronoun may add to it; one without content never may.

        Args:
            text: the sentence.
            before: sentences that are part of it already.
        """
        if not answers_question(text, self._question) or _goes_round(text):
            return False
        goes_on = bool(before) and LEANS_BACK.match(text) is not None
        return goes_on or self._reaches(text, LEAST_LOGIT)

    def is_sure(self, text: str) -> bool:
        """Whether the reader takes a sentence for an answer by itself; always without a reader."""
        return self._reaches(text, LEAST_SURE_LOGIT)

    def _reaches(self, text: str, logit: float) -> bool:
        if self._reader is None:
            return True
        if text not in self._logits:
            (reading,) = self._reader.read(self._question, [PassageText("", None, (text,))])
            self._logits[text] = reading.sentences[0].logit
        return self._logits[text] >= logit


def answers_question(text: str, question: str) -> bool:
    """Whether a sentence adds anything to its question; to a yes-or-no question, a repetition is an answer.

    Small models repeat the question as a statement, or write what the articles are about: true, and no answer. A bare
    "1816." or "45-year-old" cannot be checked: its being in a sentence does not make it the answer.
    """
    if _ABOUT.match(text) or is_fragment(text):
        return False
    return bool(_YES_OR_NO.match(question)) or not stems(text) <= stems(question)


def is_fragment(text: str) -> bool:
    """Whether a text has too few words for a sentence, however they are cut: "45-year-old", "1816."."""
    return min(len(words(text)), len(text.split())) < SENTENCE_WORDS


def _goes_round(text: str) -> bool:
    """Whether a long sentence says the same over and over."""
    folded = [word.folded for word in words(text)]
    return len(folded) >= LONG and len(set(folded)) < LEAST_DISTINCT * len(folded)
