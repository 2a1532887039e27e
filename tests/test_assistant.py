import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

import rag
from rag import Answer, Assistant, Settings
from rag.answering.answer import REFUSAL, Turn
from rag.errors import IndexMissing, QuestionError, RagError
from rag.index import PathRules
from rag.render import markdown
from tests.openai_server import Act, fails, says, serving

SEEDS = Path("seeds").resolve()
QUESTIONS = """Why did Serbs put up roadblocks in December 2022?
Who is the prime minister of Kosovo?
How many Serb troops could return to Kosovo under the UN resolution?
What did Russia say about the conflict?
When did Kosovo declare independence?
In what year did Kosovo become independent?
Which side closed the most important border crossing?
What is KFOR?
How many units does the NATO mission in Kosovo have?
Who accused Kosovo's prime minister of bringing the region to the brink of war?
What did Vijosa Osmani say about Serbian soldiers?
Why were Serbs protesting in September 2021?
Who is Josep Borrell?
When are early elections due in northern Kosovo?
What did a court in Pristina order on Wednesday?
Which border crossings did Kosovo Police close?
What has Serbia ordered its military to do?
Who is the spokesman of the Kremlin?
What sanctions has Belgrade refused to join?
Where did Vucic meet representatives of the Kosovo Serbs?
How many nations have recognized Kosovo's independence?
What happened to the former police officer?
Why did Serb representatives resign from local government posts?
What agreement did Kosovo and Serbia reach in late November?
Which bridge was closed?
Who is the defense minister of Serbia?
How did demonstrators obstruct traffic to Merdare?
What does Serbia require of Kosovo citizens entering the country?
How old is the protester Ljubo?
What must Serbia and Kosovo do to qualify for EU membership?""".splitlines()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(index_dir=tmp_path_factory.mktemp("seeds") / "index", articles_dir=SEEDS)


@pytest.fixture(scope="module")
def assistant(settings: Settings) -> Assistant:
    return Assistant.open(settings)


def shown(answer: Answer) -> str:
    return " ".join(sentence.text for sentence in answer.sentences)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_is_the_file_at_its_offsets(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.status == "answered"
    assert 1 <= len(answer.sentences) <= 3
    for citation in answer.citations:
        text = (SEEDS / citation.article).read_bytes().decode("utf-8")
        assert text[citation.start : citation.end] == citation.quote != ""
        assert assistant.article(citation.article).date == citation.date
    for sentence in answer.sentences:
        assert sentence.verdict.label == "supported"
        assert sentence.text in {answer.citations[number - 1].quote for number in sentence.citations}


@pytest.mark.parametrize(
    ("question", "held"),
    [
        (QUESTIONS[0], "arrest of a former Serb police officer"),
        ("How old is the protester Ljubo?", "45-year-old"),
        ("What did a court in Pristina order on Wednesday?", "release of the former police officer"),
        ("How many nations have recognized Kosovo's independence?", "over 100 nations"),
        ("Why were Serbs protesting in September 2021?", "temporary plates"),
    ],
)
def test_the_answer_stands_in_the_quotes(assistant: Assistant, question: str, held: str) -> None:
    assert held in shown(assistant.ask(question))


@pytest.mark.parametrize(
    "question",
    [
        "What is the population of Pristina?",
        "Who won the 2022 World Cup?",
        "How tall is Aleksandar Vucic?",
        "How many hospitals are in northern Kosovo?",
        "What is photosynthesis?",
    ],
)
def test_what_the_articles_do_not_say_is_not_answered(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert (answer.status, answer.text, answer.sentences, answer.citations) == ("abstained", REFUSAL, (), ())
    assert answer.hits


def test_a_sentence_that_is_only_near_is_never_shown_as_the_answer(assistant: Assistant) -> None:
    answer = assistant.ask("When will Serbia become a member of NATO?")
    assert answer.status == "abstained" or not answer.sure
    assert assistant.ask("Who is the prime minister of Kosovo?").sure


def test_the_words_that_answer_are_marked_in_the_article(assistant: Assistant) -> None:
    (citation, *_) = assistant.ask("When are early elections due in northern Kosovo?").citations
    assert citation.answer is not None
    assert "December 28" in assistant.article(citation.article).text[slice(*citation.answer)]


def test_articles_that_disagree_are_shown_side_by_side(assistant: Assistant) -> None:
    answer = assistant.ask("In what year did Kosovo become independent?")
    (disagreement,) = answer.disagreements
    sides = {side.value: {answer.citations[n - 1].article[:3] for n in side.citations} for side in disagreement.sides}
    assert sides == {"2008": {"000", "001", "002", "004"}, "2013": {"003"}}


def test_filters_hold_for_answers(assistant: Assistant) -> None:
    question = "Who put troops on high alert?"
    later = assistant.ask(question, after=date(2022, 1, 1))
    assert {hit.passage.article[:3] for hit in later.hits} == {"000"}
    one = assistant.ask(question, articles=["001_2e2e98b3d9c7dbb6.txt"])
    assert {citation.article[:3] for citation in one.citations} == {"001"}
    assert assistant.ask(question, articles="001_2e2e98b3d9c7dbb6.txt").text == one.text


def test_a_collection_is_a_folder_or_a_file_of_several_articles(tmp_path: Path) -> None:
    (tmp_path / "news" / "birds" / "night").mkdir(parents=True)
    (tmp_path / "news" / "birds" / "night" / "owls.txt").write_text("Owls hunt mice.", encoding="utf-8")
    (tmp_path / "news" / "birds" / "swans.txt").write_text("Swans hunt no mice.", encoding="utf-8")
    (tmp_path / "news" / "pets.csv").write_text("text\nCats hunt mice.\nDogs hunt cats.\n", encoding="utf-8")
    with Assistant.open(Settings(index_dir=tmp_path / "index")) as assistant:
        assistant.sync(tmp_path / "news")
        assert assistant.collections() == (("birds", 2), ("birds/night", 1), ("pets.csv", 2))
        found = {
            name: sorted(hit.passage.article for hit in assistant.search("What hunts mice?", collection=name))
            for name in ("birds/", "pets.csv", "bird")
        }
        assert found == {
            "birds/": ["birds/night/owls.txt", "birds/swans.txt"],
            "pets.csv": ["pets.csv/1", "pets.csv/2"],
            "bird": [],
        }
        counted = assistant.ask("How many articles are there?", collection="birds/night")
        assert counted.remark.startswith("1 article")


def test_a_stream_grows_sentence_by_sentence_and_ends_with_the_answer(assistant: Assistant) -> None:
    answers = list(assistant.stream(QUESTIONS[0]))
    assert len(answers) > 1
    for before, after in pairwise(answers):
        assert after.sentences[: len(before.sentences)] == before.sentences
    assert answers[-1].text == assistant.ask(QUESTIONS[0]).text


@pytest.mark.parametrize("question", ["", "  \n", "Why? " * 20_000])
def test_an_empty_or_endless_question_is_refused(assistant: Assistant, question: str) -> None:
    with pytest.raises(QuestionError):
        assistant.ask(question)


def test_what_no_text_can_have_is_not_found_and_what_is_too_long_is_refused(assistant: Assistant) -> None:
    assert assistant.find("roadblocks")
    assert assistant.find("roadblocks \ud800") == assistant.find("roadblocks")
    assert assistant.find("\ud800") == ()
    assert assistant.find("roadblocks", collection="\ud800") == ()
    assert assistant.search("roadblocks", articles=["\ud800"]) == ()
    with pytest.raises(QuestionError, match="text to find has 1,000,000 characters, more than 4,000"):
        assistant.find("x" * 1_000_000)


@pytest.mark.parametrize(
    "question", ["?", "....", "🦉🦉", "\x00\x1b[31m", "' OR 1=1 --", "the of and", "Вучић", "a" * 3999, "\ud800"]
)
def test_a_strange_question_gets_an_answer_or_a_refusal(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).status in ("answered", "abstained")


def test_the_first_question_indexes_the_articles_at_hand(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(index_dir=tmp_path / "index", articles_dir=SEEDS)
    with caplog.at_level(logging.WARNING, "rag"), Assistant.open(settings) as assistant:
        assert assistant.ask("What is KFOR?").status == "answered"
    assert "indexing" in caplog.text
    caplog.clear()
    with Assistant.open(settings) as assistant:
        assert len(assistant.articles()) == 5
    assert not caplog.text


def test_without_articles_it_says_what_to_type(tmp_path: Path) -> None:
    settings = Settings(index_dir=tmp_path / "index", articles_dir=tmp_path / "none")
    with Assistant.open(settings) as assistant, pytest.raises(IndexMissing, match="rag ingest"):
        assistant.ask("What is KFOR?")


def test_one_call_asks(settings: Settings) -> None:
    answer = rag.ask("What is KFOR?", settings=settings)
    assert answer.status == "answered"
    assert "KFOR" in answer.text


def test_a_sync_takes_a_path_as_text_and_reports(tmp_path: Path) -> None:
    (tmp_path / "owls.txt").write_text("Owls hunt mice at night.", encoding="utf-8")
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    with Assistant.open(Settings(index_dir=tmp_path / "index")) as assistant:
        report = assistant.sync(str(tmp_path))
        assert (report.added, len(report.failed)) == (1, 1)
        assert shown(assistant.ask("What do owls hunt?")) == "Owls hunt mice at night."
        assistant.remove("owls.txt")
        assert assistant.ask("What do owls hunt?").status == "abstained"


def test_a_missing_path_is_an_error_of_ours(tmp_path: Path) -> None:
    with Assistant.open(Settings(index_dir=tmp_path / "index")) as assistant, pytest.raises(RagError, match="nowhere"):
        assistant.sync(tmp_path / "nowhere")


Written = Callable[..., AbstractContextManager[Assistant]]


@pytest.fixture
def written(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Written:
    @contextmanager
    def opened(*script: Act) -> Iterator[Assistant]:
        with serving(*script) as server:
            for name, value in server.environ.items():
                monkeypatch.setenv(name, value)
            quick = settings.model_copy(update={"retry_seconds": 0, "repairs": 0, "llm": "openai:test"})
            with Assistant.open(quick) as assistant:
                yield assistant

    return opened


SAID = "Kosovo's prime minister is Albin Kurti."


def test_a_model_that_the_environment_points_to_writes_the_answer(written: Written) -> None:
    with written(says(SAID)) as assistant:
        answer = assistant.ask("Who is the prime minister of Kosovo?")
    assert (shown(answer), answer.mode, answer.notice) == (SAID, "test", "")
    (citation,) = answer.citations
    text = (SEEDS / citation.article).read_bytes().decode("utf-8")
    assert "Albin Kurti" in text[citation.start : citation.end]
    assert answer.usage.requests == 1


def test_a_reply_of_a_word_is_shown_as_the_article_has_it(written: Written) -> None:
    with written(says("Gasic")) as assistant:
        answer = assistant.ask("Who is Serbia's interior minister?")
        assert (answer.text, answer.mode) == ("Bratislav Gasic [1]", "test")
        assert "Bratislav Gasic said Monday" in answer.citations[0].quote
    with written(says("Kurti")) as assistant:
        answer = assistant.ask("Who is Serbia's interior minister?")
        assert (answer.mode, [one.text for one in answer.withheld]) == ("quotes", ["Kurti"])
    with written(says("Russia and China. NATO.")) as assistant:  # a quote that answers less well marks NATO
        answer = assistant.ask("which big countries back serbia in not recognizing kosovo")
        assert (answer.mode, shown(answer)) == ("test", "Russia and China.")


def test_a_follow_up_is_rewritten_shown_and_cited_on_its_own(written: Written) -> None:
    alone = "Who is the prime minister of Kosovo?"
    with written(says(alone), says(SAID)) as assistant:
        answer = assistant.ask("Who is its prime minister?", [Turn("What is Kosovo?", "A region. [4]")])
        assert (answer.question, answer.searched) == ("Who is its prime minister?", alone)
        assert [citation.number for citation in answer.citations] == [1]
        assert answer.usage.requests == 2


def test_a_follow_up_in_quotes_is_completed_and_no_state_stays(assistant: Assistant) -> None:
    history = [Turn("Who is the prime minister of Kosovo?", "Albin Kurti. [1]")]
    answer = assistant.ask("Who accused him?", history)
    assert answer.searched == "Who accused him? (prime minister Kosovo)"
    assert answer.earlier == "Who is the prime minister of Kosovo?"
    assert "(prime minister Kosovo)" not in markdown(answer)
    assert "Read together with “Who is the prime minister of Kosovo?”" in markdown(answer)
    assert assistant.ask("Who accused him?").searched == ""


def test_a_model_that_cannot_be_reached_is_told_and_quotes_stand_in(written: Written) -> None:
    with written(fails(401)) as assistant:
        for history in ([], [Turn("What is KFOR?", "A mission.")]):
            answer = assistant.ask("How many units does KFOR have? How is it called?", history)
            assert (answer.status, answer.mode) == ("answered", "quotes")
            assert "Set OPENAI_API_KEY to a valid one. Answered in quotes." in answer.notice


@pytest.mark.parametrize(
    "refusal",
    [
        "The articles don’t say.",
        "“The articles do not say.”",
        "The population of Kosovo is not mentioned in any of the articles.",
        "None of the sentences states how many people live in Kosovo. [1][2]",
        "I'm sorry, but I can't find Kosovo's population in the text you gave me.",
    ],
)
def test_a_model_that_refuses_in_its_own_words_is_understood(written: Written, refusal: str) -> None:
    with written(says(refusal)) as assistant:
        first, *_, last = assistant.stream("What is the population of Kosovo?")
    assert (first.sure, first.sentences[0].provisional) == (False, True)
    assert (last.mode, last.sure, last.withheld) == ("quotes", False, ())
    assert last.notice == "The model found no answer in the articles. Answered in quotes."


def test_sixteen_threads_share_one_assistant(assistant: Assistant) -> None:
    alone = [assistant.ask(question).text for question in QUESTIONS]
    with ThreadPoolExecutor(16) as threads:
        together = list(threads.map(lambda question: assistant.ask(question).text, QUESTIONS))
    assert together == alone


def test_answers_come_without_blocking_the_event_loop(assistant: Assistant) -> None:
    async def ask() -> tuple[list[Answer], Answer]:
        return [answer async for answer in assistant.astream(QUESTIONS[0])], await assistant.aask(
            QUESTIONS[1], articles="001_2e2e98b3d9c7dbb6.txt"
        )

    answers, bounded = asyncio.run(ask())
    assert [answer.text for answer in answers] == [answer.text for answer in assistant.stream(QUESTIONS[0])]
    assert {citation.article for citation in bounded.citations} == {"001_2e2e98b3d9c7dbb6.txt"}


def test_what_a_reader_may_not_read_is_in_no_answer_view_or_count(assistant: Assistant) -> None:
    reader = assistant.within(PathRules.of([("002_*", False), ("*", True)]))
    assert reader.ask("How many articles are there?").remark.startswith("4 articles")
    asked = "Which side closed the most important border crossing?"
    id = assistant.ask(asked).citations[0].article
    assert id.startswith("002_")
    views = [
        reader.ask(asked),
        reader.overview(),
        reader.timeline(),
        reader.names(),
        reader.overview(articles=[id]),
        reader.ask("Which articles mention Merdare?"),
        reader.ask("When was each article published?"),
    ]
    assert id not in "".join(str(view.to_dict()) for view in views)
    assert reader.search(asked, articles=[id]) == ()
    for refused in (lambda: reader.article(id), lambda: reader.compare(id, "000_"), lambda: reader.remove(id)):
        with pytest.raises(IndexMissing):
            refused()
    assert len(assistant.articles()) == 5
