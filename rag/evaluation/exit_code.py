"""What a command of `rag eval` found -> its exit code."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every `rag eval` command."""

    OK = 0
    REGRESSION = 1
    """Something got worse."""
    BAD_SUITE = 2
    """The cases are wrong, or the articles that they quote are missing."""
    INCOMPLETE = 3
    """Nothing can be concluded: cases not asked, no baseline, or a setting or model that does not work."""
