"""Which language model writes, how to reach it, its limits and its costs; heavy imports wait for a question."""

from rag.models.bill import Bill, Usage
from rag.models.choice import Choice, choose, reach
from rag.models.limits import Limits, limits
from rag.models.model import Model, open_model

__all__ = ["Bill", "Choice", "Limits", "Model", "Usage", "choose", "limits", "open_model", "reach"]
