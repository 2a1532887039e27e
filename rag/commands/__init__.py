"""`rag`: each command is a few lines around `Assistant` and `render`.

A new command is a function here and a line in rag/cli.py. What it needs is imported inside it, so that `rag --help`
stays fast (tests/test_rag.py).
"""
