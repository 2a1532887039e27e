import json

from rag.answering.quoting import CONFIDENCE_FILE, confidence_features, confidence_model, rank
from rag.embedding import Embedder
from rag.passages import Passage
from rag.retrieval import Hit
from rag.text.sentences import split

TEXT = "Owls hunt mice at night. Their ears are uneven."
HIT = Hit(Passage("a.txt", "Owls", None, TEXT, 0, len(TEXT), split(TEXT)), 1.0, (0.7, 0.3))


def test_the_weights_were_fitted_to_the_shipped_embedder(minilm: Embedder) -> None:
    assert (confidence_model().embedder, confidence_model().fingerprint) == (minilm.name, minilm.fingerprint)


def test_every_feature_has_a_weight_and_every_weight_a_feature() -> None:
    ranking = rank("What do owls hunt?", [HIT])
    features = confidence_features(ranking.question, ranking.candidates)
    assert list(features) == list(confidence_model().logistic.weights)


def test_the_file_says_what_the_weights_were_fitted_to() -> None:
    content = json.loads(CONFIDENCE_FILE.read_text(encoding="utf-8"))
    assert content["made by"].startswith("python -m evals.training.confidence")
    assert set(content["learnt from"]) == set(content["AUC, 5-fold cross-validated"])


def test_a_missing_name_and_a_missing_number_are_features() -> None:
    ranking = rank("How many owls did Athena keep?", [HIT])
    features = confidence_features(ranking.question, ranking.candidates)
    assert (features["name missing"], features["value missing"], features["measure missing"]) == (1, 1, 1)
