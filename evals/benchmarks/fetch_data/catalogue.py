"""Families of origins -> every labelled set, in the order of the printed table."""

from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.squad import SQUAD
from evals.benchmarks.fetch_data.unchanged import UNCHANGED_SETS
from evals.benchmarks.fetch_data.wice import WICE_SETS

LABELLED_SETS: tuple[LabelledSet, ...] = (SQUAD, *UNCHANGED_SETS, *WICE_SETS)
"""Every set that `make data` converts."""
