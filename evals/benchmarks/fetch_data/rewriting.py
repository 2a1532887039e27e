"""CANARD and TREC CAsT -> follow-up questions with their history and their rewriting by a person.

Origins: a JSON list (CANARD, by its readme; the data file was seen only as converted rows) and JSON topics with turns
(CAsT), whose rewritings of 2019 stand in a table without a header: topic and turn, rewriting.
"""

from collections.abc import Iterator
from functools import partial

from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.record import LabelledRow, MalformedRowError, OriginRecord
from evals.benchmarks.fetch_data.source import Source
from evals.benchmarks.fetch_data.texts import drop_duplicates

_TOPICS = {
    2019: "2019/data/evaluation/evaluation_topics_v1.0.json",
    2020: "2020/automatic_evaluation_topics_annotated_v1.1.json",
    2021: "2021/2021_manual_evaluation_topics_v1.0.json",
    2022: "2022/2022_evaluation_topics_flattened_duplicated_v1.0.json",
}
_REWRITINGS_2019 = "2019/data/evaluation/evaluation_topics_annotated_resolved_v1.0.tsv"
_REPLIES = ("passage", "response")


def _canard(source: Source) -> Iterator[LabelledRow]:
    return source.convert(source.json_list("data/release/dev.json"), _canard_row)


def _canard_row(record: OriginRecord) -> Iterator[LabelledRow]:
    history = record.texts("History")
    if len(history) < 2:
        raise MalformedRowError(f"{record.where}: the history lacks title and section")
    yield {
        "history": history[2:],
        "context_title": history[0],
        "context_section": history[1],
        "question": record.text("Question"),
        "rewritten": record.text("Rewrite"),
        "source": "canard",
        "group": record.text("QuAC_dialog_id"),
        "split": "dev",
    }


def _cast(source: Source) -> Iterator[LabelledRow]:
    lines = (line.split("\t", 1) for line in source.lines(_REWRITINGS_2019) if "\t" in line)
    resolved = {turn.strip(): text.strip() for turn, text in lines}
    for year, path in _TOPICS.items():
        rows = source.convert(source.json_list(path), partial(_topic_rows, year=year, resolved=resolved))
        yield from drop_duplicates(rows, "group", "history", "question")


def _topic_rows(topic: OriginRecord, year: int, resolved: dict[str, str]) -> Iterator[LabelledRow]:
    number, history = topic.number("number"), list[str]()
    for turn in topic.records("turn"):
        question = turn.text("raw_utterance" if "raw_utterance" in turn.fields else "utterance").strip()
        rewritten = _rewriting(turn, f"{number}_{turn.value('number')}", resolved)
        if rewritten:
            yield {
                "history": list(history),
                "question": question,
                "rewritten": rewritten,
                "source": f"trec_cast_{year}",
                "group": f"{year}_{number}",
                "split": "eval",
            }
        history += [question, *(turn.text(name) for name in _REPLIES if name in turn.fields)]


def _rewriting(turn: OriginRecord, name: str, resolved: dict[str, str]) -> str:
    """A turn's rewriting; empty when nobody wrote one."""
    if "manual_rewritten_utterance" in turn.fields:
        return turn.text("manual_rewritten_utterance").strip()
    return resolved.get(name, "")


REWRITING_SETS = (
    LabelledSet("labelled/rewrite/canard_dev.jsonl", ("aagohary/canard@da8639c",), "CC BY-SA 4.0", _canard),
    LabelledSet("labelled/rewrite/trec_cast.jsonl", ("daltonj/treccastweb@3384661",), "MIT", _cast),
)
