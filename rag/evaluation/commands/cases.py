"""`rag eval convert, export, generate`: cases from and to other formats, and drafts from the articles or feedback."""

from pathlib import Path
from typing import Annotated

import typer

from rag.evaluation.commands.options import RUNS, SUITE, ArticlesDir, Runs, SuitePath, exit_codes, suite_at

REVIEW = Path("evals/review.jsonl")


def convert_command(
    source: Annotated[Path, typer.Argument(help="A BEIR folder, or a file of SQuAD, ragas, DeepEval or promptfoo.")],
    into: Annotated[Path, typer.Argument(help="The folder to make.")],
    *,
    limit: Annotated[int | None, typer.Option(min=1, help="Most cases written.")] = None,
) -> None:
    """Turn a data set of another format into articles and cases."""
    from rag.evaluation.cases.datasets import convert_dataset

    with exit_codes():
        made = convert_dataset(source, into, limit)
    typer.echo(f"{made.written} cases. Next: rag eval run --suite {made.cases} --articles {made.articles}")


def export_command(
    name: Annotated[str, typer.Argument(metavar="FORMAT", help="ragas, deepeval or promptfoo.")],
    into: Annotated[Path, typer.Argument(help="The file to write.")],
    suite: SuitePath = SUITE,
    articles: ArticlesDir = None,
    *,
    run: Annotated[str, typer.Option(help="A run whose answers and hits are written along; none without it.")] = "",
    runs: Runs = RUNS,
) -> None:
    """Write the cases, with the answers of a run, as a data set of another framework."""
    from rag.evaluation.cases.datasets import export_dataset
    from rag.evaluation.runs.folders import find_run

    with exit_codes():
        opened = suite_at(suite, articles)
        records = find_run(runs, run).read_records() if run else ()
        answers = {record.case: record.answer for record in records if record.answer}
        written = export_dataset(name, opened, into, answers)
    left_out = len(opened.cases) - written
    note = f"; {left_out} lean on earlier turns or planted articles" if left_out else ""
    typer.echo(f"{written} cases in {into}{note}")


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
