"""Fields -> a small .msg file: an OLE2 compound file whose streams are all long enough to need no mini stream."""

import struct
from datetime import UTC, datetime

SECTOR, SHORTEST = 512, 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_TEXT, _TIME = 0x001F, 0x0040


def outlook_message(fields: dict[int, str], sent: datetime) -> bytes:
    """A message with these text properties (0x0037 subject, 0x1000 body ...) and the time it was sent."""
    streams = {f"__substg1.0_{number:04X}{_TEXT:04X}": text.encode("utf-16-le") for number, text in fields.items()}
    ticks = int((sent - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds() * 10_000_000)
    entries = [struct.pack("<HHIQ", _TIME, 0x0039, 6, ticks)]
    entries += [struct.pack("<HHIII", _TEXT, number, 6, len(text) * 2 + 2, 0) for number, text in fields.items()]
    streams["__properties_version1.0"] = bytes(32) + b"".join(entries)
    return _compound({name: content.ljust(SHORTEST, b"\0") for name, content in streams.items()})


def _compound(streams: dict[str, bytes]) -> bytes:
    """Sector 0 is the table of sectors, the next ones the directory, the rest the streams."""
    folder = -(-(len(streams) + 1) * 128 // SECTOR)
    table, content = [FAT, *_chain(1, folder)], b""
    entries = [_entry("Root Entry", 5, child=1, start=END, size=0)]
    for number, (name, whole) in enumerate(sorted(streams.items()), start=1):
        start, sectors = len(table), -(-len(whole) // SECTOR)
        table += _chain(start, sectors)
        content += whole.ljust(sectors * SECTOR, b"\0")
        last = number == len(streams)
        entries.append(_entry(name, 2, right=FREE if last else number + 1, start=start, size=len(whole)))
    head = struct.pack("<8s16xHHHHH6xIII4xIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1,
                       SHORTEST, END, 0, END, 0)  # fmt: skip
    head += struct.pack("<109I", 0, *[FREE] * 108)
    packed = struct.pack("<128I", *table, *[FREE] * (128 - len(table)))
    return head + packed + b"".join(entries).ljust(folder * SECTOR, b"\0") + content


def _chain(start: int, sectors: int) -> list[int]:
    return [*range(start + 1, start + sectors), END]


def _entry(name: str, kind: int, *, child: int = FREE, right: int = FREE, start: int, size: int) -> bytes:
    spelt = (name + "\0").encode("utf-16-le")
    return struct.pack("<64sHBBIII36xIQ", spelt, len(spelt), kind, 1, FREE, right, child, start, size)
