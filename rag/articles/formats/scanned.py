"""Picture of a page -> its lines, by RapidOCR, where the extra rag[ocr] is installed; its models come in its wheel."""

from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag import onnx
from rag.articles.formats.page_layout import Run, page_lines

DOTS = 200
"""Dots per inch at which a page is drawn: 12 point letters are 33 dots high."""
LEAST_SCORE = 0.5
"""Score from which on a line counts as read, as RapidOCR has it."""


def can_read_pictures() -> bool:
    """Whether RapidOCR is installed."""
    return find_spec("rapidocr") is not None


def picture_lines(picture: NDArray[np.uint8]) -> list[str]:
    """The lines of a picture of shape (height, width, 3), in reading order; none where it shows no text."""
    result = _engine()(picture)
    if result.txts is None:
        return []
    lines = zip(result.boxes.tolist(), result.txts, result.scores, strict=True)
    return page_lines([_run(box, text) for box, text, score in lines if score >= LEAST_SCORE])


def _run(box: list[list[float]], text: str) -> Run:
    """A line by the corners around it; pictures count from above, pages from below."""
    across, down = [x for x, _ in box], [y for _, y in box]
    return Run(min(across), -max(down), max(across), -min(down), text)


@lru_cache(maxsize=1)
def _engine() -> Any:  # noqa: ANN401 - RapidOCR has no types
    onnx.import_runtime()  # RapidOCR would load it as it is
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical"})
