"""Folder of labelled data -> examples: a sentence, its evidence and whether people found it supported."""

import hashlib
import random
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from evals.training.synthetic.contrast import contrasts
from evals.training.synthetic.misattribution import Exchanged, exchanged
from evals.training.synthetic.rewording import rewordings
from rag.evaluation.trust import labels

ARTICLES, CHECKED = 400, 500
"""News articles that examples to learn weights from are made of, and pairs made of other articles to be tested on."""

OFTEN = 8
"""Sentences drawn for each one that is wanted: not every one has something to exchange and can be reworded."""
HELD_BACK = 3
"""One claim of FactCG in three."""


class Example(NamedTuple):
    """A sentence to check."""

    source: str
    group: str
    """Examples of one claim or article share it and never stand on both sides of a split."""
    sentence: str
    evidence: tuple[str, ...]
    label: str
    """supported, partly, unsupported or contradicted."""
    kind: str = ""
    """What was changed in a contrast pair."""
    published: date | None = None
    """The day the evidence was written, where the data says it."""

    @property
    def supported(self) -> bool:
        """Whether the evidence says all of it."""
        return self.label == "supported"


_PUBLISHED = re.compile(r"\(meta data\) PUBLISHED DATETIME: (\d{4}-\d\d-\d\d)")
_FILES = {
    "WiCE": "wice.jsonl",
    "FactCheck-GPT": "factcheck_gpt.jsonl",
    "BEGIN": "begin_wow.jsonl",
    "FactCG": "train/factcg_doc.jsonl",
}


def held_back(claim: str) -> bool:
    """Whether a claim of FactCG is kept from the cross-encoder's first step, to learn weights from and to measure."""
    return int(hashlib.sha256(claim.encode()).hexdigest(), 16) % HELD_BACK == 0


def labelled(folder: Path) -> Iterator[Example]:
    """WiCE, FactCheck-GPT, BEGIN and what is held back of FactCG, from a folder with `wice.jsonl` and the like."""
    for source, file in _FILES.items():
        for one in labels.read_examples(folder / file):
            if source == "FactCG" and not held_back(one.sentence):
                continue
            published = _published(one.evidence)
            yield Example(source, one.cluster, one.sentence, one.evidence, one.label, published=published)


def news(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and text of news articles that are held back of FactCG with all their claims, to make examples of."""
    every = list(labels.read_examples(folder / _FILES["FactCG"]))
    learnt = {one.evidence[0] for one in every if not held_back(one.sentence)}
    texts = dict.fromkeys(one.evidence[0] for one in every if one.evidence[0] not in learnt)
    yield from ((f"news {number}", text) for number, text in enumerate(list(texts)[:ARTICLES]))


def files(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and text of every .txt file of a folder."""
    yield from ((file.name, file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.txt")))


def pairs(source: str, articles: Iterable[tuple[str, str]], most: int, seed: int = 6) -> Iterator[Example]:
    """Contrast pairs made of articles, both halves of at most `most` of them, drawn at random."""
    made = list(contrasts(articles, seed))
    random.Random(seed).shuffle(made)
    for pair in made[:most]:
        for one in pair:
            label = "supported" if one.supported else "contradicted"
            yield Example(source, one.article, one.sentence, (one.evidence,), label, one.kind)


def own_words(source: str, articles: Iterable[tuple[str, str]], most: int, seed: int = 6) -> Iterator[Example]:
    """Rewordings of what articles say, and of the same said of something else there; at most `most` of each a text.

    Both are reworded, so that to stand closer to the article is no sign of either.
    """
    chance = random.Random(seed)
    for article, text in articles:
        made = [(_reworded(one, chance), one) for one in exchanged(text, OFTEN * most, chance)]
        for label in ("supported", "unsupported"):
            found = [(claim, one.context) for claim, one in made if claim and one.supported == (label == "supported")]
            yield from (Example(source, article, claim, (beside,), label) for claim, beside in found[:most])


def _reworded(one: Exchanged, chance: random.Random) -> str | None:
    """The claim in other words, none of those that were exchanged; None where there are none."""
    fixed = [one.claim[span.start : span.end].lower() for span in one.unsaid or ()]
    # "According to the article, ..." is left out: the checker drops it, and the rest would stand there word for word
    made = [text for name, text in rewordings(one.claim, chance) if "attributed" not in name]
    fit = [text for text in made if all(said in text.lower() for said in fixed)]
    return chance.choice(fit) if fit else None


def _published(evidence: tuple[str, ...]) -> date | None:
    stated = (_PUBLISHED.match(line) for line in evidence)
    return next((date.fromisoformat(match[1]) for match in stated if match), None)
