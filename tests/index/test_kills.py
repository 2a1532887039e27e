import logging
from pathlib import Path

import pytest

from evals.benchmarks.kills import seeds, survive


@pytest.mark.timeout(300)
def test_an_index_survives_20_kills(tmp_path: Path) -> None:
    logging.getLogger("rag").setLevel(logging.ERROR)
    runs = survive(tmp_path / "killed", seeds(Path("seeds")), kills=20, seed=20)
    assert sum(not run.finished for run in runs) >= 10  # most kills hit the sync, or this tests nothing
