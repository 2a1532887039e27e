"""Articles -> contrast pairs: a true paraphrase of a sentence beside the same sentence with one thing changed.

No code is shared with the checker, but both were written by one hand: its opposites and quantifiers include all of
those below, and it was mended on pairs that these rules made. People's labels are the harder test.
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
"""Words of a sentence that is used."""
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
"""Characters of a quotation that is changed."""
_VERB = re.compile(r"\b[a-z]{3,}ed\b|\b(?:gave|took|beat|led|won|built|wrote|sent|met|made|drove|held|left|became)\b")
_EITHER_WAY = re.compile(
    r"\b(?:and|or|in|at|on|from|of|between|met|married|including|such as|was|is|are|were|called|named|known)\b|[,;()]"
)


class Contrast(NamedTuple):
    """A sentence to check, and whether its evidence bears it out."""

    sentence: str
    evidence: str
    supported: bool
    kind: str
    """What was changed, or how it was reworded."""
    article: str


def contrasts(articles: Iterable[tuple[str, str]], seed: int = 6) -> Iterator[tuple[Contrast, Contrast]]:
    """For each usable sentence of the articles a true rewording and a change; the rarest kinds first.

    Every other change is made to the reworded sentence.

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
            changed = _changed(sentence if used.total() % 4 < 2 or not true else true[1], evidence, names, chance)
            false = _rarest(changed, used)
            if true and false:
                used.update((true[0], false[0]))
                yield (
                    Contrast(true[1], evidence, True, true[0], article),
                    Contrast(false[1], evidence, False, false[0], article),
                )


def _rarest(made: dict[str, str], used: Counter[str]) -> tuple[str, str] | None:
    return min(made.items(), key=lambda one: used[one[0]], default=None)


def _changed(sentence: str, evidence: str, names: Sequence[str], chance: random.Random) -> dict[str, str]:
    made = {kind: change(sentence, names, chance) for kind, change in CHANGES.items()}
    return {kind: text for kind, text in made.items() if text and text not in evidence}


def _sentences(text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Usable sentences, each with evidence: itself, with its neighbours, or its whole paragraph."""
    for paragraph in paragraphs(text):
        spans = split(text, paragraph.start, paragraph.end)
        for number, span in enumerate(spans):
            sentence = text[span.start : span.end]
            if SHORTEST <= len(sentence.split()) <= LONGEST and sentence.endswith(".") and sentence[0].isupper():
                near = spans[max(0, number - 1) : number + 2]
                wider = (sentence, text[near[0].start : near[-1].end], text[paragraph.start : paragraph.end])
                yield sentence, chance.choice(wider)


def _number(sentence: str, _: Sequence[str], chance: random.Random) -> str | None:
    plain = [match for match in _NUMBER.finditer(sentence) if not _beside_month(sentence, match)]
    words = [match for match in re.finditer(rf"\b(?:{'|'.join(COUNTS)})\b", sentence)]
    if not plain and not words:
        return None
    match = chance.choice(plain or words)
    other = _other_number(match.group(), chance) if plain else _other(COUNTS, match.group(), chance)
    return sentence[: match.start()] + other + sentence[match.end() :]


def _beside_month(sentence: str, match: re.Match[str]) -> bool:
    around = sentence[max(0, match.start() - 10) : match.start()] + sentence[match.end() : match.end() + 11]
    return any(month in around for month in MONTH_NAMES)


def _other_number(said: str, chance: random.Random) -> str:
    value = float(said.replace(",", ""))
    other = value * chance.choice((0.5, 2, 3, 10)) + chance.choice((0, 1, 2))
    if "." in said:
        return f"{other + 0.3:.1f}"
    return f"{round(other) + (round(other) == value):,}" if "," in said else str(round(other) + (round(other) == value))


def _other(choices: Sequence[str], said: str, chance: random.Random) -> str:
    return chance.choice([one for one in choices if one != said])


def _date(sentence: str, _: Sequence[str], chance: random.Random) -> str | None:
    years = list(_YEAR.finditer(sentence))
    named = [match for match in re.finditer(r"\b[A-Z][a-z]+day\b|\b[A-Z][a-z]{2,8}\b", sentence) if _calendar(match)]
    if not years and not named:
        return None
    match = chance.choice(years + named)
    said = match.group()
    other = (
        _other(_calendar(match), said, chance) if match in named else str(int(said) + chance.choice((-11, -3, 2, 7)))
    )
    return sentence[: match.start()] + other + sentence[match.end() :]


def _calendar(match: re.Match[str]) -> list[str]:
    return next(
        (names for names in (WEEKDAY_NAMES, MONTH_NAMES) if match.group() in names and match.group() != "May"), []
    )


def _name(sentence: str, names: Sequence[str], chance: random.Random) -> str | None:
    runs = [
        match for match in _RUN.finditer(sentence) if not _calendared(match.group()) and match.end() < len(sentence)
    ]
    if not runs:
        return None
    match = chance.choice(runs)
    known = set(match.group().lower().split())
    others = [
        one
        for one in names
        if len(one.split()) == len(match.group().split())
        and one not in sentence
        and not _calendared(one)
        and not any(word[:4] in {other[:4] for other in known} for word in one.lower().split())
    ]
    return sentence[: match.start()] + chance.choice(others) + sentence[match.end() :] if others else None


def _is_name(run: str) -> bool:
    """Whether a run of capitals is more than a month, the end of one sentence or the start of another."""
    opens = re.split(r"[ '’]", run)[0].lower() in STOP_WORDS
    return run[-1].isalnum() and not opens and not _calendared(run)


def _calendared(name: str) -> bool:
    return any(word.strip(".'") in (*MONTH_NAMES, *WEEKDAY_NAMES) for word in name.split())


def _negation(sentence: str, _: Sequence[str], chance: random.Random) -> str | None:
    denied = _NOT.search(sentence)
    if denied:
        return sentence[: denied.start()] + sentence[denied.end() :]
    found = _AUXILIARY.search(sentence)
    return f"{sentence[: found.end()]} not{sentence[found.end() :]}" if found else None


def _roles(sentence: str, names: Sequence[str], chance: random.Random) -> str | None:
    runs = [match for match in _LEADING_RUN.finditer(sentence) if match.group() in names or match.start()]
    for left, right in pairwise(match for match in runs if not _calendared(match.group())):
        one, other, between = left.group(), right.group(), sentence[left.end() : right.start()]
        apart = one not in other and other not in one and not other.endswith(".")
        if apart and _VERB.search(between) and not _EITHER_WAY.search(between):
            return sentence[: left.start()] + other + between + one + sentence[right.end() :]
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


def _listed(table: dict[str, str]) -> Callable[[str, Sequence[str], random.Random], str | None]:
    pattern = re.compile(rf"\b(?:{'|'.join(table)})\b")

    def change(sentence: str, _: Sequence[str], chance: random.Random) -> str | None:
        found = list(pattern.finditer(sentence))
        if not found:
            return None
        match = chance.choice(found)
        return sentence[: match.start()] + table[match.group()] + sentence[match.end() :]

    return change


CHANGES: dict[str, Callable[[str, Sequence[str], random.Random], str | None]] = {
    "number": _number,
    "date": _date,
    "name": _name,
    "negation": _negation,
    "roles": _roles,
    "quote": _quote,
    "quantifier": _listed(QUANTIFIERS),
    "opposite": _listed(OPPOSITES),
}
"""Each change of a sentence: None where it does not apply."""
