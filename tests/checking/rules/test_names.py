import pytest

from rag.checking.rules.names import variants


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("kurti", "kurdi"),
        ("serbia", "serbian"),
        ("kosovo", "kosovar"),
        ("us", "american"),
        ("kyiv", "kiev"),
        ("gaddafi", "qaddafi"),
    ],
)
def test_spellings_and_adjectives_of_one_name_are_variants(left: str, right: str) -> None:
    assert variants(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("vucic", "vucevic"),
        ("iran", "iraq"),
        ("austria", "australia"),
        ("slovakia", "slovenia"),
        ("john", "joan"),
        ("jansen", "hansen"),
        ("palencia", "valencia"),
        ("paul", "paula"),
        ("christina", "christine"),
    ],
)
def test_different_names_are_not(left: str, right: str) -> None:
    assert not variants(left, right)
