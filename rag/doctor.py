"""Settings + index -> findings: what is configured, what is wrong, what would make answers better."""

from dataclasses import dataclass

from rag.assistant import Assistant
from rag.checking import MODEL_JUDGE, open_judge
from rag.errors import ModelError, RagError
from rag.index import Entry, Health
from rag.llm import open_model
from rag.settings import SETTINGS_FILE, Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    topic: str
    good: bool
    """Whether nothing needs to be done."""
    text: str
    """How it stands and, when it is not good, what to type."""


def diagnose() -> tuple[Finding, ...]:
    """Everything worth knowing before the first question; errors become findings."""
    try:
        settings = Settings.load()
    except RagError as error:
        return (Finding("settings", False, str(error)),)
    changed = settings.model_dump(exclude_defaults=True)
    told = ", ".join(f"{name}={value}" for name, value in changed.items()) or "defaults"
    return (
        Finding("settings", True, f"{told} (from RAG_* variables and {SETTINGS_FILE})"),
        *_of_index(settings),
        _of_model(settings),
        _of_judge(settings),
    )


def _of_index(settings: Settings) -> tuple[Finding, ...]:
    try:
        with Assistant.open(settings.model_copy(update={"llm": "quotes"})) as assistant:
            entries = assistant.articles()
            return _of_articles(settings, entries, assistant.health())
    except RagError as error:
        return (Finding("index", False, str(error)),)


def _of_articles(settings: Settings, entries: tuple[Entry, ...], health: Health) -> tuple[Finding, ...]:
    searched = f"{health.dense} passages in Chroma, {health.words} in the word index"
    undated = [entry.id for entry in entries if entry.date is None]
    dates = f"{len(undated)} of {len(entries)} articles state no date" if undated else "every article states one"
    advice = f"; --after and --before leave them out: {', '.join(undated[:5])}" if undated else ""
    return (
        Finding(
            "embedder", True, f"{settings.embedder}, offline" if settings.embedder == "minilm" else settings.embedder
        ),
        Finding("index", bool(entries), f"{settings.index_dir}: {health.articles} articles, {searched}"),
        *_of_files(health),
        Finding("dates", True, dates + advice),
    )


def _of_files(health: Health) -> tuple[Finding, ...]:
    if not health.outdated:
        return ()
    named = ", ".join(health.outdated[:5])
    return (
        Finding("files", False, f"{len(health.outdated)} changed since they were read ({named}): rag ingest FOLDER"),
    )


def _of_model(settings: Settings) -> Finding:
    try:
        model = open_model(settings)
        if model is None:
            return Finding("answers", True, f"quotes, word for word; {_why_none(settings)}")
        choice = model.inspect()
    except ModelError as error:
        return Finding("answers", False, f"{error} Until then answers are quoted.")
    except RagError as error:
        return Finding("answers", False, str(error))
    cost = model.limits.dollars(1_000_000, 0)
    price = "price unknown, see RAG_PROMPT_PRICE" if cost is None else f"${cost:.2f} for a million tokens sent"
    text = f"written by {model.name} at {choice.address}, because {choice.why}; every sentence checked; {price}"
    return Finding("answers", True, text)


def _of_judge(settings: Settings) -> Finding:
    try:
        judge = open_judge(settings)
    except RagError as error:
        return Finding("checks", False, str(error))
    own = "the language model, where one writes" if settings.judge == MODEL_JUDGE else "the weights that are shipped"
    by = judge.name if judge else own
    return Finding("checks", True, f"wording judged by {by}; numbers, names, dates and quotes by rules")


def _why_none(settings: Settings) -> str:
    if settings.llm == "quotes":
        return "RAG_LLM=quotes"
    return "no model, as neither OPENAI_API_KEY, OPENAI_BASE_URL nor RAG_LLM is set"
