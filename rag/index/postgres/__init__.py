"""The index in PostgreSQL with pgvector: articles, passages, vectors and words in one database, changed together."""
