"""Answer -> the same answer with one known fault, as a broken product would give it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from rag.answering.answer import Answer, Citation, Sentence
from rag.checking import Verdict
from rag.evaluation.metrics.scores import Layer

_BELIEVED = Verdict("supported", 1.0, "", None, "believed by a broken product")
_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}(?: [A-Z][a-z]{3,})+")
"""Two capitalised words inside a sentence."""
_AUXILIARY = re.compile(r"\b(is|are|was|were|has|have|had|will|would|must|can|could|should)\b(?! not)")


@dataclass(frozen=True, slots=True)
class Fault:
    """One way of being broken."""

    name: str
    layer: Layer
    """Where the metrics must place it."""
    inject: Callable[[Answer], Answer]
    """The answer itself where the fault cannot show."""


def drop_top_passage(answer: Answer) -> Answer:
    """The best hit is lost."""
    return replace(answer, hits=answer.hits[1:])


def swap_number(answer: Answer) -> Answer:
    """The first number of every sentence is one too high."""
    return _reworded(answer, change_number)


def change_number(text: str) -> str:
    """The text with its first number one too high; unchanged when it has none."""
    return _NUMBER.sub(lambda number: str(int(number.group()) + 1), text, count=1)


def negate(answer: Answer) -> Answer:
    """Every sentence says the opposite."""
    return _reworded(answer, negate_text)


def negate_text(text: str) -> str:
    """The text with its first auxiliary verb negated; "It is not true that ..." when it has none."""
    turned = _AUXILIARY.sub(r"\1 not", text, count=1)
    return turned if turned != text else f"It is not true that {text}"


def exchange_name(text: str, others: str) -> str:
    """The text with its first name exchanged for one of a longer text; unchanged when there is none.

    Args:
        text: a sentence.
        others: where the other name is taken from.
    """
    own = _names(text)
    other = next((name for name in _names(others) if name not in text), "")
    return text.replace(own[0], other, 1) if own and other else text


def _names(text: str) -> list[str]:
    return [match.group() for match in _NAME.finditer(text)]


def shuffle_citations(answer: Answer) -> Answer:
    """Every sentence cites what the next one rests on."""
    marks = [sentence.citations for sentence in answer.sentences]
    turned = zip(answer.sentences, [*marks[1:], *marks[:1]], strict=True)
    return replace(answer, sentences=tuple(replace(sentence, citations=cited) for sentence, cited in turned))


def strip_citations(answer: Answer) -> Answer:
    """Sentences are shown without a citation."""
    return replace(answer, sentences=tuple(replace(one, citations=()) for one in answer.sentences), citations=())


def cite_wrong_article(answer: Answer) -> Answer:
    """Every citation names another article that was found, at the same place."""
    return replace(answer, citations=tuple(_elsewhere(citation, answer) for citation in answer.citations))


def _elsewhere(citation: Citation, answer: Answer) -> Citation:
    articles = (hit.passage.article for hit in answer.hits)
    return replace(citation, article=next((other for other in articles if other != citation.article), ""))


def always_answer(answer: Answer) -> Answer:
    """Where it refused, the first sentence of the best hit becomes the answer."""
    if answer.status == "answered" or not answer.hits:
        return answer
    passage = answer.hits[0].passage
    span, text = passage.sentences[0], passage.sentence(0)
    citation = Citation(1, passage.article, passage.title, passage.date, text, span.start, span.end)
    return replace(answer, status="answered", sentences=(Sentence(text, _BELIEVED, (1,)),), citations=(citation,))


def always_refuse(answer: Answer) -> Answer:
    """Nothing is ever answered."""
    return replace(answer, status="abstained", sentences=(), citations=(), disagreements=())


def hide_disagreements(answer: Answer) -> Answer:
    """Disagreements are not shown."""
    return replace(answer, disagreements=())


def _reworded(answer: Answer, reword: Callable[[str], str]) -> Answer:
    return replace(answer, sentences=tuple(replace(one, text=reword(one.text)) for one in answer.sentences))


FAULTS: Mapping[str, Fault] = {
    fault.name: fault
    for fault in (
        Fault("drop the top passage", "retrieval", drop_top_passage),
        Fault("swap a number", "grounding", swap_number),
        Fault("negate a sentence", "grounding", negate),
        Fault("shuffle citations", "grounding", shuffle_citations),
        Fault("strip citations", "grounding", strip_citations),
        Fault("cite the wrong article", "grounding", cite_wrong_article),
        Fault("always answer", "behaviour", always_answer),
        Fault("always refuse", "behaviour", always_refuse),
        Fault("hide disagreements", "behaviour", hide_disagreements),
    )
}
"""Every fault by name."""
