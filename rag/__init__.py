"""Answers from a folder of articles, every sentence checked against the sentence it cites.

    articles -> passages -> embedding -> index -> retrieval -> answering -> assistant -> render -> cli, chat, evaluation

Each stage is a file or folder of that name, and imports only those before it: docs/architecture.md.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.answering.answer import Answer as Answer
    from rag.answering.answer import Citation as Citation
    from rag.answering.answer import Disagreement as Disagreement
    from rag.answering.answer import Sentence as Sentence
    from rag.answering.answer import Turn as Turn
    from rag.articles import Article as Article
    from rag.assistant import Assistant as Assistant
    from rag.assistant import ask as ask
    from rag.checking import Verdict as Verdict
    from rag.checking import check as check
    from rag.errors import RagError as RagError
    from rag.index import SyncReport as SyncReport
    from rag.passages import Passage as Passage
    from rag.retrieval import Hit as Hit
    from rag.settings import Settings as Settings

__version__ = "0.2.0"

_MODULES = {
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

__all__ = sorted(_MODULES)


def __getattr__(name: str) -> object:
    # Public names load their stage on first use, so that `import rag` and `rag --help` stay instant.
    if name not in _MODULES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
