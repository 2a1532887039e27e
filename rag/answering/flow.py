"""Question + history -> drafts: quoted at once, then written where there is a model."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from rag.answering.answer import Draft, Turn
from rag.answering.compose import provisional_quotes, quote_answer, quote_instead, write_answer
from rag.answering.followups import condense_question
from rag.answering.quoting import select_quotes
from rag.answering.readings import FollowUp, read_follow_up
from rag.checking import Judge
from rag.errors import ModelError
from rag.llm import Model
from rag.reading import Reader
from rag.settings import Settings

HALF = 0.5
"""Share of the topic that a sentence which tells more of it covers at least."""
SURE = 2
"""Quality of a draft whose quotes answer for sure."""


class Retrieve(Protocol):
    """A question as it is searched for -> a draft with the ranking of what was found."""

    def __call__(self, searched: str, shown: str = "") -> Draft:
        """Leaves out the sentences that stand in `shown`."""


def draft_answers(
    question: str,
    history: Sequence[Turn],
    retrieve: Retrieve,
    settings: Settings,
    model: Model | None,
    judge: Judge | None,
    reader: Reader | None,
) -> Iterator[Draft]:
    """Drafts that grow; the last is final.

    With a model the first draft holds the quotes that would be the answer without one, in the time that they take
    without one: the model is reached, and its follow-up rewritten, only after it.

    Args:
        question: as the user asked it.
        history: earlier turns, oldest first.
        retrieve: called for one reading of the question after another until one is answered for sure, and again
            where the model rewrites a follow-up otherwise.
        settings: thresholds.
        model: writes the answer; None to quote it.
        judge: of the wording of written sentences; None for both shipped networks.
        reader: that ranks; None where words and cosines do.
    """
    quoted = _best_reading(read_follow_up(question, history), retrieve, settings)
    if model is None:
        yield from quote_answer(quoted, settings)
        return
    draft = provisional_quotes(quoted, settings)
    if draft.provisional:
        yield draft
    elif not history:
        yield draft  # both the rules and the model would search for the same
        return
    try:
        budget = model.open_budget()
        searched = condense_question(question, history, model, budget, draft.ranking.question.text)
    except ModelError as error:
        yield from quote_instead(quoted, str(error), settings)
        return
    if searched != quoted.ranking.question.text:
        rewritten = provisional_quotes(retrieve(searched), settings)
        draft = rewritten if _quality(rewritten, settings) >= _quality(draft, settings) else draft
    yield from write_answer(draft, model, budget, settings, judge, reader)


def _best_reading(follow_up: FollowUp, retrieve: Retrieve, settings: Settings) -> Draft:
    """The draft of the reading that is answered best; of those answered alike, the likelier kind, then the surest."""
    if len(follow_up.texts) == 1 and not follow_up.more:
        return retrieve(follow_up.texts[0], follow_up.shown)
    tried: dict[str, tuple[int, Draft]] = {}
    for text in follow_up.texts:
        draft = retrieve(text, follow_up.shown)
        draft = _on_topic(draft) if follow_up.more else draft
        tried[text] = (_quality(draft, settings), draft)
        if tried[text][0] == SURE:
            break

    def merit(text: str) -> tuple[int, bool, float]:
        quality, draft = tried[text]
        return quality, (text in follow_up.readings) is follow_up.leans, draft.ranking.confidence

    best = max(tried, key=merit)
    others = (text for text, (quality, _) in tried.items() if quality and text != best)
    alternative = next(others, "") if best == follow_up.question and follow_up.leans else ""
    return replace(tried[best][1], alternative=alternative)


def _quality(draft: Draft, settings: Settings) -> int:
    """How well the quotes of a draft answer: 2 for sure, 1 perhaps, 0 not at all."""
    thresholds = draft.ranking.thresholds.override(settings)
    if not select_quotes(draft.ranking, settings).claims:
        return 0
    return SURE if draft.ranking.confidence >= thresholds.sure_from else 1


def _on_topic(draft: Draft) -> Draft:
    """The draft with only sentences on the topic of the question, each of which tells more of it.

    Those on all of it are more for sure, those on half of it perhaps; without any, what else answers the question.
    """
    ranking = draft.ranking
    statements = tuple(one for one in ranking.candidates if one.is_statement)
    whole = tuple(one for one in statements if not one.missing)
    half = whole or tuple(one for one in statements if one.coverage >= HALF)
    if not half:
        return draft
    least = ranking.thresholds.sure_from if whole else ranking.thresholds.abstain_below
    return replace(draft, ranking=replace(ranking, candidates=half, confidence=least))
