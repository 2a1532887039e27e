"""Two servers on one PostgreSQL behind haproxy, as docs/deploy/replicas.sh starts them, and one of them killed.

    apt-get install haproxy
    python -m evals.benchmarks.replicas ADDRESS --people 20 --rounds 6

ADDRESS is of an empty database with pgvector, and is left empty. Everyone asks at once, in rounds; in the middle of one
a server is killed. Counted are the times before, then and afterwards, questions without an answer, and answers that are
in nobody's chat any more.
"""

import argparse
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from evals.benchmarks.crowd import SEED_QUESTIONS, quantile, wait_for_server
from evals.benchmarks.person import Login, Person, Wait
from evals.benchmarks.postgres import emptied
from rag.chat.login import add_user
from rag.database import open_database
from rag.embedding import open_embedder
from rag.index import Index
from rag.settings import Settings

ROOT = Path(__file__).parents[2]
URL, KILLED_PORT = "http://127.0.0.1:7860", "7861"
"""Where docs/deploy/replicas.sh listens, and the server that is killed."""
TABLES = "rag_uploads, rag_shares, rag_feedback, rag_ledger, rag_rates"
PATIENCE = 60.0
"""Seconds for which a browser goes on trying; the page does so for ever."""
KILLED_AFTER = 0.5
"""Seconds into the round in the middle."""


class LoadTest(NamedTuple):
    """What everyone saw."""

    waits: list[list[Wait]]
    """Of each round."""
    sent_again: int
    """Requests that a server's end, or a proxy, cut."""
    lost: int
    """Answers that are in nobody's chat."""


@contextmanager
def start_replicas(address: str, folder: Path, logins: Sequence[Login]) -> Iterator[int]:
    """The script, once both of its servers answer; its process."""
    for login in logins:
        add_user(folder / "users.txt", *login)
    environment = {
        **os.environ,
        "RAG_INDEX": address,
        "RAG_CHAT_KEY": secrets.token_hex(32),
        "RAG_CHAT_DIR": str(folder / "chat"),
        "PYTHONPATH": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    script = [str(ROOT / "docs" / "deploy" / "replicas.sh"), str(folder / "users.txt")]
    with (folder / "log").open("w") as log:
        # A session of its own: its shell handles no signal before the proxy ends, so that all get it.
        process = subprocess.Popen(
            ["sh", *script], env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
        try:
            for url in ("http://127.0.0.1:7861", "http://127.0.0.1:7862", URL):
                wait_for_server(url)
            yield process.pid
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


def _kill_one(script: int) -> None:
    children = Path(f"/proc/{script}/task/{script}/children").read_text(encoding="ascii").split()
    commands = {int(child): Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0") for child in children}
    (killed,) = [child for child, command in commands.items() if KILLED_PORT.encode() in command]
    os.kill(killed, signal.SIGKILL)


def ask_in_rounds(script: int, logins: Sequence[Login], rounds: int) -> LoadTest:
    """Everyone asks a question in each round; in the one in the middle a server is killed."""
    barrier = threading.Barrier(len(logins) + 1, timeout=600)
    waits: list[list[Wait]] = [[] for _ in range(rounds)]
    counts: list[tuple[int, int]] = []

    def ask(number: int) -> None:
        # An address of one's own, as people have it who sit at machines of their own.
        transport = httpx.HTTPTransport(local_address=f"127.0.1.{number + 1}")
        with httpx.Client(base_url=URL, timeout=60, transport=transport) as client:
            person = Person(client, logins[number], PATIENCE)
            for turn, done in enumerate(waits):
                barrier.wait()
                done.append(person.ask(SEED_QUESTIONS[(number + turn) % len(SEED_QUESTIONS)]))
            counts.append((person.interruptions, person.count_lost()))

    with ThreadPoolExecutor(len(logins)) as pool:
        asking = [pool.submit(ask, number) for number in range(len(logins))]
        for turn in range(rounds):
            barrier.wait()
            if turn == rounds // 2:
                time.sleep(KILLED_AFTER)
                _kill_one(script)
        for one in asking:
            one.result()
    return LoadTest(waits, sum(again for again, _ in counts), sum(lost for _, lost in counts))


def _times(waits: Sequence[Wait]) -> str:
    answered = [wait for wait in waits if not wait.error]
    if not answered:
        return ""
    columns = {"first sentence": [wait.first for wait in answered], "whole answer": [wait.whole for wait in answered]}
    return "".join(
        f"; {name} p50 {quantile(seconds, 0.5):.2f} s, p95 {quantile(seconds, 0.95):.2f} s, worst {max(seconds):.2f} s"
        for name, seconds in columns.items()
    )


def report(test: LoadTest) -> Iterator[str]:
    """Lines of what everyone saw."""
    middle = len(test.waits) // 2
    parts = {
        "first round, in which people log in and networks are loaded": test.waits[:1],
        "with two servers": test.waits[1:middle],
        "while one is killed": test.waits[middle : middle + 1],
        "with one server": test.waits[middle + 1 :],
    }
    for name, rounds in parts.items():
        waits = [wait for one in rounds for wait in one]
        errors = [wait.error for wait in waits if wait.error]
        yield f"{name}: {len(waits)} questions, {len(errors)} errors{_times(waits)}"
        yield from sorted({f"  error: {error}" for error in errors})
    yield f"{test.sent_again} requests sent again; {test.lost} answers lost"


def main() -> None:
    """Print what everyone saw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args()
    logins = [Login(f"person{number}", secrets.token_urlsafe(12)) for number in range(options.people)]
    place = Settings.model_validate({"index": options.address})
    with closing(open_database(place)) as database, emptied(database, TABLES), tempfile.TemporaryDirectory() as scratch:
        with closing(Index.open(place, open_embedder(place))) as index:
            index.sync(ROOT / "seeds")
        with start_replicas(options.address, Path(scratch), logins) as script:
            print(*report(ask_in_rounds(script, logins, options.rounds)), sep="\n")


if __name__ == "__main__":
    main()
