import io
import json
import logging

import pytest

from rag.logs import LogFormatter, request_id

KEY = "sk-secret-of-a-test"


@pytest.fixture
def logger() -> logging.Logger:
    logger = logging.Logger("of a test")
    logger.addHandler(logging.StreamHandler(io.StringIO()))
    return logger


def lines(logger: logging.Logger) -> list[str]:
    (handler,) = logger.handlers
    return handler.stream.getvalue().splitlines()  # type: ignore[attr-defined, no-any-return]


def test_each_line_is_an_object_with_the_request_and_the_traceback_and_without_a_key(logger: logging.Logger) -> None:
    logger.handlers[0].setFormatter(LogFormatter(lambda: True, {"OPENAI_API_KEY": KEY, "KEY": "short"}))
    token = request_id.set("abc-1")
    try:
        raise ValueError(f"refused {KEY}\nin two lines")
    except ValueError:
        logger.exception("A short question with %s: “why”", KEY)
    request_id.reset(token)
    logger.info("All is well.")
    first, second = map(json.loads, lines(logger))
    assert first["level"] == "ERROR"
    assert first["message"] == "A short question with ***: “why”"
    assert first["request"] == "abc-1"
    assert first["error"].endswith("ValueError: refused ***\nin two lines")
    assert second["time"].endswith("+00:00")
    assert second.keys() == {"time", "level", "message"}


def test_text_is_the_message_alone_without_a_key(logger: logging.Logger) -> None:
    logger.handlers[0].setFormatter(LogFormatter(lambda: False, {"MY_TOKEN": KEY}))
    logger.warning("No index yet, %s", KEY)
    assert lines(logger) == ["No index yet, ***"]
