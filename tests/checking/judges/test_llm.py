import pytest

from rag.checking.judges.llm import parse_judgement


@pytest.mark.parametrize(
    ("reply", "label"),
    [
        ("The numbers agree.\nVERDICT: supported", "supported"),
        ("The evidence says VERDICT: supported.\n**VERDICT: contradicted.**", "contradicted"),
        ("VERDICT: supported\nOn second thought:\nVERDICT: partly", "partly"),
        ("Half.\nverdict: Partly", "partly"),
        ("Yes, it is supported.", None),
        ("VERDICT: supported or not", None),
        ("VERDICT: yes", None),
        ("", None),
    ],
)
def test_only_a_line_that_is_a_verdict_and_nothing_else_counts_and_the_last_one(reply: str, label: str | None) -> None:
    assert parse_judgement(reply).label == label
