"""`rag doctor`: the findings of rag/doctor.py, one a line."""

from dataclasses import asdict
from typing import Annotated

import typer

from rag.commands.options import Json


def doctor_command(
    *,
    as_json: Json = False,
    migrate: Annotated[
        bool, typer.Option("--migrate", help="First bring the tables of an index in PostgreSQL to this version.")
    ] = False,
) -> None:
    """Tell what is configured, how the index stands, and what would make answers better."""
    from rag.console import print_json
    from rag.doctor import diagnose

    if migrate:
        _migrate()
    findings = diagnose()
    if as_json:
        print_json([asdict(finding) for finding in findings])
    for finding in () if as_json else findings:
        typer.echo(f"{'ok   ' if finding.good else 'check'} {finding.topic}: {finding.text}")
    raise typer.Exit(0 if all(finding.good for finding in findings) else 1)


def _migrate() -> None:
    from rag.index import migrate_index
    from rag.settings import Settings

    settings = Settings.load()
    steps = migrate_index(settings)
    typer.echo(
        f"{settings.index_name}: {steps} steps to this version's tables" if steps else "nothing to migrate", err=True
    )
