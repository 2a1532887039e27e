"""The pages of SQuAD-explorer -> SQuAD's paragraphs and questions in their own spelling, with the gold sentence.

Origin: one HTML page an article: a `para-wrap` per paragraph with its text in `pre`, then a `qa-wrap` per question
(with a `data-id` on newer pages), the question in `question` and each answer in `answer`. Answers have no offsets, so
the gold sentence is the one with the answer, else the one of those most like the question (`gold_source`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote

from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.record import LabelledRow
from evals.benchmarks.fetch_data.source import Source
from evals.benchmarks.fetch_data.texts import drop_duplicates, gold_sentence
from rag.text.sentences import sentences

TRAIN_PAGES = "explore/1.1/train"
TRAIN_COMMIT = "rajpurkar/SQuAD-explorer@13f82e3"
_DEV_PAGES = "explore/v2.0/dev"
_OLD_DEV_PAGES = "explore/1.1/dev"
_COMMIT = "rajpurkar/SQuAD-explorer@e0c66cf"


@dataclass(slots=True)
class PageQuestion:
    """A question of a page; without answers it is unanswerable."""

    id: str = ""
    text: str = ""
    answers: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PageParagraph:
    """A paragraph of a page and its questions."""

    text: str = ""
    questions: list[PageQuestion] = field(default_factory=list)


class _Page(HTMLParser):
    """Collects paragraphs; `_part` names what the text between two tags belongs to."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[PageParagraph] = []
        self._part = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a paragraph, a question or an answer."""
        given = dict(attrs)
        kind = given.get("class") or ""
        if kind == "para-wrap":
            self.paragraphs.append(PageParagraph())
        elif self.paragraphs and kind == "qa-wrap":
            self.paragraphs[-1].questions.append(PageQuestion(given.get("data-id") or ""))
        elif self.paragraphs and kind == "answer" and self.paragraphs[-1].questions:
            self.paragraphs[-1].questions[-1].answers.append("")
        self._part = "text" if tag == "pre" else kind if kind in ("question", "answer") else ""

    def handle_endtag(self, tag: str) -> None:
        """Text after a tag belongs to nothing."""
        self._part = ""

    def handle_data(self, data: str) -> None:
        """Add text to what is open."""
        if not self._part or not self.paragraphs:
            return
        paragraph = self.paragraphs[-1]
        if self._part == "text":
            paragraph.text += data
        elif self._part == "question" and paragraph.questions:
            paragraph.questions[-1].text += data
        elif paragraph.questions and paragraph.questions[-1].answers:
            paragraph.questions[-1].answers[-1] += data


def read_pages(source: Source, folder: str) -> Iterator[tuple[str, list[PageParagraph]]]:
    """The articles of a folder: title and paragraphs.

    Raises:
        MissingFileError: when the folder has no page.
    """
    for path in source.find(f"{folder}/*.html"):
        if not path.endswith("/index.html"):
            page = _Page()
            page.feed(source.text(path))
            if not page.paragraphs:
                source.skipped.append(f"{path}: no paragraph")
            yield _title(path), page.paragraphs


def _title(path: str) -> str:
    return unquote(PurePosixPath(path).name.removesuffix(".html"))


def _train(source: Source) -> Iterator[LabelledRow]:
    for title, paragraphs in read_pages(source, TRAIN_PAGES):
        for paragraph in paragraphs:
            parts = sentences(paragraph.text)
            yield {
                "group": title,
                "sentences": parts,
                "qas": [_qa(question, parts) for question in paragraph.questions],
            }


def _qa(question: PageQuestion, parts: list[str]) -> LabelledRow:
    answers = list(dict.fromkeys(question.answers))
    gold, how = gold_sentence(parts, answers, question.text)
    return {"question": question.text.strip(), "answers": answers, "gold_sentences": gold, "gold_source": how}


def _dev(source: Source) -> Iterator[LabelledRow]:
    """The articles of 2.0's development set that the set `squad` does not have."""
    file = source.beside[0].json_object("data/dev-v2.0.json")
    taken = {article.text("title") for article in file.records("data")}
    pages = (page for page in read_pages(source, _DEV_PAGES) if page[0] not in taken)
    return _questions(pages, "squad2_dev")


def _old_dev(source: Source) -> Iterator[LabelledRow]:
    """The articles of 1.1's development set that 2.0's does not have."""
    newer = {_title(path) for path in source.find(f"{_DEV_PAGES}/*.html")}
    pages = (page for page in read_pages(source, _OLD_DEV_PAGES) if page[0] not in newer)
    return _questions(pages, "squad11_dev")


def _questions(pages: Iterable[tuple[str, list[PageParagraph]]], source: str) -> Iterator[LabelledRow]:
    for title, paragraphs in pages:
        rows = (
            _row(question, sentences(paragraph.text), title, source)
            for paragraph in paragraphs
            for question in paragraph.questions
        )
        yield from drop_duplicates(rows, "id", "question")


def _row(question: PageQuestion, parts: list[str], title: str, source: str) -> LabelledRow:
    answers = list(dict.fromkeys(question.answers))
    gold, how = gold_sentence(parts, answers, question.text) if answers else ([], "none")
    return {
        "question": question.text.strip(),
        "sentences": parts,
        "gold_sentences": gold,
        "answers": answers,
        "answerable": bool(answers),
        "source": source,
        "group": title,
        "split": "dev",
        "gold_source": how,
        "id": question.id,
    }


_LICENCE = "CC BY-SA 4.0"

SQUAD_PAGE_SETS = (
    LabelledSet(
        "labelled/answer/squad2_dev_rest.jsonl",
        (_COMMIT, "chrischute/squad@85623ad"),
        _LICENCE,
        _dev,
        expected={"answerable": 3016, "unanswerable": 2776},
    ),
    LabelledSet("labelled/answer/squad11_train_all_paragraphs.jsonl.gz", (TRAIN_COMMIT,), _LICENCE, _train),
    LabelledSet(
        "labelled/answer/squad11_dev_rest.jsonl",
        (_COMMIT,),
        _LICENCE,
        _old_dev,
        note="all 13 articles; the first conversion could read 5 of them",
    ),
)
