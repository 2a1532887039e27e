"""History + follow-up -> a question that can be understood alone: condensed by a model, or completed by known terms."""

import re
from collections.abc import Iterator, Sequence

from rag.answering.answer import Turn
from rag.errors import ModelError
from rag.llm import Budget, Model
from rag.prompts import load_prompt
from rag.text.english import word_set
from rag.text.words import Word, content, stem, stems, words

TURNS = 3
"""Earlier turns looked at: on 187 follow-ups of MT-RAG-UN one, two, three find a context among ten passages .979, .984,
.984 of times (evals/benchmarks/conversations.py); without them it is .941."""
TOPICAL = 3
"""Topical words up to which a question without a name counts as leaning on the turn before: hit@5 .968 with 0, 1 and 2,
.973 with 3."""
CARRIED = 8
"""Words carried over: hit@5 .963 with 4, .968 with 8 and 12."""
ANSWER_CHARS = 400
"""Characters of an earlier answer that a model sees."""
CONDENSED_TOKENS = 100
LONGEST = 400
"""Characters of a rewritten question; a longer one is an answer."""
STRANGE = 0.34
"""Share of a rewritten question's content words that may stand nowhere in the conversation; more is invented."""

_POINTING = frozenset(
    """it its itself they them their theirs he him his she her hers this that these those there here then so one ones
    such same former latter else another other others more also too similar different instead""".split()
)
_OPENING = re.compile(
    r"^\W*(?:and|but|so|or|also|then|(?:what|how) about|what else|why|yes|no|ok(?:ay)?|(?:i|you) mean\w*)\b",
    re.IGNORECASE,
)
_FILLER = frozenset(map(stem, word_set("uninformative_in_followups")))
_NAME = re.compile(r"(?<![.!?:] )(?<!^)\b[A-ZÀ-Þ][\w’'-]+")


def condense_question(question: str, history: Sequence[Turn], model: Model, budget: Budget) -> str:
    """The question as a model rewrites it, to be understood alone; the question itself where nothing came before.

    A rewriting that invents words, loses a word of the follow-up, or adds none to one that depends on earlier turns
    is replaced by that of `complete_question`. Where SmolLM2's were merely checked for inventions and lost names, they
    found a context among five passages .860 of times, the questions as they stand .940, completed 1.000 (the first 50
    follow-ups of evals/benchmarks/conversations.py).

    Args:
        question: the follow-up.
        history: earlier turns, oldest first.
        model: rewrites the question.
        budget: pays for the requests.

    Raises:
        ModelError: the model does not answer.
    """
    if not history:
        return question
    told = "\n".join(f"Question: {turn.question}\nAnswer: {_line(turn.answer)}" for turn in history[-TURNS:])
    messages = load_prompt("condense").render(turns=told, question=question)
    reply = _said(model.stream(messages, budget, CONDENSED_TOKENS)).strip()
    rewritten = " ".join((reply.splitlines() or [""])[0].strip("\"'“” ").split())
    return rewritten if _faithful(rewritten, question, told) else complete_question(question, history)


def _said(pieces: Iterator[str]) -> str:
    """What was said, also when it was not said to its end: a question that goes on for too long is judged as such."""
    told = ""
    try:
        for piece in pieces:
            told += piece
    except ModelError:
        if not told:
            raise
    return told


def complete_question(question: str, history: Sequence[Turn]) -> str:
    """The question with the terms it leans on in brackets: "How does it work? (unemployment insurance)".

    A question that neither points back nor is short stands alone and is returned as it is.

    Args:
        question: the follow-up.
        history: earlier turns, oldest first.
    """
    if not history or not _leans(question):
        return question
    before = history[-TURNS:]
    earlier = complete_question(before[-1].question, before[:-1])
    carried = _new(earlier, stems(question))[:CARRIED]
    return f"{question} ({' '.join(carried)})" if carried else question


def _leans(question: str) -> bool:
    pointing = any(word.folded in _POINTING for word in words(question))
    bare = len(_topic(question)) <= TOPICAL and not _NAME.search(question)
    return pointing or bool(_OPENING.search(question)) or bare


def _topic(text: str) -> list[Word]:
    return [word for word in content(text) if word.stem not in _FILLER and len(word.folded) > 1]


def _new(text: str, known: frozenset[str]) -> list[str]:
    """The topical words of a text as they stand in it, each once, without those that are known."""
    first = {word.stem: text[word.start : word.end] for word in reversed(_topic(text)) if word.stem not in known}
    return list(dict(reversed(first.items())).values())


def _line(answer: str) -> str:
    return " ".join(answer.split())[:ANSWER_CHARS]


def _faithful(rewritten: str, question: str, told: str) -> bool:
    """Whether a rewriting keeps the follow-up's own words, and adds some, but none that nobody said, where it leans."""
    said = {word.stem for word in words(f"{told} {question}")}
    own = {word.stem for word in _topic(question)} | set(re.findall(r"\d+", question))
    mine = stems(rewritten)
    added = {word.stem for word in _topic(rewritten)} - own
    invented = mine - said
    fits = 0 < len(rewritten) <= LONGEST and bool(mine) and len(invented) <= STRANGE * len(mine)
    return fits and own <= mine and (bool(added) or not _leans(question))
