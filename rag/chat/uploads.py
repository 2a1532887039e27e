"""Files, pages of the web and texts that users send -> a folder beside the index -> articles."""

import hashlib
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from rag.articles import load_articles
from rag.articles.formats import FORMATS
from rag.assistant import Assistant
from rag.errors import ArticleError, RagError
from rag.index import Entry
from rag.index.files import file_of
from rag.web import download_page

NAME_BYTES = 120
"""Longest file name kept, in UTF-8, with its suffix."""
SUFFIX_CHARS = 10
CHECKSUM_CHARS = 6
"""Of the checksum in a name: of a cut one, and of a pasted text."""
WORDS_BYTES = 80
"""First bytes of a pasted text that name it."""
FILES = 500
TOTAL_BYTES = 200_000_000
"""Files, and bytes of all, that the folder may hold."""
_UNSAFE = re.compile(r"[^\w.()' -]")
_HIDDEN = re.compile(
    "[\u034f\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)


class Uploaded(NamedTuple):
    """The article that a file became."""

    article: str
    """Id under which it is indexed."""
    title: str
    updated: bool


class Uploads:
    """The folder of uploaded articles; no file in it is ever served, only pictures of PDF pages.

    Args:
        folder: beside the index; made with the first file.
        assistant: indexes it.
    """

    def __init__(self, folder: Path, assistant: Assistant) -> None:
        self._folder = folder
        self._assistant = assistant
        self._lock = Lock()

    @property
    def limit(self) -> int:
        """Largest file taken, in bytes."""
        return self._assistant.settings.article_bytes

    def add(self, name: str, content: bytes, reader: Assistant | None = None) -> Uploaded:
        """Keep a file and index it; one of the same name is replaced, and stays when the new one cannot be read.

        Args:
            name: of the file, as its sender has it.
            content: of the file.
            reader: over what the sender may read; None for everything.

        Raises:
            ArticleError: it is of no known format, damaged, empty, one too many, the sender could not read it, or an
                article in it would have other readers than the file.
            IndexLocked: another process is writing the index.
        """
        file = self._folder / safe_name(name)
        self._refuse(file, content)
        with self._changing():
            entries = self._assistant.articles()
            _require_readable(file, entries, reader or self._assistant)
            self._require_free(file, entries)
            self._check_room(file, len(content))
            previous = file.read_bytes() if file.exists() else None
            write_file(file, content)
            try:
                self._require_same_readers(file, reader or self._assistant)
                self._index(file, name)
            except RagError:
                self._undo(file, previous)
                raise
            return self._uploaded(file, updated=previous is not None)

    def add_page(self, address: str, reader: Assistant | None = None) -> Uploaded:
        """Fetch a page of the web, keep and index it; what is kept is never fetched again.

        Raises:
            WebError: it cannot be fetched, is not public, or lists other pages.
            ArticleError: as for a file.
        """
        return self.add(*download_page(address, self._assistant.settings), reader)

    def add_text(self, text: bytes, reader: Assistant | None = None) -> Uploaded:
        """Keep and index a text without a name; it is named by its first words and a checksum.

        Raises:
            ArticleError: as for a file.
        """
        first = text.lstrip()[:WORDS_BYTES].decode(errors="ignore").partition("\n")[0].strip()
        name = f"{first.replace('/', ' ')} {hashlib.sha256(text).hexdigest()[:CHECKSUM_CHARS]}.txt".strip()
        return self.add(name, text, reader)

    def remove(self, article: str, reader: Assistant | None = None) -> None:
        """Remove an article from the index, and delete its file when it was uploaded.

        Args:
            article: its id.
            reader: over what the sender may read; None for everything.

        Raises:
            IndexMissing: there is no article of this id that the sender may read.
        """
        with self._changing():
            source = Path((reader or self._assistant).article(article).source)
            self._assistant.remove(article)
            if source.parent == self._folder.resolve():
                source.unlink(missing_ok=True)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """While nobody else changes the folder."""
        with self._lock:
            yield

    def _refuse(self, file: Path, content: bytes) -> None:
        if file.suffix.lower() not in FORMATS:
            raise ArticleError(file, f"is of no known format ({', '.join(FORMATS)})")
        if len(content) > self.limit:
            raise ArticleError(file, f"is larger than {self.limit / 1e6:.0f} MB; split it")

    def _require_free(self, file: Path, entries: Iterable[Entry]) -> None:
        """An article whose file is not on this server keeps its id: the index takes its place for free."""
        for entry in entries:
            named = entry.id == file.name or entry.id.startswith(f"{file.name}/")
            source = Path(entry.source)
            if named and not source.is_relative_to(self._folder.resolve()) and not file_of(source).exists():
                raise ArticleError(file, "has the name of an article whose file is not here; give it another name")

    def _check_room(self, file: Path, size: int) -> None:
        sizes = [other.stat().st_size for other in self._folder.glob("*") if other != file and other.is_file()]
        if len(sizes) >= FILES or sum(sizes) + size > TOTAL_BYTES:
            raise ArticleError(file, f"is one too many: {FILES} files or {TOTAL_BYTES / 1e6:.0f} MB; remove others")

    def _require_same_readers(self, file: Path, reader: Assistant) -> None:
        """No path within a file opens or closes its article by another rule: its sender chose the path.

        An archive with a folder `board` would else put an article beside those of the board.
        """
        if not reader.restricted:
            return
        whole = file.resolve()
        try:
            articles = load_articles(whole, whole.parent, self._assistant.settings).articles
        except ArticleError:  # the sync says what is wrong with it
            return
        for article in articles:
            if not reader.decides_alike(article.source, str(whole)):
                inside = Path(article.source).relative_to(whole)
                raise ArticleError(file, f"holds {inside}, which would have other readers than the file; rename that")

    def _index(self, file: Path, name: str) -> None:
        for failure in self._assistant.sync(self._folder).failed:
            if failure.path == file.resolve():
                raise ArticleError(Path(name), failure.reason)

    def _undo(self, file: Path, previous: bytes | None) -> None:
        """Restore the folder; a file that failed has changed nothing in the index."""
        if previous is None:
            file.unlink()
        else:
            write_file(file, previous)

    def _uploaded(self, file: Path, *, updated: bool) -> Uploaded:
        entry = next((entry for entry in self._assistant.articles() if _is(entry, file)), None)
        return Uploaded(entry.id if entry else "", entry.title if entry else file.name, updated)


def _require_readable(file: Path, entries: Iterable[Entry], reader: Assistant) -> None:
    """Nobody adds what they could not read, or replaces what they cannot: both would show them that it is there."""
    articles = (entry.source for entry in entries if _is(entry, file))
    if not all(map(reader.may_read, [str(file.resolve()), *articles])):
        raise ArticleError(file, "would be an article that you may not read; ask whoever runs this server")


def _is(entry: Entry, file: Path) -> bool:
    return Path(entry.source).is_relative_to(file.resolve())


def safe_name(name: str) -> str:
    """The last part of a file name, without characters that are hidden or special to a shell.

    A long one is cut and ends in a checksum, so that it replaces no other that begins alike.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = Path("".join(map(_plain, last)).strip(" .") or "article")
    suffix = plain.suffix.lower()[:SUFFIX_CHARS]
    return f"{_cut(plain.stem, NAME_BYTES - len(suffix.encode())).strip(' .') or 'article'}{suffix}"


def _plain(character: str) -> str:
    """The character, or an underscore; marks stay, without which words of many scripts are others."""
    if _HIDDEN.match(character):
        return "_"
    return "_" if _UNSAFE.match(character) and unicodedata.category(character)[0] != "M" else character


def _cut(stem: str, limit: int) -> str:
    encoded = stem.encode()
    if len(encoded) <= limit:
        return stem
    checksum = hashlib.sha256(encoded).hexdigest()[:CHECKSUM_CHARS]
    return f"{encoded[: limit - CHECKSUM_CHARS - 1].decode(errors='ignore').strip(' .')} {checksum}"


def write_file(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as part:
        part.write(content)
    Path(part.name).replace(file)
