"""Answers from a folder of articles, every sentence checked against the sentence it cites.

    articles -> sentences -> passages -> embedding -> index -> retrieval -> quoting or writing -> checking -> answer
             -> assistant -> render -> cli, chat, evaluation

Each arrow is a file or folder of that name; a stage imports only those before it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.answering.answer import Answer, Citation, Disagreement, Sentence, Turn
    from rag.articles import Article
    from rag.assistant import Assistant, ask
    from rag.checking import Verdict, check
    from rag.errors import RagError
    from rag.index import SyncReport
    from rag.passages import Passage
    from rag.retrieval import Hit
    from rag.settings import Settings

__version__ = "0.2.0"

_HOMES = {
    "Answer": "rag.answering.answer",
    "Article": "rag.articles",
    "Assistant": "rag.assistant",
    "Citation": "rag.answering.answer",
    "Disagreement": "rag.answering.answer",
    "Hit": "rag.retrieval",
    "Passage": "rag.passages",
    "RagError": "rag.errors",
    "Sentence": "rag.answering.answer",
    "Settings": "rag.settings",
    "SyncReport": "rag.index",
    "Turn": "rag.answering.answer",
    "Verdict": "rag.checking",
    "ask": "rag.assistant",
    "check": "rag.checking",
}

__all__ = [
    "Answer",
    "Article",
    "Assistant",
    "Citation",
    "Disagreement",
    "Hit",
    "Passage",
    "RagError",
    "Sentence",
    "Settings",
    "SyncReport",
    "Turn",
    "Verdict",
    "ask",
    "check",
]


def __getattr__(name: str) -> object:
    # Public names load their stage on first use, so that `import rag` and `rag --help` stay instant.
    if name not in _HOMES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
