"""Folder -> truth: reads, embeds and removes articles until the index holds exactly those of the folder."""

from pathlib import Path
from typing import NamedTuple

from rag.articles import find_articles
from rag.embedding import Embedder
from rag.index.base import Truth
from rag.index.file_sync import FileSync
from rag.index.files import left_out, unreadable
from rag.index.report import Failure, Progress, SyncReport
from rag.index.sentences import SentenceEmbedder
from rag.settings import Settings


class FolderListing(NamedTuple):
    """What is below a path that is to be synced."""

    root: Path
    files: tuple[Path, ...]
    """Of known formats; a link inside the folder keeps its own name, for its target may lie outside."""
    hidden: tuple[Failure, ...]
    """Folders that cannot be listed; what is indexed of them stays."""
    passed_over: tuple[Path, ...]
    left_out: tuple[Failure, ...]

    def complete(self, report: SyncReport) -> SyncReport:
        """A report of these files, with what was not read of the folder."""
        return report._replace(passed_over=self.passed_over, left_out=(*self.left_out, *report.left_out))


def list_files(path: Path) -> FolderListing:
    """The files at or below a path.

    Raises:
        ArticleError: there is nothing at the path.
    """
    root, listing = path.resolve(), find_articles(path)
    return FolderListing(
        root,
        tuple(root / file.relative_to(path) for file in listing.files),
        tuple(
            Failure(root / Path(error.filename).relative_to(path), unreadable(error)) for error in listing.unreadable
        ),
        tuple(root / file.relative_to(path) for file in listing.unknown),
        tuple(left_out(listing, root, path)),
    )


def sync_folder(
    truth: Truth, embedder: Embedder, settings: Settings, path: Path, progress: Progress | None
) -> SyncReport:
    """Make the truth hold exactly the articles at a path; committed article by article.

    A file that cannot be read is reported, and its last indexed version stays.

    Raises:
        ArticleError: there is nothing at the path.
        EmbeddingError: the embedder failed; finished articles stay, and the next sync continues.
    """
    listing = list_files(path)
    sync = FileSync(truth, SentenceEmbedder(embedder), settings, listing.root, truth.files(listing.root), progress)
    kept = sync.add(listing.files)
    removed = sync.remove_missing(kept, listing.hidden)
    return listing.complete(sync.report(removed))


def reembed_articles(truth: Truth, embedder: Embedder, settings: Settings, progress: Progress | None) -> None:
    """Cut and embed again, from the stored text, every article of another embedder."""
    root = Path("/")
    FileSync(truth, SentenceEmbedder(embedder), settings, root, truth.files(root), progress).reembed()
