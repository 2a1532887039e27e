"""Generator that blocks -> asynchronous generator that does not."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")


async def iterate_in_thread(items: Generator[T]) -> AsyncGenerator[T]:
    """The items, each made in one thread of its own, with the context variables of the caller.

    Ending it early, or cancelling the task that reads it, closes the generator as soon as its present item is made.

    Args:
        items: may block; is used by no one else.
    """
    loop, context = asyncio.get_running_loop(), copy_context()
    thread = ThreadPoolExecutor(1)
    try:
        while one := await loop.run_in_executor(thread, context.run, _next, items):
            yield one[0]
    finally:
        thread.submit(context.run, items.close)  # waits in line behind the present item
        thread.shutdown(wait=False)


def _next(items: Generator[T]) -> tuple[T] | None:
    """The next item, in a tuple; None at the end."""
    for item in items:
        return (item,)
    return None
