"""Load test of the chat: seconds to the first sentence and to the whole answer when many users ask at once.

    python -m evals.benchmarks.crowd [--people 20] [--rounds 3] [--url http://127.0.0.1:7860]

Without --url it starts `rag serve` on the five articles and stops it afterwards.
"""

import argparse
import json
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
SENTENCE = re.compile(r"class=\\*\"(?:sentence|refusal)")
"""A sentence or the refusal in the HTML that the server streams."""


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
    config = httpx.get(f"{url}/config").json()
    number = next(event["id"] for event in config["dependencies"] if any(name == "ask" for _, name in event["targets"]))
    barrier = threading.Barrier(people)
    waits: list[Wait] = []

    def ask_rounds(person: int) -> None:
        with httpx.Client(base_url=f"{url}/gradio_api", timeout=60) as client:
            tab = secrets.token_hex(6)
            for turn in range(rounds):
                barrier.wait()
                waits.append(_ask(client, number, tab, QUESTIONS[(person + turn) % len(QUESTIONS)]))

    threads = [threading.Thread(target=ask_rounds, args=(person,)) for person in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits


def _ask(client: httpx.Client, number: int, tab: str, question: str) -> Wait:
    started = time.perf_counter()
    first, error = 0.0, ""
    event = {"fn_index": number, "data": [], "event_data": {"text": question}, "session_hash": tab}
    joined = client.post("/queue/join", json=event)
    if not joined.is_success:
        return Wait(0.0, 0.0, f"{joined.status_code} {joined.text[:100]}")
    with client.stream("GET", "/queue/data", params={"session_hash": tab}) as stream:
        for line in stream.iter_lines():
            if not first and SENTENCE.search(line):
                first = time.perf_counter() - started
            if '"msg":"process_completed"' in line.replace(" ", ""):
                completed = json.loads(line.removeprefix("data:"))
                error = "" if completed["success"] else str(completed["output"])[:100]
                break
    return Wait(first, time.perf_counter() - started, error or ("" if first else "no sentence came"))


if __name__ == "__main__":
    sys.exit(main())
