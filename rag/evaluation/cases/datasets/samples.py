"""Samples, which is what ragas, DeepEval and promptfoo know of a question -> cases, and cases -> samples."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from rag.answering.answer import Answer
from rag.evaluation.cases.cases import Case, GoldQuote, Nugget
from rag.evaluation.cases.corpus import Corpus
from rag.evaluation.cases.datasets.articles import any_sentence, case_id, write_article
from rag.prompts import REFUSAL

SHORT = 5
"""Most words of a reference that an answer has to contain; a longer one is kept as a note for people."""


class DatasetSample(NamedTuple):
    """One question of such a data set."""

    question: str
    name: str = ""
    reference: str = ""
    """A right answer; `The articles do not say.` where it must be refused; empty where none is known."""
    contexts: tuple[str, ...] = ()
    """Texts that answer."""
    facts: tuple[tuple[str, ...], ...] = ()
    """What a right answer contains, each in any of its wordings."""
    must_not: tuple[str, ...] = ()
    """What it must not contain."""
    response: str = ""
    """What a system answered; empty where none was asked."""
    retrieved: tuple[str, ...] = ()
    """What it had found."""


def cases_of(samples: Iterable[DatasetSample], articles: Path, tag: str) -> Iterator[Case]:
    """An article a text, whether it answers or was only found; a fact is asked for when a text that answers states it.

    A sample without either becomes a case that only counts as answered or refused. A name that several samples
    have is no id.
    """
    every = list(samples)
    texts = dict.fromkeys(text.strip() for one in every for text in (*one.contexts, *one.retrieved) if text.strip())
    names = {text: write_article(articles, f"context-{number}", [text]) for number, text in enumerate(texts, start=1)}
    ids = Counter(case_id(one.name) for one in every)
    for number, sample in enumerate(every, start=1):
        id = case_id(sample.name)
        yield _case(sample, names, id if id and ids[id] == 1 else f"{tag}-{number}", tag)


def _case(sample: DatasetSample, names: Mapping[str, str], id: str, tag: str) -> Case:
    refused = sample.reference == REFUSAL
    short = () if refused or not 0 < len(sample.reference.split()) <= SHORT else (sample.reference,)
    gold = {text.strip(): names[text.strip()] for text in sample.contexts if text.strip()}
    asked = [_stated(Nugget(says), gold) for says in sample.facts or ([short] if short else [])]
    stated = tuple(nugget for nugget in asked if nugget.evidence)
    found = tuple(Nugget((), any_sentence(name, text)) for text, name in gold.items())
    return Case(
        id,
        "unanswerable" if refused else "factoid",
        sample.question.strip(),
        "abstained" if refused else "answered" if stated else "either",
        () if refused else stated or found,
        short if stated else (),
        must_not=sample.must_not,
        tags=(tag,),
        note="" if refused or short else sample.reference,
    )


def _stated(nugget: Nugget, gold: Mapping[str, str]) -> Nugget:
    """The fact with the sentences that state it, or the whole texts where no one sentence does."""
    sentences = [quote for text, name in gold.items() for quote in any_sentence(name, text)]
    whole = [GoldQuote(name, text) for text, name in gold.items()]
    found = [one for one in sentences if nugget.stated_in(one.quote)]
    return Nugget(nugget.says, tuple(found or [one for one in whole if nugget.stated_in(one.quote)]))


def samples_of(cases: Iterable[Case], corpus: Corpus, answers: Mapping[str, Answer]) -> Iterator[DatasetSample]:
    """Cases as samples, without those that lean on earlier turns or on planted articles: these have no place in one.

    Args:
        cases: of a suite.
        corpus: its articles, whose paragraphs are the contexts.
        answers: to any of the cases, by their id.
    """
    for case in cases:
        if case.history or case.planted:
            continue
        answer = answers.get(case.id)
        yield DatasetSample(
            case.question,
            case.id,
            _reference(case),
            tuple(dict.fromkeys(_paragraph(nugget.evidence[0], corpus) for nugget in case.nuggets if nugget.evidence)),
            tuple(chain.from_iterable(_facts(nugget) for nugget in case.vital if nugget.says)),
            case.must_not,
            answer.text if answer else "",
            tuple(hit.passage.text for hit in answer.hits) if answer else (),
        )


def _reference(case: Case) -> str:
    """The short answer, else the sentences that state the facts."""
    if case.expect != "answered":
        return REFUSAL if case.expect == "abstained" else ""
    quotes = dict.fromkeys(nugget.evidence[0].quote for nugget in case.vital if nugget.evidence)
    return case.answers[0] if case.answers else " ".join(quotes)


def _paragraph(evidence: GoldQuote, corpus: Corpus) -> str:
    paragraphs = corpus.articles[evidence.article].text.split("\n\n")
    return next((one.strip() for one in paragraphs if evidence.quote in one), evidence.quote)


def _facts(nugget: Nugget) -> list[tuple[str, ...]]:
    """A fact in any of its wordings; where each wording has several parts, those of the first as that many facts."""
    whole = tuple(wording for wording in nugget.says if "&" not in wording)
    return [whole] if whole else [(part.strip(),) for part in nugget.says[0].split("&")]
