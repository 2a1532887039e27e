"""Files of an indexed folder: changes that hide, links, folders that cannot be listed."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from rag.articles import load_articles
from rag.index import Index, SyncReport
from rag.index.report import Failure
from rag.settings import Settings
from tests.conftest import Counting


def test_a_change_is_seen_although_size_and_time_of_the_file_stayed(
    settings: Settings, embedder: Counting, articles: Path
) -> None:
    index, file = Index.open(settings, embedder), articles / "owls.txt"
    index.sync(articles)
    stat = file.stat()
    file.write_text(file.read_text().replace("mice", "voles").replace("night.", "dusk."))
    assert file.stat().st_size == stat.st_size
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert index.health().outdated == ("owls.txt",)
    assert index.sync(articles).updated == 1
    assert "voles" in index.article("owls.txt").text


def test_a_file_of_a_far_future_is_indexed(settings: Settings, embedder: Counting, articles: Path) -> None:
    os.utime(articles / "owls.txt", (0, 14_000_000_000))
    assert Index.open(settings, embedder).sync(articles) == SyncReport(added=3)


def test_a_link_is_an_article_wherever_it_leads_and_goes_when_it_goes(
    settings: Settings, embedder: Counting, articles: Path, tmp_path: Path
) -> None:
    (tmp_path / "far.txt").write_text("Sturgeons swim up the Danube to spawn.")
    (articles / "link.txt").symlink_to(tmp_path / "far.txt")
    (articles / "loop").symlink_to(articles)
    (articles / "nowhere.txt").symlink_to(tmp_path / "nowhere.txt")
    index = Index.open(settings, embedder)
    dead = Failure(articles / "nowhere.txt", "is a link that leads nowhere")
    assert index.sync(articles) == SyncReport(added=4, left_out=(dead,))
    assert "Danube" in index.article("link.txt").text
    (articles / "link.txt").unlink()
    assert index.sync(articles) == SyncReport(removed=1, unchanged=3, left_out=(dead,))


def test_what_lies_in_a_folder_that_cannot_be_listed_is_kept_and_reported(
    settings: Settings, embedder: Counting, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, listing = Index.open(settings, embedder), os.scandir
    index.sync(articles)

    def closed(path: str) -> object:
        if Path(path).name == "salt":
            raise PermissionError(13, "Permission denied", str(path))
        return listing(path)

    monkeypatch.setattr(os, "scandir", closed)
    report = index.sync(articles)
    assert (report.removed, report.unchanged) == (0, 2)
    assert report.failed == ((articles / "salt", "cannot be read (Permission denied)"),)
    assert index.article("salt/mines.md").title == "The mine"


def test_a_file_that_changes_while_it_is_read_keeps_its_last_version(
    settings: Settings, embedder: Counting, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, file = Index.open(settings, embedder), articles / "owls.txt"
    index.sync(articles)

    def written_meanwhile(path: Path, root: Path, settings: Settings) -> object:
        read = load_articles(path, root, settings)
        if path == file:
            file.write_text(file.read_text() + " They fly without a sound.")
        return read

    file.write_text("Owls hunt voles at dusk.")
    with monkeypatch.context() as patch:
        patch.setattr("rag.index.file_sync.load_articles", written_meanwhile)
        report = index.sync(articles)
    assert [failure.path for failure in report.failed] == [file]
    assert "changed while it was read" in report.failed[0].reason
    assert "mice" in index.article("owls.txt").text
    assert index.sync(articles).updated == 1
    assert "without a sound" in index.article("owls.txt").text


def test_a_newer_version_learns_where_a_date_comes_from_and_embeds_nothing(
    settings: Settings, embedder: Counting, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index.open(settings, embedder)
    index.sync(articles)
    index._truth.restate(replace(index.article("owls.txt"), dates=()))  # as an earlier version stored it
    before = embedder.texts
    monkeypatch.setattr("rag.index.files.READING", 1000)
    assert index.sync(articles) == SyncReport(unchanged=3)
    assert [one.place for one in index.article("owls.txt").dates] == ["dateline"]
    assert embedder.texts == before
