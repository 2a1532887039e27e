"""Start-up time: a whole `rag ask` against the bare import of Chroma, in pairs, and the latency of an open assistant.

Processor seconds, of all cores, stand beside those that passed: on a busy machine only they can be compared.

python -m evals.benchmarks.start
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from rag import Assistant, Settings

QUESTIONS = (
    "Why did Serbs put up roadblocks in December 2022?",
    "In what year did Kosovo become independent?",
    "What is the population of Pristina?",
    "Who is the prime minister of Kosovo?",
)
WARM = 25
"""Repetitions of each question with an open assistant."""


class CommandTime(NamedTuple):
    """What a command takes, in seconds."""

    passed: float
    processor: float
    """Of all cores, by the command and its children."""


def time_command(*command: str) -> CommandTime:
    """Run a command; its output is discarded."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return CommandTime(time.perf_counter() - started, processor)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, default=Path("seeds"))
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(index_dir=Path(scratch) / "index", articles_dir=options.articles)
        with Assistant.open(settings) as assistant:
            warm = _time_answers(assistant)
        ask = (str(Path(sys.executable).parent / "rag"), "ask", QUESTIONS[0])
        paths = {"RAG_INDEX_DIR": str(settings.index_dir), "RAG_ARTICLES_DIR": str(settings.articles_dir)}
        env = ("env", *(f"{name}={value}" for name, value in paths.items()))
        pairs = [
            (time_command(*env, *ask), time_command(sys.executable, "-c", "import chromadb"))
            for _ in range(options.pairs)
        ]
    for name in CommandTime._fields:
        ours, chroma = (statistics.median(getattr(one, name) for one in times) for times in zip(*pairs, strict=True))
        print(
            f"seconds, {name}: rag ask {ours:.2f}, import chromadb {chroma:.2f}: "
            f"{ours / chroma:.2f} times (medians of {len(pairs)} pairs)"
        )
    print(f"question to quoted answer, warm: median {statistics.median(warm) * 1000:.1f} ms, of {len(warm)}")


def _time_answers(assistant: Assistant) -> list[float]:
    times = []
    for question in QUESTIONS * WARM:
        started = time.perf_counter()
        assistant.ask(question)
        times.append(time.perf_counter() - started)
    return times


if __name__ == "__main__":
    main()
