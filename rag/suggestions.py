"""Articles, or the passages nearest to a question -> questions that the articles answer for sure."""

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, takewhile, zip_longest
from typing import NamedTuple

from rag.answering.answer import Answer
from rag.answering.quoting import rank, select_quotes
from rag.articles import Article
from rag.assistant import Assistant
from rag.exploring.contents import ArticleSentence
from rag.exploring.name_mentions import find_names
from rag.exploring.name_types import NAME_TYPES, classify_names
from rag.passages import Passage
from rag.text.english import WEEKDAYS
from rag.text.sentences import split
from rag.text.words import stems

EXAMPLE_ARTICLES = 40
"""Articles read for examples: enough to choose from, a second of work on a large library."""
TRIED = 16
"""Questions tried until enough are answered."""
SUGGESTED = 3
"""Questions suggested after an answer."""
NEAR_PASSAGES = 5
"""Passages of an answer that questions are made from."""
NAMED = 8
"""Names that are asked about."""
_ASKS_WHO = {"person": "Who is {}?", "organisation": "What is {}?"}
LEAST_PROBABILITY = 0.6
"""Of a name being a person or an organisation, to be asked about as such."""
_NAME = r"(?:the )?[A-Z][\w’'-]+(?: (?:of |the )*[A-Z][\w’'-]+){1,3}"
_VERBS = {
    "accused": "accuse {}", "announced": "announce", "agreed": "agree to", "called for": "call for", "closed": "close",
    "demanded": "demand", "discovered": "discover", "found": "find", "launched": "launch", "opened": "open",
    "ordered": "order", "refused": "refuse", "rejected": "reject", "signed": "sign", "warned": "warn of", "won": "win",
    "asked": "ask for", "said": "say", "told": "say",
}  # fmt: skip
"""Verb of a sentence -> verb of the question; the more specific ones first."""
_STATEMENT = re.compile(rf"(?P<who>{_NAME}) (?:has |have |also )?(?P<verb>{'|'.join(_VERBS)})\b(?P<rest>[^.]*)")
_WEEKDAYS = "|".join(day.full.title() for day in WEEKDAYS)
_NO_NAME = re.compile(rf"^(?:{_WEEKDAYS})|^(?:On|In|At|After|Update|Last) ")


class _Example(NamedTuple):
    question: str
    verb: str


def example_questions(assistant: Assistant, limit: int) -> tuple[str, ...]:
    """Up to `limit` questions that the articles answer, about different people and different articles.

    Args:
        assistant: its articles are read, and each question is tried on it.
        limit: most questions returned.
    """
    return tuple(islice(_answered(_examples(assistant, None), assistant, None), limit))


def suggest_questions(
    assistant: Assistant, answer: Answer, articles: Iterable[str] | None = None, seconds: float | None = None
) -> tuple[str, ...]:
    """Up to SUGGESTED questions that the articles answer for sure, on what was found for the one just asked first.

    Each is another question than that, and its answer has a sentence that was not shown for it.

    Args:
        assistant: each question is tried on it, without its language model.
        answer: to the question just asked.
        articles: ids of the articles that may be asked; None for all.
        seconds: after which no further question is tried; None to try up to TRIED.
    """
    started = time.perf_counter()
    ids = None if articles is None else frozenset(articles)
    near = [hit.passage for hit in answer.hits[:NEAR_PASSAGES]]
    shown = frozenset(sentence.text for sentence in answer.sentences)
    asked = stems(answer.question)
    other = (question for question in _questions_on(near, assistant, ids) if stems(question) != asked)
    tried = takewhile(lambda _: seconds is None or time.perf_counter() - started < seconds, islice(other, TRIED))
    return tuple(islice(_answered(tried, assistant, ids, shown), SUGGESTED))


def _questions_on(near: Sequence[Passage], assistant: Assistant, ids: frozenset[str] | None) -> Iterator[str]:
    """Questions on passages, then on other articles, each once; these are read only once it comes to them."""
    first = dict.fromkeys(_near_questions(near, assistant))
    yield from first
    yield from (question for question in dict.fromkeys(_examples(assistant, ids)) if question not in first)


def _examples(assistant: Assistant, ids: frozenset[str] | None) -> list[str]:
    entries = [entry for entry in assistant.articles() if ids is None or entry.id in ids][:EXAMPLE_ARTICLES]
    examples = _interleave(map(_candidates, (assistant.article(entry.id) for entry in entries)))
    return [example.question for example in islice(examples, TRIED)]


def _near_questions(passages: Sequence[Passage], assistant: Assistant) -> list[str]:
    """What the people in some passages did, and who they are, in turn."""
    sentences = [ArticleSentence(passage, number) for passage in passages for number in range(len(passage.sentences))]
    statements = [example.question for one in sentences for example in _questions_of(" ".join(one.text.split()))]
    pairs = zip_longest(statements, _name_questions(sentences, assistant))
    return [question for pair in pairs for question in pair if question]


def _name_questions(sentences: Sequence[ArticleSentence], assistant: Assistant) -> list[str]:
    introduced = {mention.name: mention.sentence.text for mention in find_names(sentences) if mention.introduced}
    whole = [(name, text) for name, text in introduced.items() if " " in name or name.isupper()]
    names = whole[:NAMED]
    rows = classify_names([(name, [text]) for name, text in names], assistant.shipped_embedder)
    questions = []
    for (name, _), row in zip(names, rows, strict=True):
        asks = _ASKS_WHO.get(NAME_TYPES[int(row.argmax())])
        if asks and float(row.max()) >= LEAST_PROBABILITY:
            questions.append(asks.format(name))
    return questions


def _answered(
    questions: Iterable[str], assistant: Assistant, ids: frozenset[str] | None, shown: frozenset[str] = frozenset()
) -> Iterator[str]:
    return (question for question in questions if _is_answered(assistant, question, ids, shown))


def _is_answered(assistant: Assistant, question: str, ids: frozenset[str] | None, shown: frozenset[str]) -> bool:
    """Whether it is answered for sure, by a sentence that was not shown."""
    # Without a language model, which would cost money and minutes each time the articles change.
    hits = assistant.search(question, assistant.settings.hits, articles=ids)
    quotes = select_quotes(rank(question, hits, assistant.reader), assistant.settings)
    return quotes.sure and any(claim.text not in shown for claim in quotes.claims)


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
