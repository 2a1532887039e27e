"""Written sentence -> what of it says that the articles do not answer, and what of it is a claim.

A refusal is no claim about the world: no sentence of an article can bear it out.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.embedding import shipped_embedder
from rag.logistic import sigmoid
from rag.text.attribution import strip_announcement, strip_attribution
from rag.text.words import stems, words

WEIGHTS_FILE = Path(__file__).with_name("refusals.json")
"""Written by evals/training/refusals.py, with what it was fitted to and how well it does on what it never saw."""
CERTAIN = 0.8
"""Probability from which a sentence is a refusal whatever its check says; see the measurement in `WEIGHTS_FILE`."""
LIKELY = 0.5
"""Probability from which a sentence that failed its check is taken for a refusal and not for an unsupported claim."""
_PLURALS = "articles|passages|sentences|excerpts|snippets"
_NOUNS = f"{_PLURALS}|article|passage|texts?|sentence|context|information|sources?|documents?|material"
_MATERIAL = (
    r"(?:(?:any|none|all|each) of )?(?:the |these |those )?"
    rf"(?:(?:provided|given|numbered|supplied|above|retrieved|source) (?:news )?(?:{_NOUNS})|(?:news )?(?:{_PLURALS}))"
    r"(?: (?:provided|given|above))?"
)
"""What the prompt calls its sentences; an article may speak of "the text" of a law."""
_NOT = r"(?:(?:do|did|does|have|has|had|can|could|will|would)(?: not|n't)|cannot|never)"
_LACK = (
    r"(?:fail(?:s|ed)? to|lacks?|omits?|(?:is|are|was|were|remains?) silent|says? nothing (?:about|on|of|regarding)"
    r"|(?:contain|give|make|offer|provide|include|have|has)s? no(?:thing)?)"
)
_RULES = tuple(
    re.compile(rule, re.IGNORECASE)
    for rule in (
        rf"^(?:\w+, )?(?:{_MATERIAL}|(?:the|this) (?:article|passage|text|context)),? (?:\w+ly )?"
        rf"(?:{_NOT}(?! been\b)|{_LACK})\b",
        r"(?:\b(?:not|never|nowhere|no|nothing|none|unclear|unknown|impossible)\b|n't\b).*"
        rf"\b(?:in|by|from|within|of) {_MATERIAL}\W*$",
        r"^(?:\w+, |but |so )?(?:i|we)(?:'m| am| was| were| do| did| can| could| have| see| found| find)?"
        r" ?(?:not|n't|no|cannot|unable|sorry|afraid|apologi[sz]e)\b",
        r"^(?:\w+, )?(?:sorry|(?:my )?apologies)\b|^n/?a\W*$",
    )
)
"""The subject is what the prompt holds, or the model itself; what it does is denied."""
_SPEECH = re.compile(r"^\W*(?:“[^“”]+”|«[^«»]+»|\"[^\"]+\"),?\s+(?=\w)")
"""What somebody says at the beginning of a sentence that goes on about them: “We cannot accept it,” he said."""
_AS_STATED = re.compile(r",? (?:as|according to what is) \w+ (?:in|by) [\w ]+?(?=\W*$)", re.IGNORECASE)
_TURN = re.compile(
    r"[,;:]?\s+(?:but|however|though|although|yet|while|whereas)\b,?\s+"
    r"|,\s+(?=(?:only|just|merely) that\b)|;\s+|\s+[–—]\s+",
    re.IGNORECASE,
)
"""Where a sentence turns from what the articles do not say to what they say, or back."""
_CONCEDES = re.compile(r"^(?:while|although|though|even though|whereas)\s+", re.IGNORECASE)
_SAYS = "say|state|note|report|indicate|mention|show|tell us"
_ECHO = re.compile(
    rf"^(?:(?:however|instead|rather|still|but),?\s+)?(?:(?:they|it|{_MATERIAL}|one article|some)\s+)?"
    r"(?:(?:do|does|did|only|just|merely|also)\s+)*"
    rf"(?:(?:{_SAYS})s?\s+(?:only\s+)?that|(?:say|state|note|report)s?|that)\s+(?!nothing|no\b|so\b|little)"
    r"|^(?:however|instead|rather),?\s+|^the (?:closest|nearest|only) [^,.]{0,40}?(?:is|are) that\s+",
    re.IGNORECASE,
)
"""Opening of what follows a refusal: "they only say that", "the closest statement is that"."""


class SplitSentence(NamedTuple):
    """A sentence cut into its refusal and its claim; each may be empty."""

    refusal: str
    claim: str


class RefusalDetector:
    """Recognises refusals of one question, by few exact rules and by the meaning of the sentence without its topic.

    Args:
        question: that the sentences answer; its words say nothing of whether it is answered.
    """

    def __init__(self, question: str) -> None:
        self._question_stems = stems(question)

    def split(self, sentence: str, least: float) -> SplitSentence:
        """The sentence as refusal and claim: "The articles do not say when, but they say why" has both.

        Args:
            sentence: plain, without citation marks.
            least: probability from which words are a refusal.
        """
        for halves in map(_tidied, _halves(sentence)):
            refused = [self.probability(half) >= least for half in halves]
            if refused[0] != refused[1]:
                return SplitSentence(halves[refused.index(True)], halves[refused.index(False)])
        return SplitSentence(sentence, "") if self.probability(sentence) >= least else SplitSentence("", sentence)

    def probability(self, text: str) -> float:
        """Probability of a sentence or clause being a refusal."""
        plain = _plain(_SPEECH.sub("", text))
        if any(rule.search(plain) for rule in _RULES):
            return 1.0
        return _probability(self._without_topic(strip_attribution(strip_announcement(plain))))

    def _without_topic(self, text: str) -> str:
        pieces, end = [], 0
        for word in words(text):
            if word.stem in self._question_stems:
                pieces.append(text[end : word.start])
                end = word.end
        return " ".join("".join([*pieces, text[end:]]).split()) or text


def _tidied(halves: tuple[str, str]) -> tuple[str, str]:
    return tidy_claim(halves[0]), tidy_claim(halves[1])


def tidy_claim(claim: str) -> str:
    """What stands beside a refusal as a sentence of its own, without the words that link the two."""
    text = _ECHO.sub("", claim.strip(" ,;:")).strip()
    text = text[:1].upper() + text[1:]
    return text if not text or text[-1] in '.!?…”"' else f"{text}."


def _halves(sentence: str) -> Iterator[tuple[str, str]]:
    """The sentence cut in two, at every place where it may turn, never within what it quotes."""
    concedes = _CONCEDES.match(sentence)
    if concedes:
        for comma in re.finditer(r",\s+", sentence):
            yield sentence[concedes.end() : comma.start()], sentence[comma.end() :]
    for turn in _TURN.finditer(sentence):
        if turn.start() and sentence[turn.end() :].strip() and not _is_quoted(sentence, turn.start()):
            yield sentence[: turn.start()], sentence[turn.end() :]


def _is_quoted(text: str, place: int) -> bool:
    before = text[:place]
    opened, closed = (sum(map(before.count, marks)) for marks in ("“«", "”»"))
    return opened > closed or before.count('"') % 2 == 1


def _plain(text: str) -> str:
    """The text as the rules read it: straight apostrophes, no quotation marks around it, no source at its end."""
    return _AS_STATED.sub("", text.replace("’", "'").strip(" \t\"'“”„«»*_`()[]"))


@lru_cache(maxsize=2048)
def _probability(text: str) -> float:
    weights = _load_weights()
    (vector,) = shipped_embedder().embed_passages([text])
    return sigmoid(float(weights[0] + vector @ weights[1:]))


@lru_cache(maxsize=1)
def _load_weights() -> NDArray[np.float64]:
    """Intercept, then one weight for each number of a vector."""
    content = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return np.array([content["intercept"], *content["weights"]])
