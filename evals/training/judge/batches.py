"""Pairs -> tokens and labels, grouped by length."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer

from evals.training.judge.network import JudgeBatch
from evals.training.judge.pairs import JudgePair
from rag.checking.judges.encoding import PairTokens, encode_pair

PAIR_BATCH_TOKENS = 4000
LENGTH_NOISE = 12


@dataclass(frozen=True, slots=True)
class EncodedPair:
    """A pair with its tokens."""

    tokens: PairTokens
    pair: JudgePair


def encode_pairs(pairs: Sequence[JudgePair], tokenizer: Tokenizer) -> list[EncodedPair]:
    """Tokens of each pair, in order."""
    return [EncodedPair(encode_pair(tokenizer, one.left, one.context, one.focus), one) for one in pairs]


def group_pairs(pairs: Sequence[EncodedPair], rng: random.Random) -> list[list[EncodedPair]]:
    """All pairs in groups of about one length, at most PAIR_BATCH_TOKENS with padding, in random order."""
    groups: list[list[EncodedPair]] = []
    longest = 0
    for one in sorted(pairs, key=lambda one: len(one.tokens.ids) + rng.random() * LENGTH_NOISE):
        length = len(one.tokens.ids)
        if not groups or (len(groups[-1]) + 1) * max(longest, length) > PAIR_BATCH_TOKENS:
            groups.append([])
            longest = 0
        groups[-1].append(one)
        longest = max(longest, length)
    rng.shuffle(groups)
    return groups


def collate_pairs(group: Sequence[EncodedPair]) -> JudgeBatch:
    """Pairs padded to one length."""
    length = max(len(one.tokens.ids) for one in group)
    return JudgeBatch(
        torch.tensor([_fill(one.tokens.ids, length) for one in group]),
        torch.tensor([_fill(one.tokens.marks, length) for one in group]),
        torch.tensor([_fill([1] * len(one.tokens.ids), length) for one in group]),
        torch.tensor([_fill([0, *[1] * len(one.tokens.offsets)], length) for one in group]),
        torch.tensor([_fill([-1, *_labels_of_tokens(one)], length, -1) for one in group]),
        torch.tensor([[float(verdict in one.pair.verdicts) for verdict in range(3)] for one in group]),
        torch.tensor([-1.0 if one.pair.answers is None else float(one.pair.answers) for one in group]),
        torch.tensor([one.pair.worth for one in group]),
    )


def _labels_of_tokens(one: EncodedPair) -> Iterator[int]:
    spans = one.pair.unsupported_words
    for start, end in one.tokens.offsets:
        yield -1 if spans is None else int(any(span.start < end and start < span.end for span in spans))


def _fill(values: Sequence[int], length: int, filler: int = 0) -> list[int]:
    return [*values, *[filler] * (length - len(values))]
