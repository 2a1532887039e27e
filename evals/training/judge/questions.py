"""DATA -> questions beside one sentence and its neighbours: does that sentence answer?"""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from evals.training.judge.pairs import DRAW_SEED, JudgePair
from evals.training.reader.augmentation import augment_question
from evals.training.reader.corpus import LabelledQuestion, QuestionCorpus
from evals.training.reader.labelled_questions import load_corpus
from rag.text.lemmas import bases
from rag.text.spans import Span

NEAREST_WORDS = 60
"""Words of neighbours on either side that are read beside the focused sentence."""
QUESTIONS_OF: dict[str, int] = {
    "squad2": 12000,
    "squad11": 3000,
    "written": 1500,
    "nq_oracle": 1000,
    "selqa": 1200,
    "policyqa": 300,
    "covid_qa": 300,
    "fairytaleqa": 500,
}
"""Questions to learn from at most, by set."""


def focus_context(title: str, sentences: Sequence[str], number: int) -> tuple[str, Span]:
    """A sentence with its neighbours and its title as one text, and where the sentence stands in it."""
    before, after = _words_before(sentences[:number]), _words_after(sentences[number + 1 :])
    head = " ".join(part for part in (f"{title}." if title else "", before) if part)
    start = len(head) + 1 if head else 0
    text = " ".join(part for part in (head, sentences[number], after) if part)
    return text, Span(start, start + len(sentences[number]))


def _words_before(sentences: Sequence[str]) -> str:
    chosen: list[str] = []
    for sentence in reversed(sentences[-2:]):
        if sum(len(one.split()) for one in chosen) + len(sentence.split()) > NEAREST_WORDS:
            break
        chosen.insert(0, sentence)
    return " ".join(chosen)


def _words_after(sentences: Sequence[str]) -> str:
    first = sentences[0] if sentences else ""
    return first if len(first.split()) <= NEAREST_WORDS else ""


def question_pairs(data: Path) -> Iterator[JudgePair]:
    """Questions to learn from, each beside a sentence that answers, or one that shares most words and does not."""
    corpus, rng = load_corpus(data), random.Random(DRAW_SEED)
    for source, most in QUESTIONS_OF.items():
        every = [one for one in corpus.questions if one.source == source]
        for question in rng.sample(every, min(most, len(every))):
            yield from _pairs_of(corpus, question, rng)


def _pairs_of(corpus: QuestionCorpus, question: LabelledQuestion, rng: random.Random) -> Iterator[JudgePair]:
    passage = corpus.passages[question.passage]
    near = _nearest(question.text, passage.sentences, question.gold, question.answers)
    text = augment_question(question.text, " ".join(passage.sentences), rng)
    gold = rng.choice(question.gold) if question.gold else None
    wanted = [(gold, True)] if gold is not None else []
    if near is not None and (gold is None or rng.random() < 0.45):
        wanted.append((near, False))
    for number, answers in wanted:
        context, focus = focus_context(passage.title, passage.sentences, number)
        yield JudgePair(question.source, passage.article, text, context, answers=answers, focus=focus)


def _nearest(question: str, sentences: Sequence[str], gold: Sequence[int], answers: Sequence[str]) -> int | None:
    """The sentence that shares most words with the question and neither answers nor has the words of an answer."""
    asked = bases(question)
    others = [
        number
        for number, sentence in enumerate(sentences)
        if number not in gold and not any(answer and answer.lower() in sentence.lower() for answer in answers)
    ]
    return max(others, key=lambda number: len(asked & bases(sentences[number])), default=None)
