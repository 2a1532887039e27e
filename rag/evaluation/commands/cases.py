"""`rag eval convert, generate`: cases from public data, and drafts of cases from the articles or from feedback."""

from pathlib import Path
from typing import Annotated

import typer

from rag.evaluation.commands.options import SUITE, ArticlesDir, SuitePath, exit_codes

REVIEW = Path("evals/review.jsonl")


def convert_command(
    source: Annotated[Path, typer.Argument(help="A SQuAD file, or a BEIR folder.")],
    into: Annotated[Path, typer.Argument(help="The folder to make.")],
    *,
    limit: Annotated[int | None, typer.Option(min=1, help="Most cases written.")] = None,
) -> None:
    """Turn a public data set into articles and cases of your own."""
    from rag.evaluation.cases.datasets import convert_dataset

    with exit_codes():
        made = convert_dataset(source, into, limit)
    typer.echo(f"{made.written} cases. Next: rag eval run --suite {made.cases} --articles {made.articles}")


def generate_command(
    suite: SuitePath = SUITE,
    articles: ArticlesDir = None,
    *,
    feedback: Annotated[Path | None, typer.Option(help="What the chat kept of likes and dislikes.")] = None,
    into: Annotated[Path, typer.Option(help="The review file; drafts are added to it.")] = REVIEW,
    limit: Annotated[int, typer.Option(min=1, help="Most drafts added.")] = 20,
) -> None:
    """Draft cases from the articles, or from what users liked, into a file for a person to read."""
    from rag.evaluation.cases.corpus import read_corpus
    from rag.evaluation.cases.generation import append_drafts, from_articles, from_feedback
    from rag.llm import open_model
    from rag.settings import Settings

    with exit_codes():
        settings = Settings.load()
        corpus = read_corpus(articles or settings.articles_dir)
        added = append_drafts(
            into, from_feedback(feedback) if feedback else from_articles(corpus, open_model(settings)), limit
        )
    typer.echo(f"{added} drafts added to {into}. Read them, mend them, move what is good into {suite}/")
