"""Contents -> timeline: what the articles date, in order; one event that several articles report stands once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rag.answering.claims import Claim
from rag.answering.quoting.candidates import states_something
from rag.answering.review import check_claim
from rag.embedding import Vectors
from rag.exploring.contents import ArticleContents, ArticleSentence
from rag.exploring.event_dates import EventDate, event_dates
from rag.exploring.report import ReportRow, ReportSection
from rag.text.day_names import format_date, format_period
from rag.text.periods import Period

SAME_EVENT = 0.6
"""Cosine from which on two sentences of the same date tell one event: of the 2008 sentences of the five seeds those on
the declaration of independence have .6 and more with each other, the others .5 and less."""
MOST_EVENTS = 60
"""Rows of a timeline; of more, those that most articles report and nearest to what their article is about are shown."""
MOST_SENTENCES_OF_EVENT = 3
"""Sentences of one row."""
UNDATED = "Without a year"


@dataclass(frozen=True, slots=True)
class Event:
    """A sentence with the time it names first."""

    sentence: ArticleSentence
    period: Period
    vector: Vectors
    salience: float
    """Cosine with the mean of its article."""
    clause: str = ""
    """As in `EventDate`."""


def find_events(contents: Iterable[ArticleContents]) -> tuple[Event, ...]:
    """Every statement that names a time, in the order of the texts."""
    return tuple(event for one in contents for event in _events(one))


def timeline_sections(events: Sequence[Event]) -> tuple[ReportSection, ...]:
    """The dated events by date, and those without a year in the order of their articles."""
    groups = _most_reported(_join(events))
    left_out = len(_join(events)) - len(groups)
    dated = sorted((group for group in groups if not group[0].period.floating), key=_by_date)
    undated = [group for group in groups if group[0].period.floating]
    remark = f"and {left_out:,} more; name a topic to see them" if left_out else ""
    sections = (ReportSection("", tuple(map(_row, dated)), remark), ReportSection(UNDATED, tuple(map(_row, undated))))
    return tuple(section for section in sections if section.rows)


def _events(contents: ArticleContents) -> Iterable[Event]:
    mean = contents.mean
    for sentence, vector in zip(contents.sentences, contents.vectors, strict=True):
        time = _time(sentence)
        if time and states_something(sentence.passage, sentence.number):
            yield Event(sentence, time.period, vector, float(vector @ mean), time.clause)


def _time(sentence: ArticleSentence) -> EventDate | None:
    passage = sentence.passage
    before = passage.text[: passage.sentences[sentence.number].start - passage.start]
    return next(event_dates(sentence.text, passage.date, before), None)


def _join(events: Sequence[Event]) -> list[list[Event]]:
    """The events of one date that are reported alike, each group in the order of the texts."""
    groups: list[list[Event]] = []
    for event in events:
        same = (group for group in groups if _same_time(group[0], event))
        near = next(
            (group for group in same if min(float(event.vector @ one.vector) for one in group) >= SAME_EVENT), None
        )
        if near is None:
            groups.append([event])
        else:
            near.append(event)
    return groups


def _same_time(one: Event, other: Event) -> bool:
    if one.period.floating or other.period.floating:  # "that evening" of two articles need not be one day
        same_article = one.sentence.passage.article == other.sentence.passage.article
        return one.period.floating and other.period.floating and same_article and one.period.text == other.period.text
    return (one.period.first, one.period.last) == (other.period.first, other.period.last)


def _most_reported(groups: list[list[Event]]) -> list[list[Event]]:
    if len(groups) <= MOST_EVENTS:
        return groups
    kept = sorted(range(len(groups)), key=lambda number: _importance(groups[number]), reverse=True)[:MOST_EVENTS]
    return [groups[number] for number in sorted(kept)]


def _importance(group: Sequence[Event]) -> tuple[int, float]:
    return len({event.sentence.passage.article for event in group}), max(event.salience for event in group)


def _by_date(group: Sequence[Event]) -> tuple[int, int]:
    """By the first day; of periods that begin on one day the longer first."""
    period = group[0].period
    return period.first.toordinal(), -period.last.toordinal()


def _row(group: Sequence[Event]) -> ReportRow:
    events = [event for event in group if not event.clause] or group
    period = events[0].period
    label = period.text if period.floating else format_period(period.first, period.last)
    return ReportRow(label, _claims([event.sentence for event in events]), _remark(events[0]))


def _remark(event: Event) -> str:
    """From which words and day of publication its date was counted, and which clause it dates."""
    period, published = event.period, event.sentence.passage.date
    counted = published is not None and not period.floating and not period.names_year
    remark = f"“{period.text}” in an article of {format_date(published)}" if counted else ""
    clause = f"the date is that of “{event.clause}”" if event.clause else ""
    return "; ".join(part for part in (remark, clause) if part)


def _claims(sentences: Sequence[ArticleSentence]) -> tuple[Claim, ...]:
    """The sentence that most others bear out, citing these, too; then the others, each by itself."""
    supporters = [[other for other in sentences if other is not one and _bears_out(one, other)] for one in sentences]
    best = int(
        np.argmax([(len(others) + one.stands_alone / 2) for one, others in zip(sentences, supporters, strict=True)])
    )
    quotes = (sentences[best].quote, *(other.quote for other in supporters[best]))
    rest = [one for one in sentences if one is not sentences[best] and one not in supporters[best]]
    return (Claim(sentences[best].text, quotes), *(one.claim for one in rest))[:MOST_SENTENCES_OF_EVENT]


def _bears_out(one: ArticleSentence, other: ArticleSentence) -> bool:
    return check_claim(Claim(one.text, (other.quote,))).verdict.label == "supported"
