import logging
from pathlib import Path

import pytest

from evals.benchmarks.kills import kill_syncs, read_sentences


@pytest.mark.timeout(300)
def test_an_index_survives_20_kills(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "rag")  # and not for the tests after this one
    runs = kill_syncs(tmp_path / "killed", read_sentences(Path("seeds")), kills=20, seed=20)
    assert sum(not run.finished for run in runs) >= 10  # most kills hit the sync, or this tests nothing
