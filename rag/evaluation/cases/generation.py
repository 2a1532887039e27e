"""Articles, or what users liked and disliked -> drafts of cases, for a person to correct and move to the suite."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from rag.answering.answer import Turn
from rag.articles import Article
from rag.errors import ModelError, SuiteError
from rag.evaluation.cases.cases import Case, GoldQuote, Nugget, dump_case
from rag.evaluation.cases.corpus import Corpus
from rag.llm import Model
from rag.prompts import load_prompt
from rag.text.sentences import split

_Row = Mapping[str, Any]
DRAFT = "draft"
MIN_WORDS = 8
"""Words of a sentence below which no question is drafted from it."""
_QUOTATION = re.compile(
    r"[“\"](?P<what>[^”\"]{20,}?)[,.]?[”\"],? (?:said|says|emphasized|added|told) (?P<answer>[^,.;]{3,60})"
)
_COUNTED = re.compile(
    r"(?<![\w.,-])(?!(?:1\d|20)\d\d\b)(?P<answer>\d{1,3}(?:,\d{3})*) "
    r"(?P<what>(?:[a-z-]+ ){0,2}[a-z-]+s\b[^.,;:“”()]{8,80})",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"^\W*QUESTION:\s*(?P<question>.+\?)\W*$", re.MULTILINE)
_ANSWER = re.compile(r"^\W*ANSWER:\s*(?P<answer>.+?)\s*$", re.MULTILINE)
REVIEW_NOTE = (
    "Draft: is it understood alone, is the answer right and whole? Correct it, then move the line into evals/cases."
)


class _QuestionAnswer(NamedTuple):
    """A question and the words of a sentence that answer it."""

    question: str
    answer: str


def from_articles(corpus: Corpus, model: Model | None = None) -> Iterator[Case]:
    """At most one draft a sentence, by patterns or, better, by a model."""
    for article in corpus.articles.values():
        for number, sentence in enumerate(_sentences(article)):
            pair = _by_model(model, article, sentence) if model else _by_pattern(sentence)
            if pair:
                yield _draft(f"{article.id}-{number}", pair, GoldQuote(article.id, sentence))


def _sentences(article: Article) -> Iterator[str]:
    for span in split(article.text):
        sentence = article.text[span.start : span.end]
        hidden = any(span.start < other.end and other.start < span.end for other in article.boilerplate)
        if not hidden and len(sentence.split()) >= MIN_WORDS:
            yield sentence


def _by_pattern(sentence: str) -> _QuestionAnswer | None:
    quotation, counted = _QUOTATION.search(sentence), _COUNTED.search(sentence)
    if quotation:
        return _QuestionAnswer(f"Who said “{quotation['what']}”?", quotation["answer"].strip())
    if counted:
        return _QuestionAnswer(f"How many {counted['what'].strip()}?", counted["answer"])
    return None


def _by_model(model: Model, article: Article, sentence: str) -> _QuestionAnswer | None:
    """None when the reply is not two such lines, or its answer does not stand in the sentence."""
    messages = load_prompt("generate").render(title=article.title, sentence=sentence)
    try:
        reply = "".join(model.stream(messages, model.open_budget(), 150))
    except ModelError:
        return None
    question, answer = _QUESTION.search(reply), _ANSWER.search(reply)
    if not question or not answer or answer["answer"] not in sentence:
        return None
    return _QuestionAnswer(question["question"], answer["answer"])


def _draft(id: str, pair: _QuestionAnswer, evidence: GoldQuote) -> Case:
    nugget = Nugget((pair.answer,), (evidence,))
    return Case(
        _identifier(id),
        "factoid",
        pair.question,
        "answered",
        (nugget,),
        (pair.answer,),
        tags=(DRAFT,),
        note=REVIEW_NOTE,
    )


def from_feedback(file: Path) -> Iterator[Case]:
    """A draft for each like and dislike that the chat kept: a liked answer is expected again, the others are left open.

    Raises:
        SuiteError: the file is not feedback of the chat.
    """
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").split("\n"), start=1):
        if line.strip():
            try:
                yield _from_row(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise SuiteError(f"{file}:{number} is no feedback of the chat ({error})") from error


def _from_row(row: _Row) -> Case:
    history = tuple(Turn(*turn) for turn in row["history"])
    good = bool(row["liked"]) and row["status"] == "answered"
    nuggets = tuple(Nugget((quote["quote"],), (GoldQuote(**quote),)) for quote in row["evidence"]) if good else ()
    return Case(
        id=_identifier(row["id"]),
        kind="follow-up" if history else "factoid",
        question=row["question"],
        expect="answered" if good else "abstained" if row["liked"] else "either",
        nuggets=nuggets,
        history=history,
        tags=(DRAFT,),
        note=f"The user {'liked' if row['liked'] else 'disliked'} it: {row.get('word') or 'no word'}. {REVIEW_NOTE}",
    )


def append_drafts(file: Path, drafts: Iterable[Case], limit: int) -> int:
    """Add drafts to a review file, without those whose id or question it has; returns how many were added."""
    held = file.read_text(encoding="utf-8-sig") if file.is_file() else ""
    rows = [json.loads(line) for line in held.split("\n") if line.strip()]
    known = {row["id"] for row in rows} | {row["question"] for row in rows}
    added = 0
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as lines:
        for draft in drafts:
            if added >= limit:
                break
            if not {draft.id, draft.question} & known:
                lines.write(f"{dump_case(draft)}\n")
                known |= {draft.id, draft.question}
                added += 1
    return added


def _identifier(id: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", id.lower()).strip("-")
