"""Questions and uploads -> metrics for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds, in seconds, of the buckets of the time to the first sentence."""


class Metrics:
    """Metrics of one server; safe to share between threads."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.questions = Counter("rag_questions", "Questions.", ["outcome"], registry=registry)
        self.uploads = Counter("rag_uploads", "Articles uploaded.", ["outcome"], registry=registry)
        self.sessions = Gauge("rag_sessions", "Chats held in memory.", registry=registry)
        self.first_sentence = Histogram(
            "rag_first_sentence_seconds",
            "Seconds until the first sentence of an answer, or its refusal, was there.",
            buckets=BOUNDS,
            registry=registry,
        )
