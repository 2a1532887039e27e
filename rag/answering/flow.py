"""Question + history -> drafts: quoted at once, then written where there is a model."""

from collections.abc import Callable, Iterator, Sequence

from rag.answering.answer import Draft, Turn
from rag.answering.compose import provisional_quotes, quote_answer, quote_instead, write_answer
from rag.answering.followups import complete_question, condense_question
from rag.checking import Judge
from rag.errors import ModelError
from rag.llm import Model
from rag.reading import Reader
from rag.settings import Settings

Retrieve = Callable[[str], Draft]
"""A question as it is searched for -> a draft with the ranking of what was found."""


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
        retrieve: called once, and again where the model rewrites a follow-up otherwise than the rules.
        settings: thresholds.
        model: writes the answer; None to quote it.
        judge: of the wording of written sentences; None for the shipped weights.
        reader: that ranks; None where words and cosines do.
    """
    quoted = retrieve(complete_question(question, history))
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
        searched = condense_question(question, history, model, budget)
    except ModelError as error:
        yield from quote_instead(quoted, str(error), settings)
        return
    if searched != quoted.ranking.question.text:
        rewritten = provisional_quotes(retrieve(searched), settings)
        draft = rewritten if rewritten.provisional or not draft.provisional else draft
    yield from write_answer(draft, model, budget, settings, judge, reader)
