"""Texts that a careless reader trips over, for tests that must hold for any text."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

STEADY = settings(deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
"""The same hundred examples each time, however busy the machine is."""

PIECES = (
    *(". ", ".", "? ", "!", "…", "”", "“", '"', "''", "(", ")", "[1]", "—", "–", "。", "」", "é", "\u0301", "\u200b"),
    *("\n", "\n\n", "\r\n", "\r", "\t", "\xa0", "\u2028", "\x85", "\x0b", "\x1c", " ", "  ", "\ufeff", "\x00"),
    *("- ", "1. ", "a) ", "# ", "#", "---\n", "title: x\n", "title:", "date: 2022-01-05", "date 2021-09-26 "),
    *("Mr", "U.S", "a.m", "no", "No. 5", "Dr. Smith", "St", "Inc", "Jan", "He said", "The", "and", "Kosovo", "x", "A"),
    *("RELATED: y", "See also\xa0 z", "Leave a Reply", "Week's Top Stories", "News from Here.", "Update (1520 EST):"),
    *("2022-12-27", "December 27, 2022", "in 2008", "Published on ", "WASHINGTON, Jan 3, 2022 - ", "By Ann Lee"),
    *("a" * 130, "word " * 30, "<|endoftext|>"),
)


def texts() -> st.SearchStrategy[str]:
    """Pieces of news pages in any order, with any characters between them."""
    return st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40).map("".join)
