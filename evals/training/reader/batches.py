"""Tokenized samples -> the tensors that the network learns from in one step."""

from collections.abc import Sequence

import torch
from torch import Tensor

from evals.training.batching import pad
from evals.training.reader.labels import NO_MARKER, TokenizedSample
from evals.training.reader.network import ReaderBatch

LENGTH_STEP = 8
"""Padded lengths are multiples of it, for which products are faster."""


def collate_samples(group: Sequence[TokenizedSample]) -> ReaderBatch:
    """Samples padded to one length."""
    length = -(-max(len(one.layout.ids) for one in group) // LENGTH_STEP) * LENGTH_STEP

    def padded(rows: Sequence[Sequence[int]], filler: int = 0) -> Tensor:
        return torch.tensor(pad(rows, length, filler))

    return ReaderBatch(
        ids=padded([one.layout.ids for one in group]),
        kinds=padded([one.layout.kinds for one in group]),
        mask=padded([[1] * len(one.layout.ids) for one in group]),
        sentences=padded([one.sentences for one in group], NO_MARKER),
        starts=padded([one.starts for one in group]).float(),
        ends=padded([one.ends for one in group]).float(),
        candidates=padded([one.candidates for one in group]).float(),
        answerable=torch.tensor([one.sample.answerable for one in group]),
        weights=torch.tensor([one.sample.weight for one in group]),
    )
