"""`rag ask, chat, search`: questions to the articles."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.commands.options import (
    After,
    ArticleIds,
    Before,
    In,
    Json,
    QuestionArgument,
    open_assistant,
    read_bounds,
)
from rag.errors import QuestionError

if TYPE_CHECKING:
    from rag.answering.answer import Answer
    from rag.assistant import Assistant
    from rag.library import Bounds

ABSTAINED = 3
"""Exit code of `ask` when the articles do not answer; 0 answered, 1 error, 2 wrong usage."""


def ask_command(
    question: QuestionArgument,
    *,
    as_json: Json = False,
    after: After = None,
    before: Before = None,
    article: ArticleIds = None,
    folder: In = None,
) -> None:
    """Answer a question; exit code 3 when the articles do not say."""
    from rag.console import print_answer, print_json, watch_answers

    with open_assistant() as assistant:
        bounds = read_bounds(assistant, after, before, article, folder)
        answer = watch_answers(assistant.stream(question, **bounds))
        if as_json:
            print_json(answer.to_dict())
        else:
            print_answer(answer, article_links(assistant))
            _print_suggestions(assistant, answer, bounds)
    raise typer.Exit(0 if answer.status == "answered" else ABSTAINED)


def chat_command() -> None:
    """Ask one question after another in this terminal; an empty line ends it."""
    from rag.answering.answer import Turn
    from rag.console import print_answer, watch_answers

    history: tuple[Turn, ...] = ()
    with open_assistant() as assistant:
        while question := _next_question():
            try:
                answer = watch_answers(assistant.stream(question, history))
            except QuestionError as error:
                typer.echo(f"rag: {error}", err=True)
                continue
            print_answer(answer, article_links(assistant))
            history = (*history, Turn(question, answer.text))


def search_command(
    question: QuestionArgument,
    *,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Passages wanted.")] = 10,
    as_json: Json = False,
    after: After = None,
    before: Before = None,
    article: ArticleIds = None,
    folder: In = None,
) -> None:
    """List the passages nearest to a question, best first."""
    from rag import rich_text
    from rag.answering.jsonable import to_jsonable
    from rag.console import open_console, print_json

    with open_assistant() as assistant:
        hits = assistant.search(question, k, **read_bounds(assistant, after, before, article, folder))
    if as_json:
        print_json([to_jsonable(asdict(hit)) for hit in hits])
    else:
        open_console().print(rich_text.search_results(hits), soft_wrap=True)


def _print_suggestions(assistant: "Assistant", answer: "Answer", bounds: "Bounds") -> None:
    from rag.library import as_filter
    from rag.render import ASK_INSTEAD, replace_controls
    from rag.suggestions import suggest_questions

    if answer.status != "abstained":
        return
    within = as_filter(**bounds)
    ids = [entry.id for entry in assistant.articles() if within.admits(entry)] if any(bounds.values()) else None
    if suggested := suggest_questions(assistant, answer, ids):
        typer.echo("\n".join(["", ASK_INSTEAD, *(f"  {replace_controls(question)}" for question in suggested)]))


def article_links(assistant: "Assistant") -> dict[str, str]:
    """Where each article opens, by its id."""
    return {entry.id: Path(entry.source).resolve().as_uri() for entry in assistant.articles()}


def _next_question() -> str:
    try:
        return input("> ").strip()
    except (EOFError, KeyboardInterrupt):
        return ""
