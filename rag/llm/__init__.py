"""Which language model writes, how to reach it, its limits and its costs; heavy imports wait for a question."""

from rag.llm.budget import Bill, Usage
from rag.llm.choice import Choice, choose, reach
from rag.llm.limits import Limits, limits
from rag.llm.model import Model, open_model

__all__ = ["Bill", "Choice", "Limits", "Model", "Usage", "choose", "limits", "open_model", "reach"]
