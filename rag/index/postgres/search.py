"""Vector and keyword search inside PostgreSQL: as current as the last commit, ranked as the folder's."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from math import log

from rag.database import Database, Rows
from rag.embedding import Vectors
from rag.index.base import SearchInTruth
from rag.index.copies import COPIES_SHOWN
from rag.index.filters import WIDENING, Filter
from rag.index.keywords import index_terms
from rag.index.postgres.columns import format_vector, where_passages
from rag.index.postgres.texts import ALL_TEXTS, word_key
from rag.index.postgres.truth import PostgresTruth
from rag.index.records import PassageScores

EXACT_OF_FILTER = 20_000
"""Passages that pass a filter, up to which their distances are compared one by one, as in a folder."""
EXACT_OF_ALL = 5000
"""The same without a filter."""
EF_SEARCH = 1000
"""Candidates that HNSW keeps while it searches, pgvector's most: recall@100 over 97,604 passages is .993 .995 .996 .997
with 400 600 800 1000, of the half that pass a filter .985 .992 .994 .996, in 21 17 18 22 ms; over 981,223 it is .948
.975 .980 with 400 800 1000, in 14 23 27 ms."""
MOST_SCANNED = 200_000
"""Passages that HNSW looks at before it gives up on a filter that few of them pass."""
CANDIDATES = 5000
"""Texts that are scored: those with the rarest words of a question, until they are this many (8,400 in 31 ms)."""
K1, B = 1.2, 0.75
"""Of BM25, as in tantivy."""
_EXACT = "p.vector::vector <#> %s::vector"
"""The index on halfvec cannot serve this, so that every admitted passage is compared, in full precision."""
_APPROXIMATE = "p.vector <#> %s::halfvec"
_SCORED = """
WITH scored AS MATERIALIZED (
    SELECT t.number, (
        SELECT sum(asked.weight * found.n / (found.n + {k1} * ({rest} + {b} * t.norm / %s::float8)))
        FROM unnest(%s::bigint[], %s::float8[]) AS asked(word, weight)
        CROSS JOIN LATERAL (SELECT t.counts[array_position(t.words, asked.word)]::float8 AS n OFFSET 0) found
        WHERE found.n IS NOT NULL) AS score
    FROM rag_texts t WHERE t.words && %s::bigint[] AND {admitted})
SELECT p.number, s.score FROM (SELECT * FROM scored ORDER BY score DESC, number) s
CROSS JOIN LATERAL (
    SELECT p.number FROM rag_passages p WHERE p.content = s.number AND {where} ORDER BY p.number LIMIT {shown}) p
ORDER BY s.score DESC, s.number, p.number LIMIT %s
"""


class _PostgresIndex(SearchInTruth):
    def __init__(self, truth: PostgresTruth) -> None:
        super().__init__(truth)
        self._database: Database = truth.database

    def _admits_few(self, bounds: Filter, most: int) -> bool:
        where, values = where_passages(bounds)
        query = f"SELECT count(*) FROM (SELECT FROM rag_passages p WHERE {where} LIMIT %s) few"
        return bool(self._database.all(query, *values, most + 1)[0][0] <= most)


class PostgresVectors(_PostgresIndex):
    """Passages by the cosine of their vectors, through HNSW with the filter inside the scan."""

    def nearest(self, vector: Vectors, k: int, bounds: Filter) -> PassageScores:
        """The k passages nearest to a unit vector that pass a filter, with their cosine; exact where few pass it."""
        exact = self._admits_few(bounds, EXACT_OF_ALL if bounds == Filter() else EXACT_OF_FILTER)
        wanted = k
        while True:
            ranking = self._ranking(vector, wanted, bounds, exact=exact)
            kept = list(islice(_thin(ranking), k))
            if len(kept) == k or len(ranking) < wanted:
                return kept
            wanted *= WIDENING

    def _ranking(self, vector: Vectors, wanted: int, bounds: Filter, *, exact: bool) -> Rows:
        where, values = where_passages(bounds)
        distance, asked = _EXACT if exact else _APPROXIMATE, format_vector(vector)
        query = (
            f"SELECT p.number, p.content, -({distance}) FROM rag_passages p WHERE {where}"
            f" ORDER BY {distance}{', p.number' if exact else ''} LIMIT %s"
        )
        with self._database.transaction(several=True) as cursor:
            cursor.execute(
                "SELECT set_config('hnsw.iterative_scan', 'strict_order', true),"
                " set_config('hnsw.ef_search', %s, true), set_config('hnsw.max_scan_tuples', %s, true)",
                (str(EF_SEARCH), str(MOST_SCANNED)),
            )
            return cursor.execute(query.encode(), (asked, *values, asked, wanted)).fetchall()


class PostgresKeywords(_PostgresIndex):
    """Passages by BM25 over the words of their texts, counted as tantivy counts them in a folder."""

    def matching(self, text: str, k: int, bounds: Filter) -> PassageScores:
        """The k passages that share words with a text and pass a filter, with their BM25 scores."""
        counts, mean = self._counts(list(dict.fromkeys(map(word_key, index_terms(text)))))
        if not counts or k < 1:
            return []
        few = bounds != Filter() and self._admits_few(bounds, EXACT_OF_FILTER)
        rarest = list(counts) if few else _rarest(counts)
        return self._scored(_weights(counts), mean, rarest, k, bounds, few=few)

    def _counts(self, words: Sequence[int]) -> tuple[Mapping[int, int], float]:
        """The texts with each of these words, and with ALL_TEXTS all of them, rarest first; the mean length."""
        rows = self._database.all(
            "SELECT word, sum(texts), sum(tokens) FROM rag_words WHERE word = ANY(%s) GROUP BY word",
            [ALL_TEXTS, *words],
        )
        counts = {word: int(texts) for word, texts, _ in sorted(rows, key=lambda row: (row[1], row[0])) if texts > 0}
        tokens = next((int(tokens) for word, _, tokens in rows if word == ALL_TEXTS), 0)
        return (counts, tokens / counts[ALL_TEXTS]) if len(counts) > 1 else ({}, 0.0)

    def _scored(
        self, weights: Mapping[int, float], mean: float, rarest: list[int], k: int, bounds: Filter, *, few: bool
    ) -> PassageScores:
        where, values = where_passages(bounds)
        admitted = f"t.number IN (SELECT content FROM rag_passages p WHERE {where})" if few else "TRUE"
        query = _SCORED.format(k1=K1, b=B, rest=1 - B, admitted=admitted, where=where, shown=COPIES_SHOWN)
        words = (mean, [*weights], [*weights.values()], rarest)
        rows = self._database.all(query, *words, *(values if few else ()), *values, k)
        return [(number, float(score)) for number, score in rows]


def _weights(counts: Mapping[int, int]) -> dict[int, float]:
    """The weight of each word in BM25: its inverse document frequency, times K1 + 1."""
    texts = counts[ALL_TEXTS]
    words = ((word, count) for word, count in counts.items() if word != ALL_TEXTS)
    return {word: (K1 + 1) * log(1 + (texts - count + 0.5) / (count + 0.5)) for word, count in words}


def _rarest(counts: Mapping[int, int]) -> list[int]:
    """The rarest words, until CANDIDATES texts have one of them."""
    words: list[int] = []
    candidates = 0
    for word, count in counts.items():
        if word == ALL_TEXTS:
            continue
        if words and candidates >= CANDIDATES:
            break
        words.append(word)
        candidates += count
    return words


def _thin(ranking: Iterable[tuple[int, int, float]]) -> Iterator[tuple[int, float]]:
    """A ranking with at most COPIES_SHOWN passages of one text."""
    seen: Counter[int] = Counter()
    for number, content, score in ranking:
        seen[content] += 1
        if seen[content] <= COPIES_SHOWN:
            yield number, score
