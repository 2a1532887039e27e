from pathlib import Path

from rag.articles import Article
from rag.evaluation.cases.cases import Case, GoldQuote, Nugget
from rag.evaluation.cases.corpus import Corpus, read_corpus
from rag.evaluation.cases.suite import Suite, open_suite, problems
from rag.text.spans import Span
from tests.evaluation.building import CORPUS, case, nugget

REPOSITORY = Path(__file__).parents[3]


def problem_texts(*cases: Case, corpus: Corpus = CORPUS) -> str:
    return "\n".join(problem.text for problem in problems(Suite(Path(), Path(), cases, corpus)))


def test_a_quote_that_stands_is_no_problem() -> None:
    assert problem_texts(case(nuggets=(nugget("12", quote="Kim Lee counted 12 owls in 2008."),))) == ""


def test_a_stale_quote_is_reported_with_what_it_may_have_become() -> None:
    stale = Nugget(("13",), (GoldQuote("owls.txt", "Kim Lee counted 13 owls in 2008."),))
    assert "nearest: 'Kim Lee counted 12 owls in 2008.'" in problem_texts(case(nuggets=(stale,)))


def test_an_article_that_is_gone_is_reported() -> None:
    assert "no article 'bats.txt'" in problem_texts(case(nuggets=(Nugget(("bat",), (GoldQuote("bats.txt", "bat"),)),)))


def test_a_fact_that_its_quotes_do_not_say_is_reported() -> None:
    assert "said in none" in problem_texts(case(nuggets=(nugget("13", quote="Kim Lee counted 12 owls in 2008."),)))


def test_a_quote_from_a_menu_is_no_evidence() -> None:
    article = Article("a.txt", "A", "Related: owls", None, "a.txt", (Span(0, 13),))
    wanted = Nugget(("owls",), (GoldQuote("a.txt", "owls"),))
    assert "boilerplate" in problem_texts(case(nuggets=(wanted,)), corpus=Corpus({"a.txt": article}))


def test_expectations_must_fit_their_facts() -> None:
    assert "no vital nugget" in problem_texts(case())
    assert "has nuggets" in problem_texts(case("abstained", nuggets=(nugget("12", quote="12 owls"),)))


def test_the_shipped_suite_is_sound_whole_and_large_enough() -> None:
    suite = open_suite(REPOSITORY / "evals/cases", REPOSITORY / "seeds")
    assert problems(suite) == ()
    kinds = [one.kind for one in suite.cases]
    assert len(kinds) >= 60
    assert len(set(kinds)) == 10
    assert sum(one.expect == "abstained" for one in suite.cases) >= 20


def test_planted_articles_are_not_among_the_seeds() -> None:
    planted = read_corpus(REPOSITORY / "evals/cases/planted").articles
    assert planted.keys().isdisjoint(read_corpus(REPOSITORY / "seeds").articles)
