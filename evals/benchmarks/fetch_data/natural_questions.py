"""Natural Questions in four forms: CLAP NQ, QED, NQ-open's oracle passages, and RefChecker's claims about QED's.

Origins: JSON lines (CLAP NQ's annotated data, QED, the oracle passages, gzipped, by the fields of its converted rows),
a quoted table (CLAP NQ's training questions, whose answers are joined by `::`) and JSON lists (RefChecker).
"""

import re
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import PurePosixPath

from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.record import LabelledRow, MalformedRowError, OriginRecord
from evals.benchmarks.fetch_data.source import Source
from evals.benchmarks.fetch_data.texts import join_tokens, sentences_with
from rag.text.sentences import sentences

_HUMAN = {"Entailment": "supported", "Contradiction": "refuted", "Neutral": "unsupported"}


def _clapnq(source: Source) -> Iterator[LabelledRow]:
    for kind in ("answerable", "unanswerable"):
        records = source.json_lines(f"annotated_data/dev/clapnq_dev_{kind}.jsonl")
        yield from source.convert(records, partial(_clapnq_row, answerable=kind == "answerable"))


def _clapnq_row(record: OriginRecord, *, answerable: bool) -> Iterator[LabelledRow]:
    yield {
        "id": record.text("id"),
        "question": record.text("input"),
        "answerable": answerable,
        "passages": [dict(passage.fields) for passage in record.records("passages")],
        "output": [dict(answer.fields) for answer in record.records("output")],
    }


def _clapnq_train(source: Source) -> Iterator[LabelledRow]:
    return source.convert(source.table("retrieval/train/question_train_answerable.tsv"), _clapnq_train_row)


def _clapnq_train_row(record: OriginRecord) -> Iterator[LabelledRow]:
    """A question and the sentences of its answers, without the passage that they were made of."""
    answers = [join_tokens(answer) for answer in record.text("answers").split("::") if answer.strip()]
    parts = list(dict.fromkeys(chain.from_iterable(map(sentences, answers))))
    yield {
        "question": record.text("question").strip(),
        "sentences": parts,
        "gold_sentences": list(range(len(parts))),
        "answers": answers,
        "answerable": True,
        "no_passage": True,
        "source": "clapnq_train_answers",
        "group": re.split(r"[_,]", record.text("doc-id-list"))[0],
        "split": "train",
        "id": record.text("id"),
    }


def _qed(source: Source) -> Iterator[LabelledRow]:
    return source.convert(source.json_lines("qed-dev.jsonlines"), _qed_row)


def _qed_row(record: OriginRecord) -> Iterator[LabelledRow]:
    annotation, starts = record.record("annotation"), record.numbers("sentence_starts")
    kind = annotation.text("explanation_type")
    given = _original_answers(record)
    explained = annotation.records("answer") if kind == "single_sentence" else []
    explanations = [answer.record("paragraph_reference").text("string") for answer in explained]
    gold = [_sentence_at(starts, annotation.record("selected_sentence").number("start"))] if explained else []
    texts = {answer.text("string") for answer in given} | set(explanations)
    places = {_sentence_at(starts, answer.number("start")) for answer in given}
    yield {
        "question": record.text("question_text"),
        "sentences": _split_at(record.text("paragraph_text"), starts),
        "gold_sentences": gold,
        "answer_sentences": sorted(places),
        "answers": sorted(texts),
        "answerable": None if kind == "none" else True,
        "explanation_type": kind,
        "source": "qed_nq",
        "group": record.text("title_text"),
        "split": "dev",
        "id": str(record.number("example_id")),
    }


def _original_answers(record: OriginRecord) -> list[OriginRecord]:
    sets = [OriginRecord(record.where, {"answers": answers}) for answers in record.items("original_nq_answers")]
    return list(chain.from_iterable(answers.records("answers") for answers in sets))


def _split_at(text: str, starts: list[int]) -> list[str]:
    return [text[start:end].strip() for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def _sentence_at(starts: list[int], letter: int) -> int:
    return sum(start <= letter for start in starts) - 1


def _oracle(source: Source) -> Iterator[LabelledRow]:
    return source.convert(source.json_lines("qa_data/nq-open-oracle.jsonl.gz"), _oracle_row)


def _oracle_row(record: OriginRecord) -> Iterator[LabelledRow]:
    passages = [passage for passage in record.records("ctxs") if passage.fields.get("isgold", True)]
    if not passages:
        raise MalformedRowError(f"{record.where}: no gold passage")
    parts, answers = sentences(passages[0].text("text")), record.texts("answers")
    gold = sentences_with(parts, answers)
    yield {
        "question": record.text("question"),
        "sentences": parts,
        "gold_sentences": gold,
        "answers": answers,
        "answerable": True,
        "gold_source": "string" if gold else None,
        "source": "nq_open_oracle",
        "group": passages[0].text("title"),
        "split": "nq_dev",
    }


def _refchecker(source: Source) -> Iterator[LabelledRow]:
    """Claims on questions that QED has, too, with QED's passage as evidence."""
    passages = {str(row["id"]): row for row in _qed(source.beside[0])}
    for path in source.find("benchmark/human_annotations_v1/zero_context/nq_*_answers.json"):
        model = PurePosixPath(path).stem.removeprefix("nq_").removesuffix("_answers")
        yield from source.convert(source.json_list(path), partial(_refchecker_rows, passages=passages, model=model))


def _refchecker_rows(record: OriginRecord, passages: dict[str, LabelledRow], model: str) -> Iterator[LabelledRow]:
    passage = passages.get(record.text("id"))
    for claim in record.records("claude2_response_kg") if passage else ():
        triplet = claim.texts("triplet")
        if passage and claim.text("human_label") in _HUMAN:
            yield {
                "claim": " ".join(triplet) + ".",
                "evidence": passage["sentences"],
                "label": claim.choice("human_label", _HUMAN),
                "triplet": triplet,
                "question": passage["question"],
                "response": record.text("response"),
                "source": f"refchecker_nq_{model}",
                "group": passage["group"],
                "split": "none",
                "evidence_link": "nq_id",
                "nq_id": record.text("id"),
            }


_CLAPNQ = ("primeqa/clapnq@eb26840",)
_QED = "google-research-datasets/QED@2492920"

NATURAL_QUESTION_SETS = (
    LabelledSet("clapnq.jsonl", _CLAPNQ, "Apache-2.0", _clapnq),
    LabelledSet("labelled/answer/clapnq_train_answers.jsonl", _CLAPNQ, "Apache-2.0", _clapnq_train),
    LabelledSet(
        "labelled/answer/qed_dev.jsonl",
        (_QED,),
        "not stated; text CC BY-SA 3.0: measure only, ship nothing trained on it",
        _qed,
        expected={"answerable": 1204, "undecided": 151},
    ),
    LabelledSet(
        "labelled/answer/nq_oracle.jsonl",
        ("nelson-liu/lost-in-the-middle@29b8a6d",),
        "MIT; NQ CC BY-SA 3.0",
        _oracle,
    ),
    LabelledSet(
        "labelled/check/refchecker_nq.jsonl",
        ("amazon-science/RefChecker@1df1b25", _QED),
        "CC BY 4.0; passages CC BY-SA 3.0",
        _refchecker,
        note="only claims whose question QED has by its id (1,789 of 2,527); those matched by text are left out",
    ),
)
