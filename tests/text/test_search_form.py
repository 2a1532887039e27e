"""Texts are compared in one form, whatever characters they were typed with."""

import pytest

from rag.text.scripts import script_language
from rag.text.search_form import search_form, spaced_terms


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("the o\ufb03ce of \ufb01nance", "the office of finance"),
        ("co\u00adopera\u200btion\ufeff", "cooperation"),
        ("4\u00a0200\u202fkm", "4 200 km"),
        ("1939\u20131945 and \u221240 in the Covid\u201119 ward", "1939\u20131945 and -40 in the Covid-19 ward"),
        ("He left \u2014 and then\u2026", "He left \u2014 and then\u2026"),
        ("\uff34\uff4f\uff4c\uff56\uff49\uff4b \uff11\uff12", "Tolvik 12"),
        ("10\u2076 people on 40 m\u00b2, 1\u00bd hours", "10^6 people on 40 m2, 1 1/2 hours"),
        ("the harbour author-\nity of Tolvik", "the harbour authority\nof Tolvik"),
        ("cafe\u0301", "caf\u00e9"),
        ("\u0645\u06cc\u200c\u06a9\u0634\u062f", "\u0645\u06cc\u06a9\u0634\u062f"),
        ("plain words, as they are", "plain words, as they are"),
    ],
)
def test_what_looks_alike_is_searched_alike(text: str, form: str) -> None:
    assert search_form(text) == form
    assert search_form(form) == form


def test_scripts_without_spaces_are_searched_by_pairs() -> None:
    assert spaced_terms("关闭了北码头。").split() == ["关闭", "闭了", "了北", "北码", "码头", "。"]
    assert spaced_terms("費用は420万").split() == ["費用", "用は", "420", "万"]
    assert spaced_terms("The pier").split() == ["The", "pier"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Vučić said “no” to NATO", ""),
        ("Портовое управление закрыло пирс (NATO)", "ru"),
        ("トルビク港湾局は月曜日に", "ja"),
        ("特维克港务局周一关闭", "zh"),
        ("أغلقت سلطة ميناء", "ar"),
        ("बंदरगाह प्राधिकरण", "hi"),
        ("The Russian word пирс means pier", ""),
        ("", ""),
    ],
)
def test_a_script_tells_the_language_of_its_rules(text: str, language: str) -> None:
    assert script_language(text) == language
