"""The tables of an index in PostgreSQL and their version: made by the first ingest, migrated only when asked."""

from collections.abc import Mapping

from rag.database import TABLES_LOCK, Database
from rag.errors import IndexBroken, IndexMismatch

TABLES_FORMAT = 1
"""Version of the tables; each change of them is a step of MIGRATIONS."""
MIGRATIONS: Mapping[int, str] = {}
"""Version -> the statements that lead from it to the next."""
MOST_DIMENSIONS = 4000
"""Numbers of a vector that pgvector indexes in half precision."""
_SCHEMA = """
SET LOCAL client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE rag_meta(name text PRIMARY KEY, value text NOT NULL);
CREATE SEQUENCE rag_revision;
CREATE TABLE rag_articles(
    id text COLLATE "C" PRIMARY KEY, source text COLLATE "C" NOT NULL UNIQUE, title text NOT NULL, published date,
    text text NOT NULL, boilerplate text NOT NULL, dates text NOT NULL, size bigint NOT NULL, modified bigint NOT NULL,
    sha256 text NOT NULL, embedder text NOT NULL, passage_tokens integer NOT NULL);
CREATE TABLE rag_texts(
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, digest bytea NOT NULL UNIQUE, uses integer NOT NULL,
    text text NOT NULL, norm integer NOT NULL, words bigint[] NOT NULL, counts smallint[] NOT NULL);
CREATE INDEX rag_texts_words ON rag_texts USING gin(words);
CREATE TABLE rag_words(word bigint NOT NULL, texts bigint NOT NULL, tokens bigint NOT NULL);
CREATE INDEX rag_words_word ON rag_words(word);
CREATE TABLE rag_passages(
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article text COLLATE "C" NOT NULL REFERENCES rag_articles ON DELETE CASCADE,
    content bigint NOT NULL REFERENCES rag_texts, published date, start integer NOT NULL, stop integer NOT NULL,
    sentences bytea NOT NULL, vectors bytea NOT NULL, vector halfvec({dimension}) NOT NULL);
ALTER TABLE rag_passages ALTER vectors SET STORAGE EXTERNAL, ALTER vector SET STORAGE MAIN;
CREATE INDEX rag_passages_article ON rag_passages(article);
CREATE INDEX rag_passages_content ON rag_passages(content);
CREATE INDEX rag_passages_published ON rag_passages(published);
CREATE INDEX rag_passages_vector ON rag_passages USING hnsw (vector halfvec_ip_ops)
    WITH (m = 16, ef_construction = 100);
CREATE SEQUENCE rag_run;
CREATE TABLE rag_jobs(
    run bigint NOT NULL, path text COLLATE "C" NOT NULL, root text NOT NULL, worker text, lease timestamptz,
    result text, PRIMARY KEY (run, path));
CREATE INDEX rag_jobs_unfinished ON rag_jobs(run, path) WHERE result IS NULL;
INSERT INTO rag_meta VALUES ('format', '{format}'), ('dimension', '{dimension}');
"""
"""One row of rag_texts for all passages of one text, of rag_words for what each change did to a word (0 for all texts).

Words are checksums: of one width, they are scored three times as fast as text. `published` is copied to the passages
and vectors lie inline, so that filters and distances need no second table.
"""


def create_schema(database: Database, dimension: int) -> None:
    """Make the tables where there are none, for vectors of this many numbers.

    Raises:
        IndexMismatch: pgvector cannot index such vectors, or there are tables of another version.
        IndexBroken: the user may not make tables, or pgvector is not installed on the server.
    """
    if dimension > MOST_DIMENSIONS:
        raise IndexMismatch(f"The embedder's vectors have {dimension} numbers; pgvector indexes {MOST_DIMENSIONS}.")
    database.make_table("rag_meta", _SCHEMA.format(dimension=dimension, format=TABLES_FORMAT))


def schema_state(database: Database) -> dict[str, str]:
    """What `rag_meta` holds: format, dimension, name of the embedder; empty where there are no tables."""
    if database.all("SELECT to_regclass('rag_meta')") == [(None,)]:
        return {}
    return dict(database.all("SELECT name, value FROM rag_meta"))


def require_format(database: Database, dimension: int) -> None:
    """Make sure that the tables, if there are any, are of this version and for vectors of this many numbers.

    Raises:
        IndexMismatch: they are not; the message says what to type.
    """
    state = schema_state(database)
    if not state:
        return
    found = int(state["format"])
    if found != TABLES_FORMAT:
        newer = "Update rag." if found > TABLES_FORMAT else "Stop its writers, then: rag doctor --migrate"
        raise IndexMismatch(f"{database.name} has format {found}, this rag reads {TABLES_FORMAT}. {newer}")
    if int(state["dimension"]) != dimension:
        raise IndexMismatch(
            f"{database.name} holds vectors of {state['dimension']} numbers, the embedder gives {dimension}."
            " Ingest into another database, and set RAG_INDEX to it when it is complete."
        )


def migrate_schema(database: Database) -> int:
    """Bring the tables to this version, in one transaction; how many steps that took.

    Raises:
        IndexBroken: there are no tables, or they are newer than this version.
    """
    with database.transaction(several=True) as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (TABLES_LOCK,))
        cursor.execute("SELECT value::integer FROM rag_meta WHERE name = 'format'")
        ((found,),) = cursor.fetchall()
        if found > TABLES_FORMAT:
            raise IndexBroken(f"{database.name} has format {found}, newer than {TABLES_FORMAT}. Update rag.")
        cursor.execute("SET LOCAL statement_timeout = 0")
        for version in range(found, TABLES_FORMAT):
            cursor.execute(MIGRATIONS[version].encode())
        cursor.execute("UPDATE rag_meta SET value = %s WHERE name = 'format'", (str(TABLES_FORMAT),))
    return TABLES_FORMAT - int(found)
