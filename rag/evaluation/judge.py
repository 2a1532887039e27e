"""Sentence + evidence + model -> a second opinion: its reply parsed strictly and kept, its accuracy by calibration."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from rag.checking import Label, Verdict
from rag.checking.judges.llm import Judgement, JudgementLabel, judge_messages, parse_judgement, request_judgement
from rag.errors import ModelError, RunError
from rag.evaluation.cases.corpus import Corpus
from rag.evaluation.metrics.grounding import FAITHFULNESS, resolve_citations
from rag.evaluation.metrics.scores import Score, not_applicable, number, unscored
from rag.evaluation.runs.records import CaseRecord
from rag.llm import Model
from rag.prompts import Messages

_LABELS: dict[JudgementLabel, Label] = {
    "supported": "supported",
    "partly": "unsupported",
    "unsupported": "unsupported",
    "contradicted": "contradicted",
}


class ModelJudge:
    """Asks a model whether evidence supports a sentence; each question is paid for once.

    Args:
        model: who judges.
        folder: where opinions are kept, one file a judge.
    """

    def __init__(self, model: Model, folder: Path) -> None:
        self._model = model
        self._folder = folder

    @cached_property
    def name(self) -> str:
        """The model and the prompt it judges by."""
        return f"{self._model.name}-{_digest(judge_messages('', ''))[:8]}"

    @property
    def _file(self) -> Path:
        return self._folder / f"{re.sub(r'[^A-Za-z0-9.-]+', '_', self.name)}.jsonl"

    @property
    def accuracy_file(self) -> Path:
        """Where its calibration is kept."""
        return self._file.with_suffix(".worth.json")

    @cached_property
    def _kept(self) -> dict[str, str]:
        if not self._file.is_file():
            return {}
        rows = (json.loads(line) for line in self._file.read_text(encoding="utf-8").splitlines() if line.endswith("}"))
        return {row["key"]: row["reply"] for row in rows}

    def judgement(self, sentence: str, evidence: Sequence[str]) -> Judgement:
        """The model's verdict; an error of the model is no verdict, and the model is asked again next time."""
        messages = judge_messages(sentence, "\n".join(evidence))
        key = _digest(messages)
        if key not in self._kept:
            try:
                reply = request_judgement(self._model, self._model.open_budget(), messages)
            except ModelError as error:
                return Judgement(None, str(error))
            self._keep(key, reply)
        return parse_judgement(self._kept[key])

    def verdict(self, sentence: str, evidence: Sequence[str], published: date | None) -> Verdict | None:
        """The verdict as a checker gives it; None where there is none."""
        label, reason = self.judgement(sentence, evidence)
        return label and Verdict(_LABELS[label], float(label == "supported"), "", None, reason)

    def _keep(self, key: str, reply: str) -> None:
        self._kept[key] = reply
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "reply": reply}, ensure_ascii=False) + "\n")

    @property
    def accuracy(self) -> "JudgeAccuracy | None":
        """How accurate it was on labelled sentences; None when it was not calibrated."""
        try:
            return JudgeAccuracy(**json.loads(self.accuracy_file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            raise RunError(f"{self.accuracy_file} is damaged. Calibrate again: rag eval calibrate --judge") from error


def _digest(messages: Messages) -> str:
    return hashlib.sha256("\n---\n".join(messages).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class JudgeAccuracy:
    """How a judge did on sentences that people had labelled."""

    sensitivity: float
    """Share of supported sentences it called supported."""
    specificity: float
    """Share of the others it did not."""
    labelled: int
    unscored: int

    @property
    def agreement(self) -> float:
        """Balanced accuracy."""
        return (self.sensitivity + self.specificity) / 2

    def corrected(self, observed: float) -> float | None:
        """The true share of supported sentences where this judge reports the observed one.

        (observed + specificity - 1) / (sensitivity + specificity - 1), cut to 0..1 (Rogan & Gladen 1978); None when the
        judge is no better than chance: then nothing follows from its verdicts.
        """
        power = self.sensitivity + self.specificity - 1
        return min(1.0, max(0.0, (observed + self.specificity - 1) / power)) if power > 0 else None

    def save(self, file: Path) -> None:
        """Keep it beside the judge's opinions."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self)), encoding="utf-8")


def faithfulness(record: CaseRecord, corpus: Corpus, judge: ModelJudge) -> Score:
    """Share of an answer's sentences that the judge finds supported by what they cite, claim by claim.

    Unscored as a whole when it has no verdict on any one sentence: a part would be a mean over what was easy.
    """
    if record.answer is None or not record.answer.sentences:
        return not_applicable(FAITHFULNESS, "no sentence was shown")
    resolved = [resolve_citations(record.answer, sentence, corpus) for sentence in record.answer.sentences]
    judgements = [judge.judgement(sentence.sentence.text, sentence.quotes) for sentence in resolved]
    missing = next((judgement for judgement in judgements if judgement.label is None), None)
    if missing:
        return unscored(FAITHFULNESS, missing.reason)
    supported = [judgement.label == "supported" for judgement in judgements]
    return number(FAITHFULNESS, sum(supported) / len(supported))


def judge_line(judge: ModelJudge, values: Iterable[float]) -> str:
    """The judge's score with its accuracy beside it, as one line."""
    scores = list(values)
    if not scores:
        return f"judge {judge.name}: no verdict on any answer"
    observed = sum(scores) / len(scores)
    accuracy = judge.accuracy
    if accuracy is None:
        return f"judge {judge.name}: faithfulness {observed:.3f}, uncalibrated: rag eval calibrate --judge LABELS"
    corrected = accuracy.corrected(observed)
    true = "nothing follows: it is no better than chance" if corrected is None else f"corrected {corrected:.3f}"
    counts = f"{accuracy.labelled} sentences, {accuracy.unscored} unscored"
    agreement = f"agrees with people {accuracy.agreement:.3f} (balanced, {counts})"
    return f"judge {judge.name}: faithfulness {observed:.3f}, {true}; {agreement}"
