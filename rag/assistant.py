"""Question -> checked answer: runs all stages for the command line, the chat, Python and the evals."""

import logging
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Self

from rag.answering.answer import Answer, Draft, Turn
from rag.answering.compose import quote_answer, quote_instead, write_answer
from rag.answering.followups import complete_question, condense_question
from rag.answering.quoting import rank
from rag.articles import Article
from rag.checking import Judge, open_judge
from rag.embedding import Embedder, open_embedder
from rag.errors import IndexMissing, ModelError, QuestionError
from rag.index import Entry, Filter, Health, Index, Progress, SyncReport, import_libraries
from rag.llm import Model, open_model
from rag.reading import Reader, open_reader
from rag.retrieval import Hit, search
from rag.settings import Settings

log = logging.getLogger("rag")


class Assistant:
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
        self.settings = settings
        self.embedder = embedder
        """Turns questions and articles into vectors."""
        self._index = index
        self._progress = progress
        self._judge = judge
        self.reader = reader
        """Marks the sentences that answer; None for words and cosines alone."""
        self.model = model
        """Writes the answers; None when they are quoted."""

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
            libraries = pool.submit(import_libraries)  # import takes a second, while the networks load
            embedder = open_embedder(settings)
            reader = open_reader(settings)
            libraries.result()
        index = Index.rebuild(settings, embedder, progress) if rebuild else Index.open(settings, embedder)
        return cls(settings, embedder, index, progress, model, judge, reader)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files of the index."""
        self._index.close()

    def sync(self, path: Path | str, *, progress: Progress | None = None) -> SyncReport:
        """Make the index hold exactly the articles of a folder or file; unchanged articles are not read again.

        Raises:
            ArticleError: the path does not exist.
            IndexLocked: another process is writing.
        """
        return self._index.sync(Path(path), progress=progress or self._progress)

    def remove(self, article: str) -> None:
        """Remove one article from the index; while its file exists, the next sync of its folder adds it again.

        Raises:
            IndexMissing: there is no article of this id.
            IndexLocked: another process is writing.
        """
        self._index.remove(article)

    def articles(self) -> tuple[Entry, ...]:
        """The indexed articles, by id; `articles_dir` is indexed first when there is no index.

        Raises:
            IndexMissing: there is no `articles_dir` either.
        """
        self._index_if_empty()
        return self._index.articles()

    def article(self, article: str) -> Article:
        """One indexed article with its text."""
        return self._index.article(article)

    def health(self) -> Health:
        """The state of the index, for `rag doctor`."""
        return self._index.health()

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        after: date | None = None,
        before: date | None = None,
        articles: Iterable[str] | None = None,
    ) -> tuple[Hit, ...]:
        """The k passages nearest to a question, best first.

        Args:
            question: any text.
            k: passages wanted.
            after: first publication day; with it, undated articles are left out.
            before: last publication day; with it, undated articles are left out.
            articles: ids of the articles to search; None for all.

        Raises:
            QuestionError: the question is empty or longer than `settings.question_chars`.
            IndexMissing: nothing is indexed, and there is no `articles_dir` to index.
        """
        return self._search(self._validate(question), k, _as_filter(after, before, articles))

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        after: date | None = None,
        before: date | None = None,
        articles: Iterable[str] | None = None,
    ) -> Answer:
        """Answer a question; the last of `stream`."""
        *_, answer = self.stream(question, history, after=after, before=before, articles=articles)
        return answer

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        after: date | None = None,
        before: date | None = None,
        articles: Iterable[str] | None = None,
    ) -> Generator[Answer]:
        """Answers that grow sentence by sentence, each sentence checked before it is in one; the last is final.

        Closing the generator stops the model, too.

        Args:
            question: as the user asks it.
            history: earlier turns, oldest first.
            after: as in `search`.
            before: as in `search`.
            articles: as in `search`.

        Raises:
            QuestionError: the question is empty or longer than `settings.question_chars`.
        """
        started = time.perf_counter()
        bounds = _as_filter(after, before, articles)
        for draft in self._drafts(self._validate(question), history, bounds):
            yield draft.answer(time.perf_counter() - started)

    def _drafts(self, question: str, history: Sequence[Turn], bounds: Filter) -> Iterator[Draft]:
        if self.model is None:
            draft = self._retrieve(question, complete_question(question, history), bounds)
            yield from quote_answer(draft, self.settings)
            return
        try:
            budget = self.model.open_budget()
            searched = condense_question(question, history, self.model, budget)
        except ModelError as error:
            draft = self._retrieve(question, complete_question(question, history), bounds)
            yield from quote_instead(draft, str(error), self.settings)
            return
        draft = self._retrieve(question, searched, bounds)
        yield from write_answer(draft, self.model, budget, self.settings, self._judge)

    def _retrieve(self, question: str, searched: str, bounds: Filter) -> Draft:
        """A draft with the ranking of the sentences that `searched` retrieves."""
        return Draft(question, rank(searched, self._search(searched, self.settings.hits, bounds), self.reader))

    def _search(self, question: str, k: int, bounds: Filter) -> tuple[Hit, ...]:
        self._index_if_empty()
        return search(self._index, self.embedder, question, k, bounds, meaning=self.settings.meaning)

    def _index_if_empty(self) -> None:
        """Index `articles_dir` when nothing was ever indexed."""
        if not self._index.untouched:
            return
        folder = self.settings.articles_dir
        if not folder.is_dir():
            raise IndexMissing(f"No index in {self.settings.index_dir}. Build it: rag ingest FOLDER")
        log.warning("No index yet: indexing %s/ into %s/ (once).", folder, self.settings.index_dir)
        self.sync(folder)

    def _validate(self, question: str) -> str:
        if not question.strip():
            raise QuestionError("The question is empty. Ask, for example: Why did Serbs put up roadblocks?")
        if len(question) > (limit := self.settings.question_chars):
            raise QuestionError(f"The question has {len(question):,} characters, more than {limit:,}. Shorten it.")
        return question.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate cannot be encoded


def _as_filter(after: date | None, before: date | None, articles: Iterable[str] | None) -> Filter:
    ids = (articles,) if isinstance(articles, str) else articles  # else "a.txt" would be the articles a, ., t and x
    return Filter(after, before, None if ids is None else frozenset(ids))


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
