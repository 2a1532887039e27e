"""What the commands share: options, an open assistant, and articles named by their ids."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rag.assistant import Assistant

QuestionArgument = Annotated[str, typer.Argument(help="What to ask.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Name every file that was left out, and print every note.")
]
After = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only articles published from this day on.")]
Before = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only articles published up to this day.")]
ArticleIds = Annotated[list[str] | None, typer.Option("--article", help="Only this article, by its id; repeatable.")]


@contextmanager
def open_assistant(*, rebuild: bool = False) -> "Iterator[Assistant]":
    """The assistant of the settings, with a progress bar for what has to be indexed first."""
    from rag.assistant import Assistant
    from rag.console import progress_bar

    with progress_bar() as progress, Assistant.open(rebuild=rebuild, progress=progress) as assistant:
        yield assistant


def require_articles(assistant: "Assistant", ids: list[str] | None) -> None:
    """Stop at an id that no article has: an answer over no article would read as if the articles said nothing.

    Raises:
        ArticleMissing: there is no such article.
    """
    if ids and assistant.articles():
        for id in ids:
            assistant.article(id)


def as_date(moment: datetime | None) -> date | None:
    """The day of what typer reads as a moment."""
    return moment.date() if moment else None
