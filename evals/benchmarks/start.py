"""Start-up time: a whole `rag ask` against the bare import of Chroma, in pairs, and the latency of an open assistant.

python -m evals.benchmarks.start
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rag import Assistant, Settings

QUESTIONS = (
    "Why did Serbs put up roadblocks in December 2022?",
    "In what year did Kosovo become independent?",
    "What is the population of Pristina?",
    "Who is the prime minister of Kosovo?",
)
WARM = 25
"""Repetitions of each question with an open assistant."""


def time_command(*command: str) -> float:
    """Seconds that a command takes; its output is discarded."""
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


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
    rag_seconds, chroma_seconds = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(
        f"rag ask {rag_seconds:.2f} s, import chromadb {chroma_seconds:.2f} s: "
        f"{rag_seconds / chroma_seconds:.2f} times (medians of {len(pairs)} pairs)"
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
