"""Check-COVID, ExpertQA and ContractNLI -> claims that experts judged against abstracts, web passages and contracts.

Origins: JSON lines (Check-COVID, whose `corpus.json` holds the abstracts, and ExpertQA) and ContractNLI's own JSON, of
which `spans` and `annotation_sets` were not seen: by the data set's description.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import partial

from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.record import LabelledRow, MalformedRowError, OriginRecord
from evals.benchmarks.fetch_data.source import Source
from evals.benchmarks.fetch_data.texts import drop_duplicates, lower_words

_VERDICT = {"SUPPORT": "supported", "REFUTE": "refuted", "NOTENOUGHINFO": "unsupported"}
_SUPPORT = {"Complete": "supported", "Partial": "unsupported", "Incomplete": "unsupported"}
_CHOICE = {"Entailment": "supported", "Contradiction": "refuted", "NotMentioned": "unsupported"}
_MARK = re.compile(r"\s*\[\d+\]")
_HEAD = re.compile(r"\[\d+\] \S+\s+")
"""Number and address that stand before the text of a passage."""
_SYSTEMS = ("rr_sphere_gpt4", "rr_gs_gpt4", "post_hoc_sphere_gpt4", "post_hoc_gs_gpt4")
_PICKED = 3
"""Spans that stand for a contract which does not mention the claim, as in the first conversion."""


def _check_covid(source: Source) -> Iterator[LabelledRow]:
    abstracts = {article.text("cord_id"): article.texts("abstract") for article in source.json_lines("corpus.json")}
    for split in ("train", "dev", "test"):
        for kind in ("composed", "extracted"):
            records = source.json_lines(f"Check-COVID/{split}/covidCheck_{split}_{kind}.json")
            make = partial(_covid_row, abstracts=abstracts, source=f"check_covid_{kind}", split=split)
            yield from source.convert(records, make)


def _covid_row(record: OriginRecord, abstracts: dict[str, list[str]], source: str, split: str) -> Iterator[LabelledRow]:
    article = record.text("cord_id")
    if article not in abstracts:
        raise MalformedRowError(f"{record.where}: no abstract {article}")
    abstract = abstracts[article]
    evidence = [record.sentence(abstract, mark.number("sent_index")) for mark in record.records("evidence_set")]
    yield {
        "claim": record.text("claim").strip(),
        "evidence": evidence,
        "label": record.choice("label", _VERDICT),
        "source": source,
        "group": article,
        "split": split,
        "abstract": abstract,
    }


def _expertqa(source: Source) -> Iterator[LabelledRow]:
    rows: list[LabelledRow] = []
    for name in ("rand_val", "rand_test", "domain_val", "domain_test"):
        rows += source.convert(source.json_lines(f"data/lfqa/{name}.jsonl"), _expert_rows)
    return drop_duplicates(rows, "source", "group", "claim")


def _expert_rows(record: OriginRecord) -> Iterator[LabelledRow]:
    """The claims of the answers with cited passages, where an expert judged the support."""
    question, answers = record.text("question"), record.record("answers")
    group = hashlib.md5(question.encode(), usedforsecurity=False).hexdigest()[:10]
    field = record.record("metadata").text("field")
    for system in _SYSTEMS:
        for claim in answers.record(system).records("claims") if system in answers.fields else ():
            evidence = [_HEAD.sub("", passage, count=1) for passage in claim.texts("evidence")]
            if evidence and claim.text("support") in _SUPPORT:
                yield {
                    "claim": _MARK.sub("", claim.text("claim_string")).strip(),
                    "evidence": evidence,
                    "label": claim.choice("support", _SUPPORT),
                    "binary": True,
                    "orig_label": claim.text("support"),
                    "source": f"expertqa_{system}",
                    "group": group,
                    "split": "none",
                    "question": question,
                    "field": field,
                    "correctness": claim.text("correctness"),
                }


def _contract_nli(source: Source) -> Iterator[LabelledRow]:
    for split in ("dev", "test"):
        file = source.json_object(f"data/{split}.json")
        hypotheses = {
            name: file.record("labels").record(name).text("hypothesis") for name in file.record("labels").fields
        }
        make = partial(_contract_rows, hypotheses=hypotheses, split=split)
        yield from source.convert(file.records("documents"), make)


def _contract_rows(document: OriginRecord, hypotheses: dict[str, str], split: str) -> Iterator[LabelledRow]:
    text = document.text("text")
    bounds = [OriginRecord(document.where, {"span": span}).numbers("span") for span in document.items("spans")]
    spans = [text[start:end].strip() for start, end in bounds]
    annotations = document.records("annotation_sets")[0].record("annotations")
    for name in annotations.fields:
        if name not in hypotheses:
            raise MalformedRowError(f"{document.where}: no hypothesis {name}")
        annotation = annotations.record(name)
        gold = annotation.numbers("spans")
        chosen = gold or similar_spans(spans, hypotheses[name])
        around = sorted({at for index in chosen for at in (index - 1, index, index + 1) if 0 <= at < len(spans)})
        yield {
            "claim": hypotheses[name],
            "evidence": [spans[at] for at in around],
            "gold_evidence": [around.index(at) for at in sorted(gold)],
            "label": annotation.choice("choice", _CHOICE),
            "source": "contract_nli",
            "group": str(document.value("id")),
            "split": split,
            "hypothesis_id": name,
            "evidence_picked": "gold spans and neighbours" if gold else _NOTHING,
        }


_NOTHING = "most similar spans and neighbours (whole contract says nothing)"


def similar_spans(spans: list[str], claim: str) -> list[int]:
    """Indexes of the spans that share most words with a claim; the earlier of equals."""
    wanted = set(lower_words(claim))
    return sorted(range(len(spans)), key=lambda at: (-len(wanted & set(lower_words(spans[at]))), at))[:_PICKED]


EXPERT_SETS = (
    LabelledSet(
        "labelled/check/check_covid.jsonl",
        ("posuer/Check-COVID@3ae70f8",),
        "MIT",
        _check_covid,
        expected={"supported": 503, "refuted": 503, "unsupported": 495},
    ),
    LabelledSet(
        "labelled/check/expertqa_claims.jsonl",
        ("chaitanyamalaviya/ExpertQA@1aa7ba8",),
        "MIT",
        _expertqa,
        note="all questions of the four files; the first conversion could read 329 of them",
    ),
    LabelledSet(
        "labelled/check/contract_nli.jsonl",
        ("stanfordnlp/contract-nli-bert@f474f66",),
        "Apache-2.0",
        _contract_nli,
        note="for 'not mentioned', the 3 spans that share most words; the first conversion's measure is not known",
        expected={"supported": 1464, "refuted": 311, "unsupported": 1291},
    ),
)
