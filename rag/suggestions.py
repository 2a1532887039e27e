"""Articles, or the passages nearest to a question -> questions that the articles answer for sure."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice

from rag.answering.answer import Answer
from rag.answering.quoting import QuoteSelection, Ranking, rank_once, read_again, select_quotes
from rag.articles import Article
from rag.assistant import Assistant
from rag.exploring.name_types import NAME_TYPES, classify_names
from rag.passages import Passage
from rag.sentence_questions import SentenceQuestion, find_questions
from rag.text.sentences import split
from rag.text.words import stems

EXAMPLE_ARTICLES = 40
"""Articles read for examples: enough to choose from, a second of work on a large library."""
READ = 120
"""Sentences read of each; the first ones are about its topic."""
TRIED = 16
"""Questions tried until enough are answered."""
SUGGESTED = 3
"""Questions suggested after an answer."""
NEAR_PASSAGES = 5
"""Passages of an answer that questions are made from."""
WORTH_READING = 0.6
"""Confidence of the first reading from which on the second is asked: of 29 questions made from 14 texts all 25 above
are answered for sure by the second, 12 of which the first is not sure of; below it 2 of 4."""
LEAST_PROBABILITY = 0.8
"""Of a name being of a type, to be asked about as such."""


def example_questions(assistant: Assistant, limit: int) -> tuple[str, ...]:
    """Up to `limit` questions that the articles answer, of different kinds, on different names and articles.

    Args:
        assistant: its articles are read, and each question is tried on it.
        limit: most questions returned.
    """
    is_answered = partial(_is_answered, assistant, None, frozenset())
    return tuple(islice(_in_turn([lambda: _openings(assistant, None)], assistant, is_answered), limit))


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

    def is_answered(example: SentenceQuestion) -> bool:
        return stems(example.question) != asked and _is_answered(assistant, ids, shown, example)

    def is_late() -> bool:
        return seconds is not None and time.perf_counter() - started > seconds

    groups = (lambda: near, lambda: _openings(assistant, ids))
    return tuple(islice(_in_turn(groups, assistant, is_answered, is_late), SUGGESTED))


def _openings(assistant: Assistant, ids: frozenset[str] | None) -> list[Passage]:
    """The first sentences of each article."""
    entries = [entry for entry in assistant.articles() if ids is None or entry.id in ids][:EXAMPLE_ARTICLES]
    return [_opening(assistant.article(entry.id)) for entry in entries]


def _opening(article: Article) -> Passage:
    spans = split(article.text)[:READ]
    end = spans[-1].end if spans else 0
    return Passage(article.id, article.title, article.date, article.text[:end], 0, end, spans)


def _in_turn(
    groups: Iterable[Callable[[], Sequence[Passage]]],
    assistant: Assistant,
    is_answered: Callable[[SentenceQuestion], bool],
    is_late: Callable[[], bool] = lambda: False,
) -> Iterator[str]:
    """Questions on groups of passages that are answered, until TRIED or late: good, rare kinds and articles first."""
    kinds, articles, names, tried = Counter[str](), Counter[str](), set[str](), 0

    def merit(one: SentenceQuestion) -> tuple[bool, int, int]:
        return one.pattern.is_poor, kinds[one.pattern.kind], articles[one.sentence.passage.article]

    for read in groups:
        left = [] if is_late() else list(find_questions(read()))
        while left and tried < TRIED and not is_late():
            example = min(left, key=merit)
            left.remove(example)
            if any(_share_words(example.name, name) for name in names) or not _is_of_types(example, assistant):
                continue
            tried += 1
            kinds[example.pattern.kind] += 1
            articles[example.sentence.passage.article] += 1
            if is_answered(example):
                names.add(example.name)
                kinds[example.pattern.kind] += 1
                yield example.question


def _share_words(one: str, other: str) -> bool:
    """Whether one name is the other, or a part of it."""
    words, others = set(one.split()), set(other.split())
    return words <= others or others <= words


def _is_answered(
    assistant: Assistant, ids: frozenset[str] | None, shown: frozenset[str], example: SentenceQuestion
) -> bool:
    """Whether it is answered for sure by the sentence that it was made from, and by one that was not shown."""
    # Without a language model, which would cost money and minutes each time the articles change.
    hits = assistant.search(example.question, assistant.settings.hits, articles=ids)

    def choose(ranking: Ranking) -> QuoteSelection | None:
        quotes = select_quotes(ranking, assistant.settings)
        texts = [claim.text for claim in quotes.claims]
        return quotes if example.sentence.text in texts and not shown.issuperset(texts) else None

    # The first reading costs a tenth of the second, which decides, as it does when the question is asked.
    first = rank_once(example.question, hits, assistant.reader)
    if first.confidence < WORTH_READING or not choose(first):
        return False
    final = choose(read_again(first, assistant.reader))
    return final is not None and final.sure


def _is_of_types(example: SentenceQuestion, assistant: Assistant) -> bool:
    if example.pattern.types == NAME_TYPES:
        return True
    (row,) = classify_names([(example.name, [example.sentence.text])], assistant.shipped_embedder)
    return sum(float(row[NAME_TYPES.index(type)]) for type in example.pattern.types) >= LEAST_PROBABILITY
