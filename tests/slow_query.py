"""A query that takes as long as a test wants, to see that nothing else waits for it."""

import threading
from collections.abc import Callable


class SlowQuery:
    """A query that takes until the test ends it."""

    def __init__(self, answer: Callable[..., object]) -> None:
        self.began, self.ended = threading.Event(), threading.Event()
        self._answer = answer

    def __call__(self, *arguments: object) -> object:
        self.began.set()
        assert self.ended.wait(30), "nothing was answered meanwhile"
        return self._answer(*arguments)
