"""Articles -> contrast pairs: a true rewording of a sentence, and the same sentence with one fact changed.

No code is shared with the checker, but the author is the same: its antonyms and quantifiers include all of those below,
and it was corrected on pairs that these rules made. Human labels are the harder test.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from evals.training.synthetic.rewording import rewordings
from rag.text.english import MONTHS, WEEKDAYS
from rag.text.sentences import paragraphs, split
from rag.text.words import STOP_WORDS

SHORTEST, LONGEST = 8, 40
"""Least and most words of a usable sentence."""
MONTH_NAMES = [month.capitalised for month in MONTHS]
WEEKDAY_NAMES = [day.capitalised for day in WEEKDAYS]
COUNTS = "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty".split()
OPPOSITES = dict(
    pair.split("/")
    for pair in """increased/decreased decreased/increased increase/decrease decrease/increase rose/fell fell/rose
    largest/smallest smallest/largest larger/smaller higher/lower highest/lowest lower/higher more/less before/after
    after/before first/last northern/southern southern/northern eastern/western western/eastern north/south south/north
    won/lost lost/won accepted/rejected rejected/accepted supported/opposed opposed/supported began/ended ended/began
    allowed/forbade strong/weak rich/poor majority/minority early/late older/younger legal/illegal public/private
    gained/lost opened/closed closed/opened best/worst better/worse positive/negative""".split()
)
QUANTIFIERS = {
    "some": "all", "many": "all", "most": "all", "several": "all", "often": "always", "sometimes": "always",
    "usually": "always", "all": "few", "always": "rarely", "every": "no", "Some": "All", "Many": "All", "Most": "All",
    "Several": "All", "All": "Few",
}  # fmt: skip
_NUMBER = re.compile(r"(?<![\w.,/-])\d{1,3}(?:,\d{3})+(?![\w,])|(?<![\w.,/-])\d{1,3}(?:\.\d+)?(?![\w,.]\w|\w)")
_YEAR = re.compile(r"(?<![\w,./-])(?:1[0-9]|20)\d\d(?![\w,-]\d|\d)")
_RUN = re.compile(r"(?<=[a-z,] )[A-Z][a-zé'.-]+(?: (?:of |the )?[A-Z][a-zé'.-]+){0,3}(?![\w'’])")
_LEADING_RUN = re.compile(_RUN.pattern.replace("(?<=[a-z,] )", r"(?:(?<=[a-z,] )|^)"))
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|will|can|could|should|has|have|had|would|must)\b(?! (?:not|only)\b)")
_NOT = re.compile(r"(?<=\b(?:is|as|re|ve|ad|ll|an|ld|st|id|es|do)) not\b|(?<=\bcan)not\b")
_QUOTED = re.compile(r'“([^”]*)”|"([^"]*)"')
QUOTE = 12
"""Least characters of a quotation that is changed."""
_VERB = re.compile(r"\b[a-z]{3,}ed\b|\b(?:gave|took|beat|led|won|built|wrote|sent|met|made|drove|held|left|became)\b")
_SYMMETRIC = re.compile(
    r"\b(?:and|or|in|at|on|from|of|between|met|married|including|such as|was|is|are|were|called|named|known)\b|[,;()]"
)


class Contrast(NamedTuple):
    """A sentence to check, and whether its evidence supports it."""

    sentence: str
    evidence: str
    supported: bool
    kind: str
    """The change or the rewording."""
    article: str


def contrasts(articles: Iterable[tuple[str, str]], seed: int = 6) -> Iterator[tuple[Contrast, Contrast]]:
    """A true rewording and a changed sentence for each usable sentence; the rarest kinds are preferred.

    Every other change is applied to the reworded sentence.

    Args:
        articles: name and text of each.
        seed: of all random choices.
    """
    chance = random.Random(seed)
    used: Counter[str] = Counter()
    for article, text in articles:
        names = sorted(filter(_is_name, set(_RUN.findall(text))))
        for sentence, evidence in _sentences(text, chance):
            true = _rarest(dict(rewordings(sentence, chance)), used)
            changes = _changes(sentence if used.total() % 4 < 2 or not true else true[1], evidence, names, chance)
            false = _rarest(changes, used)
            if true and false:
                used.update((true[0], false[0]))
                yield (
                    Contrast(true[1], evidence, True, true[0], article),
                    Contrast(false[1], evidence, False, false[0], article),
                )


def _rarest(variants: dict[str, str], used: Counter[str]) -> tuple[str, str] | None:
    return min(variants.items(), key=lambda variant: used[variant[0]], default=None)


def _changes(sentence: str, evidence: str, names: Sequence[str], chance: random.Random) -> dict[str, str]:
    variants = {kind: change(sentence, names, chance) for kind, change in CHANGES.items()}
    return {kind: text for kind, text in variants.items() if text and text not in evidence}


def _sentences(text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Usable sentences, each with its evidence: the sentence itself, with its neighbours, or its paragraph."""
    for paragraph in paragraphs(text):
        spans = split(text, paragraph.start, paragraph.end)
        for number, span in enumerate(spans):
            sentence = text[span.start : span.end]
            if SHORTEST <= len(sentence.split()) <= LONGEST and sentence.endswith(".") and sentence[0].isupper():
                neighbours = spans[max(0, number - 1) : number + 2]
                candidates = (
                    sentence,
                    text[neighbours[0].start : neighbours[-1].end],
                    text[paragraph.start : paragraph.end],
                )
                yield sentence, chance.choice(candidates)


def _number(sentence: str, _: Sequence[str], chance: random.Random) -> str | None:
    digits = [match for match in _NUMBER.finditer(sentence) if not _is_near_month(sentence, match)]
    words = [match for match in re.finditer(rf"\b(?:{'|'.join(COUNTS)})\b", sentence)]
    if not digits and not words:
        return None
    match = chance.choice(digits or words)
    other = _other_number(match.group(), chance) if digits else _other(COUNTS, match.group(), chance)
    return sentence[: match.start()] + other + sentence[match.end() :]


def _is_near_month(sentence: str, match: re.Match[str]) -> bool:
    around = sentence[max(0, match.start() - 10) : match.start()] + sentence[match.end() : match.end() + 11]
    return any(month in around for month in MONTH_NAMES)


def _other_number(number: str, chance: random.Random) -> str:
    value = float(number.replace(",", ""))
    other = value * chance.choice((0.5, 2, 3, 10)) + chance.choice((0, 1, 2))
    if "." in number:
        return f"{other + 0.3:.1f}"
    changed = round(other) + (round(other) == value)
    return f"{changed:,}" if "," in number else str(changed)


def _other(words: Sequence[str], word: str, chance: random.Random) -> str:
    return chance.choice([other for other in words if other != word])


def _date(sentence: str, _: Sequence[str], chance: random.Random) -> str | None:
    years = list(_YEAR.finditer(sentence))
    names = [match for match in re.finditer(r"\b[A-Z][a-z]+day\b|\b[A-Z][a-z]{2,8}\b", sentence) if _calendar(match)]
    if not years and not names:
        return None
    match = chance.choice(years + names)
    date = match.group()
    other = (
        _other(_calendar(match), date, chance) if match in names else str(int(date) + chance.choice((-11, -3, 2, 7)))
    )
    return sentence[: match.start()] + other + sentence[match.end() :]


def _calendar(match: re.Match[str]) -> list[str]:
    return next(
        (names for names in (WEEKDAY_NAMES, MONTH_NAMES) if match.group() in names and match.group() != "May"), []
    )


def _name(sentence: str, names: Sequence[str], chance: random.Random) -> str | None:
    runs = [
        match for match in _RUN.finditer(sentence) if not _has_date_name(match.group()) and match.end() < len(sentence)
    ]
    if not runs:
        return None
    match = chance.choice(runs)
    known = set(match.group().lower().split())
    others = [
        name
        for name in names
        if len(name.split()) == len(match.group().split())
        and name not in sentence
        and not _has_date_name(name)
        and not any(word[:4] in {other[:4] for other in known} for word in name.lower().split())
    ]
    return sentence[: match.start()] + chance.choice(others) + sentence[match.end() :] if others else None


def _is_name(run: str) -> bool:
    """Whether a run of capitalised words is a name: no month or weekday, and not across a sentence boundary."""
    opens_sentence = re.split(r"[ '’]", run)[0].lower() in STOP_WORDS
    return run[-1].isalnum() and not opens_sentence and not _has_date_name(run)


def _has_date_name(name: str) -> bool:
    return any(word.strip(".'") in (*MONTH_NAMES, *WEEKDAY_NAMES) for word in name.split())


def _negation(sentence: str, _: Sequence[str], chance: random.Random) -> str | None:
    negation = _NOT.search(sentence)
    if negation:
        return sentence[: negation.start()] + sentence[negation.end() :]
    auxiliary = _AUXILIARY.search(sentence)
    return f"{sentence[: auxiliary.end()]} not{sentence[auxiliary.end() :]}" if auxiliary else None


def _roles(sentence: str, names: Sequence[str], chance: random.Random) -> str | None:
    runs = [match for match in _LEADING_RUN.finditer(sentence) if match.group() in names or match.start()]
    for left, right in pairwise(match for match in runs if not _has_date_name(match.group())):
        agent, patient, between = left.group(), right.group(), sentence[left.end() : right.start()]
        distinct = agent not in patient and patient not in agent and not patient.endswith(".")
        if distinct and _VERB.search(between) and not _SYMMETRIC.search(between):
            return sentence[: left.start()] + patient + between + agent + sentence[right.end() :]
    return None


def _quote(sentence: str, _: Sequence[str], chance: random.Random) -> str | None:
    spans = (match.span(1) if match[1] else match.span(2) for match in _QUOTED.finditer(sentence))
    long = [span for span in spans if span[1] - span[0] >= QUOTE]
    words = [match for start, end in long for match in re.compile(r"\b[a-z]{5,}\b").finditer(sentence, start, end)]
    if not words:
        return None
    match = chance.choice(words)
    other = _other("lasting broken modern silent distant careful hidden certain".split(), match.group(), chance)
    return sentence[: match.start()] + other + sentence[match.end() :]


def _replacement(table: dict[str, str]) -> Callable[[str, Sequence[str], random.Random], str | None]:
    pattern = re.compile(rf"\b(?:{'|'.join(table)})\b")

    def change(sentence: str, _: Sequence[str], chance: random.Random) -> str | None:
        matches = list(pattern.finditer(sentence))
        if not matches:
            return None
        match = chance.choice(matches)
        return sentence[: match.start()] + table[match.group()] + sentence[match.end() :]

    return change


CHANGES: dict[str, Callable[[str, Sequence[str], random.Random], str | None]] = {
    "number": _number,
    "date": _date,
    "name": _name,
    "negation": _negation,
    "roles": _roles,
    "quote": _quote,
    "quantifier": _replacement(QUANTIFIERS),
    "opposite": _replacement(OPPOSITES),
}
"""The changes by kind; each returns None where it does not apply."""
