"""Contents -> who and what: the people, places and organisations, each with the sentence that introduces it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.checking.rules.names import variants
from rag.embedding import Embedder
from rag.exploring.contents import ArticleContents
from rag.exploring.name_mentions import NameMention, find_names
from rag.exploring.name_types import NAME_TYPES, NameType, classify_names
from rag.exploring.report import ReportRow, ReportSection
from rag.text.words import fold

LEAST_PROBABILITY: dict[NameType, float] = {"person": 0.6, "place": 0.5, "organisation": 0.4, "other": 1.0}
"""Below it a name is not said to be anything. By eye on the names of 35 articles, nine of ten of those shown are what
the heading says."""
LEAST_FOR_ONE = 0.7
"""The same for a single word that stands in one sentence only."""
CLASSIFIED = 200
"""Names that are classified, those mentioned most first: a second of work."""
SAMPLED = 3
"""Sentences of a name that its type is taken from."""
MOST_NAMES = 25
"""Names of one type."""
HEADINGS: dict[NameType, str] = {"person": "People", "place": "Places", "organisation": "Organisations"}
_LINKS = frozenset({"of", "the", "and", "for"})
_NOWHERE = 10**12
"""Offset of a name that an article does not mention."""
_PLACE = NAME_TYPES.index("place")


@dataclass(frozen=True, slots=True)
class Name:
    """A person, place or organisation with every mention of it, in the order of the texts."""

    name: str
    mentions: tuple[NameMention, ...]

    @property
    def articles(self) -> frozenset[str]:
        """Ids of the articles that mention it."""
        return frozenset(mention.sentence.passage.article for mention in self.mentions)


@dataclass(frozen=True, slots=True)
class TypedName:
    """A name and the probability of each of `NAME_TYPES`."""

    name: Name
    probabilities: NDArray[np.float64]

    @property
    def type(self) -> NameType:
        """What it is most likely; `other` where that is not likely enough."""
        likeliest = NAME_TYPES[int(self.probabilities.argmax())]
        single = len(self.name.mentions) == 1 and " " not in self.name.name
        least = LEAST_FOR_ONE if single else LEAST_PROBABILITY[likeliest]
        return likeliest if float(self.probabilities.max()) >= least else "other"


def collect_names(contents: Iterable[ArticleContents]) -> tuple[Name, ...]:
    """The names of the articles, those mentioned most first; a surname counts for the whole name before it."""
    groups: dict[str, list[NameMention]] = defaultdict(list)
    for mention in find_names([sentence for one in contents for sentence in one.sentences]):
        groups[mention.name].append(mention)
    names = {name: Name(name, tuple(mentions)) for name, mentions in groups.items()}
    merged: dict[str, list[NameMention]] = defaultdict(list)
    for name in names.values():
        home = max(
            (other for other in names.values() if _is_part(name, other)),
            key=lambda one: len(one.mentions),
            default=name,
        )
        merged[home.name].extend(name.mentions)
    return tuple(
        sorted((Name(name, tuple(found)) for name, found in merged.items()), key=lambda one: -len(one.mentions))
    )


def type_names(names: Sequence[Name], embedder: Embedder) -> tuple[TypedName, ...]:
    """The names mentioned most with what each is, without adjectives of others: "Serbian" beside "Serbia".

    Args:
        names: as `collect_names` returns them.
        embedder: the shipped one.
    """
    classified = names[:CLASSIFIED]
    rows = classify_names([(name.name, _samples(name)) for name in classified], embedder)
    typed = [TypedName(name, row) for name, row in zip(classified, rows, strict=True)]
    return tuple(one for one in typed if not any(_is_adjective(one, other) for other in typed))


def name_sections(names: Sequence[TypedName], types: Sequence[NameType]) -> tuple[ReportSection, ...]:
    """One section a type, most mentioned first."""
    sections = []
    for type_ in types:
        rows = tuple(_row(one.name) for one in names if one.type == type_)
        more = len(rows) - MOST_NAMES
        sections.append(ReportSection(HEADINGS[type_], rows[:MOST_NAMES], f"and {more:,} more" if more > 0 else ""))
    return tuple(section for section in sections if section.rows)


def _samples(name: Name) -> list[str]:
    """A few sentences that have the name in full."""
    return [mention.sentence.text for mention in name.mentions if mention.name == name.name][:SAMPLED]


def _is_part(name: Name, whole: Name) -> bool:
    """Whether a name is a part of a longer one that introduces it in half of its articles, or a misspelling of it."""
    words, longer = fold(name.name).split(), fold(whole.name).split()
    if len(words) == 1 < len(longer) and words[0] in (longer[0], longer[-1]) and len(longer) <= 3:
        introduced = [article for article in name.articles if _comes_before(whole, name, article)]
        return not _LINKS & set(longer) and 2 * len(introduced) >= len(name.articles)
    alike = len(words) == len(longer) > 1 and all(
        one == other or variants(one, other) for one, other in zip(words, longer, strict=True)
    )
    return alike and words[0] == longer[0] and len(whole.mentions) > len(name.mentions)


def _comes_before(whole: Name, name: Name, article: str) -> bool:
    first = {one.name: _first_place(one, article) for one in (whole, name)}
    return first[whole.name] <= first[name.name] < _NOWHERE


def _first_place(name: Name, article: str) -> int:
    """Offset of the first sentence of an article that mentions a name."""
    passages = ((mention.sentence.passage.article, mention.sentence.quote.span.start) for mention in name.mentions)
    return min((start for id, start in passages if id == article), default=_NOWHERE)


def _is_adjective(one: TypedName, other: TypedName) -> bool:
    """Whether a single word is a form of another that is likelier a place."""
    left, right = fold(one.name.name), fold(other.name.name)
    single = (
        " " not in left and " " not in right and left != right and left[:3] == right[:3]
    )  # not Belgrade beside Serbia
    return single and one.probabilities[_PLACE] < other.probabilities[_PLACE] and variants(left, right)


def _row(name: Name) -> ReportRow:
    whole = [mention for mention in name.mentions if mention.name == name.name]
    sentence = next((mention.sentence for mention in whole if mention.introduced), whole[0].sentence)
    times, articles = len(name.mentions), len(name.articles)
    return ReportRow(name.name, (sentence.claim,), f"{times} mentions in {articles} articles" if articles > 1 else "")
