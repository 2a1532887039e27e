"""promptfoo -> a Python assertion: every sentence of the output stands in the context.

In `promptfooconfig.yaml`, beside a file `check.py` that says `from rag.integrations.promptfoo import get_assert`:

    assert:
      - type: python
        value: file://check.py
        config: {contexts: context}   # name of the variable that holds them: a text or a list of texts
"""

from collections.abc import Mapping, Sequence
from typing import TypedDict, cast

from rag.errors import SuiteError
from rag.integrations.faithfulness import check_response

AssertionResult = TypedDict("AssertionResult", {"pass": bool, "score": float, "reason": str})


def get_assert(output: str, context: Mapping[str, object]) -> AssertionResult:
    """Grade an output; it passes when every sentence is supported.

    Args:
        output: the model's answer.
        context: promptfoo's: `vars`, and `config` of the assertion.

    Raises:
        SuiteError: there is no such variable.
    """
    config = cast(Mapping[str, str], context.get("config") or {})
    variables = cast(Mapping[str, str | Sequence[str]], context.get("vars") or {})
    name = config.get("contexts", "context")
    if name not in variables:
        raise SuiteError(
            f"The test has no variable {name!r}. Name the one with the contexts: config: {{contexts: NAME}}"
        )
    checked = check_response(output, variables[name])
    return {"pass": checked.score == 1, "score": checked.score, "reason": checked.reason}
