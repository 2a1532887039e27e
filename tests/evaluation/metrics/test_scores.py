import pytest

from rag.evaluation.metrics import retrieval
from rag.evaluation.metrics.scores import number


def test_no_score_is_ever_nan() -> None:
    with pytest.raises(ValueError, match="nan"):
        number(retrieval.HIT, float("nan"))
