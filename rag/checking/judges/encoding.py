"""Claim + context -> the tokens of a cross-encoder, each marked with whether the other side has its word."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from rag.checking.overlap import has
from rag.text.lemmas import base, bases
from rag.text.quantities import quantities
from rag.text.spans import Span
from rag.text.words import content

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

CLAIM_TOKENS, PAIR_TOKENS = 96, 320
"""Most tokens of a claim, and of claim and context together; what is longer is cut."""
CLS, SEP = 101, 102
"""Ids of [CLS] and [SEP] in the vocabulary."""
NEUTRAL, IN_CONTEXT, NOT_IN_CONTEXT, CONTEXT_ONLY, IN_CLAIM, FOCUS, FOCUS_IN_CLAIM, QUESTION = range(8)
"""Marks, in place of BERT's two segments: a token of the claim that is no content word; one whose word the context has;
one whose word it lacks; a token of the context; one of the context whose word the claim has. They spare a small network
from learning which words are the same. Beside a question, the last two of these become FOCUS and FOCUS_IN_CLAIM in the
sentence that is asked about, and the first token is marked QUESTION."""


class PairTokens(NamedTuple):
    """A claim and its context as a cross-encoder reads them: [CLS] claim [SEP] context [SEP]."""

    ids: list[int]
    marks: list[int]
    """One for each id."""
    offsets: list[tuple[int, int]]
    """Where each token of the claim stands in it; the first one is `ids[1]`."""


def encode_pair(tokenizer: "Tokenizer", claim: str, context: str, focus: Span | None = None) -> PairTokens:
    """Tokenize a claim and its context, cut to the cross-encoder's lengths.

    Args:
        tokenizer: of the shipped networks.
        claim: a claim, or a question.
        context: the evidence, or the sentences around one that may answer.
        focus: where that sentence stands in the context; None beside a claim.
    """
    left = tokenizer.encode(claim, add_special_tokens=False)
    right = tokenizer.encode(context, add_special_tokens=False)
    claim_marks = [*_marks(left, claim, _keys(context))][:CLAIM_TOKENS]
    context_marks = [IN_CLAIM if mark == IN_CONTEXT else CONTEXT_ONLY for mark in _marks(right, context, _keys(claim))]
    if focus:
        context_marks = [*_focused(right, context_marks, focus)]
    context_marks = context_marks[: PAIR_TOKENS - 3 - len(claim_marks)]
    return PairTokens(
        [CLS, *left.ids[: len(claim_marks)], SEP, *right.ids[: len(context_marks)], SEP],
        [QUESTION if focus else NEUTRAL, *claim_marks, NEUTRAL, *context_marks, CONTEXT_ONLY],
        left.offsets[: len(claim_marks)],
    )


def _marks(encoding: "Encoding", text: str, others: frozenset[str]) -> list[int]:
    """A mark for each token of a text, given the keys of the other side."""
    marks = [NEUTRAL] * (len(text) + 1)
    for word in content(text):
        mark = IN_CONTEXT if has(base(word.folded), others) else NOT_IN_CONTEXT
        marks[word.start : word.end] = [mark] * (word.end - word.start)
    for quantity in quantities(text):
        mark = IN_CONTEXT if f"#{quantity.value:g}" in others else NOT_IN_CONTEXT
        marks[quantity.start : quantity.end] = [mark] * (quantity.end - quantity.start)
    return [marks[start] for start, _ in encoding.offsets]


def _focused(encoding: "Encoding", marks: list[int], focus: Span) -> Iterator[int]:
    for mark, (start, end) in zip(marks, encoding.offsets, strict=True):
        inside = focus.start <= start and end <= focus.end
        yield (FOCUS_IN_CLAIM if mark == IN_CLAIM else FOCUS) if inside else mark


def _keys(text: str) -> frozenset[str]:
    """Base stems of all content words, and numbers as `#4000`."""
    return bases(text) | frozenset(f"#{quantity.value:g}" for quantity in quantities(text))
