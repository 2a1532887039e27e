import pytest

from rag.checking.judges.large import weigh_verdicts

EVIDENCE = "The council voted on Tuesday to close the old harbour bridge for repairs until spring."


@pytest.mark.parametrize(
    ("claim", "most"),
    [
        ("The old bridge at the harbour is shut so that it can be mended.", "supported"),
        ("The council decided to keep the harbour bridge open.", "contradicted"),
        ("The bridge was built in the nineteenth century.", "unsupported"),
    ],
)
def test_the_three_verdicts_are_told_apart_in_words_of_their_own(claim: str, most: str) -> None:
    read = weigh_verdicts(claim, EVIDENCE)
    verdicts = {name: getattr(read, name) for name in ("supported", "unsupported", "contradicted")}
    assert max(verdicts, key=lambda name: float(verdicts[name])) == most


def test_one_verdict_outweighs_the_others_where_it_is_likelier_than_not() -> None:
    read = weigh_verdicts("The bridge was closed.", EVIDENCE)
    assert read.support > 0 > read.denial


def test_a_claim_beside_nothing_and_an_endless_one_are_read_all_the_same() -> None:
    assert weigh_verdicts("Owls hunt.", "").support < 0
    weigh_verdicts("Owls hunt mice at night. " * 80, EVIDENCE * 80)
