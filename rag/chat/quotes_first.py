"""Quotes that stand until a model has written -> the field of a stream that tells them from its text."""

from dataclasses import asdict

from rag.answering.answer import Answer
from rag.answering.jsonable import to_jsonable


def quotes_field(answer: Answer) -> list[dict[str, object]]:
    """The quotes with their citations, for the field `quotes` of a stream's first chunk."""
    by_number = {citation.number: citation for citation in answer.citations}
    return [
        {
            "text": sentence.text,
            "citations": [to_jsonable(asdict(by_number[number])) for number in sentence.citations],
        }
        for sentence in answer.sentences
        if sentence.provisional
    ]
