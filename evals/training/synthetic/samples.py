"""Folder of labelled data -> samples for the cross-encoder: a claim, its context, and which of its words are unsaid.

First, the many that rules make of texts whose licence lets weights be shipped (FactCG's news, MIT; CLAP NQ and MT-RAG,
Apache-2.0; RAMDocs, MIT; WiCE's partly supported claims, ODC-BY); then the few that people judged.
"""

import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from evals.training.examples import Example, held_back
from evals.training.synthetic.contrast import contrasts
from evals.training.synthetic.misattribution import exchanged, misattributed
from evals.training.synthetic.removal import cut, hidden, lacking, thinned
from evals.training.synthetic.reversal import reversals
from evals.training.synthetic.rewording import rewordings
from rag.checking.checker import examine
from rag.checking.evidence import cross_encoder_context, join_evidence, nearest_sentences
from rag.text.lemmas import bases
from rag.text.sentences import sentences
from rag.text.spans import Span
from rag.text.words import words

SEED = 11
CONTRASTS, CUTS, MISATTRIBUTED, REVERSED = 4200, 6500, 5500, 1500
"""Pairs of one thing changed, at most; sentences cut or glued, sentences made of others' words, and deeds told either
way round, after which no further text is used."""
SHORTEST, LONGEST = 6, 60
"""Words of a sentence of an answer that is used."""
REFUSING = re.compile(r"\b(?:I |sorry|don't have|do not have)")
WORTH = {"supported": 2.0, "contradicted": 3.0, "partly": 0.7, "unsupported": 0.5}
"""What an example of FactCheck-GPT counts, by its label."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A claim and its context to learn from."""

    claim: str
    context: str
    supported: bool
    unsaid: tuple[Span, ...] | None
    """The claim's words that the context does not bear out; None where only the sentence was judged."""
    worth: float = 1.0
    kind: str = ""


Row = dict[str, Any]


def generated(folder: Path) -> list[Sample]:
    """All that the first step learns from, shuffled.

    Args:
        folder: holds `faithfulness/`, `clapnq.jsonl`, `conversations.jsonl` and `ramdocs.jsonl`.
    """
    chance = random.Random(SEED)
    answered = [row for row in records(folder / "clapnq.jsonl") if row["answerable"]]
    talks = records(folder / "conversations.jsonl")
    news = [row for row in records(folder / "faithfulness/train/factcg_doc.jsonl") if not held_back(row["text_b"][0])]
    texts = [
        *dict.fromkeys(row["text_a"] for row in news),
        *(row["passages"][0]["text"] for row in records(folder / "clapnq.jsonl")),
        *dict.fromkeys(one["text"] for row in talks for one in row["contexts"]),
    ]
    chance.shuffle(texts)
    made = [
        *_contrasts(texts, chance),
        *_enough((_cuts(text, chance) for text in texts), CUTS),
        *_enough((_misattributions(text, chance) for text in texts), MISATTRIBUTED),
        *_enough((turned(text, chance) for text in texts), REVERSED),
        *(
            one
            for row in news
            for one in judged(row["text_b"][0], [row["text_a"]], chance, 1.5, supported=bool(row["orig_label"]))
        ),
        *_answers(talks, chance),
        *_quoted(answered, chance),
        *_disputes(records(folder / "ramdocs.jsonl")),
        *_partly(records(folder / "faithfulness/train/wice_partly.jsonl"), chance),
    ]
    chance.shuffle(made)
    return made


def repeatable(generated: Iterable[Sample]) -> list[Sample]:
    """What a later step may repeat, so that it is not unlearnt."""
    return [one for one in generated if one.kind not in ("dispute", "best sentence lost")]


def labelled(examples: Iterable[Example], chance: random.Random) -> Iterator[Sample]:
    """What the second step learns from people's labels, and supported claims beside evidence that lost a phrase."""
    for one in examples:
        worth = {"WiCE": 2.0, "FactCheck-GPT": WORTH[one.label]}.get(one.source, 1.0)
        if one.label == "unsupported" and one.source == "FactCheck-GPT" and chance.random() < 0.5:
            continue
        claim, read = as_read(one)
        yield Sample(claim, read, one.supported, () if one.supported else None, worth, one.source)
        lost = hidden(claim, read, chance) if one.supported and one.source != "FactCG" else None
        if lost:
            yield Sample(claim, lost.evidence, False, lost.unsaid, 0.6, one.source)
        other = misattributed(claim, read, chance) if one.supported and chance.random() < 0.25 else None
        if other:
            yield Sample(other.claim, read, False, other.unsaid, 0.4, one.source)


def as_read(one: Example) -> tuple[str, str]:
    """An example's claim and context as the checker has the cross-encoder read them."""
    examination = examine(one.sentence, join_evidence(one.evidence), one.published)
    return examination.restated, examination.context


def read_beside(claim: str, evidence: Sequence[str]) -> str:
    """What the cross-encoder reads beside a claim."""
    held = join_evidence(evidence)
    return cross_encoder_context(claim, held, nearest_sentences(claim, held))


def judged(
    claim: str, evidence: Sequence[str], chance: random.Random, worth: float, *, supported: bool = True
) -> Iterator[Sample]:
    """A claim that people judged; a supported one also beside evidence that lost a phrase, or its best sentence."""
    read = read_beside(claim, evidence)
    if not read:
        return
    first = Sample(claim, read, supported, () if supported else None, worth, "judged")
    yield first
    if not supported:
        return
    if chance.random() < 0.5:
        yield replace(first, context=thinned(claim, read, chance), worth=worth / 2)
    for _ in range(2):
        if lost := hidden(claim, read, chance):
            yield Sample(claim, lost.evidence, False, lost.unsaid, worth * 0.6, "hidden")
    if chance.random() < 0.6 and (other := misattributed(claim, read, chance)):
        yield Sample(other.claim, read, False, other.unsaid, worth * 0.5, "misattributed")
    others = _without_best(claim, evidence) if chance.random() < 0.6 else ""
    if others:
        yield Sample(claim, others, False, None, worth * 0.4, "best sentence lost")


def _without_best(claim: str, evidence: Sequence[str]) -> str:
    wanted = bases(claim)
    every = [sentence for text in evidence for sentence in sentences(text)]
    best = max(every, key=lambda sentence: len(wanted & bases(sentence)), default="")
    return read_beside(claim, [sentence for sentence in every if sentence != best])


def _contrasts(texts: Sequence[str], chance: random.Random) -> Iterator[Sample]:
    pairs = list(contrasts(((str(number), text) for number, text in enumerate(texts)), SEED))
    chance.shuffle(pairs)
    for true, false in pairs[:CONTRASTS]:
        yield Sample(true.sentence, true.evidence, True, (), kind="contrast")
        said = [true.sentence, *sentences(true.evidence)]
        old = max(said, key=lambda sentence: SequenceMatcher(None, sentence.split(), false.sentence.split()).ratio())
        yield Sample(false.sentence, false.evidence, False, tuple(changed(old, false.sentence)), kind="contrast")


def changed(old: str, new: str) -> Iterator[Span]:
    """The words of a sentence that another does not have in their place; those beside a word that is gone."""
    left, right = words(old), words(new)
    matcher = SequenceMatcher(None, [one.folded for one in left], [one.folded for one in right], autojunk=False)
    for step, _, _, start, end in matcher.get_opcodes():
        if step != "equal":
            around = range(max(0, start - 1), min(len(right), start + 1)) if step == "delete" else range(start, end)
            yield from (Span(right[at].start, right[at].end) for at in around)


def _enough(made: Iterable[Iterator[Sample]], most: int) -> Iterator[Sample]:
    """The samples of one text after another, until there are more than `most`."""
    count = 0
    for samples in made:
        for one in samples:
            count += 1
            yield one
        if count > most:
            return


def _cuts(text: str, chance: random.Random) -> Iterator[Sample]:
    """Sentences beside evidence that lacks one of their phrases, or with a phrase of another sentence glued on."""
    every = sentences(text)
    usable = [number for number, sentence in enumerate(every) if 8 <= len(sentence.split()) <= 45]
    for number in chance.sample(usable, min(4, len(usable))):
        yield from _cut_at(every, number, chance)


def _misattributions(text: str, chance: random.Random) -> Iterator[Sample]:
    """Sentences beside their neighbours, whole or clipped, and what they say said of something else there."""
    for one in exchanged(text, 3, chance):
        yield Sample(one.claim, one.context, one.supported, one.unsaid, kind="misattributed")


def turned(text: str, chance: random.Random) -> Iterator[Sample]:
    """Who did what to whom beside the sentence and its neighbours, and the same the other way round."""
    every = sentences(text)
    for number, sentence in enumerate(every):
        around = " ".join(every[max(0, number - 1) : number + 2])
        for one in reversals(sentence, around, chance):
            yield Sample(one.claim, around, one.supported, one.unsaid, kind="misattributed")


def _cut_at(every: Sequence[str], number: int, chance: random.Random) -> Iterator[Sample]:
    whole, parted = every[number], cut(every[number], chance)
    if not parted:
        return
    reworded = list(dict(rewordings(whole, chance)).values())
    claim = chance.choice(reworded) if reworded and chance.random() < 0.6 else whole
    before, after = every[max(0, number - 1) : number], every[number + 1 : number + 2]
    around, torn = " ".join([*before, whole, *after]), " ".join([*before, parted.rest, *after])
    drawn = chance.random()
    if drawn < 0.55:
        if lost := lacking(claim, torn, parted.phrase):
            yield Sample(claim, torn, False, lost, kind="cut")
            if chance.random() < 0.5:
                yield Sample(claim, around, True, (), kind="cut")
    elif drawn < 0.75:
        yield Sample(parted.rest, around, True, (), kind="cut")
    else:
        yield from _glued(claim, around, [*every[: max(0, number - 1)], *every[number + 2 :]], chance)


def _glued(claim: str, around: str, others: Sequence[str], chance: random.Random) -> Iterator[Sample]:
    for other in chance.sample(others, len(others)):
        if parted := cut(other, chance):
            longer = claim.rstrip(". ") + parted.phrase + "."
            if lost := lacking(longer, around, parted.phrase):
                yield Sample(longer, around, False, lost, kind="glued")
            return


def _answers(talks: Sequence[Row], chance: random.Random) -> Iterator[Sample]:
    for row in talks:
        if "ANSWERABLE" in row["answerability"]:
            for told in _told(row["targets"][0]["text"]):
                yield from judged(told, [one["text"] for one in row["contexts"]], chance, 0.6)


def _quoted(answered: Sequence[Row], chance: random.Random) -> Iterator[Sample]:
    for row in answered:
        for told in (told for output in row["output"] for told in _told(output["answer"]) if chance.random() < 0.5):
            yield from judged(told, [row["passages"][0]["text"]], chance, 0.5)


def _told(answer: str) -> Iterator[str]:
    for told in sentences(answer):
        if SHORTEST <= len(told.split()) <= LONGEST and not told.endswith("?") and not REFUSING.search(told):
            yield told


def _disputes(rows: Sequence[Row]) -> Iterator[Sample]:
    """A question with an answer that its document gives, and with those that other documents give."""
    for row in rows:
        asked = row["question"].rstrip("?").strip()
        answers = sorted({one["answer"] for one in row["documents"]} - {"unknown"})
        for document in row["documents"]:
            read = read_beside(f"{asked} {document['answer']}", [document["text"]])
            for answer in answers if read else ():
                claim = f"{asked}: {answer}."
                if answer == document["answer"]:
                    yield Sample(claim, read, True, (), 0.7, "dispute")
                elif answer.lower() not in document["text"].lower():
                    said = Span(len(asked) + 2, len(claim) - 1)
                    yield Sample(claim, read, False, (said,), 0.5, "dispute")


def _partly(rows: Sequence[Row], chance: random.Random) -> Iterator[Sample]:
    """Claims whose unsupported words people marked, and what is left of them without these."""
    for row in rows:
        claim, said = row["claim"], " ".join(row["evidence"][number] for number in row["supporting_sentences"][0])
        unsaid = tuple(_marked(claim, row["claim_tokens"], row["non_supported_spans"]))
        yield Sample(claim, read_beside(claim, row["evidence"]), False, unsaid, 1.5, "partly")
        yield Sample(claim, said, False, unsaid, 1.0, "partly")
        pairs = zip(row["claim_tokens"], row["non_supported_spans"], strict=True)
        kept = re.sub(r" ([,.;:!?)\]’'])", r"\1", " ".join(token for token, missing in pairs if not missing))
        if len(kept.split()) > 4:
            yield Sample(kept, read_beside(kept, row["evidence"]), True, (), 0.7, "partly")
            yield Sample(kept, said, True, (), 0.7, "partly")
            if lost := hidden(kept, said, chance):
                yield Sample(kept, lost.evidence, False, lost.unsaid, 0.6, "partly")


def _marked(claim: str, tokens: Sequence[str], missing: Sequence[bool]) -> Iterator[Span]:
    at = 0
    for token, gone in zip(tokens, missing, strict=True):
        start = claim.find(token, at)
        if start < 0:
            return
        at = start + len(token)
        if gone:
            yield Span(start, at)


def records(file: Path) -> list[Row]:
    """The objects in a file, one a line."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
