"""Tokens and dollars of one answer, held to what an answer and a day may cost."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rag.errors import BudgetSpent
from rag.llm.limits import Limits
from rag.settings import Settings

LEDGER = "spent.json"
"""File in the index folder with the day's dollars."""
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
        settings: `answer_dollars`, `day_dollars`, and `index_dir`, which holds the ledger of the day.
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

            def reserve_day(spent: float) -> float:
                nonlocal fitting
                fitting = min(fitting, self._fitting((prompt, completion), day - spent, f"RAG_DAY_DOLLARS={day}"))
                return spent + (self._limits.dollars(prompt, fitting) or 0.0)

            _update_ledger(self._settings.index_dir / LEDGER, reserve_day)
        return fitting

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
            _update_ledger(self._settings.index_dir / LEDGER, lambda spent: spent + cost - returned)

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


def _update_ledger(file: Path, change: Callable[[float], float]) -> None:
    """Change the sum of today under a lock; each day starts at 0."""
    from filelock import FileLock

    today = date.today().isoformat()
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{file}.lock"):
        ledger = {"day": today, "dollars": round(change(_read_ledger(file, today)), 9)}
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(ledger), encoding="utf-8")
        fresh.replace(file)


def _read_ledger(file: Path, today: str) -> float:
    try:
        ledger = json.loads(file.read_text(encoding="utf-8"))
        dollars = float(ledger["dollars"])
        return dollars if ledger["day"] == today else 0.0
    except FileNotFoundError:
        return 0.0
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BudgetSpent(f"{file} cannot be read, so the day's budget is unknown. Delete it.") from error
