"""Families of origins -> every labelled set, in the order of the printed table."""

from evals.benchmarks.fetch_data.dialogues import DIALOGUE_SETS
from evals.benchmarks.fetch_data.experts import EXPERT_SETS
from evals.benchmarks.fetch_data.fever import FEVER_SETS
from evals.benchmarks.fetch_data.inference import INFERENCE_SETS
from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.natural_questions import NATURAL_QUESTION_SETS
from evals.benchmarks.fetch_data.passage_questions import PASSAGE_QUESTION_SETS
from evals.benchmarks.fetch_data.rewriting import REWRITING_SETS
from evals.benchmarks.fetch_data.squad import SQUAD
from evals.benchmarks.fetch_data.squad_pages import SQUAD_PAGE_SETS
from evals.benchmarks.fetch_data.summaries import SUMMARY_SETS
from evals.benchmarks.fetch_data.unanswerable import UNANSWERABLE_SETS
from evals.benchmarks.fetch_data.unchanged import UNCHANGED_SETS
from evals.benchmarks.fetch_data.wice import WICE_SETS

LABELLED_SETS: tuple[LabelledSet, ...] = (
    SQUAD,
    *UNCHANGED_SETS,
    *WICE_SETS,
    *FEVER_SETS,
    *INFERENCE_SETS,
    *SUMMARY_SETS,
    *DIALOGUE_SETS,
    *EXPERT_SETS,
    *NATURAL_QUESTION_SETS,
    *PASSAGE_QUESTION_SETS,
    *SQUAD_PAGE_SETS,
    *UNANSWERABLE_SETS,
    *REWRITING_SETS,
)
"""Every set that `make data` converts."""
