"""Articles -> rows, inside a transaction that its caller holds: an article replaced whole, or removed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.articles import Article
from rag.embedding import Vectors
from rag.index import rows
from rag.index.postgres.columns import format_half
from rag.index.postgres.texts import lock_texts, release_texts, store_texts
from rag.index.records import IndexedFile
from rag.passages import Passage

if TYPE_CHECKING:
    from psycopg import Cursor

_COLUMNS = "id, source, title, published, text, boilerplate, size, modified, sha256, embedder, passage_tokens, dates"


def replace_article(
    cursor: "Cursor[tuple[Any, ...]]",
    article: Article,
    passages: Sequence[tuple[Passage, Vectors]],
    file: IndexedFile,
    embedder: str,
) -> None:
    """Replace whatever has the article's id or source; other writers of this article wait."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (article.id,))
    old = _delete(cursor, "id = %s OR source = %s", article.id, article.source)
    values = (*rows.article_row(article, file), rows.pack_dates(article.dates))
    cursor.execute(f"INSERT INTO rag_articles({_COLUMNS}) VALUES ({', '.join(['%s'] * 12)})".encode(), values)
    new = [passage.text for passage, _ in passages]
    lock_texts(cursor, old, new)
    texts = store_texts(cursor, new)
    release_texts(cursor, old)
    columns = (rows.passage_row(passage, vectors) for passage, vectors in passages)
    cursor.executemany(
        "INSERT INTO rag_passages(article, content, published, start, stop, sentences, vectors, vector)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (id, texts[text], article.date, start, stop, spans, vectors, format_half(mean))
            for id, start, stop, text, spans, vectors, mean in columns
        ],
    )
    cursor.execute(
        "INSERT INTO rag_meta VALUES ('embedder', %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        " WHERE rag_meta.value <> excluded.value",
        (embedder,),
    )


def remove_articles(cursor: "Cursor[tuple[Any, ...]]", ids: Sequence[str]) -> None:
    """Remove articles with their passages, and the texts that no other passage has."""
    texts = _delete(cursor, "id = ANY(%s)", list(ids))
    lock_texts(cursor, texts)
    release_texts(cursor, texts)


def _delete(cursor: "Cursor[tuple[Any, ...]]", where: str, *values: object) -> list[int]:
    """Remove articles with their passages; the numbers of the texts that these had."""
    cursor.execute(f"SELECT id FROM rag_articles WHERE {where} ORDER BY id FOR UPDATE".encode(), values)
    ids = [id for (id,) in cursor.fetchall()]
    cursor.execute("DELETE FROM rag_passages WHERE article = ANY(%s) RETURNING content", (ids,))
    contents = [content for (content,) in cursor.fetchall()]
    cursor.execute("DELETE FROM rag_articles WHERE id = ANY(%s)", (ids,))
    return contents
