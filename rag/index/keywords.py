"""Words -> tantivy: the passages that share a question's words, by BM25; a folder is built whole, then only read."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import IndexBroken
from rag.index.vectors import Found
from rag.text.words import STOP_WORDS

if TYPE_CHECKING:
    import tantivy

TEXT, NUMBER = "text", "number"
ANALYZER = "folded_stems"
HEAP = 64_000_000
"""Bytes tantivy may use while building."""


class Sparse:
    """A sealed folder, opened for reading.

    Raises:
        IndexBroken: tantivy cannot open it.
    """

    def __init__(self, folder: Path) -> None:
        import tantivy

        try:
            index = tantivy.Index.open(str(folder))
            index.register_tokenizer(ANALYZER, _analyzer())
            self._schema = index.schema
            self._searcher = index.searcher()
        except (ValueError, OSError) as error:
            raise IndexBroken(f"tantivy cannot open {folder}: {error}") from error
        self.count = self._searcher.num_docs

    @classmethod
    def build(cls, folder: Path, texts: Iterable[tuple[int, str]]) -> None:
        """Fill a folder with these texts under their numbers."""
        import tantivy

        try:
            index = tantivy.Index(_schema(), path=str(folder))
            index.register_tokenizer(ANALYZER, _analyzer())
            writer = index.writer(HEAP, 1)
            for number, text in texts:
                writer.add_document(tantivy.Document(number=number, text=text))
            writer.commit()
            writer.wait_merging_threads()
        except (ValueError, OSError) as error:
            raise IndexBroken(f"tantivy cannot fill {folder}: {error}") from error

    def matching(self, text: str, k: int) -> Found:
        """The k numbers whose passages match the words of a text best, with their BM25 scores.

        The text is words, never query syntax; a passage that shares none of them is never found.
        """
        import tantivy

        terms = dict.fromkeys(_analyzer().analyze(text))
        either = [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, TEXT, term)) for term in terms]
        if not either or k < 1:
            return []
        told = self._searcher.search(tantivy.Query.boolean_query(either), limit=k, count=False)
        return [(self._number(address), score) for score, address in told.hits]

    def _number(self, address: "tantivy.DocAddress") -> int:
        return int(self._searcher.doc(address)[NUMBER][0])


def _schema() -> "tantivy.Schema":
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_unsigned_field(NUMBER, stored=True)
    schema.add_text_field(TEXT, tokenizer_name=ANALYZER, index_option="freq")
    return schema.build()


@lru_cache(maxsize=1)
def _analyzer() -> "tantivy.TextAnalyzer":
    """Words as rag.text.words sees them: folded, stop words out, Porter2 stems."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.simple())
    for step in (Filter.remove_long(60), Filter.lowercase(), Filter.ascii_fold()):
        builder = builder.filter(step)
    builder = builder.filter(Filter.custom_stopword(sorted(STOP_WORDS)))
    return builder.filter(Filter.stemmer("english")).build()
