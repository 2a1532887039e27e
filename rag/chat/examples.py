"""Articles -> questions that they answer, to begin a conversation with."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest
from typing import NamedTuple

from rag.answering.quoting import rank, select_quotes
from rag.articles import Article
from rag.assistant import Assistant
from rag.text.sentences import split

ARTICLES = 40
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
"""What someone did -> how to ask for it; the more telling verbs first."""
_DONE = re.compile(rf"(?P<who>{_NAME}) (?:has |have |also )?(?P<verb>{'|'.join(_VERBS)})\b(?P<rest>[^.]*)")
_NOT_WHO = re.compile(r"^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|^(?:On|In|At|After|Update|Last) ")


class _Example(NamedTuple):
    question: str
    verb: str


def examples(assistant: Assistant, wanted: int) -> tuple[str, ...]:
    """Up to so many questions that the articles answer, about different people and different articles.

    Args:
        assistant: its articles are read, and each question is tried on it.
        wanted: questions wanted.
    """
    read = (assistant.article(entry.id) for entry in assistant.articles()[:ARTICLES])
    found: list[str] = []
    for example in list(_mixed(map(_candidates, read)))[:TRIED]:
        if len(found) < wanted and _answered(assistant, example.question):
            found.append(example.question)
    return tuple(found)


def _answered(assistant: Assistant, question: str) -> bool:
    # Asked of the quotes alone: a language model would cost money and minutes each time the articles change.
    hits = assistant.search(question, assistant.settings.hits)
    return bool(select_quotes(rank(question, hits), assistant.settings).claims)


def _mixed(candidates: Iterable[list[_Example]]) -> Iterator[_Example]:
    """One of each article in turn; nobody asked about twice."""
    seen: set[str] = set()
    for example in chain.from_iterable(zip_longest(*candidates)):
        if example and not seen & {example.question.split()[2]}:
            seen.add(example.question.split()[2])
            yield example


def _candidates(article: Article) -> list[_Example]:
    spans = split(article.text)
    found = [made for span in spans for made in _asked(" ".join(article.text[span.start : span.end].split()))]
    order = list(_VERBS)
    return sorted(found, key=lambda example: order.index(example.verb))


def _asked(sentence: str) -> Iterator[_Example]:
    for match in _DONE.finditer(sentence):
        who, verb = match["who"].replace("The ", "the "), match["verb"]
        if _NOT_WHO.match(who):
            continue
        asked = _VERBS[verb]
        if verb == "accused":
            yield _Example(f"Whom did {who} accuse?", verb)
        else:
            yield _Example(f"What did {who} {asked}?", verb)
