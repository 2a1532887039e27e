"""Bytes -> text: UTF-8, UTF-16, UTF-32 or what charset-normalizer decides, and a note of each decision."""

import codecs
import re
from pathlib import Path
from typing import NamedTuple

from rag.errors import ArticleError

BINARY_SHARE = 0.02
"""Share of control characters above which a file is treated as binary."""
DAMAGED_SHARE = 0.01
"""Share of bytes that may not be UTF-8 in a file that is UTF-8 otherwise."""
FEW_ACCENTS = 0.2
"""Share of characters beyond ASCII up to which a text without a mark is of Western Europe."""
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED = (
    ("utf-32-le", 4, (1, 2, 3)),
    ("utf-32-be", 4, (0, 1, 2)),
    ("utf-16-le", 2, (1,)),
    ("utf-16-be", 2, (0,)),
)
"""Encodings, bytes of a unit, and which of them are zero in Latin letters."""
_LIVING = ("cp125", "iso8859", "koi8", "big5", "gb", "cp932", "shift", "euc", "cp949", "johab", "hz", "iso2022", "tis")
"""Beginnings of the names of encodings in which texts of few accents are still saved."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UNIT = {"utf-16": 2, "utf-32": 4}


class Decoded(NamedTuple):
    """A text, and a note where its encoding had to be decided or its bytes mended."""

    text: str
    notes: tuple[str, ...] = ()


def decode(file: Path, content: bytes) -> Decoded:
    """The text of a file; a mark of UTF-8 at its head stays in the text.

    Raises:
        ArticleError: it is a binary file, or of no encoding that can be told.
    """
    marked = _marked(content)
    if marked and marked.text.count("\ufffd") > DAMAGED_SHARE * len(marked.text):
        raise ArticleError(file, "is of no encoding that can be told; save it as UTF-8")
    decoded = marked or _unmarked_wide(content) or _utf8(content) or _guessed(file, content)
    if len(_CONTROL.findall(decoded.text)) > BINARY_SHARE * len(decoded.text):
        raise ArticleError(file, "is a binary file, not text")
    return decoded


def _marked(content: bytes) -> Decoded | None:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    return _wide(content, encoding) if encoding else None


def _wide(content: bytes, encoding: str) -> Decoded:
    """Of code units of two or four bytes; a cut last one is left out."""
    cut = len(content) % _UNIT[encoding[:6]]
    text = content[: len(content) - cut].decode(encoding, errors="replace")
    notes = [f"ends within a character of {encoding.upper()}, which was left out"] if cut else []
    if lost := text.count("\ufffd"):
        notes.append(f"has characters that are not {encoding.upper()} ({lost}); replaced by \ufffd")
    return Decoded(text, tuple(notes))


def _utf8(content: bytes) -> Decoded | None:
    """UTF-8, with single bytes of Windows-1252 in it at most; a text of a regional encoding holds more."""
    try:
        return Decoded(content.decode())
    except UnicodeDecodeError as error:
        first = error.start
    text = content.decode(errors="surrogateescape")
    damaged = sum("\udc80" <= character <= "\udcff" for character in text)
    whole = sum(character > "\x7f" for character in text) - damaged
    if damaged > DAMAGED_SHARE * len(content) or damaged > whole:
        return None
    mended = "".join(_mend(character) if "\udc80" <= character <= "\udcff" else character for character in text)
    return Decoded(
        mended, (f"has bytes that are not UTF-8 ({damaged}, the first at byte {first}); read as Windows-1252",)
    )


def _mend(character: str) -> str:
    return bytes([ord(character) - 0xDC00]).decode("cp1252", errors="replace")


def _unmarked_wide(content: bytes) -> Decoded | None:
    """UTF-16 or UTF-32 without a mark: of a Latin text, the same bytes of each unit are zero."""
    for encoding, unit, zero in _UNMARKED:
        units = len(content) // unit
        zeros = [content[side::unit].count(0) for side in range(unit)]
        if units > 1 and all(
            count >= 0.5 * units if side in zero else count <= 0.05 * units for side, count in enumerate(zeros)
        ):
            decoded = _wide(content, encoding)
            return Decoded(decoded.text, (f"is {encoding[:6].upper()} without a mark", *decoded.notes))
    return None


def _guessed(file: Path, content: bytes) -> Decoded:
    import charset_normalizer

    if content.count(0) > 1:
        raise ArticleError(file, "is a binary file, not text")
    best = charset_normalizer.from_bytes(content).best()
    unsure = best is None or not best.coherence or not best.encoding.startswith(_LIVING)
    encoding = "cp1252" if best is None or (unsure and _is_western(content)) else best.encoding
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ArticleError(file, "is of no encoding that can be told; save it as UTF-8") from error
    return Decoded(text, (f"is not UTF-8; read as {encoding.replace('cp125', 'Windows-125')}",))


def _is_western(content: bytes) -> bool:
    return sum(byte > 0x7F for byte in content) <= FEW_ACCENTS * len(content)
