"""Pairs -> tokens and labels, grouped by length."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from evals.training.batching import group_by_length, label_tokens, pad
from evals.training.judge.network import JudgeBatch
from evals.training.judge.pairs import JudgePair
from rag.checking.judges.encoding import PairTokens, encode_pair

PAIR_BATCH_TOKENS = 2600
LENGTH_NOISE = 12.0


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
    return group_by_length(pairs, lambda one: len(one.tokens.ids), PAIR_BATCH_TOKENS, rng, LENGTH_NOISE)


def collate_pairs(group: Sequence[EncodedPair]) -> JudgeBatch:
    """Pairs padded to one length."""
    length = max(len(one.tokens.ids) for one in group)

    def padded(rows: Sequence[Sequence[int]], filler: int = 0) -> Tensor:
        return torch.tensor(pad(rows, length, filler))

    labels = [[-1, *label_tokens(one.tokens.offsets, one.pair.unsupported_words)] for one in group]
    return JudgeBatch(
        padded([one.tokens.ids for one in group]),
        padded([one.tokens.marks for one in group]),
        padded([[1] * len(one.tokens.ids) for one in group]),
        padded([[0, *[1] * len(one.tokens.offsets)] for one in group]),
        padded(labels, -1),
        torch.tensor([[float(verdict in one.pair.verdicts) for verdict in range(3)] for one in group]),
        torch.tensor([-1.0 if one.pair.answers is None else float(one.pair.answers) for one in group]),
        torch.tensor([one.pair.worth for one in group]),
    )
