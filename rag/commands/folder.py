"""`rag overview, timeline, compare`: the articles as a whole."""

from typing import TYPE_CHECKING, Annotated

import typer

from rag.commands.options import After, ArticleIds, Before, In, Json, open_assistant, read_bounds
from rag.commands.questions import article_links

if TYPE_CHECKING:
    from rag.answering.answer import Answer
    from rag.assistant import Assistant

Topic = Annotated[str | None, typer.Argument(help="Only what is on this topic.")]


def overview_command(
    topic: Topic = None,
    *,
    names: Annotated[bool, typer.Option("--names", help="The people, places and organisations instead.")] = False,
    as_json: Json = False,
    after: After = None,
    before: Before = None,
    article: ArticleIds = None,
    folder: In = None,
) -> None:
    """Show what each article says in one or two of its own sentences, by theme."""
    with open_assistant() as assistant:
        bounds = read_bounds(assistant, after, before, article, folder)
        view = assistant.names(**bounds) if names else assistant.overview(topic, **bounds)
        _print(assistant, view, as_json=as_json)


def timeline_command(
    topic: Topic = None,
    *,
    as_json: Json = False,
    after: After = None,
    before: Before = None,
    article: ArticleIds = None,
    folder: In = None,
) -> None:
    """Show what the articles date, in order, an event of several articles once."""
    with open_assistant() as assistant:
        bounds = read_bounds(assistant, after, before, article, folder)
        _print(assistant, assistant.timeline(topic, **bounds), as_json=as_json)


def compare_command(
    one: Annotated[str, typer.Argument(help="Article by its id, or the beginning of it.")],
    other: Annotated[str, typer.Argument(help="The second article.")],
    *,
    as_json: Json = False,
) -> None:
    """Show where two articles differ, what both tell of, and what only one of them has."""
    with open_assistant() as assistant:
        _print(assistant, assistant.compare(one, other), as_json=as_json)


def _print(assistant: "Assistant", view: "Answer", *, as_json: bool) -> None:
    from rag.console import print_answer, print_json

    if as_json:
        print_json(view.to_dict())
    else:
        print_answer(view, article_links(assistant))
