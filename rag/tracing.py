"""Stages -> OpenTelemetry spans with the names of its conventions for generative AI; no text is ever in one.

Without the SDK (extra `otel`), or before somebody set it up, a span costs next to nothing and goes nowhere.
"""

import os
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from rag.errors import SettingsError

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

P = ParamSpec("P")
R = TypeVar("R")
Attributes = Mapping[str, str | int | float | bool]
ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""Variables of OpenTelemetry, any of which sets where spans are sent."""


def export_spans(environ: Mapping[str, str] = os.environ) -> None:
    """Send spans to the collector that OpenTelemetry's own variables name; nothing where they name none.

    Raises:
        SettingsError: they do, and the extra `otel` is not installed.
    """
    if not any(environ.get(name) for name in ENDPOINTS):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SettingsError(f"{ENDPOINTS[0]} is set. Install what sends: pip install 'articles-say[otel]'") from error
    from opentelemetry.trace import set_tracer_provider

    provider = TracerProvider(resource=Resource.create({"service.name": environ.get("OTEL_SERVICE_NAME", "rag")}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    set_tracer_provider(provider)


def traced(
    name: str, operation: str, describe: Callable[[R], Attributes]
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator: each call is a span.

    Args:
        name: of the span.
        operation: `gen_ai.operation.name`; empty for a stage that the conventions do not know.
        describe: attributes of the result.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if not _loaded():
                return function(*args, **kwargs)
            with _tracer().start_as_current_span(
                name, attributes=_operation(operation), record_exception=False
            ) as span:
                result = function(*args, **kwargs)
                if span.is_recording():
                    span.set_attributes(describe(result))
                return result

        return call

    return decorate


def traced_stream(
    name: str, operation: str, describe: Callable[[R], Attributes]
) -> Callable[[Callable[P, Generator[R]]], Callable[P, Generator[R]]]:
    """A decorator: each run of a generator is a span, current only while an item is made, never while it is used.

    Args:
        name: of the span.
        operation: `gen_ai.operation.name`.
        describe: attributes of the last item.
    """

    def decorate(function: Callable[P, Generator[R]]) -> Callable[P, Generator[R]]:
        @wraps(function)
        def iterate(*args: P.args, **kwargs: P.kwargs) -> Generator[R]:
            with detached_span(name, operation) as span, closing(function(*args, **kwargs)) as items:
                while (item := _next(items, span)) is not None:
                    if span and span.is_recording():
                        span.set_attributes(describe(item))
                    yield item

        return iterate

    return decorate


@contextmanager
def detached_span(name: str, operation: str, attributes: Attributes | None = None) -> "Iterator[Span | None]":
    """A span that is not the current one, for code that is left and entered again; None where none can be recorded.

    An error that ends it is recorded by its type.
    """
    if not _loaded():
        yield None
        return
    from opentelemetry.trace import Status, StatusCode

    span = _tracer().start_span(name, attributes={**_operation(operation), **(attributes or {})})
    try:
        yield span
    except Exception as error:
        span.set_attribute("error.type", type(error).__name__)
        span.set_status(Status(StatusCode.ERROR))
        raise
    finally:
        span.end()


def _next(items: Generator[R], span: "Span | None") -> R | None:
    if span is None:
        return next(items, None)
    from opentelemetry.trace import use_span

    with use_span(span, record_exception=False, set_status_on_exception=False):
        return next(items, None)


def _loaded() -> bool:
    """Whether anybody loaded OpenTelemetry: as long as nobody did, nobody can have set it up."""
    return "opentelemetry.trace" in sys.modules


def _operation(name: str) -> dict[str, str]:
    return {"gen_ai.operation.name": name} if name else {}


def _tracer() -> "Tracer":
    from opentelemetry.trace import get_tracer

    return get_tracer("rag")
