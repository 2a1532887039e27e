"""Access file + groups of users -> the assistant over the articles that a user may read."""

import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from rag.assistant import Assistant
from rag.chat.login import Account, is_group, read_users
from rag.errors import IndexMissing, SettingsError
from rag.index import PathRules

log = logging.getLogger("rag")

EVERYONE, NOBODY = "everyone", "nobody"
"""Groups that need no members: all who log in, and none."""


class AccessLine(NamedTuple):
    """One line of an access file."""

    pattern: str
    """Of paths, as `PathRules.of` reads it."""
    groups: frozenset[str]
    """Who may read the articles that it matches."""

    def admits(self, groups: frozenset[str] | None) -> bool:
        """Whether a user in some groups may read the articles that it matches; None is nobody who logs in."""
        return groups is not None and bool(self.groups & (groups | {EVERYONE}))


def read_access(file: Path) -> tuple[AccessLine, ...]:
    """The lines of an access file, `PATTERN: GROUP, GROUP`; empty ones and those that begin with # say nothing.

    Raises:
        SettingsError: the file cannot be read, has no line, or one of another form.
    """
    try:
        lines = list(enumerate(map(str.strip, file.read_text(encoding="utf-8-sig").splitlines()), 1))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{file}: {getattr(error, 'strerror', error)}. Set RAG_ACCESS to a file of lines."
        ) from error
    access = tuple(_parse(f"{file}, line {number}", line) for number, line in lines if line and line[0] != "#")
    if not access:
        raise SettingsError(f"{file} has no line, so nobody could read anything. To begin with: *: {EVERYONE}")
    return access


def _parse(place: str, line: str) -> AccessLine:
    pattern, colon, names = line.rpartition(":")
    groups = [name.strip() for name in names.split(",")]
    if not colon or not pattern.strip():
        raise SettingsError(f"{place}: {line!r} is not PATTERN: GROUP, GROUP, as in board/: board, editors")
    for group in groups:
        if not is_group(group):
            raise SettingsError(f"{place}: {group!r} is no name of a group (letters, digits, - _ .); or write {NOBODY}")
    return AccessLine(pattern.strip(), frozenset(groups) - {NOBODY})


class Readers:
    """Gives each user the assistant over the articles that they may read.

    Args:
        assistant: over all articles.
        access: who may read what; empty for everyone everything.
        users: everyone who can log in.
        closed: patterns of what nobody may read, whatever the lines say.
    """

    def __init__(
        self,
        assistant: Assistant,
        access: tuple[AccessLine, ...] = (),
        users: Mapping[str, Account] | None = None,
        closed: Iterable[str] = (),
    ) -> None:
        self.whole = assistant
        self.restricted = bool(access)
        """Whether there are rules on who reads what."""
        self._access = access
        self._closed = tuple((pattern, False) for pattern in closed)
        self._groups = {name: account.groups for name, account in (users or {}).items()}
        self._views: dict[frozenset[str] | None, Assistant] = {}

    @classmethod
    def open(cls, assistant: Assistant, users: Path | None) -> "Readers":
        """The readers that the users file and the setting `access` name; logs which lines of either do nothing.

        Raises:
            SettingsError: either cannot be read, or groups are named and nobody logs in.
            RagError: there are rules, and the index, which may hold what they have to close, cannot be read.
        """
        file = assistant.settings.access
        if file is None:
            return cls(assistant)
        if users is None:
            raise SettingsError(f"{file} names who may read what, but nobody logs in: rag serve --users FILE")
        access, accounts = read_access(file), read_users(users)
        sources: list[str] = []
        with suppress(IndexMissing):
            sources = [entry.source for entry in assistant.articles()]
        _warn(access, sources, accounts.values())
        closed = _misleading_uploads(access, sources, assistant.settings.uploads_folder)
        for upload in closed:
            log.warning("Access: nobody sees what is in %s: a line decides on a path in it, not on the file.", upload)
        return cls(assistant, access, accounts, closed)

    def of(self, user: str) -> Assistant:
        """The assistant of a user by name; over no article at all for one that is not known, where there are rules."""
        if not self.restricted:
            return self.whole
        groups = self._groups.get(user)
        if groups not in self._views:
            lines = [(line.pattern, line.admits(groups)) for line in self._access]
            rules = PathRules.of([*self._closed, *lines])
            self._views[groups] = self.whole.within(rules)
        return self._views[groups]

    def groups_of(self, user: str) -> frozenset[str]:
        """The groups of a user by name; none of one that is not known."""
        return self._groups.get(user, frozenset())

    def reads_as_much(self, user: str, owner: str, groups: frozenset[str]) -> bool:
        """Whether a user may read whatever another one could, also what is gone since.

        Args:
            user: by name.
            owner: the other one; what one that is gone could read is nobody's to know.
            groups: those of the owner at the time.
        """
        if not self.restricted or user == owner:
            return True
        if not {user, owner} <= self._groups.keys():
            return False
        mine = self.groups_of(user)
        return all(line.admits(mine) for line in self._access if line.admits(groups))


def _warn(access: Iterable[AccessLine], sources: list[str], accounts: Iterable[Account]) -> None:
    """Say which lines match nothing, and which groups have no member: most likely they are misspelt."""
    members = {EVERYONE, NOBODY}.union(*(account.groups for account in accounts))
    for line in access:
        rules = PathRules.of([(line.pattern, True)])
        if not any(map(rules.admits, sources)):
            log.warning("Access: %s matches no article.", line.pattern)
        for group in sorted(line.groups - members):
            log.warning("Access: no user is in the group %s. Add one: rag user NAME --group %s", group, group)


def _misleading_uploads(access: Iterable[AccessLine], sources: Iterable[str], folder: Path) -> list[str]:
    """Uploaded files of several articles that are refused today: a line decides on a path in them, not on the file.

    They were added before that was looked at, or while there were no rules; who chose the paths, nobody knows.
    """
    rules, place = PathRules.of((line.pattern, True) for line in access), folder.resolve()
    uploaded = [source for source in map(Path, sources) if source.is_relative_to(place)]
    files = [place / source.relative_to(place).parts[0] for source in uploaded]
    pairs = zip(map(str, uploaded), map(str, files), strict=True)
    return sorted({f"{file}/" for source, file in pairs if rules.line(source) != rules.line(file)})
