"""Question -> whether it asks which articles mention something, or do not, and in plain words.

"Which of them cover owls" does, and so does "which ones never mention owls".
Articles mention, people mentioned: of 104,676 questions to paragraphs (docs/benchmarks.md) none is worded so.
"""

import re

_NOUN = r"(?:articles|docs|documents|texts|files|sources|papers|reports|stories|pieces)"
_THEM = r"of (?:all )?(?:them|these|those)(?: (?:two|three|four|five|six|seven|eight|nine|ten|\d+))?"
_ONES = rf"(?:ones?|(?:ones? )?{_THEM}|(?:of (?:the|these|those|your) )?{_NOUN})"
_PLURAL = "mention|discuss|contain|deal|refer|talk|speak|write|say|are|have"
_SUBJECT = (
    rf"(?:\b(?P<asked>which|what|how many|any) {_ONES}(?: that)?"
    r"|\b(?:is there one|any) that"
    r"|(?<=\bdoes )one of (?:them|these|those)"
    r"|\b(?P<the>the) ones(?: that)?"
    rf"|^\W*(?:(?:and|so|ok) )*(?P<bare>which)(?= (?:{_PLURAL}) ))"
)
_SOMETHING = r"(?:says?|ha(?:s|ve)(?: got)?) (?:something|anything)"
_VERB = (
    r"(?:mentions?|covers?|discuss(?:es)?|names?|contains?|features?|brings? up|touch(?:es)? on|deals? with|refers? to"
    rf"|(?:talks?|speaks?|writes?|tells?|reports?|{_SOMETHING}) (?:about|of|on)|(?:(?:is|are) )?about(?! to\b))"
)
_ADVERB = r"(?:(?:also|actually|really|even|ever|do|does) )?"
_WORD = r"(?: the (?:words?|terms?|names?|phrase)\b(?! of))?"
_MENTION = re.compile(rf"(?<!\bdid ){_SUBJECT} {_ADVERB}{_VERB}\b{_WORD}", re.IGNORECASE)
_LACK = re.compile(
    rf"{_SUBJECT} (?:(?:(?:do|does|did|have|has)(?: ?n['’]?t| not)|never)(?: even| ever)? {_VERB}"
    rf"|(?:says?|has|have) nothing (?:about|of|on))\b{_WORD}",
    re.IGNORECASE,
)
_IN_WHICH = re.compile(
    rf"\bin which {_ONES}(?= (?:is|are|do|does)\b.*\b(?:mentioned|named|discussed|come|appear)\b)", re.IGNORECASE
)
_NEGATED = re.compile(r"n['’]t\b|\b(?:not|never|nothing|no|none|neither|without)\b", re.IGNORECASE)


def asks_which_mention(question: str) -> bool:
    """Whether a question asks for the articles that mention something, or for those that do not."""
    asks = not _NEGATED.search(question) and any(one.search(question) for one in (_MENTION, _IN_WHICH))
    return asks or asks_which_lack(question)


def asks_which_lack(question: str) -> bool:
    """Whether a question asks for the articles that do not mention something."""
    return _LACK.search(question) is not None


def name_articles(question: str) -> str:
    """Such a question with "articles" for pronouns and other nouns that mean them, and "mention" for what they do."""
    if asks_which_lack(question):
        return _LACK.sub(_plain, question)
    return _IN_WHICH.sub("in which articles", _MENTION.sub(_plain, question))


def _plain(match: re.Match[str]) -> str:
    return f"{match['asked'] or match['bare'] or match['the'] or 'any'} articles mention"
