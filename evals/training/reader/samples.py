"""What the reader learns from in one step: a question beside the sentences of a passage, with their labels."""

import random
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from evals.training.reader.corpus import contains_answer

UNKNOWN = -1
"""Label of a sentence that nobody judged."""
HOLE = 0.25
"""Share of passages from whose middle a sentence is left out."""
DATED, DATE_IN_QUESTION, YEAR_MOVED = 0.4, 0.06, 0.15
"""Shares of samples that get a random date; whose question names the date; whose question's year is moved from the
sentences to the date."""
LETTERS_A_TOKEN = 4.4
_YEAR = re.compile(r"\b(1[89]\d\d|20[012]\d)\b")
_FIRST_DAY, _DAYS = date(1995, 1, 1), 11_500

LabelledSentences = list[tuple[str, int]]
"""Sentences, each with 1, 0 or UNKNOWN."""


@dataclass(frozen=True, slots=True)
class ReaderSample:
    """A question beside a passage."""

    question: str
    title: str
    published: date | None
    sentences: tuple[str, ...]
    labels: tuple[int, ...]
    """1, 0 or UNKNOWN for each sentence."""
    answers: tuple[str, ...]
    answerable: int
    """1 when the passage answers, else 0."""
    weight: float = 1.0
    """In the loss."""


def estimate_tokens(sentences: LabelledSentences) -> float:
    """About how many tokens sentences and their markers have."""
    return sum(len(sentence) / LETTERS_A_TOKEN + 1 for sentence, _ in sentences)


def trim_passage(sentences: LabelledSentences, tokens: float, rng: random.Random) -> LabelledSentences:
    """Sentences cut at both ends to about a number of tokens, some with one missing; those that answer stay."""
    kept = list(sentences)
    while len(kept) > 1 and estimate_tokens(kept) > tokens:
        ends = [end for end in (0, -1) if kept[end][1] != 1]
        if not ends:
            break
        kept.pop(rng.choice(ends))
    removable = [number for number, (_, label) in enumerate(kept) if label != 1]
    if len(kept) > 2 and removable and rng.random() < HOLE:
        kept.pop(rng.choice(removable))
    return kept


def add_date(sample: ReaderSample, rng: random.Random) -> ReaderSample:
    """The sample, some with a random publication date, which the question may name.

    Without them the reader would not learn that "in May 2014" may be answered by an article of that month.
    """
    day = sample.published or _FIRST_DAY + timedelta(days=rng.randrange(_DAYS))
    year = _YEAR.search(sample.question)
    if year and not sample.published and rng.random() < YEAR_MOVED:
        return _move_year_to_date(sample, day.replace(year=int(year.group()), day=min(day.day, 28)))
    if not year and rng.random() < DATE_IN_QUESTION:
        month = f"{day:%B}"
        when = rng.choice((f"in {day.year}", f"{day.year}", f"in {month} {day.year}", f"{month} {day.year}"))
        return replace(sample, question=f"{sample.question.rstrip('? ')} {when}?", published=day)
    return sample if sample.published or rng.random() >= DATED else replace(sample, published=day)


def _move_year_to_date(sample: ReaderSample, day: date) -> ReaderSample:
    """The sample with the question's year in the date only, unless the year is the answer."""
    year = str(day.year)
    if contains_answer(year, sample.answers) or any(year in answer for answer in sample.answers):
        return replace(sample, published=day)
    mention = re.compile(rf",?\s*\b(?:in|of|during|since)?\s*\b{year}\b")
    sentences = tuple(mention.sub("", sentence) or sentence for sentence in sample.sentences)
    return replace(sample, published=day, sentences=sentences)
