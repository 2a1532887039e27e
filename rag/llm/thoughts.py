"""Text of a reply as it streams -> the answer in it: without thoughts, channels and special tokens that leaked."""

import re
from enum import Enum, auto

from rag.text.sentences import split
from rag.text.spans import Span

_NAMES = r"think(?:ing|s)?|thoughts?|reason(?:ing)?|reflection|scratchpad|analysis"
_SPEAKER = r"(?:<\|im_start\|>|<\|start\|>|<start_of_turn>|<\|turn>|<\|start_header_id\|>)\s*"
_SIGN = re.compile(
    rf"""
    (?P<close>
        [<＜]\|?/\s*(?:\w+:)?(?:{_NAMES})\s*\|?[>＞] | ◁/(?:{_NAMES})▷ | \[/THINK(?:ING)?\]
        | [<＜][|｜](?:end_of_|end_)(?:{_NAMES})[|｜][>＞]
        | \[BEGIN\ FINAL\ RESPONSE\] | (?-i:assistantfinal(?![a-z])) | <\|channel\|>\s*final[^<]*<\|message\|>
        | <channel\|>
    )
    | (?P<open>
        [<＜]\|?(?:\w+:)?(?:{_NAMES})(?:\s[^<>]*)?\|?[>＞] | ◁(?:{_NAMES})▷ | \[THINK(?:ING)?\]
        | [<＜][|｜](?:begin_of_|start_)(?:{_NAMES})[|｜][>＞]
        | <\|channel\|>\s*(?:analysis|commentary)[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>
        | <\|channel>
    )
    | (?P<end>
        {_SPEAKER}(?:user|system|human|tool)\b | <\|(?:user|system|human|observation)\|> | \[/?INST\]
        | </s> | <end_of_turn> | <turn\|> | <eos>
        | <[|｜](?:im_end|end|return|call|eo[tm]_id|eos|end[_▁]?of[_▁]?(?:text|turn|sentence|turn_token))[|｜]>
    )
    | (?P<token>
        {_SPEAKER}(?:assistant|model)?(?:\s*<\|end_header_id\|>)?\s*
        | <[|｜](?!channel\|)[\w▁]{{2,40}}[|｜]> | <s> | <bos> | <pad> | \[END\ FINAL\ RESPONSE\]
        | </?(?:answer|response|final|output)>
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What models write for their engine and not for people: Qwen, DeepSeek, Kimi (◁), Magistral ([THINK]), Seed
(seed:think), OpenThinker (begin_of_thought), gpt-oss and Gemma 4 (channels), Command A (START_THINKING), Apriel
(FINAL)."""
_UNFINISHED = re.compile(
    rf"(?:[<＜◁][^\s<>＞▷]{{0,40}}|{_SPEAKER}\w{{0,9}}|<\|channel\|>(?:(?!<\|message\|>).){{0,80}}"
    r"|\[/?(?:[A-Z][A-Z ]{0,21})?)\Z",
    re.IGNORECASE | re.DOTALL,
)
"""The end of a text that may be the beginning of a sign."""
_OUTLOOK = 100
"""Characters at the end of a text in which a sign may begin."""
_CHANNELS = re.compile(r"\A\s*(?:analysis|commentary)(?=[A-Z])")
"""A reply in channels whose tokens were removed: "analysisThe user asks ...assistantfinalPristina has ..." """
_MARK = re.compile(r"[\[【［〔⟦][^\[\]】］〕⟧]{0,12}\d{1,3}[^\[\]】］〕⟧]{0,12}[\]】］〕⟧]|[⁰¹²³⁴⁵⁶⁷⁸⁹]")
CITED = 2
"""Sentences with marks that make an answer: a thought may begin with what one says, and then goes on about it."""
_OPENING = 1000
"""Characters in which these sentences are looked for."""
_MUSING = re.compile(r"\b(?:I|me|my|we|let's|let us|okay|ok|hmm|wait|user|question|sentences?)\b|\?", re.IGNORECASE)
"""Words of a sentence that speaks of the task."""


class _State(Enum):
    UNDECIDED = auto()
    ANSWER = auto()
    THOUGHT = auto()
    OVER = auto()


class AnswerFilter:
    """Separates the answer in one reply from what else a model writes.

    Some templates open the thoughts in the prompt, so that only their end is seen, and until then they look like an
    answer. Where it is not known that a model does without, text is held back until its first two sentences carry
    citation marks, or the reply ends.

    Args:
        silent: whether the model opens its thoughts without a sign; None where that is not known.
    """

    def __init__(self, *, silent: bool | None) -> None:
        self.silent = silent
        """As far as this reply shows."""
        self.thought = False
        """Whether there were thoughts."""
        self._state = _State.ANSWER if silent is False else _State.UNDECIDED
        self._held = ""
        self._undecided = ""
        self._written = False

    def add(self, text: str) -> str:
        """The part of the answer that is certain after this text."""
        self._held += text.replace("\ufeff", "")
        shown = self._enter_channels()
        while found := _SIGN.search(self._held):
            if found.lastgroup == "token" and _UNFINISHED.fullmatch(self._held, found.start()):
                break  # the name of who speaks may go on
            shown += self._take(self._held[: found.start()]) + self._turn(found.lastgroup or "")
            self._held = self._held[found.end() :]
        certain = self._certain()
        shown += self._take(self._held[:certain])
        self._held = self._held[certain:]
        return shown

    def finish(self) -> str:
        """The rest of the answer, at the proper end of the reply."""
        shown = self._take(_SIGN.sub("", self._held))
        self._held = ""
        if self._state is _State.UNDECIDED:
            shown += self._release()
        if self._written and self.silent is None:
            self.silent = False
        return shown

    def rescue(self) -> str:
        """What is held of a reply that broke off, where its first sentence is cited."""
        cited = self._state is _State.UNDECIDED and self.silent is None and _are_cited(self._undecided, 1)
        return self._release() if cited else ""

    def note_reasoning(self) -> None:
        """Note that the server sends thoughts apart from the content, so that the content holds none."""
        self.thought = True
        if self._state is _State.UNDECIDED and not self._undecided:
            self._state = _State.ANSWER

    def _enter_channels(self) -> str:
        begun = self._undecided + self._held
        if self._written or not (found := _CHANNELS.match(begun)):
            return ""
        self._undecided, self._held = "", begun[found.end() :]
        return self._turn("open")

    def _certain(self) -> int:
        """Length of the held text in which no sign begins."""
        if self._state is _State.THOUGHT:
            return max(0, len(self._held) - _OUTLOOK)
        unfinished = _UNFINISHED.search(self._held, max(0, len(self._held) - _OUTLOOK))
        return unfinished.start() if unfinished else len(self._held)

    def _take(self, text: str) -> str:
        """Text between two signs: shown, held back, or left out."""
        if self._state is _State.UNDECIDED:
            self._undecided += text
            return self._release() if self.silent is None and _are_cited(self._undecided, CITED) else ""
        if self._state is not _State.ANSWER:
            return ""
        self._written |= bool(text.strip())
        return text

    def _release(self) -> str:
        """What was held back, as an answer."""
        shown, self._undecided, self._state = self._undecided, "", _State.ANSWER
        self._written |= bool(shown.strip())
        return shown

    def _turn(self, sign: str) -> str:
        """Enter the state that a sign leads to; returns what it makes certain."""
        shown = ""
        if self._state is _State.OVER or sign == "token":
            return shown
        if sign == "close":
            if self._state is not _State.THOUGHT and not self.thought:
                self.silent = True
            self._undecided, self.thought, self._state = "", True, _State.ANSWER
        elif sign == "open":
            shown = self._release() if self._state is _State.UNDECIDED else ""
            self.thought, self._state = True, _State.THOUGHT
        elif self._state is _State.THOUGHT:
            self._state = _State.ANSWER
        else:
            shown = self._release() if self._undecided.strip() else ""
            self._state = _State.OVER if self._written else self._state
        return shown


def _are_cited(text: str, least: int) -> bool:
    """Whether the first sentences carry citation marks at their ends and speak of the matter, not of the task."""
    if len(text) > _OPENING or len(_MARK.findall(text)) < least:
        return False
    first = split(text)[:least]
    return len(first) == least and all(_is_cited(text, sentence) for sentence in first)


def _is_cited(text: str, sentence: Span) -> bool:
    written, following = text[sentence.start : sentence.end], text[sentence.end :].lstrip()
    marks = list(_MARK.finditer(written))
    at_end = bool(marks) and not any(map(str.isalnum, written[marks[-1].end() :]))
    return (at_end or bool(_MARK.match(following))) and not _MUSING.search(written)
