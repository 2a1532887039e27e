"""Claim + context -> the tokens of a cross-encoder, each marked with whether the other side has its word."""

from typing import TYPE_CHECKING, NamedTuple

from rag.checking.overlap import has
from rag.text.lemmas import base, bases
from rag.text.quantities import quantities
from rag.text.words import content

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

CLAIM_TOKENS, TOKENS = 96, 320
"""Of a claim, and of claim and context together; what is longer is cut."""
START, END = 101, 102
"""[CLS] and [SEP] of the vocabulary."""
PLAIN, HELD, LACKING, BESIDE, ASKED = range(5)
"""Marks: a word of the claim that proves nothing; one that the context has; one that it lacks; a word of the context;
one of the context that the claim has. A pair of texts has two segments in BERT; five spare a small model from learning
which words are the same."""


class Tokens(NamedTuple):
    """A claim and its context as a cross-encoder reads them."""

    ids: list[int]
    marks: list[int]
    """One of each token."""
    places: list[tuple[int, int]]
    """Where each token of the claim stands in it; they come after the first token."""


def paired(tokenizer: "Tokenizer", claim: str, context: str) -> Tokens:
    """A claim and its context, cut to what the cross-encoder reads."""
    ours = tokenizer.encode(claim, add_special_tokens=False)
    theirs = tokenizer.encode(context, add_special_tokens=False)
    left = [*_marked(ours, claim, _held(context))][:CLAIM_TOKENS]
    right = [ASKED if mark == HELD else BESIDE for mark in _marked(theirs, context, _held(claim))]
    right = right[: TOKENS - 3 - len(left)]
    return Tokens(
        [START, *ours.ids[: len(left)], END, *theirs.ids[: len(right)], END],
        [PLAIN, *left, PLAIN, *right, BESIDE],
        ours.offsets[: len(left)],
    )


def _marked(encoding: "Encoding", text: str, held: frozenset[str]) -> list[int]:
    marks = [PLAIN] * (len(text) + 1)
    for word in content(text):
        marks[word.start : word.end] = [HELD if has(base(word.folded), held) else LACKING] * (word.end - word.start)
    for one in quantities(text):
        marks[one.start : one.end] = [HELD if f"#{one.value:g}" in held else LACKING] * (one.end - one.start)
    return [marks[start] for start, _ in encoding.offsets]


def _held(text: str) -> frozenset[str]:
    """Base stems of all content words, and numbers as `#4000`."""
    values = (f"#{one.value:g}" for one in quantities(text))
    return bases(text) | frozenset(values)
