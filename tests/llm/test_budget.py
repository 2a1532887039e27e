import json
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.database import Database
from rag.errors import BudgetSpent
from rag.llm import Budget, Limits
from rag.llm.ledger import LEDGER, PostgresLedger
from rag.llm.limits import Price
from rag.settings import Settings
from tests.postgres_server import PostgresServer

LIMITS = Limits("m", window=8192, evidence=1000, price=Price(1.0, 10.0), margin=1.0)
FREE = Limits("m", window=8192, evidence=1000, price=Price(0.0, 0.0), margin=1.0)
UNKNOWN = Limits("m", window=8192, evidence=1000, price=None, margin=1.0)


def open_budget(folder: Path, limits: Limits = LIMITS, **budgets: float) -> Budget:
    return Budget(limits, Settings.model_validate({"index_dir": folder, **budgets}))


def spent(folder: Path) -> float:
    return float(json.loads((folder / LEDGER).read_text())["dollars"])


def test_without_a_budget_everything_is_allowed_and_added_up(tmp_path: Path) -> None:
    budget = open_budget(tmp_path)
    assert budget.reserve(1000, 500) == 500
    budget.settle((1000, 500), 1000, 100)
    budget.settle((1000, 500), 1000, 100)
    assert (budget.usage.prompt_tokens, budget.usage.completion_tokens, budget.usage.requests) == (2000, 200, 2)
    assert budget.usage.dollars == pytest.approx(0.004)
    assert not (tmp_path / LEDGER).exists()


def test_a_reply_is_shortened_to_what_the_answer_may_cost(tmp_path: Path) -> None:
    assert open_budget(tmp_path, answer_dollars=0.002).reserve(1000, 500) == 100


def test_a_request_that_could_cost_more_is_not_sent(tmp_path: Path) -> None:
    budget = open_budget(tmp_path, answer_dollars=0.002)
    budget.settle((1000, 80), 1000, 80)
    with pytest.raises(BudgetSpent, match="RAG_ANSWER_DOLLARS"):
        budget.reserve(1000, 500)


def test_the_day_is_shared_by_all_answers_and_all_threads(tmp_path: Path) -> None:
    def answer(_: int) -> bool:
        try:
            budget = open_budget(tmp_path, day_dollars=0.02)
            budget.settle((1000, budget.reserve(1000, 100)), 1000, 100)
        except BudgetSpent:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(answer, range(30))) == 10
    assert spent(tmp_path) == pytest.approx(0.02)


def test_in_a_database_the_day_is_shared_by_all_that_use_it(postgres: PostgresServer) -> None:
    index = postgres.address(postgres.new_schema())

    def answer(number: int) -> int:
        settings = Settings.model_validate({"index": f"{index}&application_name=p{number % 3}", "day_dollars": 0.0205})
        try:
            budget = Budget(LIMITS, settings)
            allowed = budget.reserve(1000, 100)
        except BudgetSpent:
            return 0
        budget.settle((1000, allowed), 1000, allowed)
        return allowed

    with ThreadPoolExecutor(8) as pool:
        allowed = sorted(pool.map(answer, range(30)))
    assert allowed == [0] * 20 + [100] * 10
    ledger = PostgresLedger(Database(index, "shared"))
    assert ledger.spent() == pytest.approx(0.02)
    assert ledger.take(0.0005, 0.0205)
    assert not ledger.take(0.0001, 0.0205)
    assert ledger.take(-0.0205, math.inf)
    assert ledger.spent() == 0


def test_what_was_reserved_and_not_used_is_given_back(tmp_path: Path) -> None:
    budget = open_budget(tmp_path, day_dollars=1.0)
    budget.settle((1000, budget.reserve(1000, 500)), 1000, 10)
    assert spent(tmp_path) == pytest.approx(0.0011)


def test_a_new_day_begins_at_nothing(tmp_path: Path) -> None:
    (tmp_path / LEDGER).write_text('{"day": "2020-01-01", "dollars": 99}')
    assert open_budget(tmp_path, day_dollars=0.5).reserve(1000, 100) == 100


def test_a_budget_without_a_price_is_refused_and_a_free_model_is_not(tmp_path: Path) -> None:
    with pytest.raises(BudgetSpent, match="RAG_PROMPT_PRICE"):
        open_budget(tmp_path, UNKNOWN, day_dollars=1.0).reserve(10, 100)
    assert open_budget(tmp_path, FREE, day_dollars=1.0).reserve(10**6, 100) == 100


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"day": 1}'])
def test_a_ledger_that_cannot_be_read_stops_spending(tmp_path: Path, damage: str) -> None:
    (tmp_path / LEDGER).write_text(damage)
    with pytest.raises(BudgetSpent, match="Delete it"):
        open_budget(tmp_path, day_dollars=1.0).reserve(10, 100)
