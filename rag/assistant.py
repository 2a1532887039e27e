"""Question -> checked answer: runs all stages for the command line, the chat, Python and the evals."""

import time
from collections.abc import AsyncGenerator, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import lru_cache, partial
from importlib import import_module
from threading import Thread
from typing import Self, Unpack

from rag.answering.answer import Answer, Draft, Turn
from rag.answering.claims import Quote
from rag.answering.flow import draft_answers
from rag.answering.phrasing import last_question, restore_question, split_question
from rag.answering.quoting import rank
from rag.answering.readings import question_read_with
from rag.answering.several import join_answers
from rag.answering.span_attributes import span_attributes
from rag.checking import Judge, open_judge
from rag.embedding import Embedder, open_embedder
from rag.exploring import Explorer, Router
from rag.exploring.about import find_mentions
from rag.exploring.pronouns import name_topic
from rag.index import Filter, Index, PathRules, Progress, import_libraries
from rag.library import Bounds, Library, as_filter
from rag.llm import Model, open_model
from rag.reading import Reader, open_reader
from rag.settings import Settings
from rag.threads import iterate_in_thread
from rag.tracing import traced_stream


class Assistant(Library):
    """Answers questions from an index of articles; holds no conversation, so one serves any number of users."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        index: Index,
        progress: Progress | None = None,
        model: Model | None = None,
        judge: Judge | None = None,
        reader: Reader | None = None,
    ) -> None:
        super().__init__(settings, embedder, index, progress)
        self._judge = judge
        self.reader = reader
        """Marks the sentences that answer; None for words and cosines alone."""
        self.model = model
        """Writes the answers; None when they are quoted."""
        self._explorer = Explorer(index, embedder)
        self._router = Router(self._explorer)

    @classmethod
    def open(cls, settings: Settings | None = None, *, rebuild: bool = False, progress: Progress | None = None) -> Self:
        """Open the index that the settings name; where there is none yet, the first question indexes `articles_dir`.

        Args:
            settings: defaults to `Settings.load()`.
            rebuild: embed every article again, where another embedder made the index, instead of refusing it.
            progress: called for each article that is indexed.

        Raises:
            IndexMismatch: the index was made by another embedder or format.
            CheckError: the judge that the settings name is unusable.
        """
        settings = settings or Settings.load()
        model = open_model(settings)
        judge = open_judge(settings) if model else None  # quotes are word for word and need none
        if model:
            Thread(target=import_module, args=["rag.llm.openai_chat"]).start()  # import takes two seconds
        with ThreadPoolExecutor(1) as pool:
            libraries = pool.submit(import_libraries, settings)  # while the networks load
            embedder = open_embedder(settings)
            reader = open_reader(settings)
            libraries.result()
        index = Index.rebuild(settings, embedder, progress) if rebuild else Index.open(settings, embedder)
        return cls(settings, embedder, index, progress, model, judge, reader)

    def within(self, paths: PathRules) -> Self:
        """As `Library.within`; networks and models are shared."""
        view = super().within(paths)
        view._explorer = self._explorer.over(view._index)
        view._router = self._router.over(view._explorer)
        return view

    def ask(self, question: str, history: Sequence[Turn] = (), **bounds: Unpack[Bounds]) -> Answer:
        """Answer a question; the last of `stream`."""
        *_, answer = self.stream(question, history, **bounds)
        return answer

    @traced_stream("invoke_agent rag", "invoke_agent", span_attributes)
    def stream(self, question: str, history: Sequence[Turn] = (), **bounds: Unpack[Bounds]) -> Generator[Answer]:
        """Answers that grow sentence by sentence, each sentence checked before it is in one; the last is final.

        With a model the first holds quotes, which are `provisional` and give way to what it writes. Closing the
        generator stops the model, too.

        Args:
            question: as the user asks it.
            history: earlier turns, oldest first.
            bounds: as in `search`.

        Raises:
            QuestionError: the question is empty or longer than `settings.question_chars`.
        """
        started = time.perf_counter()
        question, within = self._validate(question), as_filter(**bounds)
        self._index_if_empty()
        asked = last_question(question)
        parts = split_question(asked)
        answers = self._answers(asked, history, within) if len(parts) == 1 else self._joined(parts, history, within)
        with closing(answers):
            for answer in answers:
                yield replace(restore_question(answer, question, asked), seconds=time.perf_counter() - started)

    def _joined(self, parts: Sequence[str], history: Sequence[Turn], bounds: Filter) -> Generator[Answer]:
        """One answer of several parts, again with each part that is whole."""
        answers: list[Answer] = []
        for part in parts:
            earlier = [Turn(answer.question, answer.text) for answer in answers]
            *_, answer = self._answers(part, [*history, *earlier], bounds)
            answers.append(answer)
            if len(answers) == len(parts) or any(one.status == "answered" for one in answers):
                yield join_answers(" ".join(parts), answers)

    def _answers(self, question: str, history: Sequence[Turn], bounds: Filter) -> Generator[Answer]:
        """The growing answers to one question."""
        meant = name_topic(question, history)
        view = self._router.answer(meant, bounds, follows=bool(history))
        if view:
            yield view if meant == question else replace(view, question=question, searched=meant)
            return
        retrieve = partial(self._retrieve, question, bounds=bounds)
        drafts = draft_answers(question, history, retrieve, self.settings, self.model, self._judge, self.reader)
        for number, draft in enumerate(drafts):
            answer = draft.answer(0.0)
            view = self._answer_instead(answer, bounds, history, first=number == 0)
            if view:
                yield view
                return
            yield replace(answer, earlier=question_read_with(answer.searched or answer.alternative, question, history))

    def _answer_instead(self, answer: Answer, bounds: Filter, history: Sequence[Turn], *, first: bool) -> Answer | None:
        """The view of the articles that a question asks for which no sentence answers; None where it asks for none.

        Args:
            answer: it, as far as it is.
            bounds: as of the question.
            history: as of the question.
            first: whether nothing of it has been shown; nearest sentences then give way, too.
        """
        refused = answer.status == "abstained"
        if (self.model and history) or not (refused or (first and not answer.sure)):  # a model may still write it
            return None
        return self._router.answer_instead(answer.question, bounds, refused=refused)

    async def aask(self, question: str, history: Sequence[Turn] = (), **bounds: Unpack[Bounds]) -> Answer:
        """As `ask`, without blocking the event loop."""
        answers = self.astream(question, history, **bounds)
        return [answer async for answer in answers][-1]

    def astream(self, question: str, history: Sequence[Turn] = (), **bounds: Unpack[Bounds]) -> AsyncGenerator[Answer]:
        """As `stream`, without blocking the event loop; cancelling the task that reads it stops the model, too."""
        return iterate_in_thread(self.stream(question, history, **bounds))

    def overview(self, topic: str | None = None, **bounds: Unpack[Bounds]) -> Answer:
        """What each article says in one or two of its own sentences, by theme; of one article, in five.

        Args:
            topic: shows only the sentences on it; None for all.
            bounds: as in `search`.

        Raises:
            QuestionError: the topic is longer than `settings.question_chars`.
        """
        return self._explore().overview(as_filter(**bounds), self._bounded_topic(topic))

    def timeline(self, topic: str | None = None, **bounds: Unpack[Bounds]) -> Answer:
        """What the articles date, in order, an event of several once; arguments and errors as for `overview`."""
        return self._explore().timeline(as_filter(**bounds), self._bounded_topic(topic))

    def compare(self, one: str, other: str) -> Answer:
        """Where two articles differ, what both tell of, and what only one has.

        Args:
            one: id of an article, or its beginning where no other begins so.
            other: the second article.

        Raises:
            IndexMissing: there is no such article, or both are one.
            QuestionError: either is longer than `settings.question_chars`.
        """
        one, other = (self._bounded(id, "id of an article") for id in (one, other))
        return self._explore().compare(one, other)

    def names(self, **bounds: Unpack[Bounds]) -> Answer:
        """The people, places and organisations, each with the sentence that introduces it; arguments as in `search`."""
        return self._explore().names(as_filter(**bounds))

    def find(self, words: str, **bounds: Unpack[Bounds]) -> tuple[Quote, ...]:
        """A sentence of each article that has all these words in one passage, by the articles' ids; no meaning counts.

        Args:
            words: in any form of them: "blocked roads" finds "blocking a road".
            bounds: as in `search`.

        Raises:
            QuestionError: the words are longer than `settings.question_chars`.
        """
        words = self._bounded(words, "text to find")
        self._index_if_empty()
        return tuple(one.quote for one in find_mentions(words, self._index, as_filter(**bounds)).values())

    @property
    def shipped_embedder(self) -> Embedder:
        """MiniLM, whatever embedder made the index: what was fitted to its vectors needs it."""
        return self._explorer.shipped_embedder

    def _bounded_topic(self, topic: str | None) -> str | None:
        return None if topic is None else self._bounded(topic, "topic")

    def _explore(self) -> Explorer:
        self._index_if_empty()
        return self._explorer

    def _retrieve(self, question: str, searched: str, shown: str = "", *, bounds: Filter) -> Draft:
        """A draft with the ranking of the sentences that `searched` retrieves, without those that were shown."""
        return Draft(question, rank(searched, self._search(searched, self.settings.hits, bounds), self.reader, shown))


def ask(question: str, history: Sequence[Turn] = (), *, settings: Settings | None = None) -> Answer:
    """Answer one question from the indexed articles; the index stays open for the next call.

    Args:
        question: as the user asks it.
        history: earlier turns, oldest first.
        settings: defaults to `Settings.load()`.
    """
    return _open_cached(settings or Settings.load()).ask(question, history)


@lru_cache(maxsize=4)
def _open_cached(settings: Settings) -> Assistant:
    return Assistant.open(settings)
