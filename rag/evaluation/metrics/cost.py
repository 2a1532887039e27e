"""Answer -> cost scores: time to the first checked sentence and to the last, tokens, dollars; never gated."""

from rag.answering.answer import Answer
from rag.evaluation.metrics.scores import Measurement, Metric, Score, not_applicable, number

SECONDS = Metric("seconds", "cost", "time to the final answer", False)
FIRST = Metric("first sentence", "cost", "seconds to the first checked sentence", False)
PROMPT_TOKENS = Metric("prompt tokens", "cost", "tokens sent to a model", False)
COMPLETION_TOKENS = Metric("completion tokens", "cost", "tokens written by a model", False)
DOLLARS = Metric("dollars", "cost", "price of an answer", False)
METRICS = (SECONDS, FIRST, PROMPT_TOKENS, COMPLETION_TOKENS, DOLLARS)


def measure(answer: Answer, first: float | None) -> Measurement:
    """Time, tokens and price of an answer.

    Args:
        answer: with its time and usage.
        first: seconds until a sentence was shown; None when none was.
    """
    usage = answer.usage
    scores = [
        number(SECONDS, answer.seconds),
        not_applicable(FIRST, "no sentence was shown") if first is None else number(FIRST, first),
        _with_model(PROMPT_TOKENS, usage.prompt_tokens, answer),
        _with_model(COMPLETION_TOKENS, usage.completion_tokens, answer),
    ]
    if usage.dollars is None:
        return Measurement((*scores, not_applicable(DOLLARS, "the model's price is unknown")))
    return Measurement((*scores, _with_model(DOLLARS, usage.dollars, answer)))


def _with_model(metric: Metric, value: float, answer: Answer) -> Score:
    return number(metric, value) if answer.usage.requests else not_applicable(metric, "no model was asked")
