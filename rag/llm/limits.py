"""Model -> its context window and prices."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from rag.llm.choice import ModelChoice
from rag.settings import Settings
from rag.text.tokens import count_tokens


class Price(NamedTuple):
    """Dollars for a million tokens."""

    prompt: float
    completion: float


_PRICES = {
    "gpt-3.5-turbo": Price(0.50, 1.50),
    "gpt-4o": Price(2.50, 10.00),
    "gpt-4o-mini": Price(0.15, 0.60),
    "gpt-4.1": Price(2.00, 8.00),
    "gpt-4.1-mini": Price(0.40, 1.60),
    "gpt-4.1-nano": Price(0.10, 0.40),
    "gpt-5": Price(1.25, 10.00),
    "gpt-5-mini": Price(0.25, 2.00),
    "gpt-5-nano": Price(0.05, 0.40),
    "gpt-5.1": Price(1.25, 10.00),
    "gpt-5.2": Price(1.75, 14.00),
    "gpt-5.4": Price(2.50, 15.00),
    "gpt-5.4-mini": Price(0.75, 4.50),
    "gpt-5.4-nano": Price(0.20, 1.25),
    "o3": Price(2.00, 8.00),
    "o3-mini": Price(1.10, 4.40),
    "o4-mini": Price(1.10, 4.40),
    "text-embedding-3-small": Price(0.02, 0.0),
    "text-embedding-3-large": Price(0.13, 0.0),
    "text-embedding-ada-002": Price(0.10, 0.0),
}
"""As of November 2026; RAG_PROMPT_PRICE and RAG_COMPLETION_PRICE override them."""
_WINDOWS = {"gpt-4.1": 1_000_000, "gpt-5": 128_000, "gpt-4o": 128_000, "o": 128_000, "gpt-3.5": 16_000}
"""Tokens by the prefix of the name; those of the smallest model of each family."""
UNKNOWN_WINDOW = 8192
"""Tokens assumed for an unknown model; RAG_CONTEXT_WINDOW overrides it."""
LOCAL_WINDOW = 4096
"""Tokens of a local model: six times its prompts on the SQuAD articles, 520 to 640 tokens."""
MARGIN = 1.25
"""Factor on the tokens of o200k_base for a model of unknown encoding: SmolLM2 needs .98 to 1.13 times as many for the
seeds and the SQuAD articles."""
EVIDENCE, LOCAL_EVIDENCE = 2500, 400
"""Tokens of numbered sentences: all ten passages; the ten best sentences where reading 200 tokens takes a second."""
_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True)
class Limits:
    """Context window and prices of one model."""

    name: str
    window: int
    """Tokens of prompt and reply together."""
    evidence: int
    """Tokens of numbered sentences in a prompt."""
    price: Price | None
    """None when it is unknown."""
    margin: float
    """Factor on a count of its tokens; above 1 where its encoding is unknown."""

    def tokens(self, text: str) -> int:
        """Upper bound on the tokens of a text."""
        return int(count_tokens(text, self.name) * self.margin) + 1

    def dollars(self, prompt: int, completion: int) -> float | None:
        """Cost of these tokens; None when the price is unknown."""
        if self.price is None:
            return None
        return (prompt * self.price.prompt + completion * self.price.completion) / 1_000_000


def model_limits(choice: ModelChoice, settings: Settings) -> Limits:
    """Limits of a model: from the settings, else the tables above, else the smallest plausible."""
    local = choice.kind == "gguf"
    default = LOCAL_WINDOW if local else _window(choice.name)
    evidence = settings.evidence_tokens or (LOCAL_EVIDENCE if local else EVIDENCE)
    return Limits(
        name=choice.name,
        window=settings.context_window or default,
        evidence=evidence,
        price=_price(choice, settings),
        margin=1.0 if choice.kind == "openai" else MARGIN,
    )


def _window(name: str) -> int:
    known = [beginning for beginning in _WINDOWS if re.match(rf"{re.escape(beginning)}(?=$|[-.\d])", name)]
    return _WINDOWS[max(known, key=len)] if known else UNKNOWN_WINDOW


def _price(choice: ModelChoice, settings: Settings) -> Price | None:
    if settings.prompt_price is not None and settings.completion_price is not None:
        return Price(settings.prompt_price, settings.completion_price)
    if choice.kind == "gguf":
        return Price(0.0, 0.0)
    return _PRICES.get(_DATED.sub("", choice.name)) if choice.kind == "openai" else None
