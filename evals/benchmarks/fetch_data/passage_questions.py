"""SelQA, FairytaleQA, COVID-QA, PubMedQA and PolicyQA -> questions with the sentences of a passage.

Origins: a JSON list (SelQA), quoted tables per story (FairytaleQA), SQuAD's form of JSON (COVID-QA, PolicyQA) and one
object keyed by article (PubMedQA). SelQA gives gold sentences, the SQuAD form offsets; the others are matched by words.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath

from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.record import LabelledRow, MalformedRowError, OriginRecord
from evals.benchmarks.fetch_data.source import MissingFileError, Source
from evals.benchmarks.fetch_data.texts import closest_sentence, drop_duplicates, sentences_with, squeeze, text_key
from rag.text.sentences import sentences, split
from rag.text.spans import Span

_AROUND = 6
"""Sentences of an article on either side of a gold one that make COVID-QA's passage."""
_A_PASSAGE = 3
"""Questions of a PolicyQA passage that are kept; the questions repeat."""
_ANSWERS = ("answer1", "answer2", "answer3", "answer4", "answer5", "answer6")


def _selqa(source: Source) -> Iterator[LabelledRow]:
    for part in ("dev", "test"):
        records = source.json_list(f"ass/selqa-ass-{part}.json")
        yield from source.convert(records, partial(_selqa_row, part=part))


def _selqa_row(record: OriginRecord, part: str) -> Iterator[LabelledRow]:
    parts, gold = record.texts("candidates"), record.numbers("answers")
    answers = [record.sentence(parts, at) for at in gold]
    row = _row(record.text("question"), parts, gold, answers, "selqa_ass")
    row |= {"group": record.text("article"), "split": part}
    yield {**row, "is_paraphrase": record.value("is_paraphrase"), "section": record.text("section")}


def _fairytale(source: Source) -> Iterator[LabelledRow]:
    for part in ("train", "val", "test"):
        for path in source.find(f"data-by-train-split/questions/{part}/*-questions.csv"):
            story = PurePosixPath(path).name.removesuffix("-questions.csv")
            sections = _sections(source, story, part)
            make = partial(_fairytale_row, sections=sections, story=story, part=part)
            yield from source.convert(source.table(path, delimiter=","), make)


def _sections(source: Source, story: str, part: str) -> dict[str, str]:
    """The sections of a story; some clones keep all stories in one folder."""
    folder = "data-by-train-split/section-stories"
    try:
        path = source.find(f"{folder}/{part}/{story}-story.csv")[0]
    except MissingFileError:
        path = source.find(f"{folder}/*/{story}-story.csv")[0]
    return {section.text("section"): section.text("text") for section in source.table(path, delimiter=",")}


def _fairytale_row(record: OriginRecord, sections: dict[str, str], story: str, part: str) -> Iterator[LabelledRow]:
    named = [section.strip() for section in record.text("cor_section").split(",")]
    absent = [section for section in named if section not in sections]
    if absent:
        raise MalformedRowError(f"{record.where}: the story has no section {', '.join(absent)}")
    parts = [sentence for section in named for line in sections[section].split("\n") for sentence in sentences(line)]
    answers = [text for name in _ANSWERS if (text := record.text(name).strip())]
    kind = record.text("ex-or-im1")
    stands = sentences_with(parts, answers) if kind == "explicit" else []
    gold = stands or (closest_sentence(parts, answers) if kind == "explicit" else [])
    row = _row(record.text("question").strip(), parts, gold, answers, "")
    del row["source"]
    yield {
        **row,
        "gold_source": "string" if stands else "overlap" if gold else None,
        "answer_type": kind,
        "attribute": record.text("attribute1"),
        "local_or_sum": record.text("local-or-sum"),
        "sections": named,
        "source": "fairytaleqa",
        "group": story,
        "split": part,
    }


def _covid(source: Source) -> Iterator[LabelledRow]:
    rows: list[LabelledRow] = []
    for day in ("200421", "200423"):
        file = source.json_object(f"data/question-answering/{day}_covidQA.json")
        rows += source.convert(_paragraphs(file), _covid_rows)
    return drop_duplicates(rows, "group", "question", "answers")


def _paragraphs(file: OriginRecord) -> Iterator[OriginRecord]:
    for article in file.records("data"):
        yield from article.records("paragraphs")


def _covid_rows(paragraph: OriginRecord) -> Iterator[LabelledRow]:
    """The sentences round each answer of an article."""
    text = paragraph.text("context")
    spans = split(text)
    for question in paragraph.records("qas"):
        answers = question.records("answers")
        gold = sorted({at for answer in answers for at in _sentences_of_answer(spans, answer)})
        if gold:
            start, end = max(0, gold[0] - _AROUND), min(len(spans), gold[-1] + _AROUND + 1)
            parts = [squeeze(text[span.start : span.end]) for span in spans[start:end]]
            texts = list(dict.fromkeys(answer.text("text") for answer in answers))
            row = _row(question.text("question").strip(), parts, [at - start for at in gold], texts, "covid_qa")
            yield {**row, "group": text_key(text.split("\n", 1)[0], 10), "split": "none", "window": [start, end]}


def _sentences_of_answer(spans: tuple[Span, ...], answer: OriginRecord) -> list[int]:
    """Indexes of the sentences that an answer with an offset touches."""
    start = answer.number("answer_start")
    end = start + len(answer.text("text").rstrip())
    return [at for at, span in enumerate(spans) if span.start < end and start < span.end]


def _policy(source: Source) -> Iterator[LabelledRow]:
    for part in ("dev", "test"):
        for article in source.json_object(f"data/{part}.json").records("data"):
            make = partial(_policy_rows, title=article.text("title"), part=part)
            yield from source.convert(article.records("paragraphs"), make)


def _policy_rows(paragraph: OriginRecord, title: str, part: str) -> Iterator[LabelledRow]:
    text = paragraph.text("context")
    spans = split(text)
    parts = [squeeze(text[span.start : span.end]) for span in spans]
    for question in paragraph.records("qas")[:_A_PASSAGE]:
        answers = question.records("answers")
        gold = sorted({at for answer in answers for at in _sentences_of_answer(spans, answer)})
        texts = list(dict.fromkeys(answer.text("text") for answer in answers))
        row = _row(question.text("question").strip(), parts, gold, texts, "policyqa")
        yield {**row, "group": title, "split": part, "gold_source": "offset"}


def _pubmed(source: Source) -> Iterator[LabelledRow]:
    file = source.json_object("data/ori_pqal.json")
    tested = source.json_object("data/test_ground_truth.json").fields
    records = (
        OriginRecord(f"{file.where}: {identity}", {"id": identity, "article": file.fields[identity]})
        for identity in file.fields
    )
    return source.convert(records, partial(_pubmed_row, tested=frozenset(tested)))


def _pubmed_row(record: OriginRecord, tested: frozenset[str]) -> Iterator[LabelledRow]:
    article, identity = record.record("article"), record.text("id")
    parts = [sentence for context in article.texts("CONTEXTS") for sentence in sentences(context)]
    yield {
        "question": article.text("QUESTION"),
        "sentences": parts,
        "gold_sentences": [],
        "answers": [article.text("final_decision")],
        "long_answer": article.text("LONG_ANSWER"),
        "answerable": True,
        "source": "pubmedqa_pqal",
        "group": identity,
        "split": "test" if identity in tested else "train",
    }


def _row(question: str, parts: list[str], gold: list[int], answers: list[str], source: str) -> LabelledRow:
    return {
        "question": question,
        "sentences": parts,
        "gold_sentences": gold,
        "answers": answers,
        "answerable": True,
        "source": source,
    }


PASSAGE_QUESTION_SETS = (
    LabelledSet(
        "labelled/answer/selqa.jsonl",
        ("emorynlp/selqa@fef3d6a",),
        "Apache-2.0",
        _selqa,
        expected={"answerable": 2374},
    ),
    LabelledSet(
        "labelled/answer/fairytaleqa.jsonl.gz",
        ("uci-soe/FairytaleQAData@a24ddc1",),
        "Apache-2.0",
        _fairytale,
        expected={"answerable": 10578},
    ),
    LabelledSet(
        "labelled/answer/covid_qa.jsonl",
        ("deepset-ai/COVID-QA@fb2eb5e",),
        "Apache-2.0",
        _covid,
        note=f"{_AROUND} sentences on either side of the gold ones; the first conversion's window varied",
    ),
    LabelledSet(
        "labelled/answer/pubmedqa.jsonl", ("pubmedqa/pubmedqa@1cbae8e",), "MIT", _pubmed, expected={"answerable": 1000}
    ),
    LabelledSet(
        "labelled/answer/policyqa.jsonl",
        ("wasiahmad/PolicyQA@775538b",),
        "MIT",
        _policy,
        note=f"the first {_A_PASSAGE} questions of a passage",
    ),
)
