"""No network that runs here reports on its use."""

import os
import subprocess
import sys
from pathlib import Path

ASK = """
from rag import check
verdict = check("The bridge was shut.", "The bridge over the Tista has been closed to lorries since Monday.")
assert verdict.score > 0
"""


def test_running_the_networks_leaves_nothing_in_the_home_folder_and_identifies_nobody(tmp_path: Path) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    home = tmp_path / "home"
    home.mkdir()
    subprocess.run(
        [sys.executable, "-c", ASK],
        check=True,
        cwd=Path(__file__).parents[1],
        env={**kept, "HOME": str(home)},  # without CI and the like, which ONNX Runtime takes for a reason to be silent
    )
    assert list(home.rglob("*")) == []
