"""Chats that users share <-> files beside the index: whoever logs in may read one whose link they were given."""

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs

from rag.chat.exchanges import Chat
from rag.chat.signing import ChatSigner
from rag.errors import ShareError

SHARED_PREFIX = "shared-"
"""What the page calls a shared chat by, before its token."""
MOST_SHARED = 5000
"""Chats that are shared at the same time; each takes up to 400 kB."""
_TOKEN = re.compile(r"[\w-]{24}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SharedChat:
    """A chat as it was when its owner shared it last."""

    owner: str
    day: date
    chat: Chat
    groups: frozenset[str]
    """The owner's groups then."""


class Shares:
    """The shared chats, one file each; a link is renewed by sharing the chat again, and ended by its owner only.

    Args:
        folder: made with the first one.
        signer: makes the links, which nobody can guess, and signs what is in the files.
        today: the day of the sharing.
    """

    def __init__(self, folder: Path, signer: ChatSigner, today: Callable[[], date] = date.today) -> None:
        self._folder = folder
        self._signer = signer
        self._today = today

    def share(self, chat: Chat, owner: str, groups: Collection[str] = ()) -> str:
        """Share a chat, or share it anew as it is now.

        Args:
            chat: to share.
            owner: by name.
            groups: those of the owner, whose articles the chat may tell of.

        Returns:
            The token of its link, the same each time.

        Raises:
            ShareError: too many are shared.
        """
        token = self._signer.token("shared", owner, chat.id)
        if self._read(token) is None and self._count() >= MOST_SHARED:
            raise ShareError(f"{MOST_SHARED:,} chats are shared here. Stop sharing another one first.")
        day, signed = self._today().isoformat(), self._signer.sign(chat, token)
        content = {"owner": owner, "groups": sorted(groups), "day": day, "chat": signed}
        self._write(token, json.dumps(content))
        return token

    def end(self, chat: str, owner: str) -> None:
        """Stop sharing the owner's chat of an id; its link opens nothing any more."""
        self._delete(self._signer.token("shared", owner, chat))

    def open(self, token: str) -> SharedChat | None:
        """The chat of a link; None when there is none, or no longer."""
        if not is_share_token(token):
            return None
        stored = self._read(token)
        if stored is None:
            return None
        content = json.loads(stored)
        chat = self._signer.open(content["chat"], token)
        day, groups = date.fromisoformat(content["day"]), frozenset(content["groups"])
        return SharedChat(content["owner"], day, chat, groups) if chat else None

    def _file(self, token: str) -> Path:
        return self._folder / f"{token}.json"

    def _read(self, token: str) -> str | None:
        try:
            return self._file(token).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def _write(self, token: str, content: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file(token).write_text(content, encoding="utf-8")

    def _delete(self, token: str) -> None:
        self._file(token).unlink(missing_ok=True)

    def _count(self) -> int:
        return sum(1 for _ in self._folder.glob("*.json"))


def is_share_token(text: str) -> bool:
    """Whether a text can be the token of a link."""
    return _TOKEN.fullmatch(text) is not None


def shared_token(chat: str) -> str:
    """The token of a shared chat by the id that the page gives it; empty for a chat of one's own."""
    return chat.removeprefix(SHARED_PREFIX) if chat.startswith(SHARED_PREFIX) else ""


def share_query(query: str) -> str:
    """The part of an address's query that names a shared chat, fit for another address: "?shared=..."; else empty."""
    fields = parse_qs(query)
    token = fields.get("shared", [""])[0]
    again = "&again=1" if "again" in fields else ""
    return f"?shared={token}{again}" if is_share_token(token) else ""
