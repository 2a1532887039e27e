"""Samples -> tokens with their labels, in groups of about one length."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.training.reader.samples import ReaderSample
from rag.reading.layout import Layout, LayoutBuilder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

ANSWER_WORDS = 12
"""Longest answer whose words are learnt; longer ones are whole sentences as a rule."""
NO_MARKER = -2
"""Sentence label of a token that is no marker."""


@dataclass(frozen=True, slots=True)
class TokenizedSample:
    """A sample as tokens; all label lists have one entry a token."""

    sample: ReaderSample
    layout: Layout
    sentences: list[int]
    """At a marker the sentence's label: 1, 0 or UNKNOWN; NO_MARKER elsewhere."""
    starts: list[int]
    """1 where the answer may start; at token 0 when nothing answers; nowhere when it is not known."""
    ends: list[int]
    candidates: list[int]
    """1 where an answer may start or end: tokens of sentences, and token 0."""


def tokenize_samples(samples: Iterable[ReaderSample], tokenizer: "Tokenizer") -> Iterator[TokenizedSample]:
    """Samples as tokens, without those whose answer was cut off."""
    for sample in samples:
        layout = LayoutBuilder(tokenizer, sample.question).build(sample.title, sample.published, sample.sentences)
        labels = sample.labels[: len(layout.markers)]
        if layout.markers and (1 in labels or 1 not in sample.labels):
            yield _label_tokens(sample, layout)


def _label_tokens(sample: ReaderSample, layout: Layout) -> TokenizedSample:
    sentences, candidates = [NO_MARKER] * len(layout.ids), [0] * len(layout.ids)
    candidates[0] = 1
    for number, marker in enumerate(layout.markers):
        sentences[marker] = sample.labels[number]
        tokens = _sentence_tokens(layout, number)
        candidates[tokens.start : tokens.stop] = [1] * len(tokens)
    starts, ends = _label_answers(sample, layout)
    return TokenizedSample(sample, layout, sentences, starts, ends, candidates)


def _sentence_tokens(layout: Layout, number: int) -> range:
    """Positions of a sentence's tokens, its marker excluded."""
    ends = [*layout.markers[1:], len(layout.ids) - 1]
    return range(layout.markers[number] + 1, ends[number])


def _label_answers(sample: ReaderSample, layout: Layout) -> tuple[list[int], list[int]]:
    starts, ends = [0] * len(layout.ids), [0] * len(layout.ids)
    if sample.answerable == 0:
        starts[0] = ends[0] = 1
    for number in range(len(layout.markers)):
        for answer in sample.answers if sample.labels[number] == 1 else ():
            if position := _locate_answer(layout, number, sample.sentences[number], answer.strip()):
                starts[position[0]] = ends[position[1]] = 1
    return starts, ends


def _locate_answer(layout: Layout, number: int, sentence: str, answer: str) -> tuple[int, int] | None:
    """Positions of the first and the last token of an answer in a sentence; None when it is not there or too long."""
    start = sentence.lower().find(answer.lower())
    if start < 0 or not answer or len(answer.split()) > ANSWER_WORDS:
        return None
    tokens = _sentence_tokens(layout, number)
    first = next((token for token in tokens if layout.offsets[token][1] > start), None)
    last = next((token for token in reversed(tokens) if layout.offsets[token][0] < start + len(answer)), None)
    return None if first is None or last is None else (first, last)
