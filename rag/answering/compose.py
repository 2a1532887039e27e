"""Ranking -> drafts that grow claim by claim, each claim checked before it is in one: in quotes, or written."""

from collections.abc import Generator, Iterator
from dataclasses import replace

from rag.answering.answer import CheckedClaim, Draft
from rag.answering.claims import Claim, Quote
from rag.answering.quoting import QuoteSelection, select_quotes
from rag.answering.review import NO_ANSWER, ClaimReviewer, check_claim, passed_check
from rag.answering.writing import choose_evidence, write_claims
from rag.checking import Judge, open_judge
from rag.errors import CheckError, ModelError
from rag.llm import Budget, Model
from rag.reading import Reader
from rag.settings import Settings

NO_ANSWER_FOUND = "The model found no answer in the articles."
NOT_ALL_FOUND = "The model found no answer to a part of the question."
NOTHING_SURVIVED = "No sentence that the model wrote survived its check."
IN_QUOTES = "Answered in quotes."
COMPLETED = "What stands above was checked; quotes complete it."
NO_QUOTES = "There is nothing to quote in its place."


def quote_answer(draft: Draft, settings: Settings) -> Iterator[Draft]:
    """The draft with one quote after another, then with the disagreements of the articles.

    Args:
        draft: question and ranking; claims that it already shows stay, and are not quoted again.
        settings: how many quotes, and the least confidence.
    """
    yield from _append_quotes(draft, select_quotes(draft.ranking, settings))


def provisional_quotes(draft: Draft, settings: Settings) -> Draft:
    """The draft with the quotes that stand until a model's text replaces them; with none where nothing would be quoted.

    Args:
        draft: question and ranking.
        settings: as for `quote_answer`.
    """
    quotes = select_quotes(draft.ranking, settings)
    checked = tuple(map(check_claim, quotes.claims))
    return replace(draft, provisional=checked, sure=quotes.sure, disagreements=quotes.disagreements)


def write_answer(
    draft: Draft,
    model: Model,
    budget: Budget,
    settings: Settings,
    judge: Judge | None = None,
    reader: Reader | None = None,
) -> Generator[Draft]:
    """The draft with one written sentence after another; in quotes where the model fails, with a notice that says so.

    A sentence that fails its check is tried on the sentences it resembles most, then corrected by the model once, then
    withheld. A model that refuses is told beside the quotes, be they sure or the nearest: of 17 refusals
    by a model of 1.5 billion parameters over nearest sentences 12 were wrong. Where the ranking holds no answer, the
    model is not asked.

    Args:
        draft: question and ranking; what it holds of `provisional_quotes` stands until written sentences replace it.
        model: writes the answer.
        budget: pays for the requests.
        settings: `repairs` bounds the corrections of one answer.
        judge: of the wording; None for both shipped networks, or for the model where `settings.judge` says so.
        reader: that made the ranking, which tells whether a written sentence answers; None to go by words alone.
    """
    quotes = select_quotes(draft.ranking, settings)
    if not quotes.claims:
        yield draft
        return
    judge = judge or open_judge(settings, model, budget)
    draft = replace(draft, mode=model.name, disagreements=quotes.disagreements)
    question, evidence = draft.ranking.question.text, choose_evidence(draft.ranking, model.limits)
    sure = _best_first(draft, quotes) if quotes.sure else ()
    reviewer = ClaimReviewer(question, evidence, model, budget, settings.repairs, judge, reader, sure)
    claims = write_claims(question, evidence, model, budget, sure=quotes.sure)
    failure = ""
    try:
        for grown in _write_checked(draft, reviewer, claims, budget, sure=quotes.sure):
            if len(_supported(grown)) > len(_supported(draft)):  # before, it would read as a refusal
                yield grown
            draft = grown
    except (ModelError, CheckError) as error:
        failure = str(error)
    yield from _conclude(replace(draft, provisional=(), sure=True, usage=budget.usage), quotes, failure)


def _best_first(draft: Draft, quotes: QuoteSelection) -> tuple[Quote, ...]:
    quoted = {quote for claim in quotes.claims for quote in claim.quotes}
    return tuple(candidate.quote for candidate in draft.ranking.candidates if candidate.quote in quoted)


def _conclude(draft: Draft, quotes: QuoteSelection, failure: str) -> Iterator[Draft]:
    """The draft as it ends: as written, or in quotes with a notice why."""
    if failure:
        yield from _complete_in_quotes(draft, quotes, failure)
    elif _shows_any(draft):
        yield replace(draft, notice=NOT_ALL_FOUND if draft.refused else "")
    else:
        yield from _complete_in_quotes(draft, quotes, NO_ANSWER_FOUND if draft.refused else NOTHING_SURVIVED)


def quote_instead(draft: Draft, failure: str, settings: Settings) -> Iterator[Draft]:
    """The draft in quotes because the model could not even be asked.

    Args:
        draft: question and ranking.
        failure: what was wrong with the model, as a sentence.
        settings: as for `quote_answer`.
    """
    yield from _complete_in_quotes(draft, select_quotes(draft.ranking, settings), failure)


def _write_checked(
    draft: Draft, reviewer: ClaimReviewer, claims: Iterator[Claim], budget: Budget, *, sure: bool
) -> Generator[Draft]:
    """The draft after each sentence of the reply; what follows a refusal is shown only where the quotes are `sure`."""
    for claim in claims:
        doubted = reviewer.declined and not sure
        checked = reviewer.review(claim)
        checked = CheckedClaim(checked.claim, NO_ANSWER) if checked and doubted else checked
        known = {other.claim.text for other in draft.checked}  # small models repeat themselves
        added = (checked,) if checked and checked.claim.text not in known else ()
        draft = replace(draft, checked=(*draft.checked, *added), refused=reviewer.refused, usage=budget.usage)
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


def _supported(draft: Draft) -> tuple[CheckedClaim, ...]:
    return tuple(checked for checked in draft.checked if passed_check(checked))


def _shows_any(draft: Draft) -> bool:
    return bool(_supported(draft))
