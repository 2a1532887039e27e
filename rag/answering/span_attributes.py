"""Answer -> attributes of its span: status, counts and tokens, no text."""

from rag.answering.answer import Answer
from rag.tracing import Attributes


def span_attributes(answer: Answer) -> Attributes:
    """What a span of a question tells of its answer, by the GenAI conventions where they have a name."""
    usage = answer.usage
    spent = {"gen_ai.usage.input_tokens": usage.prompt_tokens, "gen_ai.usage.output_tokens": usage.completion_tokens}
    shown = {"rag.sentences": len(answer.sentences), "rag.withheld": len(answer.withheld)}
    return {
        "gen_ai.agent.name": "rag",
        "rag.mode": answer.mode,
        "rag.status": answer.status,
        "rag.sure": answer.sure,
        **shown,
        **(spent if usage.requests else {}),
    }
