"""Crash test: kill -9 at random points of a sync; the index must open again with nothing lost or duplicated.

python -m evals.benchmarks.kills --kills 200
"""

import argparse
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rag.embedding import Embedder, open_embedder
from rag.index import Filter, Index
from rag.settings import Settings

ARTICLES, SENTENCES = 40, 12
"""Size of the folder that is synced."""
CHANGED = 6
"""Articles rewritten, removed and added before each sync."""
TWINS = 30
"""Neighbours searched for a passage itself: more than there are passages of one text, as random draws repeat."""
CHILD = "from pathlib import Path; import sys; from evals.benchmarks import kills; kills.run_sync(Path(sys.argv[1]))"


class KillResult(NamedTuple):
    """The state of an index after one kill."""

    killed_after: float
    """Seconds into the sync."""
    finished: bool
    """Whether the sync ended before the kill."""
    reopen_seconds: float
    """Seconds to open the index and answer the first searches."""


def run_sync(folder: Path) -> None:
    """Sync a folder of articles until killed; prints "ready" when it starts."""
    settings = _settings(folder)
    index = Index.open(settings, open_embedder(settings))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    index.sync(folder / "articles")
    index.close()


def kill_syncs(folder: Path, sentences: list[str], kills: int, seed: int) -> list[KillResult]:
    """Kill `kills` syncs of a folder, each at a random point, and verify the index after each.

    Raises:
        AssertionError: an article is lost or duplicated, or a passage is not a hit of its own vector.
    """
    chance = random.Random(seed)
    settings = _settings(folder)
    embedder = open_embedder(settings)
    (folder / "articles").mkdir(parents=True)
    for number in range(ARTICLES):
        _write_article(folder, number, sentences, chance)
    _time_sync(folder)
    _change_articles(folder, sentences, chance)
    sync_seconds = _time_sync(folder)
    results: list[KillResult] = []
    for _ in range(kills):
        _change_articles(folder, sentences, chance)
        results.append(_kill_sync(folder, settings, embedder, chance.uniform(0, sync_seconds)))
        assert results[-1].reopen_seconds < 10, f"reopening took {results[-1].reopen_seconds:.1f} s"
        finish_sync(folder, settings, embedder)
    return results


def _kill_sync(folder: Path, settings: Settings, embedder: Embedder, after: float) -> KillResult:
    process = subprocess.Popen([sys.executable, "-c", CHILD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    process.stdout.close()
    started = time.perf_counter()
    index = Index.open(settings, embedder)
    for text in ("police", "border"):
        index.matching(text, 5, Filter())
        index.nearest(embedder.embed_query([text])[0], 5, Filter())
    seconds = time.perf_counter() - started
    _verify(index)
    index.close()
    return KillResult(after, process.returncode == 0, seconds)


def finish_sync(folder: Path, settings: Settings, embedder: Embedder) -> None:
    """Finish the sync and verify that the index holds exactly the folder's articles."""
    index = Index.open(settings, embedder)
    index.sync(folder / "articles")
    expected = {file.name for file in (folder / "articles").iterdir()}
    indexed = [entry.id for entry in index.articles()]
    assert sorted(indexed) == sorted(expected), f"lost {expected - set(indexed)}, kept {set(indexed) - expected}"
    for entry in index.articles():
        assert index.article(entry.id).text == (folder / "articles" / entry.id).read_text(encoding="utf-8")
    _verify(index)
    index.close()


def _verify(index: Index) -> None:
    """Assert that every passage is stored once, and its text is a hit of its own vector."""
    total = sum(entry.passages for entry in index.articles())
    numbers, vectors = index.vectors()
    assert len(set(numbers.tolist())) == len(numbers) == total
    texts = {stored.number: stored.passage.text for stored in index.passages(numbers.tolist())}
    for number, vector in zip(numbers.tolist(), vectors, strict=True):
        neighbours = index.nearest(np.asarray(vector / np.linalg.norm(vector), dtype=np.float32), TWINS, Filter())
        best = [other for other, cosine in neighbours if cosine > neighbours[0][1] - 1e-3]
        # Of many passages of one text, a search returns a few.
        assert texts[number] in {texts[other] for other in best}, f"passage {number} is not a hit of its own vector"


def _time_sync(folder: Path) -> float:
    """Seconds of a whole sync in its own process, without start-up."""
    process = subprocess.Popen([sys.executable, "-c", CHILD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    started = time.perf_counter()
    assert process.wait() == 0
    process.stdout.close()
    return time.perf_counter() - started


def _change_articles(folder: Path, sentences: list[str], chance: random.Random) -> None:
    files = sorted((folder / "articles").iterdir())
    numbers = [int(file.stem) for file in files]
    for file in chance.sample(files, CHANGED):
        file.unlink()
    for number in [*chance.sample(numbers, CHANGED), *range(max(numbers) + 1, max(numbers) + 1 + CHANGED)]:
        _write_article(folder, number, sentences, chance)
    for file in sorted((folder / "articles").iterdir())[: max(0, len(numbers) - ARTICLES)]:
        file.unlink()


def _write_article(folder: Path, number: int, sentences: list[str], chance: random.Random) -> None:
    text = f"Report {number}, version {chance.random()}.\n\n" + " ".join(chance.choices(sentences, k=SENTENCES))
    (folder / "articles" / f"{number:06}.txt").write_text(text, encoding="utf-8")


def _settings(folder: Path) -> Settings:
    return Settings(index_dir=folder / "index", passage_tokens=80)


def read_sentences(folder: Path) -> list[str]:
    """The sentences of a folder's articles."""
    from rag.articles import find_articles, load_article
    from rag.text.sentences import split

    return [
        article.text[span.start : span.end].replace("\n", " ")
        for article in (load_article(file, folder) for file in find_articles(folder).files)
        for span in split(article.text, 0, len(article.text))
    ]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--articles", type=Path, default=Path("seeds"), help="text the articles are made from")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    try:
        results = kill_syncs(folder, read_sentences(options.articles), options.kills, options.seed)
    finally:
        shutil.rmtree(folder)
    interrupted = sum(not result.finished for result in results)
    opened = [result.reopen_seconds for result in results]
    print(f"{len(results)} kills, {interrupted} of them in the middle of a sync: nothing lost or duplicated")
    print(f"reopened and searched in {statistics.median(opened):.2f} s (median), {max(opened):.2f} s (longest)")


if __name__ == "__main__":
    main()
