"""Suite + settings -> the same made worse on purpose: what a gate must be able to see."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rag.evaluation.cases.corpus import Corpus
from rag.evaluation.cases.suite import Suite
from rag.evaluation.metrics.scores import Layer
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Regression:
    """One change for the worse."""

    name: str
    layer: Layer
    """Where the gate must place it."""
    change: tuple[tuple[str, float], ...] = ()
    """Settings that are changed; none when it is an article that goes."""


class Degraded(NamedTuple):
    """What is run in place of the original."""

    suite: Suite
    settings: Settings


REGRESSIONS = (
    Regression("one hit only", "retrieval", (("hits", 1),)),
    Regression("fusion off, meaning alone", "retrieval", (("meaning", 1.0),)),
    Regression("an article removed", "retrieval"),
    Regression("abstention off", "behaviour", (("confidence", 0.0),)),
    Regression("passages of 20 tokens", "retrieval", (("passage_tokens", 20),)),
)
"""Last is the one whose passages no other has: a reader remembers a few thousand."""


@contextmanager
def degrade(suite: Suite, settings: Settings, regression: Regression) -> Iterator[Degraded]:
    """What is run to see a regression; a folder without the article stands only inside the context."""
    if regression.change:
        yield Degraded(suite, settings.model_copy(update=dict(regression.change)))
        return
    with TemporaryDirectory(prefix="rag-eval-") as folder:
        yield Degraded(_without_article(suite, Path(folder)), settings)


def _without_article(suite: Suite, folder: Path) -> Suite:
    """The suite over a copy of its articles without the one that most facts stand in."""
    counts = Counter(quote.article for case in suite.cases for nugget in case.nuggets for quote in nugget.evidence)
    shutil.copytree(suite.articles, folder, dirs_exist_ok=True)
    removed = next((id for id, _ in counts.most_common() if (folder / id).is_file()), None)
    if removed:
        (folder / removed).unlink()
    left = {id: article for id, article in suite.corpus.articles.items() if id != removed}
    return replace(suite, articles=folder, corpus=Corpus(left))
