"""Which articles a search may use, and how a search index that knows no filters is searched within one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from rag.index.copies import Copies
from rag.index.paths import PathRules
from rag.index.records import Entry, PassageScores

NO_COPIES = Copies()
WIDENING = 4
"""Factor by which a search is repeated until enough of its passages exist and pass the filter."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Bounds on the articles searched; the default lets everything through.

    With `after` or `before` set, articles that state no date are left out.
    """

    after: date | None = None
    """First publication day let through."""
    before: date | None = None
    """Last publication day let through."""
    articles: frozenset[str] | None = None
    """Ids let through; None for all."""
    collection: str | None = None
    """Folder below the ingested one, or file of several articles, whose articles are let through; None for all."""
    paths: tuple[PathRules, ...] = ()
    """Rules on the paths of the articles' files, each of which has to let an article through."""

    @property
    def id_prefix(self) -> str | None:
        """What the ids of the collection begin with; None without a collection."""
        return None if self.collection is None else f"{self.collection}/"

    def admits(self, entry: Entry) -> bool:
        """Whether an article is let through."""
        if not all(rules.admits(entry.source) for rules in self.paths):
            return False
        if self.articles is not None and entry.id not in self.articles:
            return False
        if not entry.id.startswith(self.id_prefix or ""):
            return False
        if entry.date is None:
            return self.after is None and self.before is None
        return (self.after or date.min) <= entry.date <= (self.before or date.max)


def search_admitted(
    search: Callable[[int], PassageScores],
    admitted: Callable[[Iterable[int]], frozenset[int]],
    k: int,
    copies: Copies = NO_COPIES,
) -> PassageScores:
    """The k best passages of a search that are admitted.

    Args:
        search: the best passages of all, as many as it is called with.
        admitted: those of some passages that exist and pass the filter.
        k: passages wanted.
        copies: passages that the search does not know, because they repeat others.
    """
    wanted = k
    while True:
        ranking = search(wanted)
        kept = copies.thin(keep_admitted(copies.insert(ranking), admitted))
        if len(kept) >= k or len(ranking) < wanted:
            return kept[:k]
        wanted *= WIDENING


def keep_admitted(ranking: PassageScores, admitted: Callable[[Iterable[int]], frozenset[int]]) -> PassageScores:
    """A ranking without the passages that are not admitted."""
    numbers = admitted(number for number, _ in ranking)
    return [(number, score) for number, score in ranking if number in numbers]
