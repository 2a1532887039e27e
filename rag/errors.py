"""The errors of this package, as one tree.

RagError
├── SettingsError    a setting is unknown, malformed or out of bounds
├── ArticleError     one file cannot be read as an article
│   └── NoArticle    it is not meant as one
├── WebError         a web page cannot be fetched, or may not be
├── QuestionError    the question is empty or far too long
├── ShareError       a chat cannot be shared
├── FeedbackError    a like or dislike cannot be kept
├── EmbeddingError   the embedder is missing, altered, or gives malformed vectors
├── IndexMissing     nothing has been ingested yet
├── IndexMismatch    the index was made by another embedder or format
├── IndexLocked      another process is writing the index
├── IndexBroken      the index cannot be opened or repaired
│   └── IndexUnavailable  its database cannot be reached, is busy or too slow; a moment later it may answer
├── PromptError      a prompt file is missing or its variables are not the ones given
├── ModelError       the language model cannot be reached, or did not answer as it should
│   ├── IncompleteReply  it answered, but not to the end: cut off, filtered, declined, empty
│   └── BudgetSpent  asking it would cost more than the settings allow
├── ReaderError      the network that reads a question beside a passage is missing, altered or does not run
├── CheckError       the checker got input that it cannot check, or a judge that cannot be used
├── SuiteError       evaluation cases cannot be read, or quote what is no longer in the articles
└── RunError         an evaluation run is missing, incomplete or of other cases

A message says what is wrong and what to type next.
"""

from pathlib import Path


class RagError(Exception):
    """Base of every error that this package raises on purpose; its text is fit to show to a user."""


class SettingsError(RagError):
    """A setting is unknown, malformed or out of bounds."""


class ArticleError(RagError):
    """One file cannot be read as an article.

    Args:
        path: the file.
        reason: what is wrong with it, without the path.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class NoArticle(ArticleError):
    """The file is not meant as an article: a draft, data without a text."""


class WebError(RagError):
    """A web page cannot be fetched, or may not be.

    Args:
        message: what is wrong, for whoever runs the command.
        reason: the same for a reader of the chat: without the address, without settings, without what a name leads to.
    """

    def __init__(self, message: str, reason: str = "cannot be fetched") -> None:
        super().__init__(message)
        self.reason = reason


class QuestionError(RagError):
    """The question is empty or far too long."""


class ShareError(RagError):
    """A chat cannot be shared."""


class FeedbackError(RagError):
    """A like or dislike cannot be kept."""


class EmbeddingError(RagError):
    """The embedder is missing, altered, or gives malformed vectors."""


class IndexMissing(RagError):
    """Nothing has been ingested yet."""


class IndexMismatch(RagError):
    """The index was made by another embedder or in another format."""


class IndexLocked(RagError):
    """Another process is writing the index.

    Args:
        index_dir: the index.
        pid: the owner's process id, 0 when it could not be read.
    """

    def __init__(self, index_dir: Path, pid: int) -> None:
        owner = f"process {pid}" if pid else "another process"
        super().__init__(f"{index_dir} is being written by {owner}. Wait for it, or stop it: kill {pid or '<pid>'}")
        self.pid = pid


class IndexBroken(RagError):
    """The index cannot be opened or repaired."""


class IndexUnavailable(IndexBroken):
    """The database of the index cannot be reached, is busy or too slow; the same request may succeed later."""

    pause = 5
    """Seconds to wait before it is tried again."""


class PromptError(RagError):
    """A prompt file is missing or its variables are not the ones given."""


class ModelError(RagError):
    """The language model cannot be reached, or did not answer as it should.

    Args:
        message: what is wrong and what to do.
        retryable: whether the same request may succeed a moment later.
        pause: seconds the server asks to wait; None when it does not say.
    """

    def __init__(self, message: str, *, retryable: bool = False, pause: float | None = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.pause = pause


class IncompleteReply(ModelError):
    """The language model answered, but not to the end: its reply is cut off, filtered, declined or empty."""


class BudgetSpent(ModelError):
    """Asking the model would cost more than the settings allow."""


class ReaderError(RagError):
    """The network that reads a question beside a passage is missing, altered or does not run."""


class CheckError(RagError):
    """The checker got input that it cannot check, or a judge that cannot be used."""


class SuiteError(RagError):
    """Evaluation cases cannot be read, or quote what is no longer in the articles."""


class RunError(RagError):
    """An evaluation run is missing, incomplete or of other cases."""
