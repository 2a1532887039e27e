"""Which articles a search may use."""

from dataclasses import dataclass
from datetime import date


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
