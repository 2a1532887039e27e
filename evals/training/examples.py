"""Folder of labelled data -> examples: a sentence, its evidence and the label that people gave it."""

import hashlib
import random
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from evals.training.synthetic.contrast import contrasts
from evals.training.synthetic.misattribution import ContextClaim, context_claims
from evals.training.synthetic.rewording import rewordings
from rag.evaluation.trust import labels

NEWS_ARTICLES, BENCHMARK_PAIRS = 400, 500
"""News articles that training examples are made of, and contrast pairs of other articles for the benchmark."""

DRAWS_PER_EXAMPLE = 8
"""Sentences drawn for each wanted example: not every sentence has a phrase to exchange and can be reworded."""
HELD_BACK = 3
"""Every third claim of FactCG is held back."""


class Example(NamedTuple):
    """A sentence to check."""

    source: str
    group: str
    """The claim or article it belongs to; no group is on both sides of a split."""
    sentence: str
    evidence: tuple[str, ...]
    label: str
    """supported, partly, unsupported or contradicted."""
    kind: str = ""
    """What was changed in a contrast pair."""
    published: date | None = None
    """The date of the evidence, where the data states it."""

    @property
    def supported(self) -> bool:
        """Whether the evidence supports all of it."""
        return self.label == "supported"


_PUBLISHED = re.compile(r"\(meta data\) PUBLISHED DATETIME: (\d{4}-\d\d-\d\d)")
_FILES = {
    "WiCE": "wice.jsonl",
    "FactCheck-GPT": "factcheck_gpt.jsonl",
    "BEGIN": "begin_wow.jsonl",
    "FactCG": "train/factcg_doc.jsonl",
}


def is_held_back(claim: str) -> bool:
    """Whether a claim of FactCG is held back from the first training step, for fitting the weights and measuring."""
    return int(hashlib.sha256(claim.encode()).hexdigest(), 16) % HELD_BACK == 0


def labelled_examples(folder: Path) -> Iterator[Example]:
    """WiCE, FactCheck-GPT, BEGIN and the held-back claims of FactCG, from a folder with `wice.jsonl` and the like."""
    for source, file in _FILES.items():
        for one in labels.read_examples(folder / file):
            if source == "FactCG" and not is_held_back(one.sentence):
                continue
            published = _published_date(one.evidence)
            yield Example(source, one.cluster, one.sentence, one.evidence, one.label, published=published)


def news_articles(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and text of FactCG's news articles of which every claim is held back."""
    every = list(labels.read_examples(folder / _FILES["FactCG"]))
    trained_on = {one.evidence[0] for one in every if not is_held_back(one.sentence)}
    texts = dict.fromkeys(one.evidence[0] for one in every if one.evidence[0] not in trained_on)
    yield from ((f"news {number}", text) for number, text in enumerate(list(texts)[:NEWS_ARTICLES]))


def text_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and text of every .txt file of a folder."""
    yield from ((file.name, file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.txt")))


def contrast_examples(source: str, articles: Iterable[tuple[str, str]], most: int, seed: int = 6) -> Iterator[Example]:
    """Contrast pairs made of articles: both sentences of at most `most` pairs, drawn at random."""
    pairs = list(contrasts(articles, seed))
    random.Random(seed).shuffle(pairs)
    for pair in pairs[:most]:
        for one in pair:
            label = "supported" if one.supported else "contradicted"
            yield Example(source, one.article, one.sentence, (one.evidence,), label, one.kind)


def misattribution_examples(
    source: str, articles: Iterable[tuple[str, str]], most: int, seed: int = 6
) -> Iterator[Example]:
    """Reworded claims of articles, true and misattributed ones; at most `most` of each an article.

    Both are reworded, so that the share of common words does not separate them.
    """
    chance = random.Random(seed)
    for article, text in articles:
        reworded = [(_reword(one, chance), one) for one in context_claims(text, DRAWS_PER_EXAMPLE * most, chance)]
        for label in ("supported", "unsupported"):
            chosen = [
                (claim, one.context) for claim, one in reworded if claim and one.supported == (label == "supported")
            ]
            yield from (Example(source, article, claim, (context,), label) for claim, context in chosen[:most])


def _reword(one: ContextClaim, chance: random.Random) -> str | None:
    """A rewording of the claim that keeps its exchanged words; None where there is none."""
    fixed = [one.claim[span.start : span.end].lower() for span in one.unsupported_words or ()]
    # without "According to the article, ...": the checker drops it, and the rest would be verbatim
    texts = [text for name, text in rewordings(one.claim, chance) if "attributed" not in name]
    usable = [text for text in texts if all(words in text.lower() for words in fixed)]
    return chance.choice(usable) if usable else None


def _published_date(evidence: tuple[str, ...]) -> date | None:
    matches = (_PUBLISHED.match(line) for line in evidence)
    return next((date.fromisoformat(match[1]) for match in matches if match), None)
