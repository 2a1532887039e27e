"""How often a question to the sentences of articles is taken for a request about the articles as a whole.

    python -m evals.benchmarks.requests FILE...

A FILE is jsonl, or jsonl.gz, of rows with a question, or with "qas" of questions: SQuAD, MT-RAG, our own cases.
"""

import argparse
import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from rag.embedding import open_embedder
from rag.exploring.requests import CONTENT, RequestParser
from rag.settings import Settings


def unique_questions(files: Iterable[Path]) -> list[str]:
    """Every question of the files, once."""
    return list(dict.fromkeys(question for file in files for row in _rows(file) for question in _questions(row)))


def _rows(file: Path) -> Iterator[dict[str, object]]:
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
        yield from map(json.loads, lines)


def _questions(row: dict[str, object]) -> Iterator[str]:
    inner = row.get("qas", [row])
    for one in inner if isinstance(inner, list) else []:
        yield str(one["question"])


def main() -> None:
    """Print each question that is taken for a request, then the count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    questions = unique_questions(parser.parse_args().files)
    embedder = open_embedder(Settings(embedder="minilm"))
    requests = RequestParser(lambda: embedder)
    taken = [(requests.parse(question), question) for question in questions]
    wrong = [(request, question) for request, question in taken if request.kind != CONTENT]
    for request, question in wrong:
        print(f"{request.kind:16} {request.score:.2f} [{request.topic}] {question}")
    print(f"{len(wrong)} of {len(questions)} questions, {1000 * len(wrong) / len(questions):.2f} of 1,000")


if __name__ == "__main__":
    main()
