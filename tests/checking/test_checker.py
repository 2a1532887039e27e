from datetime import date
from pathlib import Path

import pytest

from rag.checking import check
from rag.errors import CheckError
from rag.text.sentences import split

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
SUNDAY = date(2021, 9, 26)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name[:3])
def test_every_sentence_of_an_article_is_supported_by_it_at_its_place(seed: Path) -> None:
    text = seed.read_text(encoding="utf-8")
    for span in split(text):
        sentence = text[span.start : span.end]
        if any(map(str.isalnum, sentence)):
            verdict = check(sentence, text)
            assert (verdict.label, verdict.score) == ("supported", 1.0)
            assert verdict.span is not None
            assert text[verdict.span.start : verdict.span.end] == verdict.evidence


def test_spacing_case_and_kinds_of_quotation_marks_do_not_matter_to_what_is_verbatim() -> None:
    verdict = check('the  alliance was "vigilant" - at the time', "He said\nThe alliance was “vigilant” – at the time.")
    assert verdict.score == 1.0
    assert verdict.evidence == "The alliance was “vigilant” – at the time"


def test_words_cut_out_of_a_denial_are_not_verbatim_support() -> None:
    assert check("Serbia sent troops.", "It is not true that Serbia sent troops.").label != "supported"


@pytest.mark.parametrize(
    "evidence",
    [
        "Prosecutors failed to prove that the mayor took bribes.",
        "It was a lie that the mayor took bribes.",
        "The court found no proof that the mayor took bribes.",
        "The judge ruled it unlikely that the mayor took bribes.",
        "Most voters do not think the mayor took bribes.",
        "Posts on social media wrongly say the mayor took bribes.",
        "The mayor took bribes only if the tapes are genuine.",
    ],
)
def test_words_that_the_article_denies_doubts_or_makes_depend_are_not_stated_by_it(evidence: str) -> None:
    assert check("The mayor took bribes.", evidence).label == "unsure"
    assert check(evidence, evidence).label == "supported"


@pytest.mark.parametrize(
    "evidence",
    [
        "Police said that the mayor took bribes.",
        "There is no doubt that the mayor took bribes.",
        "The report not only says that the mayor took bribes but that he hid them.",
    ],
)
def test_words_that_the_article_affirms_within_a_sentence_are_supported(evidence: str) -> None:
    assert check("The mayor took bribes.", evidence).label == "supported"


def test_each_text_is_dated_by_its_own_day() -> None:
    texts = ("Police sent more officers to the north.", "Serbs blocked the road near Merdare on Monday.")
    for evidence, days in (
        (texts, (date(2022, 12, 28), date(2022, 12, 14))),
        (texts[::-1], (date(2022, 12, 14), None)),
    ):
        for day, label in ((12, "supported"), (26, "contradicted")):
            claim = f"Serbs blocked the road near Merdare on {day} December 2022."
            assert check(claim, evidence, published=days).label == label


@pytest.mark.parametrize(
    ("claim", "evidence", "label"),
    [
        ("Parliament voted down the budget.", "Parliament rejected the budget.", "supported"),
        ("The court dismissed his appeal.", "The court rejected his appeal.", "supported"),
        ("Authorities turned down his request for asylum.", "Authorities denied his request for asylum.", "supported"),
        ("Parliament approved the budget.", "Parliament rejected the budget.", "contradicted"),
        ("He took bribes from the firm.", "He denied taking bribes from the firm.", "contradicted"),
        ("Maria Jansen won the vote in Oslo.", "Maria Hansen won the vote in Oslo.", "contradicted"),
    ],
)
def test_what_is_refused_in_other_words_is_said_and_what_is_denied_is_not(
    claim: str, evidence: str, label: str
) -> None:
    assert check(claim, evidence).label == label


def test_what_somebody_claimed_is_not_what_the_article_says_word_for_word() -> None:
    claimed = "Kosovo claimed that Serbia sent troops."
    verdict = check("Serbia sent troops.", claimed)
    assert verdict.label == "unsure"
    assert verdict.reason == "the article says “claimed that”, the sentence states it as a fact"
    assert check(claimed, claimed).label == "supported"
    assert check("Serbia sent troops.", "Kosovo said that Serbia sent troops.").label == "supported"


def test_half_a_word_or_half_a_number_is_not_verbatim() -> None:
    assert check("NATO sent 4", "NATO sent 4,000 peacekeepers.").score < 1.0


def test_offsets_count_the_evidence_texts_joined_by_a_line_break() -> None:
    texts = ("Kosovo closed the crossing.", "Serbia protested loudly.")
    verdict = check("Serbia protested loudly.", texts)
    assert verdict.span is not None
    assert "\n".join(texts)[verdict.span.start : verdict.span.end] == "Serbia protested loudly."


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("Kosovo declared independence in 2008.", "Kosovo declared its independence from Serbia in 2008."),
        ("About four thousand peacekeepers are there.", "The mission consists of about 4,000 peacekeepers."),
        (
            "Albin Kurti was accused of bringing the region to the brink of war.",
            "She accused Kosovo’s Prime Minister Albin Kurdi of bringing the region to the “brink” of another war.",
        ),
        ("Serbia refused to recognise Kosovo's statehood.", "Serbia has refused to recognize Kosovo’s statehood."),
        ("Kosovo was accused by Serbia of provocations.", "Serbia accused Kosovo of staging provocations."),
        ("Vučić called for “restraint”.", "President Aleksandar Vucic called for “restraint” on both sides."),
    ],
)
def test_what_the_article_says_in_other_words_is_supported(sentence: str, evidence: str) -> None:
    assert check(sentence, evidence).label == "supported"


@pytest.mark.parametrize(
    ("sentence", "evidence", "doubtful"),
    [
        (
            "Police arrested the mayor.",
            "The mayor, who asked the police for help, saw a man being arrested.",
            "mayor",
        ),
        (
            "The president won the election.",
            "The president congratulated those who won the election.",
            "president",
        ),
        (
            "The minister resigned over the failed talks.",
            "The minister criticised the talks, which failed. The mayor resigned over the budget.",
            "talks",
        ),
    ],
)
def test_what_takes_its_words_from_the_article_and_says_them_of_another_is_not_shown(
    sentence: str, evidence: str, doubtful: str
) -> None:
    verdict = check(sentence, evidence)
    assert verdict.label != "supported"
    assert f"“{doubtful}”" in verdict.reason


def test_the_reason_of_a_supported_sentence_does_not_say_that_the_article_lacks_its_words() -> None:
    evidence = "Serbia put its armed forces on alert, and the president met Serbs in the town of Raska."
    verdict = check("Serbia placed its armed forces on alert.", evidence)
    assert (verdict.label, verdict.reason) == ("supported", "the article says it with other words for “placed”")


@pytest.mark.parametrize(
    ("sentence", "evidence", "reason"),
    [
        (
            "Kosovo declared independence in 2013.",
            "Kosovo declared its independence from Serbia in 2008.",
            "the article says 2008, the sentence says 2013",
        ),
        (
            "The mission has 5,000 peacekeepers.",
            "The mission consists of about 4,000 peacekeepers.",
            "the article says 4,000 peacekeepers, the sentence says 5,000 peacekeepers",
        ),
        ("Prices fell by 5 percent.", "Prices rose by 5%.", "the article says rose, the sentence says fell"),
        (
            "Belgrade recognizes Kosovo's declaration.",
            "Belgrade does not recognize Kosovo’s declaration.",
            "the article denies what the sentence affirms (“recognizes”)",
        ),
        (
            "Kosovo accused Serbia of provocations.",
            "Serbia accused Kosovo of staging provocations.",
            "the article has Kosovo and Serbia the other way round",
        ),
        (
            "Serbia was accused by Kosovo of provocations.",
            "Serbia accused Kosovo of staging provocations.",
            "the article has Serbia and Kosovo the other way round",
        ),
    ],
)
def test_what_the_article_says_otherwise_is_contradicted_with_both_readings(
    sentence: str, evidence: str, reason: str
) -> None:
    verdict = check(sentence, evidence)
    assert (verdict.label, verdict.reason) == ("contradicted", reason)


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("Serbia will send troops to Kosovo.", "Serbia may send troops to Kosovo."),
        ("Serbia sent troops to Kosovo.", "Serbia considers sending troops to Kosovo."),
        ("The area is inhabited exclusively by Serbs.", "The area is almost exclusively inhabited by Serbs."),
        ("Vucic said Serbia “will behave nicely”.", "Vucic said that Serbia “will always conduct properly”."),
        ("Albin Kurti met Josep Borrell in Berlin.", "Albin Kurti met Josep Borrell."),
        ("The population of Pristina is 200,000.", "Kosovo declared its independence from Serbia in 2008."),
    ],
)
def test_what_the_article_does_not_say_is_not_supported(sentence: str, evidence: str) -> None:
    assert check(sentence, evidence).label in {"unsure", "unsupported"}


def test_a_weekday_means_the_one_before_the_article_was_published() -> None:
    evidence = "Serbian forces were on high alert on Sunday."
    assert (
        check("Serbian forces were on high alert on September 26, 2021.", evidence, published=SUNDAY).label
        == "supported"
    )
    assert (
        check("Serbian forces were on high alert on September 27, 2021.", evidence, published=SUNDAY).label
        == "contradicted"
    )
    assert check("Serbian forces were on high alert on Monday.", evidence).label == "contradicted"


def test_no_evidence_is_no_support() -> None:
    for evidence in ("", (), ("", "")):
        verdict = check("Serbia sent troops.", evidence)
        assert (verdict.label, verdict.evidence, verdict.span) == ("unsupported", "", None)


@pytest.mark.parametrize("sentence", ["", "  \n", "..."])
def test_a_sentence_without_words_cannot_be_checked(sentence: str) -> None:
    with pytest.raises(CheckError, match="no sentence"):
        check(sentence, "Kosovo closed the crossing.")
