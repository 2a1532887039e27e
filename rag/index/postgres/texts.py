"""Texts of passages <-> rag_texts and rag_words: each text stored once, its words counted in the same transaction."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.index.keywords import index_terms

if TYPE_CHECKING:
    from psycopg import Cursor

ALL_TEXTS = 0
"""The word of `rag_words` whose rows count every text and every token."""
MOST_COUNTS = 16
"""Rows of one word from which on they are summed up into one."""
_MOST_OF_ONE = 32_767
"""Highest count that is kept of a word in one text."""
_FOLDING = 0x7261_6777
"""Number of the advisory lock of `fold_word_counts`."""


def _norm(level: int) -> int:
    """The length that tantivy keeps for a text of this level, in one byte: exact up to 40, in eighths beyond."""
    if level < 24:
        return level
    shift = (level - 24 >> 3) - 1
    return 24 + (level - 24 & 7 if shift < 0 else (level - 24 & 7 | 8) << shift)


NORMS = [_norm(level) for level in range(256)]
"""The lengths that tantivy distinguishes, ascending; its BM25 uses the largest that is not longer than the text."""


class CountedText(NamedTuple):
    """A text and its words, as tantivy would index them."""

    digest: bytes
    text: str
    norm: int
    words: list[int]
    counts: list[int]


def count_text(text: str) -> CountedText:
    """The words of a text with their counts, and its length as tantivy keeps it."""
    counts = Counter(map(word_key, index_terms(text)))
    norm = NORMS[bisect_right(NORMS, counts.total()) - 1]
    return CountedText(_digest(text), text, norm, [*counts], [min(n, _MOST_OF_ONE) for n in counts.values()])


@lru_cache(maxsize=65536)
def word_key(word: str) -> int:
    """A word as a column of 64 bits holds it: a checksum."""
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), signed=True)


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def lock_texts(cursor: "Cursor[tuple[Any, ...]]", numbers: Sequence[int], texts: Iterable[str] = ()) -> None:
    """Wait until no other writer changes the uses of these texts; all wait in one order, so never in a ring."""
    cursor.execute(
        "SELECT FROM rag_texts WHERE number = ANY(%s) OR digest = ANY(%s) ORDER BY digest FOR UPDATE",
        (list(numbers), [_digest(text) for text in texts]),
    )


def store_texts(cursor: "Cursor[tuple[Any, ...]]", texts: Iterable[str]) -> Mapping[str, int]:
    """Store the texts that are new, and count each once more as used; their numbers."""
    uses = Counter(texts)
    numbers: dict[str, int] = {}
    added: list[CountedText] = []
    for digest, text in sorted((_digest(text), text) for text in uses):  # in one order, so that writers wait in a row
        known = cursor.execute(
            "UPDATE rag_texts SET uses = uses + %s WHERE digest = %s RETURNING number", (uses[text], digest)
        ).fetchone()
        if known is None:
            counted = count_text(text)
            known = _insert(cursor, counted, uses[text])
            if known[1]:
                added.append(counted)
        numbers[text] = known[0]
    _count_words(cursor, [(text.words, sum(text.counts)) for text in added], 1)
    return numbers


def _insert(cursor: "Cursor[tuple[Any, ...]]", text: CountedText, uses: int) -> tuple[Any, ...]:
    """Number of the text, and whether it is new: another writer may have stored it meanwhile."""
    row = cursor.execute(
        "INSERT INTO rag_texts(digest, text, norm, words, counts, uses) VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (digest) DO UPDATE SET uses = rag_texts.uses + excluded.uses RETURNING number, xmax = 0",
        (*text, uses),
    ).fetchone()
    if row is None:
        raise AssertionError("an INSERT that returns nothing")
    return row


def release_texts(cursor: "Cursor[tuple[Any, ...]]", numbers: Sequence[int]) -> None:
    """Count the texts of removed passages once less for each; those that nothing uses any more are removed."""
    cursor.execute(
        "UPDATE rag_texts t SET uses = t.uses - gone.uses FROM"
        " (SELECT number, count(*) AS uses FROM unnest(%s::bigint[]) number GROUP BY number) gone"
        " WHERE t.number = gone.number",
        (list(numbers),),
    )
    cursor.execute(
        "DELETE FROM rag_texts WHERE number = ANY(%s) AND uses = 0"
        " RETURNING words, (SELECT coalesce(sum(one), 0) FROM unnest(counts) one)",
        (list(numbers),),
    )
    _count_words(cursor, [(words, int(tokens)) for words, tokens in cursor.fetchall()], -1)


def _count_words(cursor: "Cursor[tuple[Any, ...]]", texts: Sequence[tuple[Sequence[int], int]], sign: int) -> None:
    """Add rows that say how the counts of these words changed; no writer waits for another's."""
    if not texts:
        return
    counts = Counter(word for words, _ in texts for word in words)
    tokens = {word: 0 for word in counts} | {ALL_TEXTS: sign * sum(tokens for _, tokens in texts)}
    counts[ALL_TEXTS] = len(texts)
    cursor.execute(
        "INSERT INTO rag_words SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])",
        ([*counts], [sign * count for count in counts.values()], [tokens[word] for word in counts]),
    )


def fold_word_counts(cursor: "Cursor[tuple[Any, ...]]") -> None:
    """Sum up the rows of every word that has many; one process at a time, the others go on."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", (_FOLDING,))
    if cursor.fetchone() == (True,):
        cursor.execute(
            "WITH gone AS (DELETE FROM rag_words WHERE word IN"
            " (SELECT word FROM rag_words GROUP BY word HAVING count(*) >= %s) RETURNING *)"
            " INSERT INTO rag_words SELECT word, sum(texts), sum(tokens) FROM gone GROUP BY word"
            " HAVING sum(texts) <> 0",
            (MOST_COUNTS,),
        )
