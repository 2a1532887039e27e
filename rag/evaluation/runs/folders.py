"""Run -> folder: everything needed to read a run again and to make it again."""

import hashlib
import importlib.metadata
import json
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import rag
from rag.errors import RunError
from rag.evaluation.cases.suite import Suite
from rag.evaluation.runs import records, results
from rag.settings import Settings

PACKAGES = ("numpy", "onnxruntime", "tokenizers", "chromadb", "tantivy", "llama-index-core", "openai", "xllamacpp")
_LATEST = "latest"
_SECRET = ("key", "token_", "password", "secret")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run depends on; two runs with the same `identity` ask the same cases of the same product."""

    suite_path: str
    suite: str
    articles_path: str
    articles: dict[str, str]
    settings: dict[str, object]
    prompts: dict[str, str]
    repeat: int
    started: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    commit: str = ""

    @property
    def identity(self) -> str:
        """What must be the same for a run to be resumed."""
        parts = [self.suite, self.articles, self.settings, self.prompts, self.repeat]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where one run lies."""

    path: Path

    @property
    def records_file(self) -> Path:
        """What the product answered, one line a case and repeat, in the order of asking."""
        return self.path / "records.jsonl"

    @property
    def results_file(self) -> Path:
        """What was measured."""
        return self.path / "results.json"

    @property
    def report(self) -> Path:
        """The page for people."""
        return self.path / "report.html"

    @property
    def junit(self) -> Path:
        """The same for a CI."""
        return self.path / "junit.xml"

    def manifest(self) -> Manifest:
        """What the run depends on."""
        file = self.path / "run.json"
        try:
            return Manifest(**json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise RunError(f"{self.path} is no run ({error}). Make one: rag eval run") from error

    def read_results(self) -> results.Results:
        """What was measured.

        Raises:
            RunError: the run was not finished.
        """
        return results.read_results(self.results_file, f"{self.path} was not finished. Go on: rag eval run --resume")

    def read_records(self) -> tuple[records.CaseRecord, ...]:
        """What the product answered so far."""
        return records.read_records(self.records_file)


def describe_run(suite: Suite, settings: Settings, repeat: int) -> Manifest:
    """Everything a run of a suite depends on, as it stands now."""
    return Manifest(
        suite_path=str(suite.path),
        suite=suite.digest,
        articles_path=str(suite.articles),
        articles=suite.corpus.fingerprints(),
        settings=_public_settings(settings),
        prompts=_prompts(),
        repeat=repeat,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        versions=_versions(),
        commit=_commit(),
    )


def create_run(runs: Path, manifest: Manifest) -> RunFolder:
    """A new folder for a run, named by its start and its identity."""
    name = f"{manifest.started[:19].replace(':', '').replace('T', '-')}-{manifest.identity}"
    folder = RunFolder(_free(runs / name))
    folder.path.mkdir(parents=True)
    (folder.path / "run.json").write_text(json.dumps(asdict(manifest), indent=1, default=str), encoding="utf-8")
    (runs / _LATEST).write_text(folder.path.name, encoding="utf-8")
    return folder


def find_run(runs: Path, name: str = _LATEST) -> RunFolder:
    """A run by name, the beginning of one, its path, or `latest`.

    Raises:
        RunError: there is none, or the beginning fits several.
    """
    if (Path(name) / "run.json").is_file():
        return RunFolder(Path(name))
    if name == _LATEST and (runs / _LATEST).is_file():
        name = (runs / _LATEST).read_text(encoding="utf-8").strip()
    matches = sorted(folder for folder in runs.glob(f"{name}*") if (folder / "run.json").is_file())
    exact = [folder for folder in matches if folder.name == name] or matches
    if len(exact) != 1:
        names = ", ".join(folder.name for folder in matches) or "none fits"
        raise RunError(f"No single run {name!r} in {runs} ({names}). Make one: rag eval run")
    return RunFolder(exact[0])


def _free(path: Path) -> Path:
    number = 1
    while path.exists():
        number += 1
        path = path.with_name(f"{path.name.split('_')[0]}_{number}")
    return path


def _public_settings(settings: Settings) -> dict[str, object]:
    values = settings.model_dump(mode="json", exclude={"index", "index_dir", "articles_dir"})
    return {name: "***" if value and any(word in name for word in _SECRET) else value for name, value in values.items()}


def _prompts() -> dict[str, str]:
    package = Path(rag.__file__).parent
    files = sorted({*package.glob("prompts/*.md"), *package.parent.glob("prompts/*.md")})
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:16] for file in files}


def _versions() -> dict[str, str]:
    versions = {"rag": rag.__version__, "python": platform.python_version(), "machine": platform.platform()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "not installed"
    return versions


def _commit() -> str:
    """The checkout's commit, with + when it has changes; empty outside one."""
    here = Path(rag.__file__).parent.parent
    try:
        process = subprocess.run(
            ["git", "describe", "--always", "--abbrev=12", "--dirty=+", "--exclude=*"],
            cwd=here, capture_output=True, text=True, timeout=10, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return process.stdout.strip()
