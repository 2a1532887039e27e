from pathlib import Path

import numpy as np

from rag import Assistant, Settings
from rag.exploring.themes import cluster


def test_articles_are_joined_while_their_groups_are_alike_on_average() -> None:
    angles = np.radians([0, 10, 20, 90, 100, 180])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert cluster(vectors, 0.9) == [[0, 1, 2], [3, 4], [5]]
    assert cluster(vectors, 1.1) == [[0], [1], [2], [3], [4], [5]]
    assert cluster(vectors[:1], 0.5) == [[0]]


def test_a_heading_has_no_words_of_any_news_text(tmp_path: Path) -> None:
    (tmp_path / "court.txt").write_text("The judge said that the court heard the appeal. The lawyer said no more.")
    (tmp_path / "trial.txt").write_text("A court told the lawyer that the judge said yes. The judge said so twice.")
    (tmp_path / "cup.txt").write_text("The striker said that he scored two goals in the cup final.")
    with Assistant.open(Settings(index_dir=tmp_path / "index", articles_dir=tmp_path)) as assistant:
        heading = assistant.overview().sections[0].heading
    assert {"court", "judge", "lawyer"} == set(heading.casefold().split(", "))
