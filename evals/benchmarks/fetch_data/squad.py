"""SQuAD 2.0's development set, as chrischute/squad has it -> articles and questions with spans.

Origin: `data/dev-v2.0.json` is SQuAD's own JSON: `data` of `title` and `paragraphs`, each with `context` and `qas`.
An article is its paragraphs with a blank line after each; spans are characters of the article.
"""

from collections.abc import Iterator
from functools import partial

from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.record import LabelledRow, MalformedRowError, OriginRecord
from evals.benchmarks.fetch_data.source import Source

_FILE = "data/dev-v2.0.json"
_GAP = "\n\n"


def _titles(source: Source) -> list[OriginRecord]:
    return sorted(source.json_object(_FILE).records("data"), key=lambda article: article.text("title"))


def _file(article: OriginRecord) -> str:
    return article.text("title").replace("/", "_") + ".txt"


def _articles(source: Source) -> Iterator[tuple[str, str]]:
    for article in _titles(source):
        text = "".join(paragraph.text("context") + _GAP for paragraph in article.records("paragraphs"))
        yield f"squad/articles/{_file(article)}", text


def _questions(source: Source) -> Iterator[LabelledRow]:
    for article in _titles(source):
        start = 0
        for paragraph in article.records("paragraphs"):
            place = (start, start + len(paragraph.text("context")))
            make = partial(_question, file=_file(article), context=paragraph.text("context"), place=place)
            yield from source.convert(paragraph.records("qas"), make)
            start = place[1] + len(_GAP)


def _question(question: OriginRecord, file: str, context: str, place: tuple[int, int]) -> Iterator[LabelledRow]:
    answers = question.records("answers")
    spans = {_span(answer, context, place[0]) for answer in answers}
    yield {
        "id": question.text("id"),
        "question": question.text("question"),
        "answerable": bool(answers),
        "article": file,
        "paragraph": list(place),
        "answers": sorted({answer.text("text") for answer in answers}),
        "spans": [list(span) for span in sorted(spans)],
    }


def _span(answer: OriginRecord, context: str, start: int) -> tuple[int, int]:
    text, at = answer.text("text"), answer.number("answer_start")
    if context[at : at + len(text)] != text:
        raise MalformedRowError(f"{answer.where}: {text!r} does not stand at letter {at} of the paragraph")
    return start + at, start + at + len(text)


SQUAD = LabelledSet(
    "squad/questions.jsonl", ("chrischute/squad@85623ad",), "CC BY-SA 4.0", _questions, articles=_articles
)
