"""Likes and dislikes -> JSON lines in the fields of an eval case (`rag eval generate --feedback`)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from rag import render
from rag.chat.exchanges import Chat, Exchange

COMMENT_CHARS = 500
"""Longest comment kept with a like or dislike."""
FILE_BYTES = 50_000_000
"""Size from which on nothing more is written, against abuse."""


class Feedback:
    """A file of JSON lines, one per like or dislike, in the fields of an eval case.

    Args:
        file: the lines are appended to it; made with the first one.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()

    def record(self, chat: Chat, exchange: Exchange, comment: str = "") -> None:
        """Write the like or dislike of an exchange of a chat, with everything needed to ask the question again."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        case = {"id": f"feedback-{now}", **_case(chat, exchange), "word": comment[:COMMENT_CHARS]}
        self._append(json.dumps(case, ensure_ascii=False))

    def _append(self, line: str) -> None:
        with self._lock:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            if self._file.exists() and self._file.stat().st_size > FILE_BYTES:
                return
            with self._file.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")


def _case(chat: Chat, exchange: Exchange) -> dict[str, object]:
    answer, scope = exchange.answer, exchange.scope
    cited = render.shown_citations(answer) if answer else ()
    return {
        "question": exchange.question,
        "history": [list(earlier) for earlier in chat.before(exchange.id).history],
        "status": answer.status if answer else "",
        "answer": answer.text if answer else "",
        "evidence": [{"article": citation.article, "quote": citation.quote} for citation in cited],
        "mode": answer.mode if answer else "",
        "after": scope.after.isoformat() if scope.after else None,
        "before": scope.before.isoformat() if scope.before else None,
        "articles": list(scope.articles) if scope.articles is not None else None,
        "liked": exchange.liked,
    }
