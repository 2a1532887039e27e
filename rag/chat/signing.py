"""Chat <-> the string a browser keeps of it: signed, so that no one can put words into the articles' mouths."""

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

from pydantic import TypeAdapter, ValidationError

from rag import render
from rag.answering.answer import plain
from rag.chat.exchanges import Chat, Exchange

SEALED_BYTES = 400_000
"""Largest sealed chat opened: thirty long answers are about 60,000."""
UNPACKED_BYTES = 4_000_000


class Sealer:
    """Signs chats with a key kept in a file beside the index; a chat sealed for one reader opens for no other.

    Args:
        file: where the key is; made, readable by its owner only, when there is none.
    """

    def __init__(self, file: Path) -> None:
        self._key = _key(file)

    def seal(self, chat: Chat, reader: str = "") -> str:
        """The chat as text; passages that the page does not show are left out."""
        slim = replace(chat, exchanges=tuple(map(_slim, chat.exchanges)))
        packed = zlib.compress(json.dumps(plain(asdict(slim)), ensure_ascii=False).encode())
        return base64.urlsafe_b64encode(self._sign(packed, reader) + packed).decode()

    def open(self, sealed: str, reader: str = "") -> Chat | None:
        """The chat; None when it was not sealed here for this reader."""
        if len(sealed) > SEALED_BYTES:
            return None
        try:
            raw = base64.urlsafe_b64decode(sealed)
        except (ValueError, binascii.Error):
            return None
        signature, packed = raw[:32], raw[32:]
        if not hmac.compare_digest(signature, self._sign(packed, reader)):
            return None
        return _chat(packed)

    def _sign(self, packed: bytes, reader: str) -> bytes:
        return hmac.new(self._key, reader.encode() + b"\0" + packed, hashlib.sha256).digest()


def _slim(exchange: Exchange) -> Exchange:
    answer = exchange.answer
    if exchange.stage == "asking":
        exchange = replace(exchange, stage="stopped")
    return exchange if answer is None else replace(exchange, answer=replace(answer, hits=render.nearest(answer)))


def _chat(packed: bytes) -> Chat | None:
    try:
        unpacked = zlib.decompressobj().decompress(packed, UNPACKED_BYTES)
        return TypeAdapter(Chat).validate_json(unpacked)
    except (zlib.error, ValidationError):  # an older release sealed it
        return None


def _key(file: Path) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        file.touch(mode=0o600, exist_ok=False)
        file.write_bytes(secrets.token_bytes(32))
    return file.read_bytes()
