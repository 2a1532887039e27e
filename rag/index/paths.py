"""Patterns of paths -> which articles a filter lets through: the first pattern that matches decides."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Self
from unicodedata import normalize


class PathRule(NamedTuple):
    """What becomes of the articles whose path matches a pattern."""

    pattern: str
    """Of a whole path; `*` stands for any characters, slashes, too, and nothing else is special."""
    admits: bool
    line: int = 0
    """Number of the line that it is of: one line gives several patterns."""


@dataclass(frozen=True, slots=True)
class PathRules:
    """Which paths of articles are let through; the first rule that matches decides, and what none matches stays out."""

    rules: tuple[PathRule, ...]

    @classmethod
    def of(cls, lines: Iterable[tuple[str, bool]]) -> Self:
        """The rules of patterns as a person writes them, in their order.

        A pattern that begins with `/` is of the whole path, another may begin below any folder. It matches a file, or
        a folder with all in it; with a `/` at its end only a folder. An archive is a folder of its members.
        """
        numbered = enumerate(lines)
        return cls(tuple(PathRule(glob, admits, at) for at, (line, admits) in numbered for glob in _globs(line)))

    def admits(self, path: str) -> bool:
        """Whether an article of this path is let through."""
        rule = self._first(path)
        return rule is not None and rule.admits

    def line(self, path: str) -> int | None:
        """Number of the line that decides on an article of this path; None where none does."""
        rule = self._first(path)
        return None if rule is None else rule.line

    def _first(self, path: str) -> PathRule | None:
        return next((rule for rule in self.rules if _compiled(rule.pattern).fullmatch(path)), None)

    def condition(self, test: str, escape: Callable[[str], str]) -> tuple[str, list[str]]:
        """The rules as an expression of SQL, with its values.

        Args:
            test: compares a path with one pattern.
            escape: of a pattern, as the test reads it.
        """
        if not self.rules:
            return "FALSE", []
        cases = " ".join(f"WHEN {test} THEN {'TRUE' if rule.admits else 'FALSE'}" for rule in self.rules)
        return f"CASE {cases} ELSE FALSE END", [escape(rule.pattern) for rule in self.rules]


def _globs(pattern: str) -> list[str]:
    whole = pattern if pattern.startswith(("/", "*")) else f"*/{pattern}"
    below = f"{whole.rstrip('/')}/*"
    globs = [whole] if whole.endswith("*") else [below] if whole.endswith("/") else [whole, below]
    # Some systems store an accented letter of a file's name as two characters.
    return list(dict.fromkeys(normalize(form, glob) for glob in globs for form in ("NFC", "NFD")))


@lru_cache(maxsize=1000)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)
