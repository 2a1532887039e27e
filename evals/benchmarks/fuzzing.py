"""Damaged files of every format: is each read or refused with a reason, and how many are read whose text still stands?

    python -m evals.benchmarks.fuzzing --files 10000

The whole files are those of tests/articles/fixtures and one small article in every format. A file's text "still stands"
when nine in ten of the article's words are in its bytes (text formats) or its parts unpack without error (packed ones).
"""

import argparse
import io
import random
import re
import signal
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from evals.benchmarks.file_formats import SAMPLES, write_sample
from rag.articles import load_articles
from rag.articles.formats import FORMATS
from rag.errors import ArticleError, NoArticle
from rag.settings import Settings

LONGEST = 10
"""Seconds of processor time after which a file hangs; by the clock, a busy machine makes any file hang."""
NO_OCR = Settings(ocr_pages=0)
WRONG_SUFFIX = 0.2
STANDS = 0.9
"""Share of an article's words that must be in the damaged bytes, and in what is read of them."""
PACKED = frozenset({".docx", ".odt", ".pptx", ".xlsx", ".epub", ".zip"})
_WORD = re.compile(r"\w{3,}")


class Hung(BaseException):
    """Raised after LONGEST seconds; no library takes it for an error of its own."""


class Outcome(NamedTuple):
    """What became of one damaged file."""

    suffix: str
    result: str
    """read, refused, hung, or the name of an error that is none of ours."""
    stands: bool
    """Whether its text still stands, under its own suffix."""
    recovered: bool
    """Whether it was read with the words that stand."""
    seconds: float


def damage(whole: bytes, chance: random.Random) -> bytes:
    """A file with a bit flipped, its end cut, bytes replaced or repeated, or random bytes alone."""
    content, at = bytearray(whole), chance.randrange(len(whole))
    match chance.randrange(5):
        case 0:
            content[at] ^= 1 << chance.randrange(8)
        case 1:
            del content[at:]
        case 2:
            content[at : at + chance.randrange(30)] = chance.randbytes(chance.randrange(30))
        case 3:
            content = bytearray(chance.randbytes(400))
        case _:
            content[at:at] = content[max(0, at - 50) : at] * chance.randrange(1, 40)
    return bytes(content)


def fuzz(wholes: list[Path], files: int, seed: int, folder: Path) -> Iterator[Outcome]:
    """Read `files` damaged files."""
    chance = random.Random(seed)
    words = {whole: _read_words(whole) for whole in wholes}
    for _ in range(files):
        whole = chance.choice(wholes)
        wrong = chance.random() < WRONG_SUFFIX
        content = damage(whole.read_bytes(), chance)
        file = folder / f"a{chance.choice([*FORMATS]) if wrong else whole.suffix}"
        file.write_bytes(content)
        stands = file.suffix == whole.suffix and _stands(whole.suffix, content, words[whole])
        yield _outcome(file, words[whole], stands=stands)


def _outcome(file: Path, words: Counter[str], *, stands: bool) -> Outcome:
    begun = time.process_time()
    result, recovered = "read", False
    try:
        with _alarm():
            read = _read_words(file)
            recovered = (read & words).total() >= STANDS * words.total()
    except NoArticle:
        result = "refused"
    except ArticleError as error:
        result = "refused" if error.reason.strip() else "refused without a reason"
    except Hung:
        result = "hung"
    except Exception as error:  # noqa: BLE001 - any other error is what this looks for
        result = type(error).__name__
    return Outcome(file.suffix, result, stands, recovered, time.process_time() - begun)


def _read_words(file: Path) -> Counter[str]:
    return count_words(" ".join(article.text for article in load_articles(file, file.parent, NO_OCR).articles))


def count_words(text: str) -> Counter[str]:
    """The words of three letters or more."""
    return Counter(_WORD.findall(text.lower()))


def _stands(suffix: str, content: bytes, words: Counter[str]) -> bool:
    if suffix in PACKED:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return archive.testzip() is None
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
            return False
    if suffix == ".pdf":
        return False  # its streams are packed, and no other reader is asked
    return (count_words(content.decode("utf-8", "replace")) & words).total() >= STANDS * words.total()


@contextmanager
def _alarm() -> Iterator[None]:
    def ring(*_: object) -> None:
        raise Hung

    signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def main() -> None:
    """Print the outcomes, by suffix and in all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        wholes = [write_sample(suffix, Path(place, "whole")) for suffix in SAMPLES]
        fixtures = Path("tests/articles/fixtures")
        wholes += sorted(file for file in fixtures.rglob("*") if file.is_file() and file.suffix in FORMATS)
        readable = [whole for whole in wholes if _is_readable(whole)]
        outcomes = [*fuzz(readable, options.files, options.seed, Path(place))]
    for suffix in sorted({one.suffix for one in outcomes}):
        _print_row(suffix, [one for one in outcomes if one.suffix == suffix])
    _print_row("all", outcomes)


def _is_readable(file: Path) -> bool:
    try:
        return bool(load_articles(file, file.parent).articles)
    except ArticleError:
        return False


def _print_row(name: str, outcomes: list[Outcome]) -> None:
    results = Counter(one.result for one in outcomes)
    standing = [one for one in outcomes if one.stands]
    read = sum(one.recovered for one in standing)
    share = f"{read} of {len(standing)} standing read ({read / len(standing):.3f})" if standing else "none standing"
    slowest = max(one.seconds for one in outcomes)
    print(f"{name:9} {len(outcomes):6} {dict(results)}; {share}; slowest {slowest:.1f} s")


if __name__ == "__main__":
    main()
