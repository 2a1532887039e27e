from datetime import date

import pytest

from rag.answering.quoting import QuoteSelection, parse_question, rank, select_quotes
from rag.passages import Passage
from rag.retrieval import Hit
from rag.settings import Settings
from rag.text.sentences import split


def hit(text: str, *scores: float, article: str = "a.txt", published: date | None = None, score: float = 1.0) -> Hit:
    spans = split(text, 0, len(text))
    assert len(spans) == len(scores), spans
    return Hit(Passage(article, "Owls and others", published, text, 0, len(text), spans), score, scores)


def quoted(question: str, *hits: Hit, settings: Settings = Settings()) -> list[str]:  # noqa: B008
    return [claim.text for claim in select_quotes(rank(question, hits), settings).claims]


def test_the_sentence_that_answers_is_quoted_word_for_word() -> None:
    passage = hit("Rain fell for days. “Owls” hunt mice — at night! Nobody was hurt.", 0.1, 0.8, 0.1)
    assert quoted("What do owls hunt?", passage) == ["“Owls” hunt mice — at night!"]


def test_nothing_is_quoted_when_the_articles_do_not_say() -> None:
    passage = hit("Owls hunt mice at night. Their ears are uneven.", 0.3, 0.2)
    ranking = rank("How many owls live in Portugal?", [passage])
    assert select_quotes(ranking, Settings()).claims == ()
    assert ranking.confidence < ranking.thresholds.abstain_below


def test_the_threshold_is_a_setting() -> None:
    passage = hit("Owls hunt mice at night.", 0.3)
    assert quoted("How many owls live in Portugal?", passage, settings=Settings(confidence=0.0))
    nothing = rank("What do owls hunt?", [])
    assert nothing.confidence == 0.0
    assert select_quotes(nothing, Settings(confidence=0.0)) == QuoteSelection((), ())


def test_no_more_than_the_settings_allow_and_only_what_comes_near_the_best() -> None:
    text = "Owls hunt mice at night. Owls hunt voles at dusk. Owls hunt frogs by ponds. Rain fell on the roof all day."
    passage = hit(text, 0.8, 0.79, 0.78, 0.0)
    assert len(quoted("What do owls hunt?", passage)) == 3
    assert len(quoted("What do owls hunt?", passage, settings=Settings(quotes=1))) == 1


def test_a_sentence_that_leans_on_the_one_before_brings_it_along() -> None:
    passage = hit("The barn owl is a bird of prey. However, it hunts voles before mice.", 0.35, 0.8)
    assert quoted("Which mice and voles does it hunt before?", passage) == [
        "The barn owl is a bird of prey.",
        "However, it hunts voles before mice.",
    ]


def test_quotes_of_one_article_stand_as_they_are_written() -> None:
    passage = hit("In daylight owls hunt mice. Rain fell. By night the owls prefer to hunt voles.", 0.78, 0.0, 0.8)
    assert quoted("What do owls hunt by night?", passage) == [
        "In daylight owls hunt mice.",
        "By night the owls prefer to hunt voles.",
    ]


def test_the_same_report_is_not_quoted_twice() -> None:
    one = hit("Owls hunt mice at night, officials said.", 0.8)
    two = hit("Owls hunt mice at night, officials say.", 0.8, article="b.txt")
    assert len(quoted("What do owls hunt?", one, two)) == 1


def test_a_question_about_a_time_is_not_answered_with_another() -> None:
    august = hit("In August 2022 Serbs raised roadblocks over license plates.", 0.7, article="a.txt")
    december = hit("In December 2022 Serbs raised roadblocks over an arrest.", 0.65, article="b.txt")
    assert quoted("Why did Serbs raise roadblocks in December 2022?", august, december) == [
        "In December 2022 Serbs raised roadblocks over an arrest."
    ]


def test_fragments_and_questions_are_no_answers() -> None:
    passage = hit("What do owls hunt? Owls hunt mice at night.", 0.95, 0.7)
    assert quoted("What do owls hunt?", passage) == ["Owls hunt mice at night."]


@pytest.mark.parametrize(
    "heading", ["## What owls hunt at night", "What owls hunt at night", "Why owls hunt at night: ears and eyes [3]"]
)
def test_a_heading_is_no_answer(heading: str) -> None:
    passage = hit(f"{heading}\n\nOwls hunt mice at night. They hear them.", 0.95, 0.7, 0.6)
    underlined = hit("What owls hunt at night\n-----\n\nOwls hunt mice at night.", 0.95, 0, 0.7)
    assert quoted("What do owls hunt at night?", underlined) == ["Owls hunt mice at night."]
    assert heading not in quoted("What do owls hunt at night?", passage)
    assert "Owls hunt mice at night." in quoted("What do owls hunt at night?", passage)


def test_a_heading_is_not_brought_along_by_the_sentence_under_it() -> None:
    passage = hit("Owls and other birds of prey\n\nThey hunt voles before mice.", 0.35, 0.8)
    assert quoted("Which mice and voles do they hunt before?", passage) == ["They hunt voles before mice."]


def test_what_stands_in_a_list_or_in_a_table_is_an_answer_without_a_full_stop() -> None:
    passage = hit("- Owls hunt mice at night\n- Hens hunt worms at noon\n\nFoxes hunt hens.", 0.9, 0.3, 0.2)
    assert quoted("What do owls hunt at night?", passage) == ["- Owls hunt mice at night"]
    table = hit("| Owls of the forest | mice and voles |\n| Hens of the yard | worms |\n\nAll hunt.", 0.9, 0.2, 0.2)
    assert quoted("What do owls of the forest hunt?", table) == ["| Owls of the forest | mice and voles |"]


def sides(question: str, *hits: Hit) -> list[tuple[str, list[str]]]:
    disagreements = select_quotes(rank(question, hits), Settings()).disagreements
    return [
        (side.value, [quote.passage.article for quote in side.quotes]) for one in disagreements for side in one.sides
    ]


def test_articles_that_name_different_years_disagree() -> None:
    question = "In what year did Kosovo become independent?"
    hits = (
        hit("Kosovo has been independent since 2008.", 0.8, article="a.txt"),
        hit("Border spats since the independence of Kosovo in 2013 were many.", 0.6, article="b.txt"),
        hit("Kosovo declared its independence in February 2008.", 0.7, article="c.txt"),
    )
    assert sides(question, *hits) == [("2008", ["a.txt", "c.txt"]), ("2013", ["b.txt"])]
    assert [claim.quotes[0].passage.article for claim in select_quotes(rank(question, hits), Settings()).claims] == [
        "a.txt",
        "b.txt",
    ]


def test_a_year_beside_another_topic_is_no_disagreement() -> None:
    assert not sides(
        "In what year did Kosovo become independent?",
        hit("Kosovo has been independent since 2008.", 0.8, article="a.txt"),
        hit("Kosovo banned Serbian license plates in 2021.", 0.5, article="b.txt"),
    )


def test_a_year_is_not_counted_among_troops() -> None:
    assert not sides(
        "How many NATO troops are in Kosovo?",
        hit("Since the 1998-99 conflict in Kosovo, NATO troops have stayed.", 0.8, article="a.txt"),
        hit("About 4,000 NATO troops are in Kosovo.", 0.8, article="b.txt"),
    )


def test_a_month_and_its_year_agree() -> None:
    assert not sides(
        "When did Kosovo declare independence?",
        hit("Kosovo declared independence in 2008.", 0.8, article="a.txt"),
        hit("Kosovo declared independence on 17 February 2008.", 0.8, article="b.txt"),
    )


def test_a_day_of_a_stretch_of_days_agrees_with_it() -> None:
    assert not sides(
        "When did Kosovo hold talks?",
        hit("Kosovo held talks on 5 and 6 March 2022.", 0.8, article="a.txt"),
        hit("Kosovo held talks on 5 March 2022.", 0.8, article="b.txt"),
    )


def test_articles_that_count_the_same_things_differently_disagree() -> None:
    question = "How many troops were sent to the border?"
    assert sides(
        question,
        hit("Some 1,000 troops were sent to the border.", 0.8, article="a.txt"),
        hit("Officials said 1,500 troops were sent to the border.", 0.8, article="b.txt"),
    ) == [("1,000", ["a.txt"]), ("1,500", ["b.txt"])]
    assert not sides(
        question,
        hit("Some 1,000 troops were sent to the border.", 0.8, article="a.txt"),
        hit("Troops were sent to the border with 40 trucks.", 0.8, article="b.txt"),
    )


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("There are 1.5 million refugees in Lebanon.", "Lebanon hosts 1,500,000 refugees.", []),
        (
            "There are 1.5 million refugees in Lebanon.",
            "Lebanon hosts 1.5 thousand refugees.",
            ["1.5 million", "1.5 thousand"],
        ),
        ("There are about 4,000 refugees in Lebanon.", "Lebanon hosts 3,970 refugees.", []),
        ("There are over 100 refugees in Lebanon.", "Lebanon hosts 120 refugees.", []),
        ("Lebanon hosts 2-3 million refugees.", "Lebanon hosts 2.5 million refugees.", []),
        ("Lebanon hosts between 100 and 120 refugees.", "Lebanon hosts 110 refugees.", []),
        ("Lebanon hosts 100 to 120 refugees.", "Lebanon hosts 130 refugees.", ["100 to 120", "130"]),
        ("Lebanon hosts 15 percent of the refugees.", "Lebanon hosts 1,500,000 refugees.", []),
        ("There are over 100 refugees in Lebanon.", "Lebanon hosts 80 refugees.", ["100", "80"]),
        ("There are fewer than 100 refugees in Lebanon.", "Lebanon hosts 120 refugees.", ["100", "120"]),
    ],
)
def test_numbers_disagree_by_their_scales_and_bounds(one: str, other: str, differ: list[str]) -> None:
    hits = hit(one, 0.8, article="a.txt"), hit(other, 0.8, article="b.txt")
    assert [value for value, _ in sides("How many refugees are in Lebanon?", *hits)] == differ


@pytest.mark.parametrize(
    ("question", "answer_type"),
    [
        ("How many nations recognized Kosovo?", "number"),
        ("What is the population of Pristina?", "number"),
        ("In what year did it happen?", "year"),
        ("When did it happen?", "time"),
        ("Who is Kurti?", "name"),
        ("Where did they meet?", "place"),
        ("Why did they protest?", "reason"),
        ("What is KFOR?", None),
    ],
)
def test_the_wording_shows_the_expected_answer_type(question: str, answer_type: str | None) -> None:
    assert parse_question(question).answer_type == answer_type


def test_words_that_only_ask_are_not_the_topic() -> None:
    parsed = parse_question("Why did Serbs put up roadblocks in December 2022?")
    assert parsed.topic == {"serb", "roadblock"}
    assert parsed.times[0].first == date(2022, 12, 1)


def test_a_measure_is_compared_where_the_words_around_it_tell_what_it_is() -> None:
    question = "What is the population of Pilzno?"
    assert sides(
        question,
        hit("Pilzno had a population of some 4,411 in 2010.", 0.8, article="a.txt"),
        hit("The population of Pilzno is 10,000 people.", 0.8, article="b.txt"),
    ) == [("4,411", ["a.txt"]), ("10,000", ["b.txt"])]
    assert not sides(
        question,
        hit("Pilzno had a population of some 4,411 in 2010.", 0.8, article="a.txt"),
        hit("Pilzno lost population when its famous old mill closed and its 300 workers left.", 0.8, article="b.txt"),
    )


def test_another_king_of_the_same_name_is_no_disagreement() -> None:
    assert not sides(
        "When did William conquer England?",
        hit("In 1066, William conquered England.", 0.8, article="a.txt"),
        hit("William, later King of England, was an opponent of king Louis in 1672.", 0.7, article="b.txt"),
    )


def test_sharing_only_the_date_of_a_question_answers_nothing() -> None:
    dated = hit("Police closed the border at Merdare on 14 December 2022.", 0.36, article="a.txt")
    asked = hit("Hundreds of Serbs set up roadblocks over the arrest of an officer.", 0.56, article="b.txt", score=0.8)
    assert quoted("Why did Serbs put up roadblocks in December 2022?", dated, asked)[0].startswith("Hundreds of Serbs")
