import pytest

from rag import Answer, Assistant, Turn
from rag.answering.answer import REFUSAL


def articles(answer: Answer) -> list[str]:
    return [row.article for section in answer.sections for row in section.rows]


def shown(answer: Answer) -> str:
    return " ".join(sentence.text for sentence in answer.sentences)


ABOUT = """What are the articles about?
Summarize the articles
Summarize article 002.
How many articles are there?
Which articles mention Borrell?
who wrote the article about closed crossings?
When was the article about the military alert published?
List all politicians from Kosovo mentioned in the articles
hi
thanks
who are you?
What is the newest article?
Which articles mention Merkel?
Who wrote article 000?
one sentence on every article please
what are the themes across all of these
is merdare mentioned at all?
does stoltenberg come up anywhere
which of them cover brnjak
name all the towns that come up
whats the earliest piece in here""".splitlines()


@pytest.mark.parametrize("question", ABOUT)
def test_what_is_asked_about_the_articles_never_ends_in_the_refusal(seeds: Assistant, question: str) -> None:
    answer = seeds.ask(question)
    assert answer.status == "answered"
    assert answer.form != "answer"
    assert REFUSAL not in answer.text
    assert answer.question == question


@pytest.mark.parametrize(
    ("question", "found"),
    [("is borrell mentioned anywhere", ["001"]), ("does merdare come up in any of them?", ["002"])],
)
def test_what_no_sentence_answers_but_articles_mention_comes_with_the_articles(
    seeds: Assistant, question: str, found: list[str]
) -> None:
    answer = seeds.ask(question)
    assert [id[:3] for id in articles(answer)] == found
    assert len(answer.citations) == len(found)
    assert seeds.ask("is macron mentioned anywhere").remark.startswith("None of 5 articles")


@pytest.mark.parametrize(
    "question",
    [
        "anything on lighthouses",
        "what did biden say about all this",
        "What does Croatia say?",
        "why did macron leave?",
        "which bakery did kurti open in 1950?",
    ],
)
def test_what_neither_a_sentence_nor_a_view_answers_is_refused(seeds: Assistant, question: str) -> None:
    answer = seeds.ask(question)
    assert answer.status == "abstained"
    assert answer.form == "answer"


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("gimme the whole pile in like 3 lines pls", "overview"),
        ("need all the dates on the kosovo thing in order", "timeline"),
        ("gimme every bigwig and outfit they bring up", "names"),
        ("wot files u got in there mate", "articles"),
    ],
)
def test_slang_gets_the_view_that_it_asks_for(seeds: Assistant, question: str, form: str) -> None:
    answer = seeds.ask(question)
    assert (answer.status, answer.form) == ("answered", form)


def test_a_comparison_without_two_names_is_asked_which(seeds: Assistant) -> None:
    assert seeds.ask("do these two pieces tell the same tale or not").remark.startswith("Which two of 5 articles")


def test_how_many_and_which_there_are(seeds: Assistant) -> None:
    answer = seeds.ask("How many articles are there?")
    assert answer.remark.startswith("5 articles")
    assert articles(answer)[0].startswith("000")  # the newest first
    assert len(articles(answer)) == 5


def test_which_articles_mention_a_name_and_where(seeds: Assistant) -> None:
    answer = seeds.ask("which articles mention stoltenberg")
    assert [id[:3] for id in articles(answer)] == ["001", "004"]
    assert answer.remark == "2 of 5 articles mention “stoltenberg”."
    assert all("Stoltenberg" in sentence.text for sentence in answer.sentences)
    nobody = seeds.ask("Which articles mention Angela Merkel?")
    assert (articles(nobody), nobody.remark) == ([], "None of 5 articles mentions “Angela Merkel”.")


@pytest.mark.parametrize(
    ("question", "found", "remark"),
    [
        ("Which articles don't mention Stoltenberg?", ["000", "002", "003"], "3 of 5 articles do not mention"),
        ("which of them never mention KFOR", ["001", "003"], "2 of 5 articles do not mention"),
        ("which articles say nothing about Serbia", [], "Every article mentions"),
        ("which articles do not mention Angela Merkel", ["000", "001", "002", "003", "004"], "None of 5 articles"),
    ],
)
def test_articles_that_do_not_mention_something(seeds: Assistant, question: str, found: list[str], remark: str) -> None:
    answer = seeds.ask(question)
    assert sorted(id[:3] for id in articles(answer)) == found
    assert answer.remark.startswith(remark)


@pytest.mark.parametrize(
    ("question", "found"),
    [("which of them cover brnjak", ["003"]), ("which ones mention KFOR", ["000", "002", "004"])],
)
def test_articles_named_by_a_pronoun_are_listed_at_once(seeds: Assistant, question: str, found: list[str]) -> None:
    answer = seeds.ask(question)
    assert answer.form == "articles"
    assert [id[:3] for id in articles(answer)] == found
    history = [Turn("Why were the crossings closed?", "Because of the barricades. [1]")]
    assert articles(seeds.ask(question, history)) == articles(answer)


@pytest.mark.parametrize(
    ("question", "earlier", "meant"),
    [
        ("which of them mention him?", Turn("What did Josep Borrell say?", "He spoke. [1]"), "Borrell"),
        ("do any of them talk about it", Turn("What is KFOR?", "A force. [1]"), "KFOR"),
    ],
)
def test_whom_a_pronoun_means_is_searched_for_and_shown(
    seeds: Assistant, question: str, earlier: Turn, meant: str
) -> None:
    answer = seeds.ask(question, [earlier])
    assert (answer.form, answer.question) == ("articles", question)
    assert f"“{meant}”" in answer.remark
    assert meant in answer.searched
    assert seeds.ask(question).status == "abstained"


def test_who_wrote_an_article_cites_the_line_that_names_the_author(seeds: Assistant) -> None:
    answer = seeds.ask("who wrote the article about closed crossings?")
    assert (shown(answer), [id[:3] for id in articles(answer)]) == ("Ethan Alun", ["003"])
    citation = answer.citations[0]
    assert seeds.article(citation.article).text[citation.start : citation.end] == "Ethan Alun"
    assert "names no author" in seeds.ask("Who wrote article 004?").remark


def test_when_an_article_was_published_cites_the_line_that_says_so(seeds: Assistant) -> None:
    answer = seeds.ask("When was the article about the military alert published?")
    row = answer.sections[0].rows[0]
    assert (row.article[:3], row.remark) == ("000", "27 December 2022")
    assert shown(answer) == "Last Updated on December 27, 2022"
    older = seeds.ask("Which is older, article 000 or article 001?")
    assert older.remark.startswith("“At the Kosovo border")
    assert "does not say when" in seeds.ask("When was article 003 published?").remark


def test_a_view_is_of_what_the_question_names(seeds: Assistant) -> None:
    assert [id[:3] for id in articles(seeds.ask("Summarise article 002 in three sentences"))] == ["002"]
    assert len(seeds.ask("Summarise article 002 in three sentences").sentences) == 3
    compared = seeds.ask("compare the 2021 article with the December 2022 one")
    assert compared.form == "comparison"
    assert {citation.article[:3] for citation in compared.citations} == {"000", "001"}
    people = seeds.ask("List all people in the articles")
    assert [section.heading for section in people.sections] == ["People"]
    assert seeds.ask("timeline of the licence plates").form == "timeline"


def test_a_summary_of_what_no_article_speaks_of_is_refused(seeds: Assistant) -> None:
    assert seeds.ask("Summary of the Lord of the Rings").status == "abstained"


def test_small_talk_in_a_conversation_is_no_follow_up(seeds: Assistant) -> None:
    history = [Turn("Who is the president of Serbia?", "Aleksandar Vucic")]
    assert seeds.ask("thanks", history).form == "remark"
    assert seeds.ask("what did he say about the barricades?", history).form == "answer"


def test_two_questions_in_one_get_two_answers_with_citations_numbered_on(seeds: Assistant) -> None:
    answer = seeds.ask("Who is Serbia's president and how many troops does KFOR have?")
    assert [section.heading for section in answer.sections] == [
        "Who is Serbia's president?",
        "How many troops does KFOR have?",
    ]
    assert "Vucic" in shown(answer)
    assert "4,000" in shown(answer)
    for sentence in answer.sentences:
        for number in sentence.citations:
            citation = answer.citations[number - 1]
            assert (citation.number, citation.quote) == (number, sentence.text)
    half = seeds.ask("What is the capital of France? What is KFOR?")
    assert half.sections[0].rows[0].label == REFUSAL
    assert half.status == "answered"


def test_a_pasted_text_is_left_out_of_the_search(seeds: Assistant) -> None:
    pasted = "The gardening club met on Monday. It planted beans and peas. Everybody brought a cake and tea. " * 5
    answer = seeds.ask(f"{pasted} What is KFOR?")
    assert "KFOR" in shown(answer)
    assert answer.searched == "What is KFOR?"


def test_a_question_in_another_language_is_told_which_is_understood(seeds: Assistant) -> None:
    answer = seeds.ask("Wie heißt der Bürgermeister von Hamburg?")
    assert "looks like German" in answer.text + answer.notice
    assert REFUSAL not in answer.text
