"""Likes and dislikes -> lines of JSON that a person can turn into eval cases."""

import json
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from rag import render
from rag.chat.exchanges import Chat

WORD_CHARS = 500
"""Longest word kept with a like or dislike."""
FILE_BYTES = 50_000_000
"""From this size on nothing more is kept: someone is playing."""


class Feedback:
    """A file of JSON lines, one per like or dislike, in the fields of an eval case.

    Args:
        file: where the lines go.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()

    def keep(self, chat: Chat, turn: int, word: str = "") -> None:
        """Write down what a reader thinks of the answer of a turn, with everything needed to ask it again."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"id": f"feedback-{now}", **_case(chat, turn), "word": word[:WORD_CHARS]}, ensure_ascii=False)
        with self._lock:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            if self._file.exists() and self._file.stat().st_size > FILE_BYTES:
                return
            with self._file.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")


def _case(chat: Chat, turn: int) -> dict[str, object]:
    exchange = chat.exchanges[turn]
    answer, scope = exchange.answer, exchange.scope
    cited = render.cited(answer) if answer else ()
    return {
        "question": exchange.question,
        "history": [list(said) for said in chat.before(turn).history],
        "status": answer.status if answer else "",
        "answer": answer.text if answer else "",
        "evidence": [{"article": one.article, "quote": one.quote} for one in cited],
        "mode": answer.mode if answer else "",
        "after": scope.after.isoformat() if scope.after else None,
        "before": scope.before.isoformat() if scope.before else None,
        "articles": list(scope.articles) if scope.articles is not None else None,
        "liked": exchange.liked,
    }
