"""How often the checker is right, beside counting shared words: on people's labels and on contrast pairs.

    python -m evals.benchmarks.checker DATA ARTICLES...

DATA is the folder that evals.training.checker learns from, in the one that evals.training.cross_encoder learns from.
ARTICLES are
folders of .txt files that 500 contrast pairs are made of, and sentences that say what they say of something else there
("said of another"). A language model wrote "claims", of texts in DATA, as they stand in an encyclopedia or a chat, and
"written", of the seeds and of SQuAD's articles, half of it with one mistake, and all of it in so few of the article's
words that counting them does worse than guessing. Nothing learns from any of these; but the rules were mended on pairs
of the first kind, and the cross-encoder learns from the first two kinds, made of others, and reads texts of "claims".

Weights of the table saw neither the claim nor its group, and what the cross-encoder made of each comes from one that
had not seen the claim, though for FactCG it may have seen its article beside another; "rules" are without the
cross-encoder; weights of the column "left out" saw nothing of the whole set, but its cross-encoder saw other claims of
it. "checker" is at the one threshold that is shipped, "own cut" at one for each set, chosen on the other folds, as it
is for the overlap; both the threshold and the ceilings in checker.py were chosen on these sets. Below the table: the
shipped checker, which learnt from all of it but what is made of ARTICLES, and what is made of the evidence in DATA by
exchanging doer and done-to, which rag/checking/rules/verb_roles.py was mended on.
Intervals: 95 %, bootstrap over claims.
"""

import argparse
import itertools
import random
import resource
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from evals.training.checker import examples, thresholds
from evals.training.examples import CHECKED, Example, files, own_words, pairs
from evals.training.experiments.written_pairs import claims, told
from evals.training.fitting import Floats, Parts, Split, capped, cross_validated, folds, learnable, table
from evals.training.synthetic.samples import turned
from rag.checking import Label, check
from rag.checking.features import CROSS_ENCODER_FEATURES, FEATURES
from rag.checking.scoring import checker_model
from rag.evaluation.trust.overlap import balanced, held_out_accuracy, overlap

CONTRAST, EXCHANGED, WRITTEN, CLAIMS = "contrast pairs", "said of another", "written", "claims"
OWN = (CONTRAST, EXCHANGED, WRITTEN, CLAIMS)
"""Sets that nothing learnt from: the first two are made by rules, the others by a language model."""
MOST = 25
"""Sentences of an article, and sentences made of its words, in the second of them, at most."""
CLAIMED = 2000
"""Claims that are measured, drawn from all of them."""
DRAWS = 1000


class Set(NamedTuple):
    """Examples that are measured together."""

    name: str
    source: str
    against: frozenset[str]
    """Labels of the examples that are not supported."""


SETS = (
    Set("WiCE", "WiCE", frozenset({"partly", "unsupported"})),
    Set("FactCheck-GPT, refuted", "FactCheck-GPT", frozenset({"contradicted"})),
    Set("FactCheck-GPT, irrelevant", "FactCheck-GPT", frozenset({"unsupported"})),
    Set("BEGIN", "BEGIN", frozenset({"unsupported"})),
    Set("FactCG", "FactCG", frozenset({"unsupported"})),
    Set(CONTRAST, CONTRAST, frozenset({"contradicted"})),
    Set(EXCHANGED, EXCHANGED, frozenset({"unsupported"})),
    Set("claims, unsupported", CLAIMS, frozenset({"unsupported"})),
    Set("claims, partly", CLAIMS, frozenset({"partly"})),
    Set("claims, contradicted", CLAIMS, frozenset({"contradicted"})),
    Set(WRITTEN, WRITTEN, frozenset({"contradicted", "unsupported"})),
)


def interval(scores: Floats, supported: Split, groups: Sequence[str], threshold: float) -> tuple[float, float]:
    """Where balanced accuracy lies in 95 of 100 draws of as many claims."""
    chance = np.random.default_rng(0)
    names, member = np.unique(np.array(groups), return_inverse=True)
    places = [np.flatnonzero(member == number) for number in range(len(names))]
    drawn = []
    for _ in range(DRAWS):
        rows = np.concatenate([places[number] for number in chance.integers(len(names), size=len(names))])
        if 0 < supported[rows].sum() < len(rows):
            drawn.append(balanced(scores[rows], supported[rows], threshold))
    return float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))


def lines(found: Sequence[Example], rows: Floats) -> Iterator[str]:
    """The table."""
    sources, parts = np.array([one.source for one in found]), folds(found)
    learn = ~np.isin(sources, OWN)
    upper = checker_model().supported
    scores = capped(cross_validated(found, rows, parts, learn), rows, upper)
    left_out = capped(cross_validated(found, rows, sources, learn), rows, upper)
    bare = np.where(np.isin(FEATURES, CROSS_ENCODER_FEATURES) & learnable(rows)[:, None], 0.0, rows)
    rules, least = at_their_best(found, bare, parts, learn)
    shared = np.array([overlap(one.sentence, one.evidence) for one in found])
    yield f"{'':26}     n  overlap    rules  checker  95 %          own cut left out  prec. recall"
    for of in SETS:
        at = [n for n, one in enumerate(found) if one.source == of.source and one.label in {"supported", *of.against}]
        supported = np.array([found[n].supported for n in at])
        mine = scores[at]
        low, high = interval(mine, supported, [found[n].group for n in at], upper)
        shown = mine >= upper
        yield (
            f"{of.name:26}{len(at):6} {held_out_accuracy(shared[at], supported, parts[at]):8.3f} "
            f"{balanced(rules[at], supported, least):8.3f} "
            f"{balanced(mine, supported, upper):8.3f}  {low:.3f}-{high:.3f}  "
            f"{held_out_accuracy(mine, supported, parts[at]):8.3f} {balanced(left_out[at], supported, upper):8.3f} "
            f"{supported[shown].mean():6.2f} {shown[supported].mean():6.2f}"
        )


def at_their_best(found: Sequence[Example], rows: Floats, parts: Parts, learn: Split) -> tuple[Floats, float]:
    """Scores by weights that did not see the example's part, and the threshold that is best for these."""
    scores = cross_validated(found, rows, parts, learn)
    upper, _ = thresholds([one for one, own in zip(found, learn, strict=True) if own], scores[learn], rows[learn])
    return capped(scores, rows, upper), upper


def labelled_by(one: Example) -> Label:
    """What the shipped checker says."""
    return check(one.sentence, one.evidence, published=one.published).label


def by_kind(found: Sequence[Example]) -> Iterator[str]:
    """The contrast pairs by what was changed, as the shipped checker labels them."""
    own = [(one, labelled_by(one)) for one in found if one.source == CONTRAST]
    true = [label for one, label in own if one.supported]
    yield f"true rewordings: {true.count('supported')} of {len(true)} shown, " + ", ".join(
        f"{true.count(label)} {label}" for label in ("unsure", "unsupported", "contradicted")
    )
    for kind in sorted({one.kind for one, _ in own if not one.supported}):
        labels = [label for one, label in own if one.kind == kind and not one.supported]
        caught = len(labels) - labels.count("supported")
        denied = labels.count("contradicted")
        yield f"changed {kind:12} {caught:4} of {len(labels):4} caught, {denied:4} as contradicted"


def denials(found: Sequence[Example]) -> Iterator[str]:
    """What the shipped checker calls contradicted, by what people say of it."""
    for source in ("WiCE", "FactCheck-GPT", "BEGIN", "FactCG"):
        labels = [(one.label, labelled_by(one)) for one in found if one.source == source]
        for label in sorted({one for one, _ in labels}):
            called = [mine for one, mine in labels if one == label]
            shares = ", ".join(f"{mine} {called.count(mine) / len(called):.0%}" for mine in sorted(set(called)))
            yield f"{source:14} {label:13} {len(called):5}: {shares}"


def roles(found: Sequence[Example]) -> str:
    """What the shipped checker says of deeds in evidence that people judged claims by, as they are and turned round."""
    chance = random.Random(6)
    texts = dict.fromkeys("\n".join(one.evidence) for one in found if one.source in ("WiCE", "FactCheck-GPT"))
    deeds = [one for text in texts for one in turned(text, chance) if one.claim not in one.context]
    labels = [(one.supported, check(one.claim, one.context).label) for one in dict.fromkeys(deeds)]
    false = [label for supported, label in labels if not supported]
    true = [label for supported, label in labels if supported]
    return (
        f"doer and done-to exchanged: {len(false) - false.count('supported')} of {len(false)} caught, "
        f"{false.count('contradicted')} as contradicted; {true.count('supported')} of {len(true)} true ones shown"
    )


def speed(found: Sequence[Example]) -> str:
    """Milliseconds a sentence on evidence of a quote's length, nothing remembered of either, and megabytes it takes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    check("Owls hunt mice.", "Mice are hunted by owls.")  # loads the cross-encoder
    took = []
    for one in (one for one in found if one.source == "BEGIN"):
        started = time.perf_counter()
        check(one.sentence, one.evidence)
        took.append((time.perf_counter() - started) * 1000)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return f"BEGIN, ms a sentence: median {np.median(took):.1f}, p95 {np.quantile(took, 0.95):.1f}; {grown:.0f} MB more"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of labelled data")
    parser.add_argument("articles", type=Path, nargs="*", help="folders of .txt articles to make sentences of")
    wanted = parser.parse_args()
    found = examples(wanted.data)
    print(speed(found))
    articles = list(itertools.chain.from_iterable(map(files, wanted.articles)))
    every = list(claims(CLAIMS, wanted.data.resolve().parent))
    found += random.Random(6).sample(every, CLAIMED)
    found += [*pairs(CONTRAST, articles, CHECKED), *own_words(EXCHANGED, articles, MOST), *told(WRITTEN, articles)]
    rows = table(found)
    for line in itertools.chain(lines(found, rows), by_kind(found), [roles(found)], denials(found)):
        print(line)


if __name__ == "__main__":
    main()
