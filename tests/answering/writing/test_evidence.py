from dataclasses import replace
from datetime import date

from rag.answering.quoting import Ranking, rank
from rag.answering.quoting.candidates import Mark
from rag.answering.writing import NumberedEvidence, choose_evidence
from rag.llm import Limits
from rag.llm.limits import Price
from rag.passages import Passage
from rag.retrieval import Hit
from rag.text.sentences import sentences, split
from rag.text.spans import Span

QUESTION = "Why did Serbs put up roadblocks?"
ROADBLOCKS = (
    "Serbs put up roadblocks to protest an arrest.[7] The roadblocks stand\nnear the border. Trucks wait for days."
)
WEATHER = "Snow fell in the hills on Sunday. The roads were closed for hours."


def hit(text: str, article: str, published: date | None, score: float) -> Hit:
    spans = split(text)
    near = tuple(0.9 if "roadblocks" in text[span.start : span.end] else 0.1 for span in spans)
    return Hit(Passage(article, f"Title of {article}", published, text, 0, len(text), spans), score, near)


HITS = (hit(ROADBLOCKS, "a.txt", date(2022, 12, 27), 1.0), hit(WEATHER, "b.txt", None, 0.4))
RANKING = rank(QUESTION, HITS)


def limits(evidence: int) -> Limits:
    return Limits("gpt-4o", window=8192, evidence=evidence, price=Price(0, 0), margin=1.0)


def test_sentences_are_numbered_under_title_and_date_of_their_article() -> None:
    assert choose_evidence(RANKING, limits(1000)).text.splitlines() == [
        "Article: Title of a.txt (27 December 2022)",
        "[1] Serbs put up roadblocks to protest an arrest.(7)",
        "[2] The roadblocks stand near the border.",
        "[3] Trucks wait for days.",
        "",
        "Article: Title of b.txt (undated)",
        "[4] Snow fell in the hills on Sunday.",
        "[5] The roads were closed for hours.",
    ]


def marked(*scores: float) -> Ranking:
    """The ranking as a reader would have scored its sentences in reading order."""
    mark = Mark(0.0, 0.0, 0.0, Span(0, 1), 1.0)
    places = sorted(RANKING.candidates, key=lambda one: (one.passage.article, one.number))
    scored = [replace(one, score=score, mark=mark) for one, score in zip(places, scores, strict=True)]
    return replace(RANKING, candidates=tuple(sorted(scored, key=lambda one: -one.score)))


def test_sentences_that_the_reader_takes_for_no_answer_are_left_out() -> None:
    assert [quote.text for quote in choose_evidence(marked(0.9, 0.3, 0.01, 0.001, 0.5), limits(1000)).quotes] == [
        "Serbs put up roadblocks to protest an arrest.[7]",
        "The roadblocks stand\nnear the border.",
        "The roads were closed for hours.",
    ]
    assert len(choose_evidence(marked(0.9, 0.3, 0.1, 0.2, 0.5), limits(1000)).quotes) == 5


def test_a_sentence_comes_with_the_one_that_it_leans_on() -> None:
    text = "Josep Borrell spoke in Brussels. He called for calm. Snow fell. Trucks waited at the border."
    leaning = rank("What did he call for?", [hit(text, "c.txt", None, 1.0)])
    calm = next(one for one in leaning.candidates if one.text.startswith("He"))
    alone = replace(leaning, candidates=(calm, *(one for one in leaning.candidates if one != calm)))
    shown = choose_evidence(alone, limits(1)).text
    assert shown.index("Borrell spoke") < shown.index("He called")


def test_a_small_budget_keeps_the_best_sentences_and_never_fewer_than_three() -> None:
    kept = choose_evidence(RANKING, limits(60)).quotes
    assert {quote.text for quote in kept[:2]} <= {ROADBLOCKS[: ROADBLOCKS.index("[7]") + 3], *sentences(ROADBLOCKS)}
    assert len(choose_evidence(RANKING, limits(1)).quotes) == 3


def test_the_budget_is_kept() -> None:
    many = tuple(hit(ROADBLOCKS, f"{number}.txt", None, 1.0) for number in range(20))
    for budget in (100, 300, 1000):
        evidence = choose_evidence(rank(QUESTION, many), limits(budget))
        assert limits(budget).tokens(evidence.text) <= budget


def test_numbers_lead_to_quotes_each_once_and_unknown_ones_nowhere() -> None:
    evidence = choose_evidence(RANKING, limits(1000))
    assert evidence.resolve((4, 1, 4, 99, 0)) == (evidence.quotes[3], evidence.quotes[0])


def test_a_quote_is_the_article_at_its_offsets() -> None:
    first = choose_evidence(RANKING, limits(1000)).quotes[1]
    assert ROADBLOCKS[first.span.start : first.span.end] == first.text == "The roadblocks stand\nnear the border."


def test_no_hits_are_no_evidence() -> None:
    assert choose_evidence(rank(QUESTION, ()), limits(1000)) == NumberedEvidence(())
    assert Span(0, 0) not in [quote.span for quote in choose_evidence(RANKING, limits(1)).quotes]
