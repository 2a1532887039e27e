"""History + follow-up -> standalone question: condensed by a model, or completed by terms of earlier questions."""

import re
from collections.abc import Iterator, Sequence

from rag.answering.answer import REFUSAL, Turn
from rag.errors import IncompleteReply, ModelError
from rag.llm import Budget, Model
from rag.prompts import load_prompt
from rag.text.english import word_set
from rag.text.words import Word, content, stem, stems, words

TURNS = 3
"""Earlier turns used: on 187 follow-ups of MT-RAG-UN one, two, three find a context among ten passages .979, .984,
.984 of times (evals/benchmarks/conversations.py); without them it is .941."""
SHORT_TOPIC = 3
"""Most topical words of a question without a name that is taken to depend on earlier turns: hit@5 .968 with 0, 1 and 2,
.973 with 3."""
CARRIED_WORDS = 8
"""Most words taken over from earlier questions: hit@5 .963 with 4, .968 with 8 and 12."""
ANSWER_CHARS = 400
"""Characters of an earlier answer in the prompt."""
CONDENSED_TOKENS = 100
"""Tokens of a rewritten question at most; what a model thinks before it does not count."""
CONDENSED_CHARS = 400
"""Characters of a rewritten question at most; a longer reply is an answer, not a question."""
INVENTED_SHARE = 0.34
"""Largest share of a rewritten question's content words that may be new to the conversation; more is an invention."""

_ANAPHORS = word_set("anaphors")
_OPENING = re.compile(
    r"^\W*(?:and|but|so|or|also|then|(?:what|how) about|what else|yes|no|sorry|ok(?:ay)?|(?:i|you) mean\w*)\b",
    re.IGNORECASE,
)
_WHY = re.compile(r"^\W*why\b", re.IGNORECASE)
_FILLER = frozenset(map(stem, word_set("uninformative_in_followups")))
_NAME = re.compile(r"(?<![.!?:] )(?<!^)\b[A-ZÀ-Þ][\w’'-]+")
_CAPITAL = re.compile(r"\b[A-ZÀ-Þ][\w’'-]+")
_LABEL = re.compile(r"^[\s*_>#-]*(?:\w+ )?question[\s*_]*:[\s*_]*", re.IGNORECASE)
"""What small models put before the question that they were asked for."""


def condense_question(
    question: str, history: Sequence[Turn], model: Model, budget: Budget, otherwise: str | None = None
) -> str:
    """The question as a model rewrites it, to be understood alone; the question itself without history.

    A rewriting that invents words, loses a word, a name or a number of the follow-up, or adds nothing to one that
    depends on earlier turns is replaced by `otherwise`, as is one that broke off. Where SmolLM2's were
    merely checked for inventions and lost names, they found a context among five passages .860 of times, the questions
    as they stand .940, completed 1.000 (the first 50 follow-ups of evals/benchmarks/conversations.py).

    Args:
        question: the follow-up.
        history: earlier turns, oldest first.
        model: rewrites the question.
        budget: pays for the requests.
        otherwise: taken where the rewriting is not to be believed; None for that of `complete_question`.

    Raises:
        ModelError: the model does not answer at all.
    """
    if not history:
        return question
    turns = "\n".join(f"Question: {turn.question}\nAnswer: {_shorten(turn.answer)}" for turn in history[-TURNS:])
    messages = load_prompt("condense").render(turns=turns, question=question)
    reply = _collect(model.stream(messages, budget, CONDENSED_TOKENS))
    lines = (" ".join(_LABEL.sub("", line).strip("\"'“”*` ").split()) for line in reply.splitlines())
    faithful = (line for line in lines if _is_faithful(line, question, turns))
    return next(faithful, None) or otherwise or complete_question(question, history)


def _collect(pieces: Iterator[str]) -> str:
    """The reply, also one that broke off: `_is_faithful` rejects what is too long or not there.

    Raises:
        ModelError: the model does not answer at all.
    """
    reply = ""
    try:
        for piece in pieces:
            reply += piece
    except IncompleteReply:
        return reply
    except ModelError:
        if not reply:
            raise
    return reply


def complete_question(question: str, history: Sequence[Turn]) -> str:
    """The question with the earlier terms it depends on in brackets: "How does it work? (unemployment insurance)".

    A question that has no anaphor and is not short is returned unchanged.

    Args:
        question: the follow-up.
        history: earlier turns, oldest first.
    """
    before = answered_turns(history)[-TURNS:]
    if not before or not _depends_on_history(question):
        return question
    earlier = complete_question(before[-1].question, before[:-1])
    carried = _new_terms(earlier, stems(question))[:CARRIED_WORDS]
    return f"{question} ({' '.join(carried)})" if carried else question


def answered_turns(history: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns that a question can follow up on: those that the articles answered."""
    return tuple(turn for turn in history if turn.answer.strip() != REFUSAL)


def leans_on_history(question: str) -> bool:
    """Whether a word or the opening of a question shows that it depends on earlier turns."""
    return any(word.folded in _ANAPHORS for word in words(question)) or bool(_OPENING.search(question))


def _depends_on_history(question: str) -> bool:
    short = len(topic(question)) <= SHORT_TOPIC and not _NAME.search(question)
    return leans_on_history(question) or bool(_WHY.match(question)) or short


def topic(text: str) -> list[Word]:
    """The words of a text that name what it is about, in order."""
    return [word for word in content(text) if word.stem not in _FILLER and len(word.folded) > 1]


def _new_terms(text: str, known: frozenset[str]) -> list[str]:
    """The topical words of a text as written, each once, without those that are known."""
    first = {word.stem: text[word.start : word.end] for word in reversed(topic(text)) if word.stem not in known}
    return list(dict(reversed(first.items())).values())


def _shorten(answer: str) -> str:
    return " ".join(answer.split())[:ANSWER_CHARS]


def _is_faithful(rewritten: str, question: str, turns: str) -> bool:
    """Whether a rewriting keeps the words of the follow-up and adds hardly any that are new to the conversation.

    Every name and number of the follow-up is kept, even one that reads like a common word (US, Will), and none is new.
    A follow-up that depends on history must get some words added.
    """
    known = {word.stem for word in words(f"{turns} {question}")}
    kept = {word.stem for word in topic(question)}
    content_stems = stems(rewritten)
    added = {word.stem for word in topic(rewritten)} - kept
    few_invented = len(content_stems - known) <= INVENTED_SHARE * len(content_stems)
    fits = 0 < len(rewritten) <= CONDENSED_CHARS and bool(content_stems) and few_invented
    same = _stems_of(_NAME, question) <= _stems_of(_CAPITAL, rewritten) and _figures(question) <= _figures(rewritten)
    nothing_new = _stems_of(_NAME, rewritten) | _figures(rewritten) <= known
    return (
        fits and same and nothing_new and kept <= content_stems and (bool(added) or not _depends_on_history(question))
    )


def _stems_of(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    return frozenset(word.stem for found in pattern.findall(text) for word in words(found) if word.folded != "i")


def _figures(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(text) if word.folded[:1].isdigit())
