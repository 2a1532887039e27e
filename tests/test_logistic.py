from pathlib import Path

import numpy as np
import pytest

from rag.logistic import LogisticModel, sigmoid


def test_a_logit_and_an_array_of_logits_give_the_same_probabilities() -> None:
    assert sigmoid(0.0) == 0.5
    assert sigmoid(np.array([-1.5, 0.0, 2.0])).tolist() == pytest.approx([sigmoid(-1.5), 0.5, sigmoid(2.0)])


def test_a_model_is_read_from_its_file_and_weighs_features_by_name(tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    file.write_text('{"made by": "a test", "intercept": -1, "weights": {"cosine": 2, "length": 0.5}}')
    model = LogisticModel.load(file)
    assert model.probability({"length": 2.0, "cosine": 0.0, "unused": 9.0}) == 0.5
    assert model.probability({"length": 2.0, "cosine": 1.0}) == sigmoid(2.0)
