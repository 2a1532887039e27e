import json

import pytest

from rag.console import print_json, progress_bar


def test_json_keeps_letters_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"city": "Mitrovicë"})
    output = capsys.readouterr().out
    assert "Mitrovicë" in output
    assert json.loads(output) == {"city": "Mitrovicë"}


def test_progress_is_silent_where_standard_error_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as report:
        report(1, 2, "owls.txt")
    assert capsys.readouterr() == ("", "")
