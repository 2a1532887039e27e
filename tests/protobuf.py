"""Protobuf messages by hand: what tests write and read of ONNX files without its package."""

from collections.abc import Iterator
from typing import NamedTuple


class WireField(NamedTuple):
    """One field of a message."""

    number: int
    raw: bytes
    """All of it, with its number."""
    content: bytes
    """What it holds; empty for a number."""


def varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def block(field: int, content: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(content)) + content


def text(field: int, text: str) -> bytes:
    return block(field, text.encode())


def read_fields(message: bytes) -> Iterator[WireField]:
    """Fields of a message of numbers, blocks and 32-bit floats."""
    at = 0
    while at < len(message):
        key, start = _read_varint(message, at)
        size = 0
        if key & 7 == 0:
            _, start = _read_varint(message, start)
        elif key & 7 == 5:
            start += 4
        else:
            size, start = _read_varint(message, start)
        yield WireField(key >> 3, message[at : start + size], message[start : start + size])
        at = start + size


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    """A number, and where it ends."""
    value = shift = 0
    while message[at] & 128:
        value |= (message[at] & 127) << shift
        at, shift = at + 1, shift + 7
    return value | message[at] << shift, at + 1
