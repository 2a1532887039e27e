"""Truth -> the keyword index: a snapshot in tantivy with the words of every passage, ranked by BM25."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import IndexBroken
from rag.index.base import Truth
from rag.index.copies import Copies
from rag.index.filters import NO_COPIES, Filter, search_admitted
from rag.index.records import PassageScores
from rag.index.snapshot import Snapshot, SnapshotFolder
from rag.text.search_form import spaced_terms
from rag.text.words import STOP_WORDS

if TYPE_CHECKING:
    import tantivy

TEXT, NUMBER = "text", "number"
ANALYZER = "folded_stems_of_scripts"
EARLIER_ANALYZER = "folded_stems"
"""Of snapshots made before; it gave the same terms in Latin script, so that they are searched until the next ingest."""
WORD = r"[\p{L}\p{M}\p{N}]+"
"""Vowel signs are parts of a word: tantivy's simple tokenizer cuts Hindi at each of them."""
STEMMERS = ("english", "russian", "arabic")
HEAP = 64_000_000
"""Bytes tantivy may use while building."""


class TantivyKeywords:
    """The keyword index in a folder; safe to share between threads.

    Args:
        folder: made with the first snapshot.
        truth: what it is made from.
    """

    def __init__(self, folder: Path, truth: Truth) -> None:
        self._truth = truth
        self._snapshots = SnapshotFolder(folder)
        self._tantivy: TantivyFolder | None = None

    def count(self) -> int:
        """Passages in it."""
        return self._tantivy.count + len(self._tantivy.copies.numbers) if self._tantivy else 0

    def behind(self) -> bool:
        """Whether the snapshot is missing, damaged or of another revision."""
        snapshot = self._snapshots.verified()
        return snapshot is None or snapshot.covers != self._truth.revision

    def rebuild(self) -> None:
        """Make a new snapshot of the truth if it is behind."""
        revision = self._truth.revision
        if self.behind() or self._is_of_earlier_analyzer():
            passages, texts = self._truth.count(), self._truth.texts()
            copies = Copies.find(self._truth.texts())
            self._snapshots.create(revision, passages, lambda folder: TantivyFolder.build(folder, texts, copies))

    def _is_of_earlier_analyzer(self) -> bool:
        snapshot = self._snapshots.verified()
        return snapshot is not None and ANALYZER not in (self._snapshots.path(snapshot) / "meta.json").read_text()

    def load(self) -> None:
        """Search the newest snapshot from now on."""
        snapshot = self._snapshots.verified()
        if snapshot is None or snapshot != self._snapshots.opened:
            self._open(snapshot)

    def matching(self, text: str, k: int, bounds: Filter) -> PassageScores:
        """The k passages that share words with a text and pass a filter, with their BM25 scores."""
        opened = self._tantivy  # another thread may load meanwhile
        if opened is None:
            return []
        return search_admitted(
            lambda wanted: opened.matching(text, wanted),
            lambda numbers: self._truth.admitted(numbers, bounds),
            k,
            opened.copies,
        )

    def close(self) -> None:
        """Release its files."""
        self._open(None)

    def _open(self, snapshot: Snapshot | None) -> None:
        self._tantivy = TantivyFolder(self._snapshots.path(snapshot)) if snapshot else None
        self._snapshots.opened = snapshot


class TantivyFolder:
    """One folder of tantivy, opened for reading.

    Raises:
        IndexBroken: tantivy cannot open it.
    """

    def __init__(self, folder: Path) -> None:
        import tantivy

        try:
            index = tantivy.Index.open(str(folder))
            index.register_tokenizer(ANALYZER, _analyzer())
            index.register_tokenizer(EARLIER_ANALYZER, _analyzer())
            self._schema = index.schema
            self._searcher = index.searcher()
        except (ValueError, OSError) as error:
            raise IndexBroken(f"tantivy cannot open {folder}: {error}") from error
        self.count = self._searcher.num_docs
        self.copies = Copies.load(folder)

    @classmethod
    def build(cls, folder: Path, texts: Iterable[tuple[int, str]], copies: Copies = NO_COPIES) -> None:
        """Fill an empty folder with these numbers and texts, copies left out.

        Raises:
            IndexBroken: tantivy cannot write it.
        """
        import tantivy

        try:
            index = tantivy.Index(_schema(), path=str(folder))
            index.register_tokenizer(ANALYZER, _analyzer())
            writer = index.writer(HEAP, 1)
            repeated = copies.numbers
            for number, text in texts:
                if number in repeated:
                    continue
                writer.add_document(tantivy.Document(number=number, text=spaced_terms(text)))
            writer.commit()
            writer.wait_merging_threads()
            copies.save(folder)
        except (ValueError, OSError) as error:
            raise IndexBroken(f"tantivy cannot fill {folder}: {error}") from error

    def matching(self, text: str, k: int) -> PassageScores:
        """The k passages that share words with a text, with their BM25 scores; the text is never query syntax."""
        import tantivy

        terms = dict.fromkeys(index_terms(text))
        clauses = [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, TEXT, term)) for term in terms]
        if not clauses or k < 1:
            return []
        result = self._searcher.search(tantivy.Query.boolean_query(clauses), limit=k, count=False)
        return [(self._number(address), score) for score, address in result.hits]

    def _number(self, address: "tantivy.DocAddress") -> int:
        return int(self._searcher.doc(address)[NUMBER][0])


def index_terms(text: str) -> list[str]:
    """The words of a text as every keyword index counts them, in order, repeated as they stand."""
    return list(_analyzer().analyze(spaced_terms(text)))


def _schema() -> "tantivy.Schema":
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_unsigned_field(NUMBER, stored=True)
    schema.add_text_field(TEXT, tokenizer_name=ANALYZER, index_option="freq")
    return schema.build()


@lru_cache(maxsize=1)
def _analyzer() -> "tantivy.TextAnalyzer":
    """The words of rag.text.words: folded, without stop words, as stems; each stemmer leaves other scripts alone."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.regex(WORD))
    for step in (Filter.remove_long(60), Filter.lowercase(), Filter.ascii_fold()):
        builder = builder.filter(step)
    builder = builder.filter(Filter.custom_stopword(sorted(STOP_WORDS)))
    for language in STEMMERS:
        builder = builder.filter(Filter.stemmer(language))
    return builder.build()
