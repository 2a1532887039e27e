"""The parts of an answer that is more than one paragraph: sections of rows, whose sentences the answer holds."""

from dataclasses import dataclass
from typing import Literal

Form = Literal["answer", "overview", "timeline", "comparison", "names", "articles", "remark"]
"""What an answer is: sentences that answer one question, or a view of many articles; `remark` is said by rag itself."""


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One line of a section."""

    label: str
    """An article's title, a date, a name; empty where the sentences stand for themselves."""
    sentences: tuple[int, ...] = ()
    """Positions in `Answer.sentences`."""
    remark: str = ""
    """What rag says of the row: where its date comes from, how often a name is mentioned."""
    article: str = ""
    """Id of the article that the label names; empty where it names none."""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading."""

    heading: str
    """Empty for a single section."""
    rows: tuple[SectionRow, ...]
    remark: str = ""
    """What rag says of the section: "and 12 more articles"."""
