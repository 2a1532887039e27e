"""A reader whose network is loaded when it is first needed."""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from rag.reading.reader import OnnxReader, PassageReading, PassageText
from rag.weights import ShippedNetwork


class LazyReader:
    """A reader that costs nothing until it reads.

    Args:
        network: as for `OnnxReader`.
        tokenizer: as for `OnnxReader`.
    """

    second = None

    def __init__(self, network: ShippedNetwork, tokenizer: Path) -> None:
        self._files = network, tokenizer
        self._loading = Lock()
        self._reader: OnnxReader | None = None

    def read(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        """One reading a passage, in order.

        Raises:
            ReaderError: the network's files are missing or altered, or it cannot be run.
        """
        with self._loading:
            self._reader = self._reader or OnnxReader(*self._files)
        return self._reader.read(question, passages)
