"""Question + passages -> readings: the network that marks the sentences and the words that answer."""

from rag.reading.reader import OnnxReader, PassageReading, PassageText, Reader, SentenceReading
from rag.settings import Settings
from rag.weights import READER, TOKENIZER

__all__ = ["PassageReading", "PassageText", "Reader", "SentenceReading", "open_reader"]


def open_reader(settings: Settings) -> Reader | None:
    """Load the reader that the settings name; None for `none`.

    Raises:
        ReaderError: its weights are missing or altered.
    """
    return None if settings.reader == "none" else OnnxReader(READER, TOKENIZER)
