"""Sets whose rows keep the origin's fields: FactCheck-GPT, BEGIN, FactCG, MT-RAG, RAMDocs and BIPIA.

Origins: JSON lines (FactCheck-GPT, FactCG's `.json` files, RAMDocs, MT-RAG's reference tasks, BIPIA's mails), a table
without quoting (BEGIN) and one JSON object (BIPIA's attacks). The files of MT-RAG and RAMDocs were read only as
converted rows.
"""

from collections.abc import Callable, Iterator

from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.record import LabelledRow, OriginRecord
from evals.benchmarks.fetch_data.source import UNQUOTED, Source


def _lines(path: str, *required: str) -> Callable[[Source], Iterator[LabelledRow]]:
    """Rows of JSON lines, unchanged; a row without a required field is skipped."""
    return lambda source: source.convert(source.json_lines(path), lambda record: [_copy(record, required)])


def _copy(record: OriginRecord, required: tuple[str, ...]) -> LabelledRow:
    for name in required:
        record.value(name)
    return dict(record.fields)


def _begin(source: Source) -> Iterator[LabelledRow]:
    records = source.table("wow/begin_dev_wow.tsv", quoting=UNQUOTED)
    fields = ("knowledge", "message", "response", "begin_label")
    return source.convert(records, lambda record: [_copy(record, fields)])


def _attacks(source: Source) -> Iterator[LabelledRow]:
    yield dict(source.json_object("benchmark/text_attack_train.json").fields)


_CLAIM = ("text_a", "text_b", "orig_label")
_FACTCG = ("derenlei/FactCG@41f1854",)
_BIPIA = ("microsoft/BIPIA@1a2a91d",)

UNCHANGED_SETS = (
    LabelledSet(
        "faithfulness/factcheck_gpt.jsonl",
        ("yuxiaw/Factcheck-GPT@a9e6a04",),
        "Apache-2.0",
        _lines("subtasks/subtask3_claim_evidence_stance.jsonl", "claim", "evidence", "stance"),
    ),
    LabelledSet("faithfulness/begin_wow.jsonl", ("google/BEGIN-dataset@6e65f0d",), "CC BY 4.0", _begin),
    LabelledSet(
        "faithfulness/train/factcg_doc.jsonl", _FACTCG, "MIT", _lines("data/training_stage2/CG2C_doc.json", *_CLAIM)
    ),
    LabelledSet(
        "faithfulness/train/factcg_musique.jsonl",
        _FACTCG,
        "MIT",
        _lines("data/training_stage1/CG2C_musique_minhop3_rbt_mnli_failed.json", *_CLAIM),
    ),
    LabelledSet(
        "conversations.jsonl",
        ("IBM/mt-rag-benchmark@cc5b1d4",),
        "Apache-2.0",
        _lines("mtragun-human/generation_tasks/reference.jsonl", "conversation_id", "contexts", "input", "targets"),
    ),
    LabelledSet(
        "ramdocs.jsonl",
        ("HanNight/RAMDocs@d44454c",),
        "MIT",
        _lines("RAMDocs_test.jsonl", "question", "documents", "gold_answers", "wrong_answers"),
    ),
    LabelledSet("injection/attacks.json", _BIPIA, "MIT", _attacks),
    LabelledSet(
        "injection/emails.jsonl", _BIPIA, "MIT", _lines("benchmark/email/train.jsonl", "context", "question", "ideal")
    ),
)
