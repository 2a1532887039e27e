"""Which language model writes, how to reach it, its limits and its costs; heavy imports wait for a question."""

from rag.llm.budget import Budget, Usage
from rag.llm.choice import ModelChoice, choose_by_environment, choose_model
from rag.llm.limits import Limits, model_limits
from rag.llm.model import Model, open_model

__all__ = [
    "Budget",
    "Limits",
    "Model",
    "ModelChoice",
    "Usage",
    "choose_by_environment",
    "choose_model",
    "model_limits",
    "open_model",
]
