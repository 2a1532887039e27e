"""Folder of labelled data -> samples for the cross-encoder: a claim, its context, and its unsupported words.

The first step uses samples that rules make of texts whose licence allows the weights to be shipped (FactCG's news, MIT;
CLAP NQ and MT-RAG, Apache-2.0; RAMDocs, MIT; WiCE's partly supported claims, ODC-BY); the second step uses claims that
people judged.
"""

import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from evals.training.examples import Example, is_held_back
from evals.training.synthetic.contrast import contrasts
from evals.training.synthetic.misattribution import context_claims, misattribute
from evals.training.synthetic.removal import cut_phrase, hide_phrase, lacking_words, thin_evidence
from evals.training.synthetic.reversal import reversals
from evals.training.synthetic.rewording import rewordings
from rag.checking.evidence import cross_encoder_context, join_evidence, nearest_sentences
from rag.checking.examination import examine
from rag.text.lemmas import bases
from rag.text.sentences import sentences
from rag.text.spans import Span
from rag.text.words import words

SEED = 11
CONTRASTS, CUTS, MISATTRIBUTED, REVERSED = 4200, 6500, 5500, 1500
"""Most contrast pairs; and numbers of cut or extended, misattributed and reversed samples after which no further text
is used."""
SHORTEST, LONGEST = 6, 60
"""Words of an answer's sentence that is used."""
REFUSING = re.compile(r"\b(?:I |sorry|don't have|do not have)")
WORTH = {"supported": 2.0, "contradicted": 3.0, "partly": 0.7, "unsupported": 0.5}
"""Weight of an example of FactCheck-GPT, by its label."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A claim and its context to train on."""

    claim: str
    context: str
    supported: bool
    unsupported_words: tuple[Span, ...] | None
    """The claim's words that the context does not support; None where only the whole sentence was judged."""
    worth: float = 1.0
    kind: str = ""


JsonObject = dict[str, Any]


def generate_samples(folder: Path) -> list[Sample]:
    """The samples of the first step, shuffled.

    Args:
        folder: holds `faithfulness/`, `clapnq.jsonl`, `conversations.jsonl` and `ramdocs.jsonl`.
    """
    chance = random.Random(SEED)
    answered = [row for row in read_json_lines(folder / "clapnq.jsonl") if row["answerable"]]
    talks = read_json_lines(folder / "conversations.jsonl")
    news = [
        row
        for row in read_json_lines(folder / "faithfulness/train/factcg_doc.jsonl")
        if not is_held_back(row["text_b"][0])
    ]
    texts = [
        *dict.fromkeys(row["text_a"] for row in news),
        *(row["passages"][0]["text"] for row in read_json_lines(folder / "clapnq.jsonl")),
        *dict.fromkeys(one["text"] for row in talks for one in row["contexts"]),
    ]
    chance.shuffle(texts)
    made = [
        *_contrasts(texts, chance),
        *_take_texts((_cuts(text, chance) for text in texts), CUTS),
        *_take_texts((_misattributions(text, chance) for text in texts), MISATTRIBUTED),
        *_take_texts((reversal_samples(text, chance) for text in texts), REVERSED),
        *(
            one
            for row in news
            for one in judged_samples(row["text_b"][0], [row["text_a"]], chance, 1.5, supported=bool(row["orig_label"]))
        ),
        *_answers(talks, chance),
        *_quoted(answered, chance),
        *_disputes(read_json_lines(folder / "ramdocs.jsonl")),
        *_partly(read_json_lines(folder / "faithfulness/train/wice_partly.jsonl"), chance),
    ]
    chance.shuffle(made)
    return made


def repeatable_samples(generated: Iterable[Sample]) -> list[Sample]:
    """The samples that a later step may repeat against forgetting."""
    return [one for one in generated if one.kind not in ("dispute", "best sentence lost")]


def labelled_samples(examples: Iterable[Example], chance: random.Random) -> Iterator[Sample]:
    """The samples of the second step: people's labels, and supported claims beside evidence without one phrase."""
    for one in examples:
        worth = {"WiCE": 2.0, "FactCheck-GPT": WORTH[one.label]}.get(one.source, 1.0)
        if one.label == "unsupported" and one.source == "FactCheck-GPT" and chance.random() < 0.5:
            continue
        claim, context = encoder_input(one)
        yield Sample(claim, context, one.supported, () if one.supported else None, worth, one.source)
        hidden = hide_phrase(claim, context, chance) if one.supported and one.source != "FactCG" else None
        if hidden:
            yield Sample(claim, hidden.evidence, False, hidden.unsupported_words, 0.6, one.source)
        other = misattribute(claim, context, chance) if one.supported and chance.random() < 0.25 else None
        if other:
            yield Sample(other.claim, context, False, other.unsupported_words, 0.4, one.source)


def encoder_input(one: Example) -> tuple[str, str]:
    """An example's claim and context as the checker gives them to the cross-encoder."""
    examination = examine(one.sentence, join_evidence(one.evidence), one.published)
    return examination.restated, examination.context


def encoder_context(claim: str, evidence: Sequence[str]) -> str:
    """The context of a claim, as the checker selects it."""
    joined = join_evidence(evidence)
    return cross_encoder_context(claim, joined, nearest_sentences(claim, joined))


def judged_samples(
    claim: str, evidence: Sequence[str], chance: random.Random, worth: float, *, supported: bool = True
) -> Iterator[Sample]:
    """A judged claim; a supported one also beside evidence without one of its phrases or its best sentence."""
    context = encoder_context(claim, evidence)
    if not context:
        return
    first = Sample(claim, context, supported, () if supported else None, worth, "judged")
    yield first
    if not supported:
        return
    if chance.random() < 0.5:
        yield replace(first, context=thin_evidence(claim, context, chance), worth=worth / 2)
    for _ in range(2):
        if hidden := hide_phrase(claim, context, chance):
            yield Sample(claim, hidden.evidence, False, hidden.unsupported_words, worth * 0.6, "hidden")
    if chance.random() < 0.6 and (other := misattribute(claim, context, chance)):
        yield Sample(other.claim, context, False, other.unsupported_words, worth * 0.5, "misattributed")
    others = _without_best(claim, evidence) if chance.random() < 0.6 else ""
    if others:
        yield Sample(claim, others, False, None, worth * 0.4, "best sentence lost")


def _without_best(claim: str, evidence: Sequence[str]) -> str:
    wanted = bases(claim)
    every = [sentence for text in evidence for sentence in sentences(text)]
    best = max(every, key=lambda sentence: len(wanted & bases(sentence)), default="")
    return encoder_context(claim, [sentence for sentence in every if sentence != best])


def _contrasts(texts: Sequence[str], chance: random.Random) -> Iterator[Sample]:
    pairs = list(contrasts(((str(number), text) for number, text in enumerate(texts)), SEED))
    chance.shuffle(pairs)
    for true, false in pairs[:CONTRASTS]:
        yield Sample(true.sentence, true.evidence, True, (), kind="contrast")
        originals = [true.sentence, *sentences(true.evidence)]
        old = max(
            originals, key=lambda sentence: SequenceMatcher(None, sentence.split(), false.sentence.split()).ratio()
        )
        yield Sample(false.sentence, false.evidence, False, tuple(changed_words(old, false.sentence)), kind="contrast")


def changed_words(old: str, new: str) -> Iterator[Span]:
    """The words that a changed sentence has in another's place, and those beside a removed word."""
    left, right = words(old), words(new)
    matcher = SequenceMatcher(None, [one.folded for one in left], [one.folded for one in right], autojunk=False)
    for step, _, _, start, end in matcher.get_opcodes():
        if step != "equal":
            around = range(max(0, start - 1), min(len(right), start + 1)) if step == "delete" else range(start, end)
            yield from (Span(right[at].start, right[at].end) for at in around)


def _take_texts(texts: Iterable[Iterator[Sample]], most: int) -> Iterator[Sample]:
    """The samples of one text after another; stops after the text that exceeds `most`."""
    count = 0
    for samples in texts:
        for sample in samples:
            count += 1
            yield sample
        if count > most:
            return


def _cuts(text: str, chance: random.Random) -> Iterator[Sample]:
    """Sentences beside evidence without one of their phrases, or extended by a phrase of another sentence."""
    every = sentences(text)
    usable = [number for number, sentence in enumerate(every) if 8 <= len(sentence.split()) <= 45]
    for number in chance.sample(usable, min(4, len(usable))):
        yield from _cut_samples_at(every, number, chance)


def _misattributions(text: str, chance: random.Random) -> Iterator[Sample]:
    """Sentences beside their neighbours, whole or clipped, and misattributed ones."""
    for one in context_claims(text, 3, chance):
        yield Sample(one.claim, one.context, one.supported, one.unsupported_words, kind="misattributed")


def reversal_samples(text: str, chance: random.Random) -> Iterator[Sample]:
    """Events beside the sentence and its neighbours, and the same with agent and patient exchanged."""
    every = sentences(text)
    for number, sentence in enumerate(every):
        around = " ".join(every[max(0, number - 1) : number + 2])
        for one in reversals(sentence, around, chance):
            yield Sample(one.claim, around, one.supported, one.unsupported_words, kind="misattributed")


def _cut_samples_at(every: Sequence[str], number: int, chance: random.Random) -> Iterator[Sample]:
    whole, parted = every[number], cut_phrase(every[number], chance)
    if not parted:
        return
    reworded = list(dict(rewordings(whole, chance)).values())
    claim = chance.choice(reworded) if reworded and chance.random() < 0.6 else whole
    before, after = every[max(0, number - 1) : number], every[number + 1 : number + 2]
    around, reduced = " ".join([*before, whole, *after]), " ".join([*before, parted.rest, *after])
    drawn = chance.random()
    if drawn < 0.55:
        if lacking := lacking_words(claim, reduced, parted.phrase):
            yield Sample(claim, reduced, False, lacking, kind="cut")
            if chance.random() < 0.5:
                yield Sample(claim, around, True, (), kind="cut")
    elif drawn < 0.75:
        yield Sample(parted.rest, around, True, (), kind="cut")
    else:
        yield from _extended(claim, around, [*every[: max(0, number - 1)], *every[number + 2 :]], chance)


def _extended(claim: str, around: str, others: Sequence[str], chance: random.Random) -> Iterator[Sample]:
    for other in chance.sample(others, len(others)):
        if parted := cut_phrase(other, chance):
            longer = claim.rstrip(". ") + parted.phrase + "."
            if lacking := lacking_words(longer, around, parted.phrase):
                yield Sample(longer, around, False, lacking, kind="glued")
            return


def _answers(talks: Sequence[JsonObject], chance: random.Random) -> Iterator[Sample]:
    for row in talks:
        if "ANSWERABLE" in row["answerability"]:
            for sentence in _usable_sentences(row["targets"][0]["text"]):
                yield from judged_samples(sentence, [one["text"] for one in row["contexts"]], chance, 0.6)


def _quoted(answered: Sequence[JsonObject], chance: random.Random) -> Iterator[Sample]:
    for row in answered:
        for sentence in (
            sentence
            for output in row["output"]
            for sentence in _usable_sentences(output["answer"])
            if chance.random() < 0.5
        ):
            yield from judged_samples(sentence, [row["passages"][0]["text"]], chance, 0.5)


def _usable_sentences(answer: str) -> Iterator[str]:
    for sentence in sentences(answer):
        if (
            SHORTEST <= len(sentence.split()) <= LONGEST
            and not sentence.endswith("?")
            and not REFUSING.search(sentence)
        ):
            yield sentence


def _disputes(rows: Sequence[JsonObject]) -> Iterator[Sample]:
    """A question with its document's answer, and with the answers of other documents."""
    for row in rows:
        question = row["question"].rstrip("?").strip()
        answers = sorted({document["answer"] for document in row["documents"]} - {"unknown"})
        for document in row["documents"]:
            context = encoder_context(f"{question} {document['answer']}", [document["text"]])
            for answer in answers if context else ():
                claim = f"{question}: {answer}."
                if answer == document["answer"]:
                    yield Sample(claim, context, True, (), 0.7, "dispute")
                elif answer.lower() not in document["text"].lower():
                    span = Span(len(question) + 2, len(claim) - 1)
                    yield Sample(claim, context, False, (span,), 0.5, "dispute")


def _partly(rows: Sequence[JsonObject], chance: random.Random) -> Iterator[Sample]:
    """Claims whose unsupported words people marked, and the same claims without these words."""
    for row in rows:
        claim, supporting = row["claim"], " ".join(row["evidence"][number] for number in row["supporting_sentences"][0])
        unsupported = tuple(_marked(claim, row["claim_tokens"], row["non_supported_spans"]))
        yield Sample(claim, encoder_context(claim, row["evidence"]), False, unsupported, 1.5, "partly")
        yield Sample(claim, supporting, False, unsupported, 1.0, "partly")
        pairs = zip(row["claim_tokens"], row["non_supported_spans"], strict=True)
        kept = re.sub(r" ([,.;:!?)\]’'])", r"\1", " ".join(token for token, missing in pairs if not missing))
        if len(kept.split()) > 4:
            yield Sample(kept, encoder_context(kept, row["evidence"]), True, (), 0.7, "partly")
            yield Sample(kept, supporting, True, (), 0.7, "partly")
            if hidden := hide_phrase(kept, supporting, chance):
                yield Sample(kept, hidden.evidence, False, hidden.unsupported_words, 0.6, "partly")


def _marked(claim: str, tokens: Sequence[str], missing: Sequence[bool]) -> Iterator[Span]:
    at = 0
    for token, gone in zip(tokens, missing, strict=True):
        start = claim.find(token, at)
        if start < 0:
            return
        at = start + len(token)
        if gone:
            yield Span(start, at)


def read_json_lines(file: Path) -> list[JsonObject]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
