"""Answer -> plain values: everything that the page shows of it, for the replies of the API."""

from collections.abc import Sequence
from dataclasses import asdict

from rag import render
from rag.answering.answer import Answer
from rag.answering.jsonable import to_jsonable

_UNCHANGED = (
    "status sure confidence form mode searched alternative earlier notice remark sentences sections"
    " disagreements withheld"
).split()
"""Fields of `Answer` that a reply has as they are."""


def answer_fields(answer: Answer, suggested: Sequence[str] = ()) -> dict[str, object]:
    """What OpenAI's format has no place for, by name; every name is in every reply.

    Args:
        answer: a whole one.
        suggested: questions that the articles answer, to ask next.
    """
    passages = (hit.passage for hit in render.nearest_hits(answer))
    nearest = [
        {"article": one.article, "title": one.title, "date": to_jsonable(one.date), "text": one.text}
        for one in passages
    ]
    return {
        "citations": [to_jsonable(asdict(citation)) for citation in render.shown_citations(answer)],
        **{name: value for name, value in answer.to_dict().items() if name in _UNCHANGED},
        "nearest": nearest,
        "suggested": list(suggested),
    }
