"""kill -9 at random points of a sync: does every index open again, lose nothing, double nothing?

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
"""More passages than can have one text here: sentences are drawn by chance, and passages of one alone repeat."""
CHILD = "from pathlib import Path; import sys; from evals.benchmarks.kills import child; child(Path(sys.argv[1]))"


class Survival(NamedTuple):
    """How an index came back after one kill."""

    killed_after: float
    """Seconds into the sync."""
    finished: bool
    """Whether the sync was done before the kill came."""
    reopened: float
    """Seconds until the first search after the kill was answered."""


def child(folder: Path) -> None:
    """Sync a folder of articles until killed; says "ready" when it starts."""
    settings = _settings(folder)
    index = Index.open(settings, open_embedder(settings))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    index.sync(folder / "articles")
    index.close()


def survive(folder: Path, sentences: list[str], kills: int, seed: int) -> list[Survival]:
    """Kill `kills` syncs of a folder, each at a random point, and make sure of the index after each.

    Raises:
        AssertionError: an article was lost or doubled, or a passage is not found by its own vector.
    """
    chance = random.Random(seed)
    settings = _settings(folder)
    embedder = open_embedder(settings)
    (folder / "articles").mkdir(parents=True)
    for number in range(ARTICLES):
        _write(folder, number, sentences, chance)
    _timed(folder)
    _change(folder, sentences, chance)
    whole = _timed(folder)
    told: list[Survival] = []
    for _ in range(kills):
        _change(folder, sentences, chance)
        told.append(_kill(folder, settings, embedder, chance.uniform(0, whole)))
        assert told[-1].reopened < 10, f"reopening took {told[-1].reopened:.1f} s"
        complete(folder, settings, embedder)
    return told


def _kill(folder: Path, settings: Settings, embedder: Embedder, after: float) -> Survival:
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
    return Survival(after, process.returncode == 0, seconds)


def complete(folder: Path, settings: Settings, embedder: Embedder) -> None:
    """Finish the sync and make sure that the index holds exactly the folder's articles."""
    index = Index.open(settings, embedder)
    index.sync(folder / "articles")
    here = {file.name for file in (folder / "articles").iterdir()}
    indexed = [entry.id for entry in index.articles()]
    assert sorted(indexed) == sorted(here), f"lost {here - set(indexed)}, kept {set(indexed) - here}"
    for entry in index.articles():
        assert index.article(entry.id).text == (folder / "articles" / entry.id).read_text(encoding="utf-8")
    _verify(index)
    index.close()


def _verify(index: Index) -> None:
    """Every passage stands once and finds itself by its own vector."""
    total = sum(entry.passages for entry in index.articles())
    numbers, vectors = index.vectors()
    assert len(set(numbers.tolist())) == len(numbers) == total
    for number, vector in zip(numbers.tolist(), vectors, strict=True):
        found = index.nearest(np.asarray(vector / np.linalg.norm(vector), dtype=np.float32), TWINS, Filter())
        alike = [other for other, cosine in found if cosine > found[0][1] - 1e-3]
        assert number in alike, f"passage {number} is not found by its own vector"


def _timed(folder: Path) -> float:
    """Seconds of a whole sync in a process of its own, start-up left out."""
    process = subprocess.Popen([sys.executable, "-c", CHILD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    started = time.perf_counter()
    assert process.wait() == 0
    process.stdout.close()
    return time.perf_counter() - started


def _change(folder: Path, sentences: list[str], chance: random.Random) -> None:
    files = sorted((folder / "articles").iterdir())
    numbers = [int(file.stem) for file in files]
    for file in chance.sample(files, CHANGED):
        file.unlink()
    for number in [*chance.sample(numbers, CHANGED), *range(max(numbers) + 1, max(numbers) + 1 + CHANGED)]:
        _write(folder, number, sentences, chance)
    for file in sorted((folder / "articles").iterdir())[: max(0, len(numbers) - ARTICLES)]:
        file.unlink()


def _write(folder: Path, number: int, sentences: list[str], chance: random.Random) -> None:
    text = f"Report {number}, version {chance.random()}.\n\n" + " ".join(chance.choices(sentences, k=SENTENCES))
    (folder / "articles" / f"{number:06}.txt").write_text(text, encoding="utf-8")


def _settings(folder: Path) -> Settings:
    return Settings(index_dir=folder / "index", passage_tokens=80)


def seeds(folder: Path) -> list[str]:
    """Sentences to write articles from."""
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
    wanted = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    try:
        told = survive(folder, seeds(wanted.articles), wanted.kills, wanted.seed)
    finally:
        shutil.rmtree(folder)
    early = sum(not one.finished for one in told)
    opened = [one.reopened for one in told]
    print(f"{len(told)} kills, {early} of them in the middle of a sync: nothing lost or doubled, every passage found")
    print(f"reopened and searched in {statistics.median(opened):.2f} s (median), {max(opened):.2f} s (longest)")


if __name__ == "__main__":
    main()
