"""Request that leans on earlier turns -> the same in full: "which of them mention him" names whom it means."""

import re
from collections.abc import Sequence

from rag.answering.answer import Turn
from rag.answering.readings import read_follow_up
from rag.exploring.mention_wordings import asks_which_mention

MOST_WORDS = 3
"""Words of an earlier question that "it" may stand for; no passage has all words of a longer one."""
_PRONOUN = re.compile(r"\b(?:him|her|it|this|that)(?=\W*\Z)", re.IGNORECASE)
_CARRIED = re.compile(r".*\((?P<words>[^()]*)\)")
"""A reading with words of earlier questions, as `complete_question` makes it."""


def name_topic(question: str, history: Sequence[Turn]) -> str:
    """A question for the articles that mention him, her or it, with what that means; any other as it is.

    Args:
        question: as the user asks it.
        history: earlier turns, oldest first.
    """
    pronoun = _PRONOUN.search(question)
    if not pronoun or not asks_which_mention(question):
        return question
    reading = next(iter(read_follow_up(question, history).readings), question)
    carried = _CARRIED.fullmatch(reading)
    if not carried:
        return reading
    words = carried["words"]
    return (
        question[: pronoun.start()] + words + question[pronoun.end() :]
        if len(words.split()) <= MOST_WORDS
        else question
    )
