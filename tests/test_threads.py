import asyncio
from collections.abc import Generator
from contextvars import ContextVar
from threading import Event

import pytest

from rag.threads import iterate_in_thread

USER: ContextVar[str] = ContextVar("USER", default="nobody")


class Numbers:
    """Counts up, each number only once it is allowed; remembers whether it was closed."""

    def __init__(self) -> None:
        self.go, self.waiting, self.closed = Event(), Event(), Event()

    def generate(self) -> Generator[str]:
        try:
            for number in range(3):
                self.waiting.set()
                assert self.go.wait(20)
                yield f"{USER.get()} {number}"
        finally:
            self.closed.set()


def test_the_items_come_in_order_with_the_callers_context() -> None:
    async def read() -> list[str]:
        USER.set("ada")
        return [item async for item in iterate_in_thread(numbers.generate())]

    numbers = Numbers()
    numbers.go.set()
    assert asyncio.run(read()) == ["ada 0", "ada 1", "ada 2"]


def test_an_error_of_the_generator_is_the_callers() -> None:
    async def read() -> None:
        async for _ in iterate_in_thread(failing()):
            pass

    def failing() -> Generator[str]:
        yield "one"
        raise ValueError("no two")

    with pytest.raises(ValueError, match="no two"):
        asyncio.run(read())


def test_cancelling_closes_the_generator_once_its_present_item_is_made() -> None:
    async def cancel() -> None:
        async def read() -> None:
            async for _ in iterate_in_thread(numbers.generate()):
                pytest.fail("nothing may come")

        task = asyncio.create_task(read())
        await asyncio.to_thread(numbers.waiting.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not numbers.closed.is_set()
        numbers.go.set()
        assert await asyncio.to_thread(numbers.closed.wait, 20)

    numbers = Numbers()
    asyncio.run(cancel())
