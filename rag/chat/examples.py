"""Articles -> example questions that they answer, for the first page."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest
from typing import NamedTuple

from rag.answering.quoting import rank, select_quotes
from rag.articles import Article
from rag.assistant import Assistant
from rag.text.sentences import split

EXAMPLE_ARTICLES = 40
"""Articles read for examples: enough to choose from, a second of work on a large library."""
TRIED = 16
"""Questions tried until enough are answered."""
_NAME = r"(?:the )?[A-Z][\w’'-]+(?: (?:of |the )*[A-Z][\w’'-]+){1,3}"
_VERBS = {
    "accused": "accuse {}", "announced": "announce", "agreed": "agree to", "called for": "call for", "closed": "close",
    "demanded": "demand", "discovered": "discover", "found": "find", "launched": "launch", "opened": "open",
    "ordered": "order", "refused": "refuse", "rejected": "reject", "signed": "sign", "warned": "warn of", "won": "win",
    "asked": "ask for", "said": "say", "told": "say",
}  # fmt: skip
"""Verb of a sentence -> verb of the question; the more specific ones first."""
_STATEMENT = re.compile(rf"(?P<who>{_NAME}) (?:has |have |also )?(?P<verb>{'|'.join(_VERBS)})\b(?P<rest>[^.]*)")
_NO_NAME = re.compile(r"^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|^(?:On|In|At|After|Update|Last) ")


class _Example(NamedTuple):
    question: str
    verb: str


def example_questions(assistant: Assistant, limit: int) -> tuple[str, ...]:
    """Up to `limit` questions that the articles answer, about different people and different articles.

    Args:
        assistant: its articles are read, and each question is tried on it.
        limit: most questions returned.
    """
    articles = (assistant.article(entry.id) for entry in assistant.articles()[:EXAMPLE_ARTICLES])
    questions: list[str] = []
    for example in list(_interleave(map(_candidates, articles)))[:TRIED]:
        if len(questions) < limit and _is_answered(assistant, example.question):
            questions.append(example.question)
    return tuple(questions)


def _is_answered(assistant: Assistant, question: str) -> bool:
    # Without a language model, which would cost money and minutes each time the articles change.
    hits = assistant.search(question, assistant.settings.hits)
    quotes = select_quotes(rank(question, hits, assistant.reader), assistant.settings)
    return bool(quotes.claims) and quotes.sure


def _interleave(candidates: Iterable[list[_Example]]) -> Iterator[_Example]:
    """One of each article in turn; no name is asked about twice."""
    seen: set[str] = set()
    for example in chain.from_iterable(zip_longest(*candidates)):
        if example and not seen & {example.question.split()[2]}:
            seen.add(example.question.split()[2])
            yield example


def _candidates(article: Article) -> list[_Example]:
    spans = split(article.text)
    examples = [
        example for span in spans for example in _questions_of(" ".join(article.text[span.start : span.end].split()))
    ]
    order = list(_VERBS)
    return sorted(examples, key=lambda example: order.index(example.verb))


def _questions_of(sentence: str) -> Iterator[_Example]:
    for match in _STATEMENT.finditer(sentence):
        who, verb = match["who"].replace("The ", "the "), match["verb"]
        if _NO_NAME.match(who):
            continue
        if verb == "accused":
            yield _Example(f"Whom did {who} accuse?", verb)
        else:
            yield _Example(f"What did {who} {_VERBS[verb]}?", verb)
