"""Question + passages -> readings: the networks that mark the sentences and the words that answer."""

from rag.reading.lazy import LazyReader
from rag.reading.reader import OnnxReader, PassageReading, PassageText, Reader, SentenceReading
from rag.settings import Settings
from rag.weights import LARGE_READER, READER, TOKENIZER

__all__ = ["PassageReading", "PassageText", "Reader", "SentenceReading", "open_reader"]


def open_reader(settings: Settings) -> Reader | None:
    """Load the reader that the settings name; None for `none`. A large one is loaded when it is first needed.

    Raises:
        ReaderError: its weights are missing or altered.
    """
    if settings.reader == "none":
        return None
    return OnnxReader(READER, TOKENIZER, LazyReader(LARGE_READER, TOKENIZER) if settings.reader == "large" else None)
