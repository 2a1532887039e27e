"""Settings -> judge: the one place that opens every kind of judge."""

from pathlib import Path

from rag.checking.judges.base import Judge, Opinion
from rag.errors import SettingsError
from rag.llm import Budget, Model
from rag.settings import Settings

__all__ = ["MODEL_JUDGE", "SMALL_JUDGE", "Judge", "Opinion", "open_judge"]

MODEL_JUDGE = "model"
"""The value of `Settings.judge` by which the language model that writes also judges."""
SMALL_JUDGE = "small"
"""The value of `Settings.judge` by which the small shipped network judges alone."""


def open_judge(settings: Settings, model: Model | None = None, budget: Budget | None = None) -> Judge | None:
    """Open the judge that the settings name.

    A language model judges each answer on that answer's own budget; so it is opened once an answer, with its budget,
    while a local model is opened once a process.

    Args:
        settings: `judge` is empty, `small`, `model` or `onnx:FOLDER`.
        model: the language model that writes; None where there is none.
        budget: the budget of the answer that is judged; None where no answer is written yet.

    Returns:
        None where both shipped networks judge, and for `model` without a model and a budget.

    Raises:
        SettingsError: `judge` is anything else.
        CheckError: the files of the local model are missing or unusable.
    """
    kind, _, place = settings.judge.partition(":")
    if settings.judge == MODEL_JUDGE and model and budget:
        from rag.checking.judges.llm import LanguageModelJudge

        return LanguageModelJudge(model, budget)
    if settings.judge in ("", MODEL_JUDGE):
        return None
    if settings.judge == SMALL_JUDGE:
        from rag.checking.weighing import ShippedJudge

        return ShippedJudge(large=False)
    if kind == "onnx" and place:
        from rag.checking.judges.nli import NliJudge

        return NliJudge(settings.judge, Path(place).expanduser())
    raise SettingsError(
        f"Unknown judge {settings.judge!r}. Use {SMALL_JUDGE}, {MODEL_JUDGE}, onnx:FOLDER, or leave it empty."
    )
