import pytest

from rag.text.words import content, fold, words


def test_accents_and_case_do_not_tell_names_apart() -> None:
    assert fold("Vučić") == fold("VUCIC") == "vucic"


def test_possessives_and_plurals_share_a_stem() -> None:
    (serbia,) = words("Serbia’s")
    assert serbia.stem == words("Serbia")[0].stem
    assert words("roadblocks")[0].stem == words("roadblock")[0].stem


def test_numbers_with_separators_are_one_word() -> None:
    assert [word.folded for word in words("some 4,000 troops, 3.5 percent")] == [
        "some",
        "4,000",
        "troops",
        "3.5",
        "percent",
    ]


def test_offsets_point_at_the_word_in_the_text() -> None:
    text = "“Kurti’s police”"
    assert [text[word.start : word.end] for word in words(text)] == ["Kurti’s", "police"]


def test_question_words_carry_no_topic() -> None:
    assert [word.folded for word in content("Why did the Serbs put up roadblocks?")] == ["serbs", "put", "roadblocks"]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("关闭了北码头。", ["关闭", "闭了", "了北", "北码", "码头"]),
        ("費用は420万。", ["費用", "用は", "420", "万"]),
        ("हिन्दी में", ["हिनदी", "में"]),
        ("cafe\u0301s", ["cafes"]),
    ],
)
def test_words_of_other_scripts_are_whole_or_pairs_of_letters(text: str, folded: list[str]) -> None:
    assert [word.folded for word in words(text)] == folded
    assert all(text[word.start : word.end] for word in words(text))
