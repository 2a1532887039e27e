"""DATA -> pairs that the judge learns from or is measured with: labelled by people, or made for the checker.

Every set is split by its groups: `is_kept_from_judge` keeps a share of them from training, for good.
"""

import gzip
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from evals.training.examples import Example, labelled_examples
from evals.training.experiments.written_pairs import training_samples
from evals.training.synthetic.removal import hide_phrase
from evals.training.synthetic.samples import Sample, generate_samples, read_json_lines
from rag.checking.evidence import cross_encoder_context, join_evidence, nearest_sentences
from rag.checking.rules import dates, names
from rag.checking.rules.base import DatedText
from rag.evaluation.trust.cross_validated import is_kept_from_judge
from rag.text.attribution import strip_attribution
from rag.text.spans import Span

Part = Literal["train", "test"]
SUPPORTED, UNSUPPORTED, CONTRADICTED = range(3)
"""Columns of the verdict's logits."""
ALLOWED: Mapping[str, tuple[int, ...]] = {
    "supported": (SUPPORTED,),
    "unsupported": (UNSUPPORTED,),
    "refuted": (CONTRADICTED,),
    "contradicted": (CONTRADICTED,),
    "partly": (UNSUPPORTED, CONTRADICTED),
    "not supported": (UNSUPPORTED, CONTRADICTED),
}
"""The verdicts that a label allows; "not supported" where the labellers did not tell the two apart."""


@dataclass(frozen=True, slots=True)
class SetUse:
    """How a labelled set is used."""

    most: int
    """Rows to learn from at most, drawn at random."""
    worth: float
    """Weight of a row in the loss."""


SETS_OF_CHECK: Mapping[str, SetUse] = {
    "fever_dev_pairs": SetUse(0, 0.0),
    "fever_symmetric": SetUse(1000, 1.5),
    "fm2": SetUse(9000, 1.5),
    "check_covid": SetUse(1100, 1.5),
    "cad_nli": SetUse(5000, 0.6),
    "refchecker_nq": SetUse(9000, 1.2),
    "defacto": SetUse(9000, 0.8),
    "summedits": SetUse(4000, 1.0),
    "bump": SetUse(1200, 1.5),
    "scifact_pairs": SetUse(520, 1.0),
    "wice_partial": SetUse(270, 1.0),
    "faithdial_audit": SetUse(1200, 0.4),
    "q2_wow": SetUse(460, 0.5),
    "expertqa_claims": SetUse(1300, 0.4),
    "dialfact_sample": SetUse(70, 1.0),
    "mnli_dev": SetUse(15000, 1.0),
    "snli_devtest": SetUse(4000, 0.4),
    "breaking_nli": SetUse(1500, 0.4),
    "med_monotonicity": SetUse(3000, 0.6),
    "contract_nli": SetUse(4000, 0.7),
}
"""Licences in the README of DATA/labelled; fever_dev_pairs, whose licence could not be read, only measures."""
SETS_OF_FAITHFULNESS: Mapping[str, SetUse] = {
    "WiCE": SetUse(400, 2.0),
    "FactCheck-GPT": SetUse(2000, 2.0),
    "BEGIN": SetUse(500, 1.0),
    "FactCG": SetUse(700, 1.0),
}
MADE_BY_RULES, WRITTEN_BY_MODEL = 7000, 7000
"""Samples made by rules and written sentences to learn from at most."""
KINDS_OF_JUDGED = ("judged", "partly", "hidden", "best sentence lost")
"""Samples of generate_samples with long evidence that people or a large model judged; all of them are learnt from."""
DRAW_SEED = 7


@dataclass(frozen=True, slots=True)
class JudgePair:
    """A claim beside its context, or a question beside the sentences that may answer it."""

    source: str
    group: str
    left: str
    """The claim or the question."""
    context: str
    verdicts: tuple[int, ...] = ()
    """Verdicts that the label allows; none for a question."""
    answers: bool | None = None
    """Whether the focused sentence answers; None for a claim."""
    focus: Span | None = None
    """The sentence of the context that a question is asked of."""
    unsupported_words: tuple[Span, ...] | None = None
    worth: float = 1.0
    label: str = ""


def judge_pairs(data: Path, part: Part) -> Iterator[JudgePair]:
    """Claims of one part, in the order of their sets."""
    for name, use in SETS_OF_CHECK.items():
        yield from _drawn(name, use, part, [*_check_rows(data, name)])
    examples = [*labelled_examples(data / "faithfulness")]
    for name, use in SETS_OF_FAITHFULNESS.items():
        yield from _drawn(name, use, part, [*_examples(name, examples)])
    if part == "train":
        yield from _made(data)


def _drawn(name: str, use: SetUse, part: Part, pairs: list[JudgePair]) -> Iterator[JudgePair]:
    chosen = [one for one in pairs if is_kept_from_judge(name, one.group) == (part == "test")]
    if part == "test":
        yield from chosen
        return
    rng = random.Random(DRAW_SEED)
    if name == "breaking_nli":  # 87 % of it is refuted
        fewer = [one for one in chosen if one.label == "supported"]
        chosen = [*fewer, *rng.sample([one for one in chosen if one.label != "supported"], 2 * len(fewer))]
    for one in rng.sample(chosen, min(len(chosen), use.most)):
        yield _with_worth(one, use.worth)


def _with_worth(one: JudgePair, worth: float) -> JudgePair:
    return JudgePair(
        one.source,
        one.group,
        one.left,
        one.context,
        one.verdicts,
        unsupported_words=one.unsupported_words,
        worth=worth,
        label=one.label,
    )


def _check_rows(data: Path, name: str) -> Iterator[JudgePair]:
    pairs = (claim_pair(name, one.group, one.sentence, one.evidence, one.label) for one in labelled_set(data, name))
    yield from (pair for pair in pairs if pair)


def labelled_set(data: Path, name: str) -> Iterator[Example]:
    """The examples of a set of labelled/check; "not supported" where the labellers did not tell two labels apart."""
    folder = data / "labelled" / "check"
    file = folder / f"{name}.jsonl"
    for row in read_json_lines(file) if file.exists() else read_zipped_lines(folder / f"{name}.jsonl.gz"):
        merged = row.get("binary") and row["label"] == "unsupported"
        evidence = row["evidence"]
        texts = (evidence,) if isinstance(evidence, str) else tuple(evidence)
        label = "not supported" if merged else row["label"]
        yield Example(name, str(row.get("group", row["claim"])), row["claim"], texts, label)


def read_zipped_lines(file: Path) -> list[dict[str, Any]]:
    """The objects of a gzipped JSON Lines file."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def claim_pair(source: str, group: str, claim: str, evidence: tuple[str, ...], label: str) -> JudgePair | None:
    """A claim beside its context as the checker selects it; None where no sentence shares a word with the claim."""
    context_and_claim = judge_input(Example(source, group, claim, evidence, label))
    if not context_and_claim:
        return None
    restated, context = context_and_claim
    words: tuple[Span, ...] | None = () if label == "supported" else None
    return JudgePair(source, group, restated, context, ALLOWED[label], unsupported_words=words, label=label)


def judge_input(one: Example) -> tuple[str, str] | None:
    """An example's claim and context as the checker gives them to its network; None without context."""
    claim, joined = strip_attribution(one.sentence), join_evidence(one.evidence)
    context = cross_encoder_context(claim, joined, nearest_sentences(claim, joined))
    if not context.strip():
        return None
    dated = dates.restate_dates(claim, [DatedText(context, one.published)], one.published)
    return names.respell_names(dated, context), context


def _examples(name: str, examples: list[Example]) -> Iterator[JudgePair]:
    rng = random.Random(DRAW_SEED)
    for one in examples:
        if one.source != name or not (found := judge_input(one)):
            continue
        claim, context = found
        words: tuple[Span, ...] | None = () if one.supported else None
        yield JudgePair(name, one.group, claim, context, ALLOWED[one.label], unsupported_words=words, label=one.label)
        hidden = hide_phrase(claim, context, rng) if one.supported and rng.random() < 0.3 else None
        if hidden and not is_kept_from_judge(name, one.group):
            lacking = hidden.unsupported_words
            yield JudgePair(name, one.group, claim, hidden.evidence, (UNSUPPORTED,), unsupported_words=lacking)


def _made(data: Path) -> Iterator[JudgePair]:
    rng = random.Random(DRAW_SEED)
    generated, written = generate_samples(data), [*training_samples(data)]
    of_judged = [one for one in generated if one.kind in KINDS_OF_JUDGED]
    others = [one for one in generated if one.kind not in (*KINDS_OF_JUDGED, "dispute")]
    for name, samples, most in (("rules", others, MADE_BY_RULES), ("written", written, WRITTEN_BY_MODEL)):
        for one in rng.sample(samples, min(most, len(samples))):
            yield _from_sample(name, one)
    yield from (_from_sample("judged", one) for one in of_judged)


def _from_sample(name: str, one: Sample) -> JudgePair:
    verdicts = (SUPPORTED,) if one.supported else (UNSUPPORTED, CONTRADICTED)
    return JudgePair(
        name,
        "",
        one.claim,
        one.context,
        verdicts,
        unsupported_words=one.unsupported_words,
        worth=0.7 * min(1.5, one.worth),
        label="supported" if one.supported else "not supported",
    )
