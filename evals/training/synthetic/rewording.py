"""Sentence -> true rewordings: parts moved or dropped, synonyms, other forms of numbers, dates and names."""

import random
import re
from collections.abc import Callable, Iterator

from rag.text.english import MONTHS
from rag.text.words import STOP_WORDS

_SYNONYMS = dict(
    pair.split("/")
    for pair in """said/stated began/started started/began ended/finished big/large large/big significant/important
    important/significant many/numerous several/multiple near/close_to however/nevertheless obtained/gained
    located/situated created/established established/created helped/assisted used/employed people/persons
    children/kids ordered/commanded showed/demonstrated received/got asked/requested needed/required
    whole/entire roughly/approximately approximately/roughly nearly/almost also/as_well bought/purchased
    city/town country/nation area/region region/area gave/granted troops/soldiers soldiers/troops attempted/tried
    tried/attempted purchased/bought required/needed main/principal principal/main often/frequently
    throughout/across initially/at_first primarily/mainly mainly/primarily killed/slain""".split()
)
_NUMBERS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "twelve": "12", "twenty": "20",
}  # fmt: skip
_OPENERS = frozenset("although however similarly since according despite many some several most like".split())
_QUOTES = re.compile(r"[“”\"]|(?<!\w)'")
_MONTH = "|".join(month.capitalised for month in MONTHS)


def rewordings(sentence: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Every rewording that applies, with its name; then rewordings of these rewordings."""
    attempts = [(name, reword(sentence)) for name, reword in _REWORDINGS.items()]
    single = [(name, text) for name, text in attempts if text and text != sentence]
    yield from single
    for name, text in single:
        other = chance.choice(list(_REWORDINGS))
        combined = _REWORDINGS[other](text)
        if combined and combined != text and other != name:
            yield f"{name}+{other}", combined


def _synonyms(sentence: str) -> str | None:
    replaceable = [word for word in re.findall(r"\b[a-z]+\b", sentence) if word in _SYNONYMS]
    if not replaceable or _QUOTES.search(sentence):
        return None
    for word in replaceable[:2]:
        sentence = re.sub(rf"\b{word}\b", _SYNONYMS[word].replace("_", " "), sentence, count=1)
    return sentence


def _move_back(sentence: str) -> str | None:
    """In 1997, X did Y. -> X did Y in 1997."""
    match = re.fullmatch(r"((?:In|On|During|After|Before|By|At|Since|Following) [^,“\"]{3,40}), ([^,]+)\.", sentence)
    if not match or re.search(r"\b(?:and|or)$", match[1]):
        return None
    main = match[2]
    return f"{main[0].upper()}{main[1:]} {match[1][0].lower()}{match[1][1:]}."


def _move_up(sentence: str) -> str | None:
    """X did Y in 1997. -> In 1997, X did Y."""
    match = re.fullmatch(rf"([^,]+?) (in (?:(?:{_MONTH}) )?\d{{4}}|on (?:{_MONTH}) \d{{1,2}}, \d{{4}})\.", sentence)
    if not match:
        return None
    main = match[1] if match[1].split()[0] not in {"The", "A", "An", "It", "He", "She", "They", "This"} else None
    return f"{match[2][0].upper()}{match[2][1:]}, {main or match[1][0].lower() + match[1][1:]}."


def _drop_aside(sentence: str) -> str | None:
    """X, a Y of Z, did W. -> X did W."""
    for pattern in (r" \([^()]{3,60}\)", r"(?<=\w), (?:which|who) [^,;“\"]{5,80},(?= [a-z])"):
        shorter = re.sub(pattern, "", sentence, count=1)
        if shorter != sentence:
            return shorter
    return None


def _drop_tail(sentence: str) -> str | None:
    """X did Y, which was Z. -> X did Y."""
    match = re.fullmatch(
        r"([^,;]{40,}), (?:which|where|leading to|including|making|although|while) [^;“”\"]+\.", sentence
    )
    return f"{match[1]}." if match else None


def _keep_first_clause(sentence: str) -> str | None:
    """X did Y, and Z did W. -> X did Y."""
    match = re.fullmatch(r"([^;]{40,}?),? and (?:the|it|they|he|she|in) [^“”\"]+\.", sentence)
    splits_quotation = match and (match[1].count("“") != match[1].count("”") or match[1].count('"') % 2)
    if not match or splits_quotation or re.search(r"\b(?:both|between|either|of|if|whether|that)\b", match[1]):
        return None
    return f"{match[1]}."


def _attribute(sentence: str) -> str | None:
    opener = sentence.split()[0].strip(",")
    lowered = sentence[0].lower() + sentence[1:] if opener.lower() in STOP_WORDS | _OPENERS else sentence
    return f"According to the article, {lowered}"


def _digits(sentence: str) -> str | None:
    match = re.search(rf"(?<![\w-])(?:{'|'.join(_NUMBERS)})\b(?= [a-z]+s\b)", sentence)
    return sentence[: match.start()] + _NUMBERS[match.group()] + sentence[match.end() :] if match else None


def _percent(sentence: str) -> str | None:
    if re.search(r"\d%", sentence):
        return re.sub(r"(\d)%", r"\1 percent", sentence)
    return re.sub(r"(\d) (?:percent|per cent)\b", r"\1%", sentence)


def _thousands(sentence: str) -> str | None:
    """12,000 -> 12 thousand; 3 million stays."""
    return re.sub(r"(?<![\d,])(\d{1,3}),000\b(?! (?:and|to|or|m2|sq))", r"\1 thousand", sentence, count=1)


def _date(sentence: str) -> str | None:
    """May 12, 1999 <-> 12 May 1999."""
    swapped = re.sub(rf"\b({_MONTH}) (\d{{1,2}}), (\d{{4}}),?", r"\2 \1 \3", sentence, count=1)
    return swapped if swapped != sentence else re.sub(rf"\b(\d{{1,2}}) ({_MONTH}) (\d{{4}})\b", r"\2 \1, \3", sentence)


def _wider_date(sentence: str) -> str | None:
    """on 12 May 1999 -> in May 1999."""
    return re.sub(
        rf"\b[Oo]n (?:\d{{1,2}} ({_MONTH})|({_MONTH}) \d{{1,2}},) (\d{{4}})", r"in \1\2 \3", sentence, count=1
    )


def _plain_letters(sentence: str) -> str | None:
    return sentence.translate(str.maketrans("éèüöäóśłćčšžŻń’“”", 'eeuoaoslccszZn\'""'))


def _passive(sentence: str) -> str | None:
    """X founded Y in Z. -> Y was founded by X in Z."""
    verbs = r"founded|defeated|captured|invaded|attacked|rejected|accepted|conquered|supported|controlled|established"
    name = r"[A-Z]\w+(?: [A-Z]\w+)*"
    match = re.fullmatch(
        rf"((?:The )?{name}) ({verbs}) ((?:the )?{name})((?: (?:in|on|by|after|during)\b[^,]*)?)\.", sentence
    )
    if not match:
        return None
    subject = match[1][0].lower() + match[1][1:] if match[1].startswith("The ") else match[1]
    return f"{match[3][0].upper()}{match[3][1:]} was {match[2]} by {subject}{match[4]}."


_REWORDINGS: dict[str, Callable[[str], str | None]] = {
    "synonyms": _synonyms,
    "moved back": _move_back,
    "moved up": _move_up,
    "aside dropped": _drop_aside,
    "tail dropped": _drop_tail,
    "first of two": _keep_first_clause,
    "attributed": _attribute,
    "digits": _digits,
    "percent": _percent,
    "thousands": _thousands,
    "date": _date,
    "wider date": _wider_date,
    "plain letters": _plain_letters,
    "passive": _passive,
}
