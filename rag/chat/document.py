"""Gradio's HTML document -> the page: its style sheets and script in the head, and no address of another host."""

import base64
import hashlib
import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"
STYLES = ("base", "conversation", "panel", "narrow")
"""Style sheets of the page in the order of their cascade."""
_HEAD = (
    '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
    '<link rel="icon" type="image/svg+xml" href="./page/icon.svg?{0}">'
    + "".join(f'<link rel="stylesheet" href="./page/{style}.css?{{0}}">' for style in STYLES)
    + '<script src="./page/theme.js?{0}"></script>'
    '<script type="module" src="./page/page.js?{0}"></script>'
)
_FOR_OTHER_SITES = re.compile(r"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>|<link rel=\"manifest\"[^>]*>")
_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)


def add_head(document: str) -> str:
    """The document with the page's own head, without tags for social networks."""
    return _FOR_OTHER_SITES.sub("", document).replace("</head>", f"{_HEAD.format(static_version())}</head>", 1)


def static_version() -> str:
    """A hash over the files of static/, 12 hex digits: a query that makes browsers fetch a changed file again."""
    content = b"".join(file.read_bytes() for file in sorted(STATIC.glob("*.*")))
    return hashlib.sha256(content).hexdigest()[:12]


def content_security_policy(document: str) -> str:
    """The content security policy of a document: its own inline scripts by their hashes, no other host for anything.

    Gradio compiles its templates, which takes 'unsafe-eval'; without 'unsafe-inline' no handler in markup ever runs.
    """
    hashes = " ".join(f"'sha256-{_hash(script['code'])}'" for script in _inline_scripts(document))
    return (
        f"default-src 'none'; script-src 'self' 'unsafe-eval' {hashes}; style-src 'self' 'unsafe-inline';"
        " img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'none'; object-src 'none';"
        " base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


def _inline_scripts(document: str) -> "list[re.Match[str]]":
    return [script for script in _SCRIPT.finditer(document) if "src=" not in script["attributes"]]


def _hash(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
