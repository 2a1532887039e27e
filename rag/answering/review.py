"""Written claim -> checked claim: checked as cited, attributed anew, repaired once, or understood as a refusal."""

from collections.abc import Iterator, Sequence
from itertools import islice

from rag.answering.answer import CheckedClaim
from rag.answering.claims import Claim, Quote
from rag.answering.writing import (
    CERTAIN,
    LIKELY,
    EvidenceMatcher,
    NumberedEvidence,
    RefusalDetector,
    RelevanceFilter,
    repair_claim,
    state_marked,
    tidy_claim,
)
from rag.checking import Judge, ShippedJudge, Verdict, check
from rag.errors import ModelError
from rag.llm import Budget, Model
from rag.prompts import REFUSAL
from rag.reading import Reader
from rag.text.words import stems

NO_ANSWER = Verdict("unsure", 0.0, "", None, "it does not answer the question")
MOST_ATTRIBUTIONS = 4
"""Other sentences that a claim is checked against where it fails, when the large network reads: each costs 60 ms. With
the small one alone all are tried; another judge costs seconds or a request and tries one."""
UNCITED = Verdict("unsupported", 0.0, "", None, "it cites no sentence of the articles")


def check_claim(claim: Claim, judge: Judge | None = None) -> CheckedClaim:
    """The claim with the verdict of its check against the sentences that it cites."""
    if not claim.quotes:
        return CheckedClaim(claim, UNCITED)
    evidence = tuple(quote.text for quote in claim.quotes)
    published = tuple(quote.passage.date for quote in claim.quotes)
    return CheckedClaim(claim, check(claim.text, evidence, published=published, judge=judge))


def _most_attributions(judge: Judge | None, quotes: int) -> int:
    if judge is None:
        return MOST_ATTRIBUTIONS
    return quotes if isinstance(judge, ShippedJudge) else 1


class ClaimReviewer:
    """Reviews the sentences of one reply in order.

    Args:
        question: that they answer.
        evidence: that they may cite.
        model: repairs a claim.
        budget: pays for the requests.
        repairs: most claims that are repaired.
        judge: of the wording; None for both shipped networks.
        reader: tells whether a sentence answers; None to go by words alone.
        sure: quotes that answer for sure, best first; those beside the best may answer something else.
    """

    def __init__(
        self,
        question: str,
        evidence: NumberedEvidence,
        model: Model,
        budget: Budget,
        repairs: int,
        judge: Judge | None,
        reader: Reader | None,
        sure: Sequence[Quote],
    ) -> None:
        self._evidence = evidence
        self._best = sure[0] if sure else None
        self._marked = stems(" ".join(quote.answer_text for quote in sure))
        self._model = model
        self._budget = budget
        self._repairs = repairs
        self._judge = judge
        self._most_attributions = _most_attributions(judge, len(evidence.quotes))
        self._matcher = EvidenceMatcher(evidence)
        self._detector = RefusalDetector(question)
        self._relevance = RelevanceFilter(question, reader)
        self.refused = False
        """Whether a sentence, or a part of one, was a refusal; the agreed words after an answer are a mere habit."""
        self.declined = False
        """Whether the reply opened with a refusal that states nothing besides."""
        self._shown: tuple[str, ...] = ()

    def review(self, claim: Claim) -> CheckedClaim | None:
        """The claim as written, or attributed, or repaired, whichever its check supports; None for a mere refusal.

        When its check supports none of these, the one with the best verdict, to be withheld.
        """
        if self._shown and claim.text == REFUSAL:
            return None
        checked = self._review(claim)
        if checked and passed_check(checked) and not self._answers(checked.claim):
            checked = CheckedClaim(checked.claim, NO_ANSWER)
        if checked and passed_check(checked):
            self._shown = (*self._shown, checked.claim.text)
        self.declined = self.declined or (self.refused and not checked and not self._shown)
        return checked

    def _review(self, claim: Claim) -> CheckedClaim | None:
        stated = claim if self._is_verbatim(claim) else self._without_refusal(claim, CERTAIN)
        if stated is None:
            return None
        named = self._best and state_marked(stated.text, self._best)
        if named:
            return check_claim(named, self._judge)
        halved = () if stated.text == claim.text else (claim.text,)  # a notice tells that it answers only a part
        if not self._relevance.admits(stated.text, self._shown or halved):
            return CheckedClaim(stated, NO_ANSWER)
        checked = self._best_attempt(stated)
        if passed_check(checked):
            return checked
        rest = self._without_refusal(stated, LIKELY)
        if rest != stated:
            return self._beside_refusal(rest)
        return self._repaired(checked) or checked

    def _answers(self, claim: Claim) -> bool:
        """Whether a true sentence answers, or adds to what does.

        It has words that the reader marks where it marks any, and rests on the sure quote or is an answer by itself.
        """
        if self._shown or self.refused:
            return True
        if self._marked and self._marked.isdisjoint(stems(claim.text)):
            return False
        return self._best in claim.quotes or self._relevance.is_sure(claim.text)

    def _beside_refusal(self, rest: Claim | None) -> CheckedClaim | None:
        """What a refusal goes on to state; None where it only leads there: "while the articles describe the war"."""
        checked = self._best_attempt(rest) if rest else None
        return checked if rest and checked and (rest.quotes or passed_check(checked)) else None

    def _is_verbatim(self, claim: Claim) -> bool:
        return any(claim.text.rstrip(".!?") in quote.text for quote in self._evidence.quotes)

    def _without_refusal(self, claim: Claim, least: float) -> Claim | None:
        """The claim without what of it refuses; None when nothing is left that could be checked."""
        text = tidy_claim(claim.text) if self.refused else claim.text
        split = self._detector.split(text, least)
        self.refused = self.refused or bool(split.refusal)
        return Claim(split.claim, claim.quotes) if split.claim else None

    def _best_attempt(self, claim: Claim) -> CheckedClaim:
        """The first attribution that the check supports, else the one that it finds best."""
        best = check_claim(claim, self._judge)
        for other in self._other_attributions(best):
            attempt = check_claim(other, self._judge)
            if passed_check(attempt):
                return attempt
            best = max(best, attempt, key=lambda checked: checked.verdict.score)
        return best

    def _other_attributions(self, checked: CheckedClaim) -> Iterator[Claim]:
        attributions = self._matcher.attributions(checked.claim)
        return islice(attributions, 0 if passed_check(checked) else self._most_attributions)

    def _repaired(self, failed: CheckedClaim) -> CheckedClaim | None:
        """The claim as the model repairs it, if its check then supports it."""
        if self._repairs == 0:
            return None
        self._repairs -= 1
        near = self._matcher.relevant(failed.claim)
        try:
            repaired = repair_claim(failed.claim, failed.verdict.reason, near, self._model, self._budget)
        except ModelError:
            return None  # the sentence is withheld with the reason of its first check
        checked = self._best_attempt(repaired) if repaired else failed
        return checked if passed_check(checked) else None


def passed_check(checked: CheckedClaim) -> bool:
    """Whether a claim may be shown."""
    return checked.verdict.label == "supported"
