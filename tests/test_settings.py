from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import Settings


def write_toml(folder: Path, toml: str) -> Path:
    file = folder / "rag.toml"
    file.write_text(toml, encoding="utf-8")
    return file


def test_without_file_and_variables_the_defaults_hold(tmp_path: Path) -> None:
    assert Settings.load(tmp_path / "rag.toml", {}) == Settings()


def test_variables_win_over_the_file_and_the_file_over_defaults(tmp_path: Path) -> None:
    file = write_toml(tmp_path, 'hits = 4\npassage_tokens = 100\nindex_dir = "made/here"')
    settings = Settings.load(file, {"RAG_HITS": "7", "HITS": "9", "PATH": "/bin"})
    assert (settings.hits, settings.passage_tokens, settings.index_dir) == (7, 100, Path("made/here"))


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    assert Settings.load(tmp_path / "rag.toml", {"RAG_EMBEDDER": "", "RAG_INDEX_DIR": " "}) == Settings()


def test_a_tilde_is_the_home_folder_though_no_shell_saw_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Settings.load(write_toml(tmp_path, 'articles_dir = "~/news"'), {}).articles_dir == tmp_path / "news"


def test_a_file_that_an_editor_began_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert Settings.load(write_toml(tmp_path, "\ufeffhits = 4"), {}).hits == 4


@pytest.mark.parametrize(
    ("toml", "environ", "reason"),
    [
        ("", {"RAG_HITZ": "3"}, "Unknown setting 'hitz'.*RAG_HITZ.*Known: .*hits"),
        ("[rag]\nhits = 3", {}, "Unknown setting 'rag'"),
        ("", {"RAG_HITS": "many"}, "'hits'.*integer.*'many'"),
        ("hits = 0", {}, "'hits'.*greater than or equal to 1"),
        ("confidence = nan", {}, "'confidence'"),
        ("hits 3", {}, "rag.toml: .*line 1"),
        ("", {"RAG_INDEX_DIR": "~nobody-of-that-name/x"}, "'index_dir'.*home folder"),
        ('index_dir = ".rag"', {"RAG_INDEX": "postgresql://a@b/c"}, "one of RAG_INDEX and RAG_INDEX_DIR, not both"),
        ("", {"RAG_INDEX": "mysql://a@b/c"}, "'index'.*begins with postgresql://"),
    ],
)
def test_what_is_wrong_is_reported_by_name(tmp_path: Path, toml: str, environ: dict[str, str], reason: str) -> None:
    with pytest.raises(SettingsError, match=reason):
        Settings.load(write_toml(tmp_path, toml), environ)


def test_a_file_of_bytes_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rag.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"rag\.toml"):
        Settings.load(file, {})


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://ada@host:5433/news", "postgresql://ada@host:5433/news"),
        ("postgresql://ada:se/c@ret@host/news", "postgresql://ada@host/news"),
        ("postgres://host/news?user=ada&password=secret&sslmode=require", "password=***&sslmode=require"),
        ("postgresql://ada:secret@one,two/news?sslpassword=secret", "postgresql://ada@one,two/news?sslpassword=***"),
    ],
)
def test_a_password_in_an_address_is_never_shown(tmp_path: Path, address: str, shown: str) -> None:
    settings = Settings.load(tmp_path / "rag.toml", {"RAG_INDEX": address})
    assert settings.index_name.endswith(shown)
    written = f"{settings} {settings!r} {settings.index_name} {settings.model_dump()} {settings.model_dump_json()}"
    assert "secret" not in written
    assert "se/c" not in written
    for wrong in ({"RAG_INDEX_DIR": "x"}, {"RAG_HITS": "0"}, {"RAG_INDEX": address.replace("postgres", "no", 1)}):
        with pytest.raises(SettingsError) as caught:
            Settings.load(tmp_path / "rag.toml", {"RAG_INDEX": address, **wrong})
        assert "sec" not in f"{caught.value} {caught.value.__cause__}"
