"""Articles of other scripts than Latin are found by their words and quoted as they stand."""

import pytest

from rag.index import Filter, Index
from rag.settings import Settings
from tests.conftest import Counting

PIERS = {
    "ru": "Портовое управление Толвика закрыло северный пирс в понедельник. Водолазы нашли трещины, сообщил г. Иванов.",
    "ar": "أغلقت سلطة ميناء تولفيك رصيفها الشمالي يوم الاثنين. وجد الغواصون شقوقا في ثلاثة أعمدة.",
    "hi": "टोल्विक बंदरगाह प्राधिकरण ने सोमवार को अपना उत्तरी घाट बंद कर दिया। गोताखोरों को तीन खंभों में दरारें मिलीं।",
    "zh": "特维克港务局周一关闭了北码头。潜水员在三根支柱上发现了裂缝。",
    "ja": "トルビク港湾局は月曜日に北桟橋を閉鎖した。潜水士が三本の柱に亀裂を見つけた。",
    "ko": "톨비크 항만청은 월요일에 북쪽 부두를 폐쇄했다. 잠수부들이 기둥 세 개에서 균열을 발견했다.",
}
FIRES = {
    "ru": "Пожар уничтожил налоговую службу Стенвика в воскресенье ночью. Никто не пострадал.",
    "ar": "دمر حريق مكتب الضرائب في ستنفيك ليلة الأحد. لم يصب أحد بأذى.",
    "hi": "रविवार रात आग ने स्टेनविक के कर कार्यालय को नष्ट कर दिया। कोई घायल नहीं हुआ।",
    "zh": "周日夜间，一场大火烧毁了斯滕维克的税务局。无人受伤。",
    "ja": "日曜日の夜、火災がステンビクの税務署を焼いた。けが人はいない。",
    "ko": "일요일 밤 화재로 스텐비크 세무서가 소실되었다. 다친 사람은 없다.",
}
QUESTIONS = {
    "ru": "Где водолазы обнаружили трещины?",
    "ar": "ماذا وجد الغواصون في الأعمدة؟",
    "hi": "दरारें कहाँ मिलीं?",
    "zh": "潜水员发现了什么？",
    "ja": "亀裂はどこで見つかったか",
    "ko": "균열은 어디에서 발견되었나?",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, minilm: Counting) -> Index:
    folder = tmp_path_factory.mktemp("scripts")
    for language, text in PIERS.items():
        (folder / f"{language}-pier.txt").write_text(text, encoding="utf-8")
        (folder / f"{language}-fire.txt").write_text(FIRES[language], encoding="utf-8")
    opened = Index.open(Settings(index_dir=folder / "index"), minilm)
    opened.sync(folder)
    return opened


@pytest.mark.parametrize("language", PIERS)
def test_an_article_is_found_by_words_of_its_script(index: Index, language: str) -> None:
    ranking = index.matching(QUESTIONS[language], 3, Filter())
    best = index.passages([number for number, _ in ranking])[0].passage
    assert best.article == f"{language}-pier.txt"
    assert len(best.sentences) == 2
    assert best.text == index.article(best.article).text[best.start : best.end]
    assert all(best.sentence(number) in PIERS[language] for number in range(2))


def test_a_question_typed_otherwise_finds_what_the_file_spells_its_own_way(index: Index) -> None:
    (folder := index._settings.index_dir.parent / "more").mkdir()
    (folder / "office.txt").write_text(
        "The \ufb01nance o\ufb03ce of Stenvik co\u00adoperates on 4\u00a0200 \uff34\uff21\uff38 cases.",
        encoding="utf-8",
    )
    index.sync(folder)
    for words in ("finance", "office", "cooperates", "TAX", "coope\u00adrates"):
        (number, _), *_ = index.matching(words, 1, Filter())
        assert index.passages([number])[0].passage.article == "office.txt"
    assert "\ufb01nance o\ufb03ce" in index.article("office.txt").text
