"""Corpus -> samples: a question beside the passage that answers it, or beside one that does not."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

from evals.training.reader.augmentation import augment_question
from evals.training.reader.corpus import LabelledPassage, LabelledQuestion, QuestionCorpus, contains_answer
from evals.training.reader.hard_negatives import PassageNumbers
from evals.training.reader.samples import (
    UNKNOWN,
    LabelledSentences,
    ReaderSample,
    add_date,
    estimate_tokens,
    trim_passage,
)

FIRST_SHARES = {
    "squad11": 0.45, "squad2": 0.24, "nq_oracle": 0.07, "selqa": 0.07, "clapnq": 0.05, "fairytaleqa": 0.05,
    "covid_qa": 0.02, "policyqa": 0.015, "pubmedqa": 0.01, "written": 0.025,
}  # fmt: skip
"""Of each source among the samples, in the first three tenths of the training."""
LAST_SHARES = {**FIRST_SHARES, "squad11": 0.28, "squad2": 0.21, "nq_oracle": 0.09, "clapnq": 0.06, "written": 0.28}
"""The same in the last fifth: closer to users' questions and to news. In between, a mixture."""
UNANSWERED = {"squad11": 0.45, "squad2": 0.0, "written": 0.2, "clapnq": 0.5, "nq_oracle": 0.5}
"""Share of a source's answerable questions that are set beside a passage that does not answer; squad2 and written have
unanswerable questions of their own."""
UNANSWERED_ELSE = 0.45
SAMPLE_WEIGHTS = {"policyqa": 0.5, "pubmedqa": 0.5, "covid_qa": 0.7, "written": 2.0}
"""In the loss; 1 for other sources."""
UNTITLED = 0.12
"""Share of samples without their title."""
JOINED = 0.5
"""Share of SQuAD's paragraphs that get sentences of their neighbours."""
PAIRED = 0.5
"""Share of questions with a twin that come together with it."""
PASSAGE_TOKENS = (90, 290)
"""Least and most of a passage, about, unless a training says otherwise."""
TRIES = 8
"""To find a passage that does not answer."""


class ReaderSampler:
    """Draws samples from all sources.

    Args:
        corpus: what to draw from.
        similar: passages most like each question, from `hard_negatives.rank_similar_passages`.
        passage_tokens: least and most of a passage, about.
        first_shares: of each source, at the start.
    """

    def __init__(
        self,
        corpus: QuestionCorpus,
        similar: PassageNumbers,
        passage_tokens: tuple[int, int] = PASSAGE_TOKENS,
        first_shares: Mapping[str, float] = FIRST_SHARES,
    ) -> None:
        self._corpus, self._similar, self._passage_tokens = corpus, similar, passage_tokens
        self._first_shares = first_shares
        self._by_source: dict[str, list[int]] = {}
        self._by_pair: dict[str, list[int]] = {}
        for number, question in enumerate(corpus.questions):
            self._by_source.setdefault(question.source, []).append(number)
            if question.source == "squad2":
                self._by_pair.setdefault(question.pair, []).append(number)

    def draw(self, count: int, progress: float, rng: random.Random) -> Iterator[ReaderSample]:
        """`count` samples, or one more to keep a pair together.

        Args:
            count: how many.
            progress: of the training, 0 to 1; the sources' shares depend on it.
            rng: source of chance.
        """
        first = self._first_shares
        sources = [source for source in first if source in self._by_source]
        late = min(1.0, max(0.0, progress * 2 - 0.6))
        shares = [first[source] * (1 - late) + LAST_SHARES[source] * late for source in sources]
        while count > 0:
            number = rng.choice(self._by_source[rng.choices(sources, shares)[0]])
            pair = self._by_pair.get(self._corpus.questions[number].pair, [])
            numbers = pair if pair and rng.random() < PAIRED else [number]
            count -= len(numbers)
            yield from (self._draw_sample(one, rng) for one in numbers)

    def _draw_sample(self, number: int, rng: random.Random) -> ReaderSample:
        question = self._corpus.questions[number]
        share = UNANSWERED.get(question.source, UNANSWERED_ELSE)
        unanswered = question.answerable and rng.random() < share
        passage, labelled = (self._draw_negative if unanswered else self._draw_own)(number, rng)
        sentences, labels = tuple(sentence for sentence, _ in labelled), tuple(label for _, label in labelled)
        answerable = 1 in labels
        if question.answerable and not question.gold and not unanswered:
            answerable, labels = True, (UNKNOWN,) * len(labels)
        title = "" if rng.random() < UNTITLED or question.source == "clapnq" else passage.title
        weight, answers = SAMPLE_WEIGHTS.get(question.source, 1.0), question.answers
        sample = ReaderSample(
            question.text, title, passage.published, sentences, labels, answers, int(answerable), weight
        )
        sample = add_date(sample, rng)
        return replace(sample, question=augment_question(sample.question, " ".join(sentences), rng))

    def _draw_own(self, number: int, rng: random.Random) -> tuple[LabelledPassage, LabelledSentences]:
        """The question's passage; the bare answer sentences of clapnq stand within another one."""
        question = self._corpus.questions[number]
        passage = self._corpus.passages[question.passage]
        labelled = [(sentence, int(place in question.gold)) for place, sentence in enumerate(passage.sentences)]
        tokens = rng.uniform(*self._passage_tokens)
        if question.source == "clapnq":
            _, others = self._draw_similar(number, rng)
            at = rng.randint(0, len(others))
            labelled = others[:at] + labelled + others[at:]
        elif passage.article.startswith("squad/") and rng.random() < JOINED:
            labelled = self._join_neighbours(question, labelled, tokens)
        return passage, trim_passage(labelled, tokens, rng)

    def _join_neighbours(
        self, question: LabelledQuestion, labelled: LabelledSentences, tokens: float
    ) -> LabelledSentences:
        """With the paragraphs after and before, two each at most, up to a number of tokens."""
        order = self._corpus.articles[self._corpus.passages[question.passage].article]
        at = order.index(question.passage)
        before, after = order[max(0, at - 2) : at], order[at + 1 : at + 3]
        while estimate_tokens(labelled) < tokens and (before or after):
            if after:
                labelled = labelled + self._label_neighbour(after.pop(0), question)
            if before and estimate_tokens(labelled) < tokens:
                labelled = self._label_neighbour(before.pop(), question) + labelled
        return labelled

    def _label_neighbour(self, passage: int, question: LabelledQuestion) -> LabelledSentences:
        """Sentences with the words of an answer may answer, too: nobody judged them."""
        return [
            (sentence, UNKNOWN if contains_answer(sentence, question.answers) else 0)
            for sentence in self._corpus.passages[passage].sentences
        ]

    def _draw_negative(self, number: int, rng: random.Random) -> tuple[LabelledPassage, LabelledSentences]:
        """A passage that does not answer: the question's own without the answer, or a similar one."""
        question = self._corpus.questions[number]
        own = rng.random() < (0.25 if question.source == "squad11" else 0.5)
        if own and question.source != "clapnq":
            passage, labelled = self._draw_own(number, rng)
            negatives = [
                (sentence, 0)
                for sentence, label in labelled
                if label == 0 and not contains_answer(sentence, question.answers)
            ]
            if len(negatives) > 1 or negatives == labelled:
                return passage, negatives
        return self._draw_similar(number, rng)

    def _draw_similar(self, number: int, rng: random.Random) -> tuple[LabelledPassage, LabelledSentences]:
        """A passage that shares rare words with the question, without sentences that have the words of an answer."""
        question = self._corpus.questions[number]
        for _ in range(TRIES):
            candidate = self._draw_candidate(number, rng)
            passage = self._corpus.passages[candidate]
            negatives = [(one, 0) for one in passage.sentences if not contains_answer(one, question.answers)]
            if candidate != question.passage and negatives:
                return passage, trim_passage(negatives, rng.uniform(*self._passage_tokens), rng)
        return LabelledPassage("", "", ("",)), [("Nothing is known.", 0)]

    def _draw_candidate(self, number: int, rng: random.Random) -> int:
        """Half of the time one of the same article; else, mostly, one of another; sometimes any passage."""
        question = self._corpus.questions[number]
        article = self._corpus.articles[self._corpus.passages[question.passage].article]
        members = set(article)
        similar = [int(passage) for passage in self._similar[number] if passage != question.passage]
        same_article = [passage for passage in similar if passage in members]
        other_articles = [passage for passage in similar if passage not in members]
        choice = rng.random()
        if choice < 0.5 and same_article:
            return rng.choice(same_article[:6])
        if choice < 0.85 and other_articles:
            return rng.choice(other_articles[:12])
        return rng.choice(article if choice < 0.95 else range(len(self._corpus.passages)))
