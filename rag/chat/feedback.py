"""Likes and dislikes -> JSON lines in the fields of an eval case (`rag eval generate --feedback`)."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from rag import render
from rag.chat.exchanges import Chat, Exchange
from rag.errors import FeedbackError

log = logging.getLogger("rag")

COMMENT_CHARS = 500
"""Longest comment kept with a like or dislike."""
FEEDBACK_BYTES = 50_000_000
"""Bytes of lines from which on no more are kept, against abuse."""
LIKED_TOO_OFTEN = "Those were many likes and dislikes in a minute. Press again in {:.0f} seconds."
FULL = "No more likes and dislikes are kept here. Ask whoever runs this server to make room."


class Feedback:
    """A file of JSON lines, one per like or dislike, in the fields of an eval case.

    Args:
        file: the lines are appended to it; made with the first one.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()

    def record(self, chat: Chat, exchange: Exchange, comment: str = "") -> None:
        """Write the like or dislike of an exchange of a chat, with everything needed to ask the question again.

        Raises:
            FeedbackError: `FEEDBACK_BYTES` are kept already.
        """
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        case = {"id": f"feedback-{now}", **_case(chat, exchange), "word": comment[:COMMENT_CHARS]}
        if not self._append(json.dumps(case, ensure_ascii=False)):
            log.warning("No more likes are kept: %s.", self._full())
            raise FeedbackError(FULL)

    def _append(self, line: str) -> bool:
        """Write a line, unless there are too many; whether it was written."""
        with self._lock:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            if self._file.exists() and self._file.stat().st_size > FEEDBACK_BYTES:
                return False
            with self._file.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
            return True

    def _full(self) -> str:
        """What is full, and how to make room."""
        return f"{self._file} is full. Move it away"


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
