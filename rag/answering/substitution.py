"""Earlier question and answer -> a follow-up in full: the fragment takes its place, the name that of "he"."""

import re
from collections.abc import Iterator

from rag.answering.followups import topic
from rag.answering.person_names import CAPITALISED_NAME, OWNER, person_names
from rag.text.dates import mentions, question_times
from rag.text.words import stems, words

MOST_PLACES = 2
"""Places of an earlier question that a name may take."""
_ASKS = re.compile(
    r"\W*(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|will|would"
    r"|should|may|might|if|whether|tell|give|show|list|explain|describe)(?:['’]s|n['’]t)?\b",
    re.IGNORECASE,
)
_NAMES = re.compile(rf"(?:\bthe )?{CAPITALISED_NAME}(?:(?:,? and |,? or |, )(?:the )?{CAPITALISED_NAME})*")
_NOUNS = re.compile(
    r"\b(?:the|an?|his|her|its|their|this|that)\s+(?P<noun>[a-zß-ÿ][\w’'-]*(?:\s+(?!(?:of|in|on|at|to|from|for|by|with"
    r"|about|and|or|do|does|did|say|said|is|are|was|were|has|have|had)\b)[a-zß-ÿ][\w’'-]*)*)"
)
_PREPOSITION = re.compile(r"\W*(?P<word>in|on|at|to|from|for|by|with|about|near|of)\s+", re.IGNORECASE)
_ADVERB = re.compile(
    r"\W*(?P<adverb>(?:(?:since|until|from) )?when|where|why|how(?: long| often)?)(?: exactly| precisely)?\W*",
    re.IGNORECASE,
)
_ADVERBIAL = re.compile(
    r"\W*(?:(?:(?:since|until) )?when |where |why |how )?"
    r"(?P<verb>(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b)",
    re.IGNORECASE,
)
"""How a question opens that "when?" can ask in its place; what "who" and "what" ask for is no time."""
_HE = re.compile(r"\b(?:he|she|him|his|hers|her)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(
    r"(?:his|hers|her(?= (?!(?:and|or|in|on|at|to|from|for|by|with|about|after|before)\b)\w))", re.IGNORECASE
)
_ASKS_WHO_IS = re.compile(r"\W*(?:[Ww]ho(?:['’]s| is| was)) [A-ZÀ-Þ]")
_ASKS_WHO = re.compile(r"\W*(?:who|whom|whose|which \w+|what(?:['’]s| is| was) the name)\b", re.IGNORECASE)


def ask_otherwise(fragment: str, earlier: str) -> Iterator[str]:
    """The earlier question with another question word: "when?", "why?", "since when?".

    Args:
        fragment: as for `put_in_place`.
        earlier: a question that can be understood alone.
    """
    asked = _ADVERB.fullmatch(fragment)
    opening = _ADVERBIAL.match(earlier)
    if asked and opening:
        adverb = asked["adverb"]
        yield f"{adverb[:1].upper()}{adverb[1:]} {opening['verb'].lower()}{earlier[opening.end() :]}"


def put_in_place(fragment: str, earlier: str) -> Iterator[str]:
    """The earlier question about what a fragment names: "And in 2021?", "Borrell?", "the prime minister".

    Args:
        fragment: without "and" or "no, I meant".
        earlier: a question that can be understood alone.
    """
    fragment = fragment.strip(" ?!.,;:")
    if not fragment or _ASKS.match(fragment) or _HE.search(fragment):
        return
    times = mentions(f"in {fragment}")
    preposition = _PREPOSITION.match(fragment)
    bare = fragment[preposition.end() :] if preposition else fragment
    if times and not stems(bare) - stems(" ".join(f"in {fragment}"[one.start : one.end] for one in times)):
        yield _with_time(fragment, bare, earlier)
    elif _NAMES.match(bare):
        yield from _with_name(bare, earlier)
    else:
        yield from _with_noun(bare, earlier)


def _with_time(fragment: str, bare: str, earlier: str) -> str:
    times = question_times(earlier)
    if times:
        return f"{earlier[: times[0].start]}{bare}{earlier[times[-1].end :]}"
    return f"{earlier.rstrip(' ?.')} {fragment if fragment != bare else f'in {bare}'}?"


def _with_name(name: str, earlier: str) -> Iterator[str]:
    """With each group of names of the question replaced, the first first."""
    opening = _ASKS.match(earlier)
    groups = [match for match in _NAMES.finditer(earlier, opening.end() if opening else 0) if not _is_fixed(match)]
    for match in groups[:MOST_PLACES]:
        owner = OWNER.search(match.group())
        yield earlier[: match.start()] + OWNER.sub("", name) + (owner.group() if owner else "") + earlier[match.end() :]


def _is_fixed(match: re.Match[str]) -> bool:
    """Whether its place is for no other name: two that stand together ("between Serbia and Kosovo"), "an EU state"."""
    return match.string[: match.start()].lower().endswith((" between ", " a ", " an "))


def _with_noun(noun: str, earlier: str) -> Iterator[str]:
    """With the first noun of the question replaced that has an article, or all that it is about, if that is one run."""
    bare = re.sub(r"^(?:the|an?)\s+", "", noun, flags=re.IGNORECASE)
    match = _NOUNS.search(earlier)
    if match and bare != noun:
        yield earlier[: match.start("noun")] + bare + earlier[match.end("noun") :]
        return
    about = topic(earlier)
    if about and bare and not words(earlier[about[0].end : about[-1].start])[: -len(about) or None]:
        yield earlier[: about[0].start] + noun + earlier[about[-1].end :]


def put_name_for_pronoun(question: str, earlier: str, answer: str) -> Iterator[str]:
    """The question with "he", "she", "his" and so on as the person whom they likeliest mean.

    Args:
        question: as the user asks it.
        earlier: the question before it, understandable alone.
        answer: to that one.
    """
    if not _HE.search(question):
        return
    asked, answered = person_names(earlier), person_names(answer)
    new = tuple(name for name in answered if not stems(name) <= stems(earlier))
    first = new if _ASKS_WHO.match(earlier) and not _ASKS_WHO_IS.match(earlier) else ()
    for name in (*first, *asked, *answered)[:1]:
        yield _with_person(question, name.split()[-1])  # as the articles call whom they introduced


def _with_person(question: str, name: str) -> str:
    pieces, end = [], 0
    for match in _HE.finditer(question):
        owns = _POSSESSIVE.match(question, match.start())
        pieces += [question[end : match.start()], f"{name}’s" if owns else name]
        end = match.end()
    return "".join([*pieces, question[end:]])
