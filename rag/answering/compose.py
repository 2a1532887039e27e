"""Question + hits -> drafts that grow claim by claim, each claim checked before it is in one: quoted, or written."""

from collections.abc import Generator, Iterator
from dataclasses import replace

from rag.answering.answer import Checked, Draft
from rag.answering.claims import Claim
from rag.answering.quoting import Quoting, quote
from rag.answering.writing import Evidence, answers, attribute, choose, repair, write
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


def quoted(draft: Draft, settings: Settings) -> Iterator[Draft]:
    """The draft with one quote after another, then with what the articles disagree on.

    Args:
        draft: question and hits; what it already shows stays, and is not quoted again.
        settings: how many quotes, and how sure they must be.
    """
    quoting = quote(_asked(draft), draft.hits, settings)
    yield from _quoted(replace(draft, confidence=quoting.confidence), quoting)


def written(
    draft: Draft, model: Model, budget: Budget, settings: Settings, judge: Judge | None = None
) -> Generator[Draft]:
    """The draft with one written sentence after another; in quotes where the model fails, with a notice that says so.

    A sentence that fails its check is tried on the sentence it resembles most, then corrected by the model once, then
    withheld.

    Args:
        draft: question and hits.
        model: who writes.
        budget: pays for the requests.
        settings: `repairs` bounds the corrections of one answer.
        judge: of the wording; None for the checker's own weights, or for the model where `settings.judge` says so.
    """
    quoting = quote(_asked(draft), draft.hits, settings)
    draft = replace(draft, confidence=quoting.confidence)
    if not draft.hits:
        yield draft
        return
    evidence = choose(_asked(draft), draft.hits, model.limits)
    draft = replace(draft, mode=model.name, disputes=quoting.disputes)
    judge = judge or open_judge(settings, model, budget)
    desk = _Desk(_asked(draft), evidence, model, budget, settings.repairs, judge)
    trouble = ""
    try:
        for claim in write(_asked(draft), evidence, model, budget):
            settled = desk.settle(claim)
            if settled.claim.text not in {one.claim.text for one in draft.checked}:  # small models repeat themselves
                draft = replace(draft, checked=(*draft.checked, settled), usage=budget.usage)
                if _shows(draft):  # before, it would read as a refusal
                    yield draft
    except (ModelError, CheckError) as error:
        trouble = str(error)
    draft = replace(draft, usage=budget.usage, mode=model.name)
    if not trouble and draft.checked and not _shows(draft):
        trouble = NOTHING_SURVIVED
    if trouble:
        yield from _instead(draft, quoting, trouble)
    else:
        yield draft


def unwritten(draft: Draft, trouble: str, settings: Settings) -> Iterator[Draft]:
    """The draft in quotes because the model could not even be asked.

    Args:
        draft: question and hits.
        trouble: what was wrong with the model, as a sentence.
        settings: as for `quoted`.
    """
    quoting = quote(_asked(draft), draft.hits, settings)
    yield from _instead(replace(draft, confidence=quoting.confidence), quoting, trouble)


def _instead(draft: Draft, quoting: Quoting, trouble: str) -> Iterator[Draft]:
    """The draft completed by quotes, with a notice of what was wrong."""
    partly = _shows(draft)
    word = (COMPLETED if partly else IN_QUOTES) if quoting.claims else NO_QUOTES
    draft = replace(draft, notice=f"{trouble} {word}", mode=draft.mode if partly else "quotes")
    yield from _quoted(draft, quoting)


def _quoted(draft: Draft, quoting: Quoting) -> Iterator[Draft]:
    told = {one for checked in _supported(draft) for one in checked.claim.quotes}
    for claim in quoting.claims:
        if not told.issuperset(claim.quotes):
            draft = replace(draft, checked=(*draft.checked, checked(claim)))
            yield draft
    yield replace(draft, disputes=quoting.disputes)


def checked(claim: Claim, judge: Judge | None = None) -> Checked:
    """The claim with the verdict of its check against the very sentences it cites."""
    if not claim.quotes:
        return Checked(claim, UNCITED)
    evidence = tuple(quote.text for quote in claim.quotes)
    return Checked(claim, check(claim.text, evidence, published=claim.quotes[0].passage.date, judge=judge))


class _Desk:
    """Where the claims of one reply are checked, and some corrected."""

    def __init__(
        self, question: str, evidence: Evidence, model: Model, budget: Budget, repairs: int, judge: Judge | None
    ) -> None:
        self._question = question
        self._evidence = evidence
        self._model = model
        self._budget = budget
        self._repairs = repairs
        self._judge = judge

    def settle(self, claim: Claim) -> Checked:
        """The claim as it stands, or attributed, or corrected; as it was written when none of these is supported."""
        if not answers(claim.text, self._question):
            return Checked(claim, NO_ANSWER)
        first = self._best(claim)
        if _good(first) or self._repairs == 0:
            return first
        self._repairs -= 1
        corrected = self._corrected(first)
        if corrected is None:
            return first
        second = self._best(corrected)
        return second if _good(second) else first

    def _best(self, claim: Claim) -> Checked:
        first = checked(claim, self._judge)
        other = None if _good(first) else attribute(claim, self._evidence)
        second = checked(other, self._judge) if other else first
        return second if _good(second) else first

    def _corrected(self, failed: Checked) -> Claim | None:
        try:
            return repair(failed.claim, failed.verdict.reason, self._evidence, self._model, self._budget)
        except ModelError:
            return None  # the sentence is withheld with the reason of its first check


def _good(one: Checked) -> bool:
    return one.verdict.label == "supported"


def _supported(draft: Draft) -> tuple[Checked, ...]:
    return tuple(one for one in draft.checked if _good(one))


def _shows(draft: Draft) -> bool:
    return bool(_supported(draft))


def _asked(draft: Draft) -> str:
    return draft.searched or draft.question
