"""Chat <-> the string that a browser keeps of it, signed with HMAC so that a client cannot forge answers."""

import base64
import binascii
import contextlib
import hashlib
import hmac
import json
import secrets
import zlib
from dataclasses import asdict, replace
from pathlib import Path

from pydantic import SecretStr, TypeAdapter, ValidationError

from rag import render
from rag.answering.jsonable import to_jsonable
from rag.chat.exchanges import Chat, Exchange

SIGNED_BYTES = 400_000
"""Longest signed chat that is opened; thirty long answers are about 60,000."""
UNPACKED_BYTES = 4_000_000
"""Longest chat unpacked."""


class ChatSigner:
    """Signs chats with a key; a chat signed for one user opens for no other.

    Args:
        file: of the key; made, readable by its owner only, when there is none.
        key: in place of the file.
    """

    def __init__(self, file: Path, key: SecretStr | None = None) -> None:
        self._key = key.get_secret_value().encode() if key else _key(file)

    def sign(self, chat: Chat, user: str = "") -> str:
        """The chat as text; hits that the page does not show are left out."""
        shown = replace(chat, exchanges=tuple(map(_without_hidden, chat.exchanges)))
        packed = zlib.compress(json.dumps(to_jsonable(asdict(shown)), ensure_ascii=False).encode())
        return base64.urlsafe_b64encode(self._signature(packed, user) + packed).decode()

    def open(self, signed: str, user: str = "") -> Chat | None:
        """The chat; None when it was not signed here for this user."""
        if len(signed) > SIGNED_BYTES:
            return None
        try:
            raw = base64.urlsafe_b64decode(signed)
        except (ValueError, binascii.Error):
            return None
        signature, packed = raw[:32], raw[32:]
        if not hmac.compare_digest(signature, self._signature(packed, user)):
            return None
        return _chat(packed)

    def token(self, *parts: str) -> str:
        """24 letters for some texts, always the same, that nobody can guess."""
        digest = hmac.new(self._key, "\0".join(parts).encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:18]).decode()

    def _signature(self, packed: bytes, user: str) -> bytes:
        return hmac.new(self._key, user.encode() + b"\0" + packed, hashlib.sha256).digest()


def _without_hidden(exchange: Exchange) -> Exchange:
    answer = exchange.answer
    if exchange.stage == "asking":
        exchange = replace(exchange, stage="stopped")
    return exchange if answer is None else replace(exchange, answer=replace(answer, hits=render.nearest_hits(answer)))


def _chat(packed: bytes) -> Chat | None:
    try:
        unpacked = zlib.decompressobj().decompress(packed, UNPACKED_BYTES)
        chat = TypeAdapter(Chat).validate_json(unpacked)
    except (zlib.error, ValidationError):  # signed by an older release, in other fields
        return None
    named = (exchange if exchange.id else replace(exchange, id=f"t{at}") for at, exchange in enumerate(chat.exchanges))
    return replace(chat, exchanges=tuple(named))  # release 0.1 signed exchanges without ids


def _key(file: Path) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        file.touch(mode=0o600, exist_ok=False)
        file.write_bytes(secrets.token_bytes(32))
    return file.read_bytes()
