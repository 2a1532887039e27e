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
WORTH_ASKING = 40
"""Tokens of reply below which a request is not sent: half the sentences of the SQuAD articles have up to 28."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer cost; zeros without a language model."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    requests: int = 0
    dollars: float | None = 0.0
    """None when the model's price is unknown."""


class Bill:
    """What one answer has cost so far, and whether it may cost more; every answer has its own.

    Args:
        limits: of the model that is paid.
        settings: `answer_dollars`, `day_dollars`, and `index_dir`, where the day's sum is kept.
    """

    def __init__(self, limits: Limits, settings: Settings) -> None:
        self.usage = Usage()
        self._limits = limits
        self._settings = settings

    def reserve(self, prompt: int, completion: int) -> int:
        """Take the worst case of one request from the budgets before it is sent.

        Args:
            prompt: tokens it will send.
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
            fitting = min(fitting, self._fit((prompt, completion), left, f"RAG_ANSWER_DOLLARS={answer}"))
        if day is not None:

            def take(spent: float) -> float:
                nonlocal fitting
                fitting = min(fitting, self._fit((prompt, completion), day - spent, f"RAG_DAY_DOLLARS={day}"))
                return spent + (self._limits.dollars(prompt, fitting) or 0.0)

            _keep(self._settings.index_dir / LEDGER, take)
        return fitting

    def settle(self, reserved: tuple[int, int], prompt: int, completion: int) -> None:
        """Put down what a request cost in place of what was reserved for it.

        Args:
            reserved: tokens of prompt and reply that `reserve` took.
            prompt: tokens it sent.
            completion: tokens that came back.
        """
        cost = self._limits.dollars(prompt, completion)
        sofar = self.usage.dollars
        self.usage = Usage(
            self.usage.prompt_tokens + prompt,
            self.usage.completion_tokens + completion,
            self.usage.requests + 1,
            None if cost is None or sofar is None else sofar + cost,
        )
        if self._settings.day_dollars is not None and cost is not None:
            back = self._limits.dollars(*reserved) or 0.0
            _keep(self._settings.index_dir / LEDGER, lambda spent: spent + cost - back)

    def _fit(self, request: tuple[int, int], left: float, budget: str) -> int:
        prompt, wanted = request
        price = self._limits.price
        rest = left - (self._limits.dollars(prompt, 0) or 0.0)
        if price is None or price.completion == 0:
            fitting = 10**9 if rest >= 0 else 0
        else:
            fitting = int(rest / price.completion * 1_000_000)
        if fitting < min(wanted, WORTH_ASKING) or rest < 0:
            raise BudgetSpent(f"The budget {budget} does not allow another request. Raise it, or wait for tomorrow.")
        return fitting


def _keep(file: Path, change: Callable[[float], float]) -> None:
    """Change the day's sum under a lock; a new day begins at nothing."""
    from filelock import FileLock

    today = date.today().isoformat()
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{file}.lock"):
        kept = {"day": today, "dollars": round(change(_spent(file, today)), 9)}
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(kept), encoding="utf-8")
        fresh.replace(file)


def _spent(file: Path, today: str) -> float:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        dollars = float(kept["dollars"])
        return dollars if kept["day"] == today else 0.0
    except FileNotFoundError:
        return 0.0
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BudgetSpent(f"{file} cannot be read, so the day's budget is unknown. Delete it.") from error
