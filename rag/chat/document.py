"""Gradio's HTML document -> ours: our style sheet and script in its head, nothing that points elsewhere."""

import base64
import hashlib
import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"
_HEAD = (
    '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
    '<link rel="icon" type="image/svg+xml" href="./page/icon.svg?{0}">'
    '<link rel="stylesheet" href="./page/page.css?{0}"><script src="./page/theme.js?{0}"></script>'
    '<script type="module" src="./page/page.js?{0}"></script>'
)
_ELSEWHERE = re.compile(r"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>|<link rel=\"manifest\"[^>]*>")
_INLINE = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)


def ours(document: str) -> str:
    """The document with our head, and without what is meant for social networks."""
    return _ELSEWHERE.sub("", document).replace("</head>", f"{_HEAD.format(version())}</head>", 1)


def version() -> str:
    """Changes with any of the page's own files, so that browsers may keep them."""
    content = b"".join(file.read_bytes() for file in sorted(STATIC.glob("*.*")))
    return hashlib.sha256(content).hexdigest()[:12]


def policy(document: str) -> str:
    """The content security policy of a document: its own inline scripts by their hashes, no other host for anything.

    Gradio compiles its templates, which takes 'unsafe-eval'; without 'unsafe-inline' no handler in markup ever runs.
    """
    hashes = " ".join(f"'sha256-{_hash(found['code'])}'" for found in _inline(document))
    return (
        f"default-src 'none'; script-src 'self' 'unsafe-eval' {hashes}; style-src 'self' 'unsafe-inline';"
        " img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'none'; object-src 'none';"
        " base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


def _inline(document: str) -> "list[re.Match[str]]":
    return [found for found in _INLINE.finditer(document) if "src=" not in found["attributes"]]


def _hash(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
