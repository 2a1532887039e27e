"""Passages -> vectors of their sentences: in batches, each sentence in its form for searching, and once."""

from collections.abc import Callable, Iterable

import numpy as np

from rag.embedding import Embedder, Vectors
from rag.passages import Passage
from rag.text.search_form import search_form

REMEMBERED = 20_000
"""Sentences whose vectors are kept for the next batches: 30 MB."""


class SentenceEmbedder:
    """Embeds sentences, and remembers the last ones: what stands in many articles is embedded once.

    Args:
        embedder: of passages.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._embedded: dict[str, Vectors] = {}

    def embed(self, passages: Iterable[Passage]) -> Callable[[Passage], Vectors]:
        """Embed the sentences of some passages at once; the sentence vectors of each, one row a sentence."""
        texts = [text for passage in passages for text in _sentences(passage)]
        new = [text for text in dict.fromkeys(texts) if text not in self._embedded]
        if len(self._embedded) > REMEMBERED:
            self._embedded = {}
            new = list(dict.fromkeys(texts))
        if new:
            self._embedded.update(zip(new, self.embedder.embed_passages([*map(search_form, new)]), strict=True))
        return lambda passage: np.stack([self._embedded[text] for text in _sentences(passage)])


def _sentences(passage: Passage) -> list[str]:
    return [passage.sentence(number) for number in range(len(passage.sentences))]
