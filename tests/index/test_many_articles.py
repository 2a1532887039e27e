"""A file of several articles in the index: added, updated and removed one by one, and begun again after a kill."""

from pathlib import Path

import pytest

from rag.index import Index, SyncReport
from rag.settings import Settings
from tests.conftest import Counting

HEAD = "id,title,date,text\n"
ROWS = (
    "owls,Owls,2021-03-12,Owls hunt mice at night.\n",
    "salt,Salt,2022-07-04,Brine was boiled in lead pans.\n",
    "ants,Ants,2023-11-20,Ants farm aphids for honeydew.\n",
)


@pytest.fixture
def index(tmp_path: Path, embedder: Counting) -> Index:
    return Index.open(Settings(index_dir=tmp_path / "index"), embedder)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "export.csv").write_text(HEAD + "".join(ROWS), encoding="utf-8")
    return folder


def ids(index: Index) -> list[str]:
    return [entry.id for entry in index.articles()]


def test_each_article_of_a_file_is_indexed_with_its_own_date(index: Index, export: Path) -> None:
    assert index.sync(export) == SyncReport(added=3)
    assert ids(index) == ["export.csv/ants", "export.csv/owls", "export.csv/salt"]
    assert [str(entry.date) for entry in index.articles()] == ["2023-11-20", "2021-03-12", "2022-07-04"]
    assert index.sync(export) == SyncReport(unchanged=3)
    assert index.health().outdated == ()


def test_articles_come_and_go_with_their_rows(index: Index, export: Path) -> None:
    index.sync(export)
    (export / "export.csv").write_text(
        HEAD + ROWS[0] + ROWS[2].replace("Ants farm", "Some ants farm"), encoding="utf-8"
    )
    assert set(index.health().outdated) == {"export.csv/ants", "export.csv/owls", "export.csv/salt"}
    report = index.sync(export)
    assert (report.updated, report.removed) == (2, 1)
    assert ids(index) == ["export.csv/ants", "export.csv/owls"]
    (export / "export.csv").unlink()
    assert index.sync(export) == SyncReport(removed=2)


def test_a_sync_that_is_killed_within_a_file_begins_it_again(
    index: Index, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = index._truth.put
    stored: list[object] = []

    def put_one(*arguments: object) -> None:
        if stored:
            raise KeyboardInterrupt
        stored.append(arguments)
        put(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(index._truth, "put", put_one)
        with pytest.raises(KeyboardInterrupt):
            index.sync(export)
    assert len(ids(index)) == 1
    report = index.sync(export)
    assert (report.added, report.updated) == (2, 1)
    assert index.sync(export) == SyncReport(unchanged=3)


def test_a_newer_version_of_the_converters_embeds_only_what_it_reads_otherwise(
    index: Index, embedder: Counting, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.sync(export)
    before = embedder.texts
    monkeypatch.setattr("rag.index.files.READING", 1000)
    assert index.sync(export) == SyncReport(unchanged=3)
    assert embedder.texts == before
    assert all(file.made.sha256.endswith(".1000") for file in index._truth.files(export).values())


def test_drafts_are_left_out_and_leave_the_index(index: Index, tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    folder.mkdir()
    (folder / "owls.md").write_text("---\ntitle: Owls\n---\nOwls hunt mice at night.\n", encoding="utf-8")
    (folder / "package.json").write_text('{"name": "x"}', encoding="utf-8")
    report = index.sync(folder)
    assert (report.added, report.failed, [file.path.name for file in report.left_out]) == (1, (), ["package.json"])
    (folder / "owls.md").write_text("---\ntitle: Owls\ndraft: true\n---\nOwls hunt mice at night.\n", encoding="utf-8")
    report = index.sync(folder)
    assert (report.removed, report.failed, len(report.left_out)) == (1, (), 2)


def test_every_file_that_is_left_out_has_its_reason(index: Index, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    (folder / "pier_files").mkdir(parents=True)
    (folder / "pier.html").write_text("<html><body><p>The harbour closed its northern pier.</p></body></html>")
    (folder / "pier_files" / "ad.html").write_text("<p>Buy shoes.</p>")
    (folder / "~$owls.docx").write_bytes(b"lock")
    (folder / "draft.md").write_text("---\ndraft: true\n---\nOwls sing.\n", encoding="utf-8")
    report = index.sync(folder)
    assert (report.added, report.failed) == (1, ())
    assert {file.path.name: file.reason for file in report.left_out} == {
        "~$owls.docx": "is the lock file of an open document",
        "ad.html": "is a part of the saved page beside it",
        "draft.md": "is a draft",
    }
