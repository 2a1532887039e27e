"""Load test of the chat: seconds to the first sentence and to the whole answer when many users ask at once.

    python -m evals.benchmarks.crowd [--people 20] [--rounds 3] [--url http://127.0.0.1:7860]

Without --url it starts `rag serve` on the five articles and stops it afterwards.
"""

import argparse
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

QUESTIONS = (
    "Why did Serbs put up roadblocks in December 2022?",
    "How many Serb troops could return to Kosovo under the UN resolution?",
    "In what year did Kosovo become independent?",
    "What is the capital of France?",
    "Which border crossings did Kosovo Police close?",
)
SENTENCE = re.compile(r'class="(?:sentence|refusal)')
"""A sentence or the refusal in the HTML that the server sends."""
DRAWING = re.compile(r'data-drawing="(\d+)')


class Wait(NamedTuple):
    """The latency of one question in seconds; `error` is empty when it was answered."""

    first: float
    whole: float
    error: str


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
        median, p95 = _quantile(seconds, 0.5), _quantile(seconds, 0.95)
        print(f"{name}: p50 {median:.2f} s, p95 {p95:.2f} s, worst {max(seconds):.2f} s")
    for error in sorted(set(errors)):
        print(f"error: {error}")
    return 1 if errors else 0


def _quantile(seconds: list[float], share: float) -> float:
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
        yield _wait_for(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(url: str) -> str:
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

    def ask_rounds(person: int) -> None:
        with httpx.Client(base_url=f"{url}/gradio_api/run", timeout=60) as client:
            chat = secrets.token_hex(12)
            for turn in range(rounds):
                barrier.wait()
                waits.append(_ask(client, chat, QUESTIONS[(person + turn) % len(QUESTIONS)]))

    threads = [threading.Thread(target=ask_rounds, args=(person,)) for person in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits


def _ask(client: httpx.Client, chat: str, question: str) -> Wait:
    """Ask as the page does: `ask` begins the answer, and `follow` waits for each of its sentences."""
    started = time.perf_counter()
    turn, first = secrets.token_hex(12), 0.0
    event, sent = "ask", {"chat": chat, "turn": turn, "text": question, "drawing": 0}
    while True:
        reply = client.post(f"/page_{event}", json={"data": [sent]})
        if not reply.is_success:
            return Wait(0.0, 0.0, f"{reply.status_code} {reply.text[:100]}")
        drawn = reply.json()["data"][0]["value"]
        newest = drawn[drawn.index(turn) :]  # the turn of this question, after those before it
        if not first and SENTENCE.search(newest):
            first = time.perf_counter() - started
        if 'aria-busy="true"' not in drawn:
            return Wait(first, time.perf_counter() - started, "" if first else "no sentence came")
        event, sent = "follow", {"chat": chat, "drawing": int(DRAWING.findall(drawn)[0])}


if __name__ == "__main__":
    sys.exit(main())
