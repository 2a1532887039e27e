"""A folder of mixed files: words recovered, files a second and peak memory, beside markitdown and LlamaIndex's reader.

    python -m evals.benchmarks.converters --files 2000

Each article is a few sentences of the seeds, in one of the formats of file_formats.py; a reader has to give back their
words. Each reader runs in a process of its own. markitdown is no dependency: install it, or its row is left out.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from evals.benchmarks.file_formats import SAMPLES, write_sample
from evals.benchmarks.fuzzing import count_words
from rag.articles import load_article, load_articles
from rag.errors import ArticleError
from rag.passages import cut_passages
from rag.settings import Settings

SENTENCES = 12
"""In each article, three a paragraph."""
TEXTS = "texts.json"


class Reading(NamedTuple):
    """What one reader made of the folder."""

    words: float
    """Share of the articles' words that it gave back."""
    by_suffix: dict[str, float]
    files_a_second: float
    """Of processor time, with the imports that the first file of a format needs."""
    peak: float
    """Megabytes of the whole process."""
    failed: int


def write_folder(folder: Path, files: int) -> None:
    """Fill a folder with mixed files, and texts.json beside it with what each says."""
    chance = random.Random(0)
    seeds = [load_article(seed, Path("seeds")) for seed in sorted(Path("seeds").glob("*.txt"))]
    passages = [passage for seed in seeds for passage in cut_passages(seed, Settings().passage_tokens)]
    lines = [passage.sentence(number) for passage in passages for number in range(len(passage.sentences))]
    known = [line for line in lines if 40 < len(line) < 400 and "|" not in line]
    texts = {}
    for number in range(files):
        drawn = [" ".join(line.split()) for line in chance.sample(known, SENTENCES)]
        paragraphs = tuple(" ".join(drawn[at : at + 3]) for at in range(0, SENTENCES, 3))
        suffix = [*SAMPLES][number % len(SAMPLES)]
        file = write_sample(suffix, folder, f"{number:04}", f"Report {number} from the border", paragraphs)
        texts[file.name] = " ".join(paragraphs)
    (folder.parent / TEXTS).write_text(json.dumps(texts), encoding="utf-8")


def _rag() -> Callable[[Path], str]:
    def read(file: Path) -> str:
        return " ".join(article.text for article in load_articles(file, file.parent).articles)

    return read


def _markitdown() -> Callable[[Path], str]:
    from markitdown import MarkItDown

    converter = MarkItDown(enable_plugins=False)

    def read(file: Path) -> str:
        return str(converter.convert(file).text_content)

    return read


def _llamaindex() -> Callable[[Path], str]:
    from llama_index.core import SimpleDirectoryReader

    def read(file: Path) -> str:
        documents = SimpleDirectoryReader(input_files=[str(file)], raise_on_error=True).load_data()
        return " ".join(str(document.get_content()) for document in documents)

    return read


READERS: dict[str, tuple[str, Callable[[], Callable[[Path], str]]]] = {
    "rag": ("rag", _rag),
    "markitdown": ("markitdown", _markitdown),
    "SimpleDirectoryReader": ("llama_index", _llamaindex),
}
"""Name -> the package it needs, and what opens it."""


def measure_reader(name: str, folder: Path) -> Reading:
    """Read every file of a folder."""
    texts: dict[str, str] = json.loads((folder.parent / TEXTS).read_text(encoding="utf-8"))
    read = READERS[name][1]()
    shares: dict[str, list[float]] = defaultdict(list)
    failed, seconds = 0, 0.0
    for file in sorted(folder.iterdir()):
        begun = time.process_time()
        try:
            text = read(file)
        except (ArticleError, Exception):  # noqa: BLE001 - other packages raise anything
            text = ""
            failed += 1
        seconds += time.process_time() - begun
        wanted = count_words(texts[file.name])
        shares[file.suffix].append((count_words(text) & wanted).total() / wanted.total())
    every = [share for some in shares.values() for share in some]
    by_suffix = {suffix: sum(some) / len(some) for suffix, some in shares.items()}
    return Reading(sum(every) / len(every), by_suffix, len(every) / seconds, _peak_memory(), failed)


def _peak_memory() -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8")  # unlike getrusage, without the parent's
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1000


def _rows(folder: Path) -> Iterator[tuple[str, Reading]]:
    for name, (package, _) in READERS.items():
        if find_spec(package) is None:
            print(f"{name}: not installed")
            continue
        command = [sys.executable, "-m", "evals.benchmarks.converters", "--reader", name, "--folder", str(folder)]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        yield name, Reading(*json.loads(result.stdout.splitlines()[-1]))


def main() -> None:
    """Write the folder, let each reader read it, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.reader:
        print(json.dumps(measure_reader(options.reader, options.folder)))
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "files")
        write_folder(folder, options.files)
        for name, reading in _rows(folder):
            print(
                f"{name}: words {reading.words:.3f}, {reading.files_a_second:.1f} files/s, {reading.peak:.0f} MB,"
                f" {reading.failed} failed"
            )
            print("  ", {suffix: round(share, 3) for suffix, share in reading.by_suffix.items()})


if __name__ == "__main__":
    main()
