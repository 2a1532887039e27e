"""Model -> its context window and prices."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rag.llm.choice import ModelChoice
from rag.settings import Settings
from rag.text.tokens import count_tokens


class Price(NamedTuple):
    """Dollars for a million tokens."""

    prompt: float
    completion: float


UNKNOWN_WINDOW = 8192
"""Tokens assumed for an unknown model; RAG_CONTEXT_WINDOW overrides it."""
LOCAL_WINDOW = 4096
"""Tokens of a local model: six times its prompts on the SQuAD articles, 520 to 640 tokens."""
MARGIN = 1.25
"""Factor on the tokens of o200k_base for a model of unknown encoding: SmolLM2 needs .98 to 1.13 times as many for the
seeds and the SQuAD articles."""
EVIDENCE, LOCAL_EVIDENCE = 2500, 400
"""Tokens of numbered sentences: all ten passages; the ten best sentences where reading 200 tokens takes a second."""


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
    """Limits of a model: from the settings, else from the published ones of OpenAI, else the smallest plausible."""
    local = choice.kind == "gguf"
    published = _UNPUBLISHED if local or not choice.name else _published(choice.name)
    default = LOCAL_WINDOW if local else published.window or UNKNOWN_WINDOW
    window = settings.context_window or default
    evidence = settings.evidence_tokens or min(LOCAL_EVIDENCE if local else EVIDENCE, window // 2)
    return Limits(
        name=choice.name,
        window=window,
        evidence=evidence,
        price=_price(choice, settings, published),
        margin=1.0 if choice.kind == "openai" else MARGIN,
    )


class _Published(NamedTuple):
    window: int | None
    price: Price | None


_UNPUBLISHED = _Published(None, None)


@lru_cache(maxsize=16)
def _published(name: str) -> _Published:
    """What genai-prices holds of a model of OpenAI, from the data in its wheel; nothing is fetched."""
    from genai_prices import Usage, calc_price

    try:
        # A thousand tokens, since a long prompt costs more at some models.
        cost = calc_price(Usage(input_tokens=1000, output_tokens=1000), name, provider_id="openai")
    except LookupError:
        return _UNPUBLISHED
    return _Published(cost.model.context_window, Price(float(cost.input_price * 1000), float(cost.output_price * 1000)))


def _price(choice: ModelChoice, settings: Settings, published: _Published) -> Price | None:
    if settings.prompt_price is not None and settings.completion_price is not None:
        return Price(settings.prompt_price, settings.completion_price)
    if choice.kind == "gguf":
        return Price(0.0, 0.0)
    return published.price if choice.kind == "openai" else None
