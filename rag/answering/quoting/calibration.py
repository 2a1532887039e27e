"""What turns the reader's logits into probabilities and decisions: fitted weights and thresholds, in one file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.logistic import LogisticModel
from rag.settings import Settings

CALIBRATION_FILE = Path(__file__).with_name("reader.json")
"""Written by evals/training/reader_calibration.py, with what it was fitted to and how well it does on what it never
saw."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What is shown at which confidence, 0 to 1."""

    abstain_below: float
    """The articles do not say it."""
    sure_from: float
    """The quotes answer; in between they are shown as the nearest."""
    quote_share: float
    """Share of the best sentence's score that a further one needs to be quoted beside it."""

    def override(self, settings: Settings) -> "Thresholds":
        """The thresholds that the settings name, these where they name none."""
        abstain_below = self.abstain_below if settings.confidence is None else settings.confidence
        sure_from = self.sure_from if settings.sure is None else settings.sure
        quote_share = self.quote_share if settings.quote_share is None else settings.quote_share
        return Thresholds(abstain_below, max(abstain_below, sure_from), quote_share)


WITHOUT_READER = Thresholds(abstain_below=0.4, sure_from=0.4, quote_share=0.75)
"""For words and cosines alone. At .4, 84 % of SQuAD questions are answered, and 72 % refused once the passages that
hold the answer are gone; on CLAP NQ 78 % and 77 %."""


@dataclass(frozen=True, slots=True)
class ReaderCalibration:
    """The two logistic models over a reader's logits, and the decisions made on their probabilities."""

    sentence: LogisticModel
    """Probability of one sentence answering, over `marking.sentence_features`."""
    confidence: LogisticModel
    """Probability that the hits answer, over `confidence.reader_features`."""
    thresholds: Thresholds
    reader: str
    """sha256 of the network that it was fitted to."""


@dataclass(frozen=True, slots=True)
class SecondCalibration(ReaderCalibration):
    """The same of the reader that reads again, over `second_reading`'s features."""

    doubted_below: float
    """The first confidence below which the passages are read again."""


def calibrated_thresholds(settings: Settings) -> Thresholds:
    """The thresholds of the reader that the settings name, before what the settings override."""
    if settings.reader == "none":
        return WITHOUT_READER
    return (second_calibration() if settings.reader == "large" else reader_calibration()).thresholds


@lru_cache(maxsize=1)
def reader_calibration() -> ReaderCalibration:
    """The calibration of the small reader that comes with the package."""
    content = _content()
    return ReaderCalibration(*_models(content), content["reader"])


@lru_cache(maxsize=1)
def second_calibration() -> SecondCalibration:
    """The calibration of the large reader that comes with the package."""
    second = _content()["second"]
    return SecondCalibration(*_models(second), second["reader"], second["doubted_below"])


def _content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(CALIBRATION_FILE.read_text(encoding="utf-8"))
    return content


def _models(content: Mapping[str, Any]) -> tuple[LogisticModel, LogisticModel, Thresholds]:
    sentence, confidence = (LogisticModel(**content[name]) for name in ("sentence", "confidence"))
    return sentence, confidence, Thresholds(**content["thresholds"])
