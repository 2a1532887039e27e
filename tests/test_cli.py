import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.commands.library import sync_lines
from rag.index import SyncReport
from rag.index.report import Failure

SEEDS = Path("seeds").resolve()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a newcomer has it: articles, nothing indexed."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "seeds").symlink_to(SEEDS)
    return folder


def rag(home: Path, *arguments: str, typed: str = "", **environ: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_"))}
    command = [sys.executable, "-m", "rag", *arguments]
    return subprocess.run(
        command, cwd=home, env=clean | environ, input=typed, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_first_question_on_a_fresh_clone(home: Path) -> None:
    first = rag(home, "ask", "Why did Serbs put up roadblocks in December 2022?")
    assert first.returncode == 0, first.stderr
    assert "former Serb police officer" in first.stdout
    assert "[1]" in first.stdout
    assert "\x1b" not in first.stdout  # plain when piped
    assert "indexing seeds/" in first.stderr
    second = rag(home, "ask", "Why did Serbs put up roadblocks in December 2022?")
    assert second.stderr == ""


def test_exit_codes_say_what_happened(home: Path) -> None:
    refused = rag(home, "ask", "What is the population of Pristina?")
    assert (refused.returncode, "The articles do not say." in refused.stdout) == (3, True)
    assert "Nearest, but not an answer" in refused.stdout
    assert "The articles answer these:" in refused.stdout
    assert rag(home, "ask").returncode == 2
    assert rag(home, "ask", "Why?", "--after", "yesterday").returncode == 2
    empty = rag(home, "ask", "")
    assert (empty.returncode, empty.stderr.startswith("rag: The question is empty")) == (1, True)


def test_json_is_the_answer(home: Path) -> None:
    answer = json.loads(rag(home, "ask", "What is KFOR?", "--json").stdout)
    assert answer["status"] == "answered"
    citation = answer["citations"][0]
    text = (SEEDS / citation["article"]).read_text(encoding="utf-8")
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_disagreement_names_who_says_what(home: Path) -> None:
    result = rag(home, "ask", "In what year did Kosovo become independent?").stdout
    assert "The articles disagree" in result
    assert "2013: Kosovo Military Deploys to Serbian Border, Crossings Closed (undated)" in result


def test_the_folder_as_a_whole(home: Path) -> None:
    overview = rag(home, "overview")
    assert (overview.returncode, "5 articles, 26 September 2021 to 27 December 2022" in overview.stdout) == (0, True)
    compared = json.loads(rag(home, "compare", "002", "003", "--json").stdout)
    assert [section["heading"] for section in compared["sections"]][:2] == ["They differ", "Both tell of"]


def test_dates_bound_what_is_searched(home: Path) -> None:
    hits = rag(home, "search", "troops on alert", "--before", "2021-12-31", "--json")
    assert {hit["passage"]["date"] for hit in json.loads(hits.stdout)} == {"2021-09-26"}


def test_a_folder_below_the_ingested_one_bounds_what_is_asked(tmp_path: Path) -> None:
    for place, text in (("birds/owls", "Owls hunt mice at night."), ("pets/cats", "Cats hunt mice in houses.")):
        (tmp_path / "news" / place).parent.mkdir(parents=True)
        (tmp_path / "news" / f"{place}.txt").write_text(text, encoding="utf-8")
    assert rag(tmp_path, "ingest", "news").returncode == 0
    answer = json.loads(rag(tmp_path, "ask", "What hunts mice?", "--in", "pets/", "--json").stdout)
    assert [citation["article"] for citation in answer["citations"]] == ["pets/cats.txt"]
    overview = json.loads(rag(tmp_path, "overview", "--in", "birds", "--json").stdout)
    assert {citation["article"] for citation in overview["citations"]} == {"birds/owls.txt"}
    unknown = rag(tmp_path, "search", "mice", "--in", "pet")
    assert (unknown.returncode, unknown.stderr) == (1, "rag: No collection 'pet' in .rag. There are: birds, pets.\n")


def test_articles_are_listed_with_their_dates(home: Path) -> None:
    lines = rag(home, "articles").stdout.splitlines()
    assert len(lines) == 5
    assert "26 September 2021 (dateline)" in lines[1]
    stated = json.loads(rag(home, "articles", "--json").stdout)[1]["dates"]
    assert stated == [{"place": "dateline", "day": "2021-09-26", "words": ""}]


def test_ingest_reports_and_fails_on_bad_files(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "owls.txt").write_text("Owls hunt mice at night.", encoding="utf-8")
    (tmp_path / "news" / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    result = rag(tmp_path, "ingest", "news")
    assert result.returncode == 1
    assert "broken.pdf" in result.stderr
    assert "1 added" in result.stdout
    missing = rag(tmp_path, "ingest", "nothere")
    assert (missing.returncode, missing.stderr) == (1, "rag: nothere: no such file or folder\n")


def test_files_of_no_known_format_are_named_and_are_no_failure(tmp_path: Path) -> None:
    (tmp_path / "owls.txt").write_text("Owls hunt mice at night.", encoding="utf-8")
    for number in range(6):
        (tmp_path / f"{number}.png").write_text("owl,1")
    result = rag(tmp_path, "ingest", ".")
    assert result.returncode == 0
    assert "passed over, of no known format: 0.png, 1.png, 2.png, 3.png, 4.png and 1 more" in result.stderr


def test_what_is_left_out_is_counted_and_named_with_verbose() -> None:
    drafts = tuple(Failure(Path(f"news/{number}.md"), "is a draft") for number in range(7))
    notes = tuple(Failure(Path(f"news/{number}.txt"), "is not UTF-8") for number in range(30))
    report = SyncReport(left_out=drafts, notes=notes, passed_over=(Path("news/a.png"),))
    short, whole = [*sync_lines(report, verbose=False)], [*sync_lines(report, verbose=True)]
    failures = [*sync_lines(SyncReport(failed=notes), verbose=False)]
    assert (len(failures), failures[-1]) == (21, "skipped: 10 more; --verbose prints them")
    assert len(short) == 23
    assert short[20] == "note: 10 more; --verbose prints them"
    assert short[21].endswith("0.md, 1.md, 2.md, 3.md, 4.md and 2 more")
    assert len(whole) == 38
    assert whole[30:] == [
        *(f"left out news/{number}.md: is a draft" for number in range(7)),
        "passed over news/a.png: of no known format",
    ]


def test_without_articles_it_says_what_to_do_and_the_demo_does_not_mix_with_others(tmp_path: Path) -> None:
    lost = rag(tmp_path, "ask", "Why?")
    assert lost.stderr == "rag: No index in .rag. Build it: rag ingest FOLDER. To try: rag demo\n"
    (tmp_path / "owls.txt").write_text("Owls hunt mice at night.", encoding="utf-8")
    rag(tmp_path, "ingest", ".")
    mixed = rag(tmp_path, "demo")
    assert (mixed.returncode, "holds other articles" in mixed.stderr) == (1, True)
    assert not (tmp_path / "seeds").exists()


def test_an_article_is_removed_by_its_id_and_none_where_one_is_unknown(tmp_path: Path) -> None:
    for name in ("owls", "bees"):
        (tmp_path / f"{name}.txt").write_text(f"The {name} live in the old mill.", encoding="utf-8")
    rag(tmp_path, "ingest", ".")
    unknown = rag(tmp_path, "remove", "owls.txt", "eels.txt")
    assert (unknown.returncode, "No article 'eels.txt'" in unknown.stderr) == (1, True)
    assert len(rag(tmp_path, "articles").stdout.splitlines()) == 2
    assert rag(tmp_path, "remove", "owls.txt").stdout == "removed owls.txt\n"
    assert rag(tmp_path, "articles").stdout.startswith("bees.txt")


def test_questions_can_be_typed_one_after_another(home: Path) -> None:
    result = rag(home, "chat", typed="What is KFOR?\nWhat is the population of Pristina?\n\n")
    assert result.returncode == 0
    assert "KFOR" in result.stdout
    assert "The articles do not say." in result.stdout


def test_the_doctor_lists_its_findings(home: Path, tmp_path: Path) -> None:
    result = rag(home, "doctor")
    assert (result.returncode, "5 articles" in result.stdout) == (0, True)
    bad = rag(tmp_path, "doctor", RAG_HITS="many")
    assert (bad.returncode, "hits" in bad.stdout) == (1, True)


def test_an_unknown_setting_is_one_line(home: Path) -> None:
    result = rag(home, "ask", "Why?", RAG_TOP_K="3")
    assert result.returncode == 1
    assert result.stderr.startswith("rag: Unknown setting 'top_k'")
    assert result.stderr.count("\n") == 1


def test_the_version_is_told(home: Path) -> None:
    assert rag(home, "--version").stdout.startswith("rag 0.")


def test_help_names_the_program_however_it_is_run(home: Path) -> None:
    assert "python -m rag [OPTIONS] COMMAND" in rag(home, "--help").stdout


def test_a_terminal_shows_the_answer_once_when_it_is_done(home: Path) -> None:
    reading, writing = os.openpty()
    command = [sys.executable, "-m", "rag", "ask", "Who is the prime minister of Kosovo?"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_"))}
    with subprocess.Popen(command, cwd=home, env=clean | {"TERM": "xterm", "COLUMNS": "200"}, stdout=writing) as run:
        os.close(writing)
        shown = b""
        with contextlib.suppress(OSError):  # how Linux says that the other side is gone
            while piece := os.read(reading, 65536):
                shown += piece
        os.close(reading)
    assert run.returncode == 0
    assert "Albin Kurti" in shown.decode().rsplit("\x1b[2K", 1)[-1]


def test_an_article_that_there_is_not_is_an_error_and_no_silence(home: Path) -> None:
    result = rag(home, "ask", "What is KFOR?", "--article", "nope.txt")
    assert (result.returncode, result.stderr[:26]) == (1, "rag: No article 'nope.txt'")
    assert rag(home, "search", "What is KFOR?", "--article", "nope.txt").returncode == 1


def test_a_terminal_of_few_characters_gets_question_marks(home: Path) -> None:
    result = rag(home, "ask", "What is KFOR?", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (result.returncode, result.stderr) == (0, "")
    assert "[1]" in result.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_one_line(home: Path) -> None:
    for redirect, code in ((">/dev/full", 1), (">&-", 0)):
        script = f"{sys.executable} -m rag ask 'What is KFOR?' {redirect}"
        result = subprocess.run(["sh", "-c", script], cwd=home, capture_output=True, text=True, check=False, timeout=60)
        assert (result.returncode, result.stderr.count("\n")) == (code, code)
