"""Sentence + evidence -> verdict: rules find what speaks against it, a model or a judge weighs its wording."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.checking.evidence import join_evidence
from rag.checking.examination import Examination, examine
from rag.checking.judges.base import Judge, Opinion
from rag.checking.judges.shipped import CrossEncoderScore
from rag.checking.overlap import coverage
from rag.checking.rules import quotations
from rag.checking.rules.base import Finding, FindingKind, Pair
from rag.checking.scoring import CheckerModel, checker_model
from rag.checking.verdict import Label, Verdict
from rag.checking.weighing import ShippedJudge, decides, quote_words
from rag.errors import CheckError
from rag.text.spans import Span
from rag.tracing import Attributes, traced

GRAVITY: tuple[FindingKind, ...] = ("contradiction", "gap", "doubt", "remark")
CEILINGS: dict[FindingKind, float] = {"contradiction": 0.1, "gap": 0.3, "doubt": 0.98, "remark": 2.0}
"""Highest score of a sentence with such a finding, as a share of the threshold of support, whatever its wording scores.
On FactCheck-GPT, supported against refuted, .1 and .3 gain .04 over .2 and .6; elsewhere nothing."""
LEAST_COVERAGE = 0.3
"""Share of the claim's words in the near evidence below which a difference is no contradiction: the evidence is about
something else."""


def _describe(verdict: Verdict) -> Attributes:
    return {"rag.verdict": verdict.label, "rag.score": verdict.score}


@traced("rag.check", "", _describe)
def check(
    sentence: str,
    evidence: str | Sequence[str],
    *,
    published: date | Sequence[date | None] | None = None,
    stated: date | None = None,
    judge: Judge | None = None,
    score: CrossEncoderScore | None = None,
) -> Verdict:
    """Decide whether a sentence says what its evidence says.

    A sentence that stands in the evidence word for word is always supported, with score 1; an uncertain one is labelled
    unsure. A judge takes the place of the weights, not of the rules: it is asked only where no rule found a
    contradiction or a gap.

    Args:
        sentence: one sentence of an answer.
        evidence: what it cites; several texts are joined by a line break, and the verdict's `evidence` and `span`
            count characters of the joined text.
        published: the day the evidence was written, which resolves its "on Monday" and "last year"; None where it is
            unknown. Of several texts that were written on different days, one a text.
        stated: the same for the sentence; None for the day of the evidence, of the first text where there are several.
        judge: of the wording; None for the networks that come with the package.
        score: the cross-encoder's score of the sentence, for evaluation with held-out folds; None for the network that
            comes with the package.

    Raises:
        CheckError: the sentence has no words, or the judge cannot be used.
        BudgetSpent: the judge is a language model whose budget is spent.
    """
    if not any(character.isalnum() for character in sentence):
        raise CheckError("There is no sentence to check. Give one with words in it.")
    days = () if published is None or isinstance(published, date) else tuple(published)
    joined = join_evidence((evidence,) if isinstance(evidence, str) else evidence, days)
    quoted = quotations.find_verbatim(sentence, joined.text)
    if quoted:
        return Verdict("supported", 1.0, joined.excerpt(quoted), quoted, "the article says it word for word")
    written = next(iter(days), None) if not isinstance(published, date) else published
    examination = replace(examine(sentence, joined, stated or written), score=score)
    if not examination.near:
        return Verdict("unsupported", 0.0, "", None, "the article says nothing of the kind")
    return _verdict(examination, checker_model(), judge or ShippedJudge())


def _verdict(examination: Examination, model: CheckerModel, judge: Judge) -> Verdict:
    pair = examination.pair
    opinion = _opinion(examination, judge)
    worst = min(examination.findings, key=lambda finding: GRAVITY.index(finding.kind), default=None)
    score = min(opinion.score, CEILINGS[worst.kind] * model.supported) if worst else opinion.score
    label = "contradicted" if opinion.contradicted else _label(score, worst, pair, model)
    shown = label == "supported"
    reason = _reason(worst, opinion, shown=shown) or _wording(pair, shown=shown)
    span = _deciding_sentence(worst, examination)
    return Verdict(label, score, examination.evidence.excerpt(span), span, reason)


def _opinion(examination: Examination, judge: Judge) -> Opinion:
    """The judge's opinion; that of the small network where a rule has decided, so that no other judge is asked."""
    if isinstance(judge, ShippedJudge):
        return judge.weigh(examination)
    if any(map(decides, examination.findings)):
        return ShippedJudge(large=False).weigh(examination)
    return judge.opinion(examination.pair.claim, _near_in_order(examination))


def _reason(worst: Finding | None, opinion: Opinion, *, shown: bool) -> str:
    """The reason to show: a judge's comes before a mere remark; empty when the wording is the reason."""
    if worst and worst.kind != "remark" and not opinion.contradicted:
        return worst.reason
    return (not shown and opinion.reason) or (worst.reason if worst else "")


def _near_in_order(examination: Examination) -> str:
    """The near sentences in the order of the text, one a line."""
    return "\n".join(map(examination.evidence.excerpt, sorted(examination.near)))


def _label(score: float, worst: Finding | None, pair: Pair, model: CheckerModel) -> Label:
    if worst is None or worst.kind == "remark":
        lower: Label = "unsure" if score >= model.unsupported else "unsupported"
        return "supported" if score >= model.supported else lower
    if worst.kind == "contradiction" and coverage(pair.claim, pair.near_text).share >= LEAST_COVERAGE:
        return "contradicted"
    return "unsure" if worst.kind == "doubt" and score >= model.unsupported else "unsupported"


def _wording(pair: Pair, *, shown: bool) -> str:
    missing = [pair.claim[word.start : word.end] for word in coverage(pair.claim, pair.near_text).missing]
    if not missing:
        return "the article says the same in other words"
    if shown:
        return f"the article says it with other words for {quote_words(missing)}"
    return f"the article does not speak of {quote_words(missing)}"


def _deciding_sentence(worst: Finding | None, examination: Examination) -> Span:
    """The near sentence that holds the finding's excerpt; the nearest where there is none."""
    excerpt = worst.excerpt if worst else ""
    near, evidence = examination.near, examination.evidence
    return next((span for span in near if excerpt and excerpt in evidence.excerpt(span)), near[0])
