"""A count above its setting -> the refusal, with the setting's name."""

from pathlib import Path

from rag.errors import ArticleError


def require_within(file: Path, holds: str, count: int, limit: int, setting: str) -> None:
    """Make sure that a file holds no more than a setting allows.

    Args:
        file: for the message.
        holds: what is counted, as the end of "the file ...": "holds 30000 articles".
        count: of it.
        limit: value of the setting.
        setting: its name.

    Raises:
        ArticleError: it does.
    """
    if count > limit:
        name = f"RAG_{setting.upper()}"
        raise ArticleError(file, f"{holds}, more than {name}={limit}; split it, or raise the limit")
