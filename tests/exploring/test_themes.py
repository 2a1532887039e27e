import numpy as np

from rag.exploring.themes import cluster


def test_articles_are_joined_while_their_groups_are_alike_on_average() -> None:
    angles = np.radians([0, 10, 20, 90, 100, 180])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert cluster(vectors, 0.9) == [[0, 1, 2], [3, 4], [5]]
    assert cluster(vectors, 1.1) == [[0], [1], [2], [3], [4], [5]]
    assert cluster(vectors[:1], 0.5) == [[0]]
