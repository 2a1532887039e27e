"""What the commands share: options, an open assistant, and articles named by their ids."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.library import Bounds

QuestionArgument = Annotated[str, typer.Argument(help="What to ask.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Name every file that was left out, and print every note.")
]
After = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only articles published from this day on.")]
Before = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only articles published up to this day.")]
ArticleIds = Annotated[list[str] | None, typer.Option("--article", help="Only this article, by its id; repeatable.")]
In = Annotated[
    str | None,
    typer.Option(
        "--in", metavar="FOLDER", help="Only this folder below the ingested one, or this file of several articles."
    ),
]


@contextmanager
def open_assistant(*, rebuild: bool = False) -> "Iterator[Assistant]":
    """The assistant of the settings, with a progress bar for what has to be indexed first."""
    from rag.assistant import Assistant
    from rag.console import progress_bar

    with progress_bar() as progress, Assistant.open(rebuild=rebuild, progress=progress) as assistant:
        yield assistant


def read_bounds(
    assistant: "Assistant",
    after: datetime | None,
    before: datetime | None,
    articles: list[str] | None,
    collection: str | None,
) -> "Bounds":
    """The bounds that the options set.

    Raises:
        IndexMissing: there is no such article or collection.
    """
    if articles or collection:
        assistant.require(articles, collection)
    return {"after": as_date(after), "before": as_date(before), "articles": articles, "collection": collection}


def as_date(moment: datetime | None) -> date | None:
    """The day of what typer reads as a moment."""
    return moment.date() if moment else None
