"""Log records -> lines on standard error: the message alone, or one JSON object each; never a key in either."""

import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime

log = logging.getLogger("rag")
request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the HTTP request that is being answered; empty outside of one."""
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD")
_LOGIN = re.compile(r"://[^/?#@\s]*@")
SECRET_LETTERS = 8
"""Fewest letters of a variable's value that is taken for a secret: shorter ones stand in ordinary words."""


class LogFormatter(logging.Formatter):
    """A record as text, or as an object of `time` (UTC), `level`, `message`, `request` and `error` where there are any.

    Args:
        as_json: asked at every record, so that a command that logs nothing reads no settings.
        environ: the values of its keys, tokens and passwords are left out of every line.
    """

    def __init__(self, as_json: Callable[[], bool], environ: Mapping[str, str] = os.environ) -> None:
        super().__init__("%(message)s")
        self._as_json = as_json
        self._environ = environ

    def format(self, record: logging.LogRecord) -> str:
        """The line or lines of a record."""
        return json.dumps(self._fields(record), ensure_ascii=False) if self._as_json() else self._text(record)

    def _fields(self, record: logging.LogRecord) -> dict[str, str]:
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": self._without_secrets(record.getMessage()),
            "request": request_id.get(),
            "error": self._without_secrets(self.formatException(record.exc_info)) if record.exc_info else "",
        }
        return {name: text for name, text in fields.items() if text or name == "message"}

    def _text(self, record: logging.LogRecord) -> str:
        return self._without_secrets(super().format(record))

    def _without_secrets(self, text: str) -> str:
        return mask_secrets(text, self._environ)


def mask_secrets(text: str, environ: Mapping[str, str] = os.environ) -> str:
    """The text with `***` in place of the values of keys, tokens and passwords, and of what logs in at an address.

    Args:
        text: to be shown or written.
        environ: variables, some of which hold secrets.
    """
    for name, value in environ.items():
        if _SECRET.search(name.upper()) and len(value) >= SECRET_LETTERS:
            text = text.replace(value, "***")
    return _LOGIN.sub("://***@", text)


def log_handler(as_json: Callable[[], bool]) -> logging.Handler:
    """A handler that writes to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(LogFormatter(as_json))
    return handler


def log_all_as_json() -> None:
    """Let every library of the process log as JSON, warnings of Python included, and ours also what went well."""
    logging.getLogger().handlers = [log_handler(lambda: True)]
    log.handlers = []
    log.setLevel(logging.INFO)
    logging.captureWarnings(True)
