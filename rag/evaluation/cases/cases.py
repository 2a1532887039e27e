"""JSONL files -> cases: questions with the facts of a right answer, where they stand, and what must not be said."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from rag.answering.answer import Turn
from rag.errors import SuiteError
from rag.evaluation.cases.matching import contains_wording

CaseKind = Literal[
    "factoid",
    "why",
    "time",
    "multi-article",
    "comparison",
    "disagreement",
    "follow-up",
    "unanswerable",
    "false premise",
    "injection",
]
CASE_KINDS: tuple[CaseKind, ...] = get_args(CaseKind)
Expected = Literal["answered", "abstained", "either"]
_STRICT = ConfigDict(extra="forbid")
_SHOWN_ERRORS = 5
Text = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """A stretch of an article, word for word; independent of how articles are cut into passages."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    article: Text
    """Id of the article: its path below the folder."""
    quote: Text


@dataclass(frozen=True, slots=True)
class Nugget:
    """One fact of a right answer."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    says: tuple[Text, ...] = ()
    """Wordings, any of which states it; "arrest & officer" needs both parts. Compared by stems. Empty for what only
    has to be retrieved."""
    evidence: tuple[GoldQuote, ...] = ()
    """Where it stands; any of them is enough."""
    vital: bool = True
    """Whether an answer without it is wrong; False for what is optional (TREC's "okay")."""

    @property
    def name(self) -> str:
        """Its name in messages: the first wording, else the first quote."""
        return self.says[0] if self.says else next((quote.quote for quote in self.evidence), "")

    def stated_in(self, text: str) -> bool:
        """Whether a text states it in one of its wordings."""
        return any(contains_wording(text, wording) for wording in self.says)


@dataclass(frozen=True, slots=True)
class Case:
    """One question of a suite."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    kind: CaseKind
    question: Text
    expect: Expected
    """`either` where refusing and correcting the premise are both right."""
    nuggets: tuple[Nugget, ...] = ()
    answers: tuple[Text, ...] = ()
    """Short gold answers for exact match and F1; empty where the answer is not short."""
    sides: tuple[Text, ...] = ()
    """Values over which the articles disagree; each must be shown as a side."""
    must_not: tuple[Text, ...] = ()
    """Words that no answer may contain."""
    history: tuple[Turn, ...] = ()
    """Earlier turns, oldest first, as [question, answer]."""
    planted: bool = False
    """Whether the suite's planted articles stand beside the others when this is asked."""
    tags: tuple[Text, ...] = ()
    note: str = ""
    """For people: why it is hard."""

    @property
    def vital(self) -> tuple[Nugget, ...]:
        """The facts without which an answer is wrong."""
        return tuple(nugget for nugget in self.nuggets if nugget.vital)

    @property
    def answer_nuggets(self) -> tuple[Nugget, ...]:
        """The facts that an answer has to state, vital or not; the others only have to be retrieved."""
        return tuple(nugget for nugget in self.nuggets if nugget.says)

    @property
    def cluster(self) -> str:
        """Group of cases that are not independent: the article of the first evidence, else the case itself."""
        return next((quote.article for nugget in self.nuggets for quote in nugget.evidence), self.id)

    @property
    def digest(self) -> str:
        """Changes when anything that a result depends on changes; tags and notes may change freely."""
        content = _CASE.dump_json(self, exclude={"tags", "note"})
        return hashlib.sha256(content).hexdigest()[:16]


_CASE = TypeAdapter(Case)


def load_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a JSONL file, or of all `*.jsonl` files directly in a folder, in order of name and line.

    Raises:
        SuiteError: there is no file, a line is not a case, or two cases share an id; names file, line and field.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path] if path.is_file() else []
    if not files:
        raise SuiteError(f"No cases at {path}. Write some: one JSON object a line, see docs/evaluation.md")
    cases, problems = list[Case](), list[str]()
    for place, line in _lines(files):
        try:
            cases.append(_CASE.validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"]))
            problems.append(f"{place}: {field + ': ' if field else ''}{first['msg']}")
    twice = [id for id, count in Counter(case.id for case in cases).items() if count > 1]
    problems += [f"two cases have the id {id!r}" for id in twice]
    if problems:
        more = f"\n... and {len(problems) - _SHOWN_ERRORS} more" if len(problems) > _SHOWN_ERRORS else ""
        raise SuiteError("\n".join(problems[:_SHOWN_ERRORS]) + more)
    return tuple(cases)


def _lines(files: list[Path]) -> Iterator[tuple[str, str]]:
    for file in files:
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise SuiteError(f"{file}: cannot be read ({error})") from error
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield f"{file}:{number}", line


def dump_case(case: Case) -> str:
    """A case as one line of JSON, without defaults."""
    return _CASE.dump_json(case, exclude_defaults=True, ensure_ascii=False).decode()
