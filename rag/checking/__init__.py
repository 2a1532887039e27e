"""Sentence + evidence -> verdict: is what the sentence says what its sources say?"""

from pathlib import Path

from rag.checking.checker import check
from rag.checking.judges.base import Judge, Opinion
from rag.checking.verdict import Label, Verdict
from rag.errors import SettingsError
from rag.settings import Settings

__all__ = ["MODEL", "Judge", "Label", "Opinion", "Verdict", "check", "open_judge"]

MODEL = "model"
"""The setting by which the language model that writes judges, too; each answer's own bill pays it."""


def open_judge(settings: Settings) -> Judge | None:
    """Load the local judge that the settings name; None when the checker, or the language model, judges.

    Raises:
        SettingsError: `judge` is not empty, `model` or `onnx:FOLDER`.
        CheckError: its files are missing or unusable.
    """
    kind, _, place = settings.judge.partition(":")
    if settings.judge in ("", MODEL):
        return None
    if kind == "onnx" and place:
        from rag.checking.judges.nli import InferenceJudge

        return InferenceJudge(settings.judge, Path(place).expanduser())
    raise SettingsError(f"Unknown judge {settings.judge!r}. Use onnx:FOLDER, {MODEL}, or leave it empty.")
