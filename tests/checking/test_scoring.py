from rag.checking.features import FEATURES, LENGTH
from rag.checking.judges.base import NO_VERDICT_SCORE
from rag.checking.scoring import checker_model


def test_every_feature_has_a_weight_and_none_but_the_length_speaks_for_a_sentence() -> None:
    weights = checker_model().logistic.weights
    assert tuple(weights) == FEATURES
    assert all(weight <= 0 for name, weight in weights.items() if name != LENGTH)


def test_what_speaks_against_a_sentence_lowers_its_probability() -> None:
    clear = dict.fromkeys(FEATURES, 0.0) | {LENGTH: 2.0}
    model = checker_model().logistic
    for name in ("words missing", "numbers differ", "names missing", "turned round"):
        assert model.probability(clear | {name: 1.0}) < model.probability(clear)


def test_no_verdict_lies_between_the_two_thresholds() -> None:
    assert 0 < checker_model().unsupported < NO_VERDICT_SCORE < checker_model().supported < 1
