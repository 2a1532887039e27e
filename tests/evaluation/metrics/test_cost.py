from dataclasses import replace

from rag.evaluation.metrics import cost
from rag.llm import Usage
from tests.evaluation.building import COUNTED, answer, values


def test_without_a_model_only_time_is_measured() -> None:
    measured = values(cost.measure(replace(answer(COUNTED), seconds=0.5), first=0.2))
    assert measured == {"seconds": 0.5, "first sentence": 0.2}


def test_a_model_costs_tokens_and_no_dollars_where_its_price_is_unknown() -> None:
    usage = Usage(requests=1, prompt_tokens=30, completion_tokens=4, dollars=None)
    measured = values(cost.measure(replace(answer(), usage=usage), first=None))
    assert (measured["prompt tokens"], measured["completion tokens"]) == (30, 4)
    assert {"first sentence", "dollars"}.isdisjoint(measured)
