import pytest

from rag.text.language import foreign_language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wer ist der Präsident von Serbien?", "German"),
        ("Qui est le président de la Serbie ?", "French"),
        ("¿Quién cerró la frontera?", "Spanish"),
        ("Chi è il primo ministro del Kosovo?", "Italian"),
        ("Kto jest premierem Kosowa?", "Polish"),
        ("Ko je predsednik Srbije?", "Serbian"),
    ],
)
def test_a_question_in_another_language_is_recognised(question: str, language: str) -> None:
    assert foreign_language(question) == language


def test_another_script_is_another_language() -> None:
    assert all(map(foreign_language, ("Кто президент Сербии?", "من هو رئيس صربيا؟", "塞尔维亚总统是谁？")))


@pytest.mark.parametrize(
    "question",
    ["Who is Aleksandar Vucic?", "whos vucic", "NATO Kosovo troops", "KFOR", "Josep Borrell", "Was Kurti there?"],
)
def test_english_and_bare_names_are_not(question: str) -> None:
    assert foreign_language(question) == ""
