"""Settings + index -> diagnoses: what is configured, what is wrong, what would make answers better."""

from dataclasses import dataclass

from rag.answering.quoting import calibrated_thresholds, confidence_model
from rag.assistant import Assistant
from rag.checking import MODEL_JUDGE, ShippedJudge, open_judge
from rag.embedding import Embedder
from rag.errors import ModelError, RagError
from rag.index import Entry, Health, StandbyState, inspect_server
from rag.llm import open_model
from rag.onnx import verify_network
from rag.settings import SETTINGS_FILE, Settings
from rag.weights import NETWORKS


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The state of one part of the product."""

    topic: str
    good: bool
    """Whether nothing needs to be done."""
    text: str
    """The state and, when it is not good, what to type."""


def diagnose() -> tuple[Diagnosis, ...]:
    """Check settings, index, model and judge before the first question; errors become diagnoses."""
    try:
        settings = Settings.load()
    except RagError as error:
        return (Diagnosis("settings", False, str(error)),)
    try:
        with Assistant.open(settings.model_copy(update={"llm": "quotes"})) as assistant:
            index = _of_index(settings, assistant)
    except RagError as error:
        index = (Diagnosis("index", False, str(error)),)
    return _of_all(settings, index)


def diagnose_open(assistant: Assistant) -> tuple[Diagnosis, ...]:
    """As `diagnose`, of an assistant that is open already."""
    try:
        index = _of_index(assistant.settings, assistant)
    except RagError as error:
        index = (Diagnosis("index", False, str(error)),)
    return _of_all(assistant.settings, index)


def _of_all(settings: Settings, index: tuple[Diagnosis, ...]) -> tuple[Diagnosis, ...]:
    changed = settings.model_dump(exclude_defaults=True)
    if settings.index is not None:
        changed["index"] = settings.index_name
    listed = ", ".join(f"{name}={value}" for name, value in changed.items()) or "defaults"
    return (
        Diagnosis("settings", True, f"{listed} (from RAG_* variables and {SETTINGS_FILE})"),
        _of_networks(),
        *_of_server(settings),
        *index,
        _of_model(settings),
        _of_judge(settings),
    )


def _of_networks() -> Diagnosis:
    """Whether every shipped file is as it was shipped."""
    sizes: dict[str, int] = {}
    try:
        for network in NETWORKS:
            verify_network(network, RagError)
            sizes |= {file.name: file.stat().st_size for file, _ in network.files}
    except RagError as error:
        return Diagnosis("networks", False, str(error))
    return Diagnosis("networks", True, f"{', '.join(sizes)}, {sum(sizes.values()) / 1e6:.0f} MB, as they were shipped")


def _of_server(settings: Settings) -> tuple[Diagnosis, ...]:
    """The server of an index in PostgreSQL; that it cannot be reached is said of the index."""
    if settings.index is None:
        return ()
    try:
        server = inspect_server(settings)
    except RagError:
        return ()
    sizes = "; ".join(f"{part} {size / 1e6:.1f} MB" for part, size in server.sizes) or "no tables yet"
    role = _standby_text(server.standby) if server.standby else ""
    advice = ". Stop its writers, then: rag doctor --migrate" if server.outdated else ""
    text = f"{server.version}{role} with {', '.join(server.extensions) or 'no extension'}; {sizes}{advice}"
    return (Diagnosis("server", not server.outdated, text),)


def _standby_text(standby: StandbyState) -> str:
    """How far it is behind; an old transaction alone does not mean that, where nobody writes."""
    behind = "not connected to its primary" if standby.bytes is None else f"{standby.bytes:,} bytes behind its primary"
    newest = "none since it was started" if standby.seconds is None else f"{standby.seconds:,.0f} s ago"
    return f", a standby that can only be read, {behind}, last transaction replayed: {newest},"


def _of_index(settings: Settings, assistant: Assistant) -> tuple[Diagnosis, ...]:
    entries = assistant.articles()
    return (
        _of_embedder(settings),
        *_of_articles(settings, entries, assistant.health()),
        _of_refusals(settings, assistant.embedder),
    )


def _of_embedder(settings: Settings) -> Diagnosis:
    offline = ", offline" if settings.embedder == "minilm" else ""
    return Diagnosis("embedder", True, f"{settings.embedder}{offline}")


def _of_refusals(settings: Settings, embedder: Embedder) -> Diagnosis:
    """Whether the thresholds fit the embedder; a `confidence` that the user set is taken as chosen for it."""
    fitted = confidence_model()
    if embedder.fingerprint == fitted.fingerprint or "confidence" in settings.model_fields_set:
        least = calibrated_thresholds(settings).override(settings).abstain_below
        text = f"answers in quotes are refused below a confidence of {least}; a model refuses by itself"
        return Diagnosis("refusals", True, text)
    return Diagnosis(
        "refusals",
        False,
        f"thresholds were fitted to {fitted.embedder}; with {embedder.name} refusals are not calibrated: "
        "run rag eval run, then set RAG_CONFIDENCE",
    )


def _of_articles(settings: Settings, entries: tuple[Entry, ...], health: Health) -> tuple[Diagnosis, ...]:
    searched = f"{health.vectors} passages in the vector index, {health.keywords} in the keyword index"
    undated = [entry.id for entry in entries if entry.date is None]
    dates = f"{len(undated)} of {len(entries)} articles state no date" if undated else "every article states one"
    advice = f"; --after and --before leave them out: {', '.join(undated[:5])}" if undated else ""
    return (
        Diagnosis("index", bool(entries), f"{settings.index_name}: {health.articles} articles, {searched}"),
        *_of_files(health),
        Diagnosis("dates", True, dates + advice),
    )


def _of_files(health: Health) -> tuple[Diagnosis, ...]:
    if not health.outdated:
        return ()
    named = ", ".join(health.outdated[:5])
    return (
        Diagnosis("files", False, f"{len(health.outdated)} changed since they were read ({named}): rag ingest FOLDER"),
    )


def _of_model(settings: Settings) -> Diagnosis:
    try:
        model = open_model(settings)
        if model is None:
            return Diagnosis("answers", True, f"quotes, word for word; {_why_none(settings)}")
        choice = model.inspect()
    except ModelError as error:
        return Diagnosis("answers", False, f"{error} Until then answers are quoted.")
    except RagError as error:
        return Diagnosis("answers", False, str(error))
    cost = model.limits.dollars(1_000_000, 0)
    price = "price unknown, see RAG_PROMPT_PRICE" if cost is None else f"${cost:.2f} for a million tokens sent"
    text = f"written by {model.name} at {choice.address}, because {choice.why}; every sentence checked; {price}"
    return Diagnosis("answers", True, text)


def _of_judge(settings: Settings) -> Diagnosis:
    try:
        judge = open_judge(settings)
    except RagError as error:
        return Diagnosis("checks", False, str(error))
    own = "the language model, where one writes" if settings.judge == MODEL_JUDGE else ShippedJudge().name
    by = judge.name if judge else own
    return Diagnosis("checks", True, f"wording judged by {by}; numbers, names, dates and quotes by rules")


def _why_none(settings: Settings) -> str:
    if settings.llm == "quotes":
        return "RAG_LLM=quotes"
    return "no model, as neither OPENAI_API_KEY, OPENAI_BASE_URL nor RAG_LLM is set"
