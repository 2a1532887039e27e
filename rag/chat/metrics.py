"""Questions and uploads -> counters in Prometheus's text format."""

from collections import Counter
from threading import Lock

BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds, in seconds, of the buckets of the time to the first sentence."""


class Metrics:
    """Counters of one server; safe to share between threads."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._firsts: list[int] = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0
        self._lock = Lock()

    def count(self, name: str, outcome: str) -> None:
        """Add one to `rag_NAME_total{outcome="OUTCOME"}`."""
        with self._lock:
            self._counts[name, outcome] += 1

    def observe_first_sentence(self, seconds: float) -> None:
        """Record the seconds until the first sentence of an answer, or its refusal, was there."""
        with self._lock:
            self._firsts[next((at for at, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))] += 1
            self._seconds += seconds

    def text(self, **gauges: int) -> str:
        """All metrics in Prometheus's text format, and gauges such as the number of sessions."""
        with self._lock:
            lines = [
                f'rag_{name}_total{{outcome="{outcome}"}} {count}'
                for (name, outcome), count in sorted(self._counts.items())
            ]
            lines += [f"rag_{name} {value}" for name, value in gauges.items()]
            return "\n".join([*lines, *self._histogram()]) + "\n"

    def _histogram(self) -> list[str]:
        name, below, lines = "rag_first_sentence_seconds", 0, []
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self._firsts, strict=True):
            below += count
            lines.append(f'{name}_bucket{{le="{bound}"}} {below}')
        return [f"# TYPE {name} histogram", *lines, f"{name}_sum {self._seconds:.3f}", f"{name}_count {below}"]
