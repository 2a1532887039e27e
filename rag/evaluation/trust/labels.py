"""Files of labelled data -> examples: a sentence, its evidence, its label; five formats, recognised by their fields."""

import gzip
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple

from rag.articles import find_articles, load_articles
from rag.errors import ArticleError, SuiteError
from rag.evaluation.trust.cross_validated import is_kept_from_judge
from rag.evaluation.trust.faults import change_number, exchange_name, negate_text
from rag.text.sentences import sentences
from rag.text.spans import Span

log = logging.getLogger("rag")
HumanLabel = Literal["supported", "partly", "unsupported", "contradicted"]
_Row = Mapping[str, object]
SAMPLE_SEED = 5
MIN_WORDS = 8
"""A sentence of an article with fewer is no material for a contrast."""


class LabelledExample(NamedTuple):
    """A sentence that people judged against its evidence."""

    source: str
    cluster: str
    """What examples share that are not independent: a claim, a source text."""
    sentence: str
    evidence: tuple[str, ...]
    label: HumanLabel
    kind: str
    """What is wrong with it: `partly`, `unsupported`, `contradicted`; `not supported` where the labellers did not tell
    these apart; for contrasts `number`, `name`, `negation`."""


_LABELS: Mapping[str, HumanLabel] = {
    "supported": "supported",
    "partially_supported": "partly",
    "not_supported": "unsupported",
    "completely-support": "supported",
    "partially-support": "partly",
    "refute": "contradicted",
    "irrelevant": "unsupported",
    "Fully attributable": "supported",
    "Not fully attributable": "unsupported",
    "partly": "partly",
    "unsupported": "unsupported",
    "contradicted": "contradicted",
    "refuted": "contradicted",
}
_SUFFIXES = ".jsonl", ".jsonl.gz"
_GENERIC = "Generic"
"""What BEGIN's labellers called a reply that says nothing its evidence could support or not."""
_UNDIVIDED = "not supported"


def read_examples(path: Path) -> Iterator[LabelledExample]:
    """The examples of a file or folder.

    A `.jsonl` file, or one packed as `.jsonl.gz`, holds WiCE (claim, evidence list, label), FactCheck-GPT (claim,
    evidence, stance), BEGIN (response, knowledge, begin_label), FactCG (text_b, text_a, orig_label) or our own
    (sentence or claim, evidence, label; `group` where examples depend on each other; `binary` where "unsupported" may
    also be a contradiction). A `.tsv` file whose head names `begin_label` is BEGIN as it is published. Its generic
    replies and rows of another width are skipped; the log counts them. A file or folder of articles gives contrasts:
    each sentence beside itself with one number, name or verb turned.

    Raises:
        SuiteError: there is nothing, or a line is of none of these formats.
    """
    files = [file for file in (sorted(path.iterdir()) if path.is_dir() else [path]) if _holds_labels(file)]
    for file in files:
        yield from _labelled(file)
    if not files:
        yield from _contrasts(path)


def sample_examples(
    paths: Sequence[Path], sample: int | None = None, *, unlearnt: bool = False
) -> tuple[LabelledExample, ...]:
    """The examples of several files or folders, or a random sample of them, always the same.

    Args:
        paths: the files and folders.
        sample: how many are drawn; None for all.
        unlearnt: whether those that the shipped large network learnt from are left out.

    Raises:
        SuiteError: one of them holds none.
    """
    every = tuple(
        one
        for path in paths
        for one in read_examples(path)
        if not unlearnt or is_kept_from_judge(one.source, one.cluster)
    )
    return every if sample is None or sample >= len(every) else tuple(Random(SAMPLE_SEED).sample(every, sample))


def _holds_labels(file: Path) -> bool:
    """Whether a file is of labels; any other table is an article."""
    if not file.is_file() or file.suffix != ".tsv":
        return file.is_file() and file.name.endswith(_SUFFIXES)
    return "begin_label" in _read_text(file).split("\n", 1)[0]


def _labelled(file: Path) -> Iterator[LabelledExample]:
    source, skipped = file.name.split(".jsonl")[0].removesuffix(".tsv"), 0
    lines = [(number, line) for number, line in enumerate(_read_text(file).split("\n"), start=1) if line.strip()]
    names = _cells(lines.pop(0)[1]) if file.suffix == ".tsv" else None
    for number, line in lines:
        try:
            row = _table_row(names, line) if names else json.loads(line)
            one = _read(source, row) if row else None
        except (ValueError, KeyError, TypeError) as error:
            raise SuiteError(
                f"{file}:{number} is of no known format of labels ({error}). See docs/evaluation.md"
            ) from error
        skipped += one is None
        if one and any(letter.isalnum() for letter in one.sentence):
            yield one
    if skipped:
        log.warning("%s: %d rows skipped: generic replies, or of another width", file, skipped)


def _table_row(names: Sequence[str], line: str) -> _Row | None:
    """The fields of a line of a table; None where it is of another width than the table's head."""
    cells = _cells(line)
    return dict(zip(names, cells, strict=True)) if len(cells) == len(names) else None


def _cells(line: str) -> list[str]:
    return line.rstrip("\r").split("\t")


def _read_text(file: Path) -> str:
    try:
        content = file.read_bytes()
        return (gzip.decompress(content) if file.suffix == ".gz" else content).decode("utf-8")
    except (OSError, EOFError, ValueError) as error:
        raise SuiteError(f"{file} cannot be read ({error}).") from error


def _read(source: str, row: _Row) -> LabelledExample | None:
    """An example; None for a reply that was labelled generic."""
    if "stance" in row:
        return _made(source, row["claim"], row["claim"], row["evidence"], row["stance"])
    if "begin_label" in row:
        if row["begin_label"] == _GENERIC:
            return None
        return _made(source, row["knowledge"], row["response"], row["knowledge"], row["begin_label"])
    if "text_b" in row:
        claim = row["text_b"]
        sentence = claim[0] if isinstance(claim, list) else claim
        return _made(source, sentence, sentence, row["text_a"], "supported" if row["orig_label"] else "unsupported")
    sentence = row["claim"] if "claim" in row else row["sentence"]
    one = _made(source, row.get("group", sentence), sentence, row["evidence"], row["label"])
    return one._replace(kind=_UNDIVIDED) if row.get("binary") and one.label == "unsupported" else one


def _made(source: str, cluster: object, sentence: object, evidence: object, label: object) -> LabelledExample:
    texts = tuple(map(str, evidence)) if isinstance(evidence, list) else (str(evidence),)
    human_label = _LABELS[str(label)]
    return LabelledExample(source, str(cluster), str(sentence), texts, human_label, human_label)


def _contrasts(path: Path) -> Iterator[LabelledExample]:
    try:
        files = find_articles(path).files
        articles = [article for file in files for article in load_articles(file, path).articles]
    except ArticleError as error:
        raise SuiteError(f"{error}. Name a .jsonl file of labels or a folder of articles.") from error
    for article in articles:
        for sentence in sentences(article.text):
            if len(sentence.split()) >= MIN_WORDS and not _in_boilerplate(
                article.boilerplate, article.text.index(sentence)
            ):
                yield from _turned(article.id, sentence, article.text)


def _in_boilerplate(boilerplate: tuple[Span, ...], start: int) -> bool:
    return any(span.start <= start < span.end for span in boilerplate)


def _turned(article: str, sentence: str, text: str) -> Iterator[LabelledExample]:
    """The sentence itself, and contradicted versions of it: another number, another name, a negated verb."""
    turns: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("number", change_number),
        ("name", lambda sentence: exchange_name(sentence, text)),
        ("negation", negate_text),
    )
    yield LabelledExample("contrasts", article, sentence, (sentence,), "supported", "supported")
    for kind, turn in turns:
        turned = turn(sentence)
        if turned != sentence:
            yield LabelledExample("contrasts", article, turned, (sentence,), "contradicted", kind)
