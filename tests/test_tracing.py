import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from rag import Assistant, Settings
from rag.errors import ModelError
from rag.tracing import detached_span, export_spans
from tests.openai_server import says, serving

SEEDS = Path("seeds").resolve()
KURTI = "Who is the prime minister of Kosovo?"
SAID = "Kosovo's prime minister is Albin Kurti."


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Iterator[InMemorySpanExporter]:
    exporter.clear()
    yield exporter
    exporter.clear()


def ours(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {
        span.name: span for span in exporter.get_finished_spans() if (span.instrumentation_scope or span).name == "rag"
    }


def test_a_quoted_answer_is_one_trace_without_any_text(spans: InMemorySpanExporter, tmp_path: Path) -> None:
    with Assistant.open(Settings(index_dir=tmp_path / "index", articles_dir=SEEDS)) as assistant:
        for _ in assistant.stream(KURTI):
            assert not trace.get_current_span().get_span_context().is_valid  # nothing of it leaks to the user's code
    found = ours(spans)
    root = found["invoke_agent rag"]
    assert set(found) == {"invoke_agent rag", "retrieval", "rag.read", "rag.check"}
    for name in ("retrieval", "rag.read", "rag.check"):
        assert found[name].parent == root.context
    attributes = dict(root.attributes or {})
    assert (attributes["gen_ai.operation.name"], attributes["rag.status"]) == ("invoke_agent", "answered")
    assert (found["retrieval"].attributes or {})["rag.hits"] == 10
    assert (found["rag.check"].attributes or {})["rag.verdict"] == "supported"
    assert not any("Kurti" in str(span.attributes) or "minister" in str(span.attributes) for span in found.values())


def test_a_written_answer_tells_model_and_tokens(
    spans: InMemorySpanExporter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(says(SAID)) as server:
        for name, value in server.environ.items():
            monkeypatch.setenv(name, value)
        settings = Settings(index_dir=tmp_path / "index", articles_dir=SEEDS, llm="openai:test", repairs=0)
        with Assistant.open(settings) as assistant:
            assistant.ask(KURTI)
    found = ours(spans)
    (chat,) = [span for name, span in found.items() if name.startswith("chat ")]
    attributes = dict(chat.attributes or {})
    assert chat.parent == found["invoke_agent rag"].context
    assert (attributes["gen_ai.operation.name"], attributes["gen_ai.usage.output_tokens"]) == ("chat", 20)
    assert attributes["gen_ai.request.model"] == chat.name.removeprefix("chat ")
    assert (found["invoke_agent rag"].attributes or {})["gen_ai.usage.input_tokens"] == 100


def test_an_error_is_recorded_by_its_type_alone(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ModelError), detached_span("chat test", "chat"):
        raise ModelError("a message with a question in it")
    (span,) = spans.get_finished_spans()
    assert (span.attributes or {})["error.type"] == "ModelError"
    assert "question" not in span.to_json()


def test_without_a_collector_nothing_of_opentelemetry_is_loaded() -> None:
    code = (
        "import sys; from rag import check; from rag.tracing import export_spans; export_spans({});"
        "check('Owls hunt.', 'Owls hunt.'); print('opentelemetry.trace' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_collector_that_is_named_gets_the_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []
    monkeypatch.setattr(trace, "set_tracer_provider", given.append)
    export_spans({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"})
    (provider,) = given
    assert isinstance(provider, TracerProvider)
    assert provider.resource.attributes["service.name"] == "rag"
    provider.shutdown()
