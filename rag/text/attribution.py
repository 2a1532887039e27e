"""Sentence -> the sentence without what adds nothing to its claim: "According to the article, ...", "Yes, ..."."""

import re

_SOURCE = "article|passage|text|source"
_ATTRIBUTION = re.compile(
    rf"^\W*(?:yes[,:;]\s+)?(?:according to|as stated in|as reported (?:by|in)) the (?:{_SOURCE}|report)s?,\s*"
    rf"|^\W*the (?:{_SOURCE})s? (?:says?|states?|reports?|notes?)(?: that)?,?\s+"
    r"|^\W*yes[,:;]\s+",
    re.IGNORECASE,
)
_ANNOUNCEMENT = re.compile(
    r"^(?:(?:so,? )?(?:the |my |your )?(?:short )?answer(?: to (?:the|this|your) question)?"
    r"(?:(?: is)?\s*[:,]| is that\b)"
    rf"|(?:based on|according to) the (?:numbered |given |provided )*(?:{_SOURCE}|sentence)s?[^,:]{{0,40}}[,:]"
    rf"|(?:the|this|these) (?:{_SOURCE}|sentence)s? (?:also |clearly |explicitly )?"
    r"(?:mention|state|say|note|explain|report|indicate)s? that)\s+",
    re.IGNORECASE,
)


def strip_attribution(claim: str) -> str:
    """A claim as it is checked, without its source or a "Yes,": it is lost to nobody, so any wording counts."""
    return _ATTRIBUTION.sub("", claim)


def strip_announcement(sentence: str) -> str:
    """A sentence as it is shown, without the openings of small models: "The answer is:", "The passage states that".

    A "report" stays, for it may be one that the article is about; so does "the article says" without "that".
    """
    text = _ANNOUNCEMENT.sub("", sentence)
    return sentence if text == sentence else text[:1].upper() + text[1:]
