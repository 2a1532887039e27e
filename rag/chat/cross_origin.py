"""Origins of other sites -> what their pages may do: ask, where the operator lets them in, and nothing else."""

import re
from collections.abc import Iterator, Mapping, Sequence

_OPEN = re.compile(r"/v1/(?:chat/completions|models(?:/[\w.:-]+)?)")
"""Paths that a page of another site may use; articles are none of them."""
_HEADER_NAMES = re.compile(r"[\w-]+(?:\s*,\s*[\w-]+)*")
_PREFLIGHT_SECONDS = 600
_ASKED = "access-control-request-"


class CrossOrigin:
    """Which other origins may ask.

    Args:
        origins: as browsers send them, "https://example.org"; none lets nobody in.
    """

    def __init__(self, origins: Sequence[str]) -> None:
        self._origins = frozenset(origin.strip().rstrip("/") for origin in origins if origin.strip())

    def admits(self, path: str, headers: Mapping[str, str]) -> bool:
        """Whether a request is of an origin that is let in, to a path that is open to it."""
        return headers.get("origin") in self._origins and _OPEN.fullmatch(path) is not None

    def reply_headers(self, headers: Mapping[str, str]) -> Iterator[tuple[bytes, bytes]]:
        """Headers with which the browser lets its page read the reply; never with cookies."""
        yield b"access-control-allow-origin", headers["origin"].encode("latin-1")
        yield b"vary", b"Origin"
        asked = headers.get(f"{_ASKED}headers", "")
        if f"{_ASKED}method" in headers:
            yield b"access-control-allow-methods", b"GET, POST"
            yield b"access-control-max-age", str(_PREFLIGHT_SECONDS).encode()
            if _HEADER_NAMES.fullmatch(asked):
                yield b"access-control-allow-headers", asked.encode("latin-1")


def is_preflight(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a browser only asks what it may do."""
    return method == "OPTIONS" and f"{_ASKED}method" in headers
