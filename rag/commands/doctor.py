"""`rag doctor`: the findings of rag/doctor.py, one a line."""

from dataclasses import asdict

import typer

from rag.commands.options import Json


def doctor_command(*, as_json: Json = False) -> None:
    """Tell what is configured, how the index stands, and what would make answers better."""
    from rag.console import print_json
    from rag.doctor import diagnose

    findings = diagnose()
    if as_json:
        print_json([asdict(finding) for finding in findings])
    for finding in () if as_json else findings:
        typer.echo(f"{'ok   ' if finding.good else 'check'} {finding.topic}: {finding.text}")
    raise typer.Exit(0 if all(finding.good for finding in findings) else 1)
