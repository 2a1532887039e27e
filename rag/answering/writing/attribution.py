"""Claim -> the same claim citing other sentences: those that say most nearly the same, in whatever words."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.answering.claims import Claim, Quote
from rag.answering.quoting.quote import LEANS_BACK
from rag.answering.writing.evidence import NumberedEvidence
from rag.checking.clauses import clauses
from rag.embedding import shipped_embedder
from rag.text.words import stems

MEANING = 0.5
"""Weight of the cosine of claim and sentence against the share of the claim's content words in it. Of the 50 true
rewordings of one sentence of the seeds (evals/benchmarks/data/written.jsonl), among all 127 sentences of the seeds, the
right one is first .90 of times by words alone, .88 by meaning alone, and 1.00 from .5 to .7."""
LEAST_RESEMBLANCE = 0.3
"""Least resemblance, 0 to 1, of a sentence that a claim is attributed to: the least of these 50 is .48; a claim that
shares no word with its sentence has at most the half of their cosine."""
NEAREST = 3
"""Sentences that a claim is tried on, one by one."""
MOST_BEFORE = 3
"""Sentences that a quote leans on, one on the other; further back "he" is somebody else."""
CORRECTED_FROM = 5
"""Sentences in the prompt of a repair beside those that the claim cites."""


_TWO_NAMES = re.compile(r"(?=\b([A-ZÀ-Þ][\w’'-]+) ([A-ZÀ-Þ][\w’'-]+))")
"""Two capitalised words in a row, also within a longer row."""


class EvidenceMatcher:
    """Finds the sentences that say most nearly what a claim says.

    Args:
        evidence: what may be cited; embedded at the first claim that needs it.
    """

    def __init__(self, evidence: NumberedEvidence) -> None:
        self._evidence = evidence
        self._vectors: NDArray[np.float32] | None = None

    def attributions(self, claim: Claim) -> Iterator[Claim]:
        """The claim citing what it leans on, too; then one near sentence after another; then several together.

        It is never given as it already cites. A small model restates one sentence and cites another, or none; and it
        puts a name where the sentence that it cites has "he".
        """
        near = [quote for quote, resemblance in self.nearest(claim.text, NEAREST) if resemblance >= LEAST_RESEMBLANCE]
        cited = [claim.quotes, *((quote,) for quote in near), self._joined(claim.text, near)]
        for quotes in dict.fromkeys(version for one in cited for version in self._versions(claim.text, one)):
            if quotes and quotes != claim.quotes:
                yield Claim(claim.text, quotes)

    def _versions(self, text: str, quotes: tuple[Quote, ...]) -> Iterator[tuple[Quote, ...]]:
        """The quotes alone, with what they lean on, and with the sentence that has a name in full."""
        yield quotes
        whole = _with_antecedents(quotes)
        yield whole
        if introduction := self._introduction(text, whole):
            yield introduction, *whole

    def _introduction(self, text: str, quotes: Sequence[Quote]) -> Quote | None:
        """The sentence that has, as early as any, a full name of which the quotes have the last word only.

        "Aleksandar Vucic, Serbia’s president, ..." for quotes that have "Vucic"; not for "he", who may be another.
        """
        cited = stems(" ".join(quote.text for quote in quotes))
        pairs = [match.groups() for match in _TWO_NAMES.finditer(text)]
        full = [f"{first} {last}" for first, last in pairs if not stems(first) <= cited and stems(last) & cited]
        places = [(quote.text.find(name), quote) for name in full for quote in self._evidence.background]
        return min((place for place in places if place[0] >= 0), key=lambda place: place[0], default=(0, None))[1]

    def _joined(self, text: str, near: Sequence[Quote]) -> tuple[Quote, ...]:
        """The sentences that are nearest to each clause, where these are several and all near to the whole.

        Of 160 claims about the seeds, together they bear out six more true ones of 80, and one more that is wrong; the
        two nearest whatever the clauses say, nine and seven.
        """
        best = dict.fromkeys(
            quote for clause in clauses(text) for quote, _ in self.nearest(text[clause.start : clause.end], 1)
        )
        return tuple(best) if len(best) > 1 and best.keys() <= set(near) else ()

    def relevant(self, claim: Claim) -> NumberedEvidence:
        """The sentences that a claim cites or resembles most: enough for a repair, at a tenth of the tokens."""
        kept = {*claim.quotes, *(quote for quote, _ in self.nearest(claim.text, CORRECTED_FROM))}
        return NumberedEvidence(tuple(quote for quote in self._evidence.quotes if quote in kept))

    def nearest(self, text: str, most: int) -> Sequence[tuple[Quote, float]]:
        """The sentences nearest to a text in meaning and words, best first, each with its resemblance, 0 to 1."""
        quotes = self._evidence.quotes
        if not quotes:
            return ()
        shares = np.array([_share(text, quote) for quote in quotes])
        resemblances = MEANING * self._cosines(text) + (1 - MEANING) * shares
        best = np.argsort(-resemblances, kind="stable")[:most]
        return [(quotes[number], float(resemblances[number])) for number in best]

    def _cosines(self, text: str) -> NDArray[np.float64]:
        embedder = shipped_embedder()
        if self._vectors is None:
            self._vectors = embedder.embed_passages([quote.text for quote in self._evidence.quotes])
        (vector,) = embedder.embed_passages([text])
        return np.asarray(np.maximum(self._vectors @ vector, 0), dtype=np.float64)


def _share(text: str, quote: Quote) -> float:
    """The share of a text's content words that a sentence and its title have."""
    claimed = stems(text)
    return len(claimed & stems(f"{quote.text} {quote.passage.title}")) / max(1, len(claimed))


def _with_antecedents(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """The quotes, each that opens with a pronoun after the sentence before it, and so on back."""
    return tuple(dict.fromkeys(one for quote in quotes for one in (*_before(quote), quote)))


def _before(quote: Quote) -> tuple[Quote, ...]:
    """What a quote leans on, in the order of the passage: "Vucic said ...", "This will ..." before "He had ..."."""
    spans = quote.passage.sentences
    if quote.span not in spans[1:] or not LEANS_BACK.match(quote.text):
        return ()
    before = Quote(quote.passage, spans[spans.index(quote.span) - 1])
    return (*_before(before)[-MOST_BEFORE + 1 :], before)
