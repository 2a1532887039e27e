"""Corpus -> hard negatives: the passages that share most rare words with each question, as a search does."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evals.training.reader.corpus import QuestionCorpus
from evals.training.reader.written_questions import WRITTEN_SOURCE
from rag.reading.layout import content_stems

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

PassageNumbers = NDArray[np.int32]
"""Of shape (questions, SIMILAR), most similar first."""
SIMILAR = 24
"""Passages kept a question."""
_QUESTIONS_AT_ONCE = 500


def rank_similar_passages(corpus: QuestionCorpus, file: Path) -> PassageNumbers:
    """Numbers of the passages most like each question by tf-idf of stems; needs scikit-learn.

    Args:
        corpus: passages and questions.
        file: .npy that keeps the numbers for labelled questions, which come first; written questions may change.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    known: PassageNumbers = np.load(file) if file.exists() else np.zeros((0, SIMILAR), np.int32)
    texts = [" ".join((passage.title, *passage.sentences)) for passage in corpus.passages]
    vectorizer = TfidfVectorizer(analyzer=content_stems, sublinear_tf=True, min_df=2, dtype=np.float32)
    passages = vectorizer.fit_transform(texts).T.tocsr()
    questions = [question.text for question in corpus.questions[len(known) :]]
    numbers: PassageNumbers = np.concatenate([known, *_rank(vectorizer, passages, questions)])
    np.save(file, numbers[: sum(question.source != WRITTEN_SOURCE for question in corpus.questions)])
    return numbers


def _rank(vectorizer: "TfidfVectorizer", passages: "csr_matrix", questions: Sequence[str]) -> Iterator[PassageNumbers]:
    for start in range(0, len(questions), _QUESTIONS_AT_ONCE):
        scores = (vectorizer.transform(questions[start : start + _QUESTIONS_AT_ONCE]) @ passages).toarray()
        best = np.argpartition(-scores, SIMILAR, axis=1)[:, :SIMILAR]
        order = np.argsort(-np.take_along_axis(scores, best, 1), axis=1)
        yield np.take_along_axis(best, order, 1).astype(np.int32)
