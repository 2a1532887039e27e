"""Load test of the chat: seconds to the first sentence and to the whole answer when many users ask at once.

    python -m evals.benchmarks.crowd [--people 20] [--rounds 3] [--url http://127.0.0.1:7860]

Without --url it starts `rag serve` on the five articles and stops it afterwards.
"""

import argparse
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from evals.benchmarks.person import Person, Wait

SEED_QUESTIONS = (
    "Why did Serbs put up roadblocks in December 2022?",
    "How many Serb troops could return to Kosovo under the UN resolution?",
    "In what year did Kosovo become independent?",
    "What is the capital of France?",
    "Which border crossings did Kosovo Police close?",
)


def main() -> int:
    """Ask from all users at once, in rounds, and print the latencies; exit code 1 when any question had an error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--url")
    options = parser.parse_args()
    with _server(options.url) as url:
        waits = _ask_at_once(url, options.people, options.rounds)
    errors = [wait.error for wait in waits if wait.error]
    print(f"{options.people} people at once, {options.rounds} rounds: {len(waits)} questions, {len(errors)} errors")
    columns = {"first sentence": [wait.first for wait in waits], "whole answer": [wait.whole for wait in waits]}
    for name, seconds in columns.items():
        median, p95 = quantile(seconds, 0.5), quantile(seconds, 0.95)
        print(f"{name}: p50 {median:.2f} s, p95 {p95:.2f} s, worst {max(seconds):.2f} s")
    for error in sorted(set(errors)):
        print(f"error: {error}")
    return 1 if errors else 0


def quantile(seconds: Sequence[float], share: float) -> float:
    """The value that this share of the times do not exceed."""
    return sorted(seconds)[min(len(seconds) - 1, round(share * (len(seconds) - 1)))]


@contextmanager
def _server(url: str | None) -> Iterator[str]:
    if url:
        yield url
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [Path(sys.executable).with_name("rag"), "serve", "--port", str(port)], stdout=subprocess.DEVNULL
    )
    try:
        yield wait_for_server(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


def wait_for_server(url: str) -> str:
    """The address, once a chat answers there."""
    for _ in range(300):
        try:
            if httpx.get(f"{url}/health").is_success:
                return url
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit(f"{url} does not answer.")


def _ask_at_once(url: str, people: int, rounds: int) -> list[Wait]:
    barrier = threading.Barrier(people)
    waits: list[Wait] = []

    def ask_rounds(number: int) -> None:
        with httpx.Client(base_url=url, timeout=60) as client:
            person = Person(client)
            for turn in range(rounds):
                barrier.wait()
                waits.append(person.ask(SEED_QUESTIONS[(number + turn) % len(SEED_QUESTIONS)]))

    threads = [threading.Thread(target=ask_rounds, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits


if __name__ == "__main__":
    sys.exit(main())
