"""What a user typed -> the questions in it: two questions in one are two, a pasted text before a question is none."""

import re
from dataclasses import replace

from rag.answering.answer import Answer
from rag.text.language import ANOTHER, foreign_language
from rag.text.sentences import sentences
from rag.text.words import STOP_WORDS, content, words

PASTED = "The text before the question was not read: answers come from the articles only."
FOREIGN = "The question looks like {language}. Questions are understood in English only: ask it in English."
PASTED_CHARS, PASTED_SENTENCES = 250, 3
"""Length from which on what stands before a question is a pasted text, not an explanation of it."""
MOST_PARTS = 3
"""Questions that are answered one by one; more are asked as one."""
LEAST_TOPIC = 1
"""Content words of each of two questions in one: "who won, and when?" is one."""
_ASKS = r"(?:who|whom|whose|what|which|when|where|why|how)\b"
_OPENS = re.compile(
    rf"\W*(?:and |but |so |then |also )?(?:in |on |at |to |from |for |by |with )?{_ASKS}", re.IGNORECASE
)
_JOIN = re.compile(
    rf"(?<!\s)\s*(?:[,;]\s*)?\b(?:and|also|and also|but)\s+(?=(?:in |on |at |to |from |for |by )?{_ASKS})",
    re.IGNORECASE,
)
_ENCLOSED = re.compile(
    r"\b(?:know|say|said|tell|told|explain|describe|between|both|about|ask|asked|understand)\b", re.IGNORECASE
)
"""Words after which a clause that opens like a question is none: "what was said about who came and why it failed?"."""


def last_question(text: str) -> str:
    """The question at the end of a pasted text; the whole text where nothing was pasted, or no question ends it."""
    if len(text) < PASTED_CHARS:
        return text
    parts = sentences(text)
    asked = len(parts)
    while asked and (parts[asked - 1].endswith("?") or (asked == len(parts) and _OPENS.match(parts[asked - 1]))):
        asked -= 1
    pasted = parts[:asked]
    if asked == len(parts) or len(pasted) < PASTED_SENTENCES or len(" ".join(pasted)) < PASTED_CHARS:
        return text
    return " ".join(parts[max(asked, len(parts) - MOST_PARTS) :])


def split_question(text: str) -> tuple[str, ...]:
    """The questions of a text that asks two or three, in order; the text itself where it asks one.

    "Who is the president and how many troops does KFOR have?" is two. Of 2,917 SQuAD 2.0 questions none is split.
    """
    marked = [part.strip() for part in re.split(r"(?<=\?)\s+", text.strip()) if part.strip()]
    if len(marked) > 1 and all(part.endswith("?") and _asks(part) for part in marked):
        return tuple(marked) if len(marked) <= MOST_PARTS else (text,)
    joined = _JOIN.split(text.strip())
    if 1 < len(joined) <= MOST_PARTS and all(map(_asks, joined)) and not _ENCLOSED.search(" ".join(joined[:-1])):
        return tuple(f"{part.strip(' ,;?')[:1].upper()}{part.strip(' ,;?')[1:]}?" for part in joined)
    return (text,)


def _asks(part: str) -> bool:
    """Whether a part is a whole question: it opens like one, has a topic, and more than a question word and a noun."""
    verb = any(word.folded in STOP_WORDS for word in words(part)[1:]) or len(content(part)) > 1
    return _OPENS.match(part) is not None and len(content(part)) >= LEAST_TOPIC and len(words(part)) > 2 and verb


def restore_question(answer: Answer, question: str, asked: str) -> Answer:
    """The answer to the question as it was typed, with what the user must know of how it was understood.

    Args:
        answer: to what was asked.
        question: as typed.
        asked: the part of it that was asked.
    """
    if asked != question:
        searched = answer.searched or asked
        answer = replace(answer, question=question, searched=searched, notice=f"{PASTED} {answer.notice}".strip())
    language = "" if answer.form != "answer" or (answer.sure and answer.sentences) else foreign_language(asked)
    if not language:
        return answer
    notice = FOREIGN.format(language="another language than English" if language == ANOTHER else language)
    if answer.status == "abstained":
        return replace(answer, text=notice, remark=notice)
    return replace(answer, notice=f"{notice} {answer.notice}".strip())
