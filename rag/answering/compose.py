"""Ranking -> drafts that grow claim by claim, each claim checked before it is in one: in quotes, or written."""

from collections.abc import Generator, Iterator
from dataclasses import replace

from rag.answering.answer import CheckedClaim, Draft
from rag.answering.claims import Claim
from rag.answering.quoting import QuoteSelection, select_quotes
from rag.answering.writing import (
    NumberedEvidence,
    answers_question,
    attribute_claim,
    choose_evidence,
    repair_claim,
    write_claims,
)
from rag.checking import Judge, Verdict, check, open_judge
from rag.errors import CheckError, ModelError
from rag.llm import Budget, Model
from rag.settings import Settings

NOTHING_SURVIVED = "No sentence that the model wrote survived its check."
IN_QUOTES = "Answered in quotes."
COMPLETED = "What stands above was checked; quotes complete it."
NO_QUOTES = "There is nothing to quote in its place."
NO_ANSWER = Verdict("unsure", 0.0, "", None, "it does not answer the question")
UNCITED = Verdict("unsupported", 0.0, "", None, "it cites no sentence of the articles")


def quote_answer(draft: Draft, settings: Settings) -> Iterator[Draft]:
    """The draft with one quote after another, then with the disagreements of the articles.

    Args:
        draft: question and ranking; claims that it already shows stay, and are not quoted again.
        settings: how many quotes, and the least confidence.
    """
    yield from _append_quotes(draft, select_quotes(draft.ranking, settings))


def write_answer(
    draft: Draft, model: Model, budget: Budget, settings: Settings, judge: Judge | None = None
) -> Generator[Draft]:
    """The draft with one written sentence after another; in quotes where the model fails, with a notice that says so.

    A sentence that fails its check is tried on the sentence it resembles most, then corrected by the model once, then
    withheld. The confidence of the ranking bounds the quotes, not what the model may write.

    Args:
        draft: question and ranking.
        model: writes the answer.
        budget: pays for the requests.
        settings: `repairs` bounds the corrections of one answer.
        judge: of the wording; None for the shipped weights, or for the model where `settings.judge` says so.
    """
    if not draft.ranking.hits:
        yield draft
        return
    quotes = select_quotes(draft.ranking, settings)
    judge = judge or open_judge(settings, model, budget)
    draft = replace(draft, mode=model.name, disagreements=quotes.disagreements)
    failure = ""
    try:
        for grown in _write_checked(draft, model, budget, settings, judge):
            draft = grown
            if _shows_any(draft):  # before, it would read as a refusal
                yield draft
    except (ModelError, CheckError) as error:
        failure = str(error)
    draft = replace(draft, usage=budget.usage)
    if not failure and draft.checked and not _shows_any(draft):
        failure = NOTHING_SURVIVED
    if failure:
        yield from _complete_in_quotes(draft, quotes, failure)
    else:
        yield draft


def quote_instead(draft: Draft, failure: str, settings: Settings) -> Iterator[Draft]:
    """The draft in quotes because the model could not even be asked.

    Args:
        draft: question and ranking.
        failure: what was wrong with the model, as a sentence.
        settings: as for `quote_answer`.
    """
    yield from _complete_in_quotes(draft, select_quotes(draft.ranking, settings), failure)


def _write_checked(
    draft: Draft, model: Model, budget: Budget, settings: Settings, judge: Judge | None
) -> Generator[Draft]:
    """The draft after each written claim, checked and perhaps repaired."""
    question = draft.ranking.question.text
    evidence = choose_evidence(draft.ranking, model.limits)
    reviewer = ClaimReviewer(question, evidence, model, budget, settings.repairs, judge)
    for claim in write_claims(question, evidence, model, budget):
        checked = reviewer.review(claim)
        if checked.claim.text not in {other.claim.text for other in draft.checked}:  # small models repeat themselves
            draft = replace(draft, checked=(*draft.checked, checked), usage=budget.usage)
            yield draft


def _complete_in_quotes(draft: Draft, quotes: QuoteSelection, failure: str) -> Iterator[Draft]:
    """The draft with quotes added and a notice of what was wrong."""
    partly = _shows_any(draft)
    remedy = (COMPLETED if partly else IN_QUOTES) if quotes.claims else NO_QUOTES
    draft = replace(draft, notice=f"{failure} {remedy}", mode=draft.mode if partly else "quotes")
    yield from _append_quotes(draft, quotes)


def _append_quotes(draft: Draft, quotes: QuoteSelection) -> Iterator[Draft]:
    cited = {quote for checked in _supported(draft) for quote in checked.claim.quotes}
    draft = replace(draft, sure=quotes.sure or bool(cited))
    for claim in quotes.claims:
        if not cited.issuperset(claim.quotes):
            draft = replace(draft, checked=(*draft.checked, check_claim(claim)))
            yield draft
    yield replace(draft, disagreements=quotes.disagreements)


def check_claim(claim: Claim, judge: Judge | None = None) -> CheckedClaim:
    """The claim with the verdict of its check against the sentences that it cites."""
    if not claim.quotes:
        return CheckedClaim(claim, UNCITED)
    evidence = tuple(quote.text for quote in claim.quotes)
    return CheckedClaim(claim, check(claim.text, evidence, published=claim.quotes[0].passage.date, judge=judge))


class ClaimReviewer:
    """Checks each claim of one reply; attributes it to another sentence, or has it repaired, where the check fails.

    Args:
        question: that the claims answer.
        evidence: that they may cite.
        model: repairs a claim.
        budget: pays for the requests.
        repairs: most claims that are repaired.
        judge: of the wording; None for the shipped weights.
    """

    def __init__(
        self, question: str, evidence: NumberedEvidence, model: Model, budget: Budget, repairs: int, judge: Judge | None
    ) -> None:
        self._question = question
        self._evidence = evidence
        self._model = model
        self._budget = budget
        self._repairs = repairs
        self._judge = judge

    def review(self, claim: Claim) -> CheckedClaim:
        """The claim as written, or attributed, or repaired; as written when none of these is supported."""
        if not answers_question(claim.text, self._question):
            return CheckedClaim(claim, NO_ANSWER)
        checked = self._check_or_attribute(claim)
        if _is_supported(checked) or self._repairs == 0:
            return checked
        self._repairs -= 1
        repaired = self._repair(checked)
        if repaired is None:
            return checked
        rechecked = self._check_or_attribute(repaired)
        return rechecked if _is_supported(rechecked) else checked

    def _check_or_attribute(self, claim: Claim) -> CheckedClaim:
        checked = check_claim(claim, self._judge)
        attributed = None if _is_supported(checked) else attribute_claim(claim, self._evidence)
        rechecked = check_claim(attributed, self._judge) if attributed else checked
        return rechecked if _is_supported(rechecked) else checked

    def _repair(self, failed: CheckedClaim) -> Claim | None:
        try:
            return repair_claim(failed.claim, failed.verdict.reason, self._evidence, self._model, self._budget)
        except ModelError:
            return None  # the sentence is withheld with the reason of its first check


def _is_supported(checked: CheckedClaim) -> bool:
    return checked.verdict.label == "supported"


def _supported(draft: Draft) -> tuple[CheckedClaim, ...]:
    return tuple(checked for checked in draft.checked if _is_supported(checked))


def _shows_any(draft: Draft) -> bool:
    return bool(_supported(draft))
