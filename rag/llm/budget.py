"""Tokens and dollars of one answer, held to what an answer and a day may cost."""

import math
from dataclasses import dataclass

from rag.errors import BudgetSpent
from rag.llm.ledger import open_ledger
from rag.llm.limits import Limits
from rag.settings import Settings

TRIES = 100
"""Attempts to reserve what is left of a day; each that fails, another answer was faster."""
LEAST_REPLY = 40
"""Tokens of reply below which a request is not sent: half the sentences of the SQuAD articles have up to 28."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, requests and dollars of one answer; zeros without a language model."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    requests: int = 0
    dollars: float | None = 0.0
    """None when the model's price is unknown."""


class Budget:
    """Tracks the cost of one answer and refuses requests beyond the budgets; every answer has its own.

    Args:
        limits: of the model, for its price.
        settings: `answer_dollars`, `day_dollars`, and the index, which holds the ledger of the day.
    """

    def __init__(self, limits: Limits, settings: Settings) -> None:
        self.usage = Usage()
        self._limits = limits
        self._settings = settings

    def reserve(self, prompt: int, completion: int) -> int:
        """Reserve the largest possible cost of one request before it is sent.

        Args:
            prompt: tokens of the request.
            completion: tokens of reply wanted.

        Returns:
            Tokens of reply that fit, at most those wanted.

        Raises:
            BudgetSpent: not even a short reply fits, or there is a budget and the price is unknown.
        """
        answer, day = self._settings.answer_dollars, self._settings.day_dollars
        if answer is None and day is None:
            return completion
        if self._limits.price is None:
            raise BudgetSpent(
                f"A budget is set, but the price of {self._limits.name} is not known."
                " Set RAG_PROMPT_PRICE and RAG_COMPLETION_PRICE, dollars per million tokens."
            )
        fitting = completion
        if answer is not None:
            left = answer - (self.usage.dollars or 0.0)
            fitting = min(fitting, self._fitting((prompt, completion), left, f"RAG_ANSWER_DOLLARS={answer}"))
        if day is not None:
            fitting = self._reserve_day(prompt, fitting, day)
        return fitting

    def _reserve_day(self, prompt: int, completion: int, day: float) -> int:
        ledger = open_ledger(self._settings)
        for _ in range(TRIES):
            left = day - ledger.spent()
            fitting = min(completion, self._fitting((prompt, completion), left, f"RAG_DAY_DOLLARS={day}"))
            if ledger.take(self._limits.dollars(prompt, fitting) or 0.0, day):
                return fitting
        raise BudgetSpent("Too many answers spend the day's budget at once. Ask again.")

    def settle(self, reserved: tuple[int, int], prompt: int, completion: int) -> None:
        """Replace what was reserved for a request by what it cost.

        Args:
            reserved: tokens of prompt and reply that `reserve` took.
            prompt: tokens sent.
            completion: tokens received.
        """
        cost = self._limits.dollars(prompt, completion)
        before = self.usage.dollars
        self.usage = Usage(
            self.usage.prompt_tokens + prompt,
            self.usage.completion_tokens + completion,
            self.usage.requests + 1,
            None if cost is None or before is None else before + cost,
        )
        if self._settings.day_dollars is not None and cost is not None:
            returned = self._limits.dollars(*reserved) or 0.0
            open_ledger(self._settings).take(cost - returned, math.inf)

    def _fitting(self, request: tuple[int, int], left: float, budget: str) -> int:
        prompt, wanted = request
        price = self._limits.price
        rest = left - (self._limits.dollars(prompt, 0) or 0.0)
        if price is None or price.completion == 0:
            fitting = 10**9 if rest >= 0 else 0
        else:
            fitting = int(rest / price.completion * 1_000_000)
        if fitting < min(wanted, LEAST_REPLY) or rest < 0:
            raise BudgetSpent(f"The budget {budget} does not allow another request. Raise it, or wait for tomorrow.")
        return fitting
