"""A pattern matches what its writer means by it."""

import pytest

from rag.index.paths import PathRules


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("board/", ["/a/board/x.txt", "/board/deep/y.md"], ["/a/board", "/a/keyboard/x.txt", "/a/Board/x.txt"]),
        ("board", ["/a/board/x.txt", "/a/board"], ["/a/board.txt", "/a/keyboard"]),
        ("mail.mbox", ["/a/mail.mbox", "/a/mail.mbox/3"], ["/a/mail.mbox2", "/a/xmail.mbox"]),
        ("/srv/news/", ["/srv/news/x.txt", "/srv/news/deep/x.txt"], ["/old/srv/news/x.txt", "/srv/newsroom/x.txt"]),
        ("*.draft.md", ["/a/x.draft.md", "/a/b/.draft.md"], ["/a/x.md", "/a/x.draft.md.txt"]),
        ("2022/*/secret", ["/n/2022/may/secret/x.txt", "/n/2022/a/b/secret"], ["/n/2022/secret/x.txt"]),
        ("a.b", ["/a.b"], ["/aXb"]),
        ("*", ["/a", "/line\nbreak"], []),
    ],
)
def test_a_pattern_matches_files_and_folders(pattern: str, matching: list[str], others: list[str]) -> None:
    rules = PathRules.of([(pattern, True)])
    assert [path for path in [*matching, *others] if rules.admits(path)] == matching


def test_the_first_pattern_that_matches_decides_and_none_keeps_out() -> None:
    rules = PathRules.of([("board/minutes.txt", True), ("board/", False), ("*.txt", True)])
    paths = ["/a/board/minutes.txt", "/a/board/plan.txt", "/a/x.txt", "/a/x.md"]
    assert [rules.admits(path) for path in paths] == [True, False, True, False]
