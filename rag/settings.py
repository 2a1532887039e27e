"""RAG_* variables and rag.toml -> Settings: every tuned number, with the measurement behind it."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from rag.errors import SettingsError

PREFIX = "RAG_"
SETTINGS_FILE = Path("rag.toml")
KEY_CHARS = 32
"""Shortest key that signs chats."""


def _from_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ValueError("there is no such home folder") from error


Folder = Annotated[Path, AfterValidator(_from_home)]
"""A path in which `~` is the home folder: no shell replaces it in a file."""


def _require_postgres(address: SecretStr) -> SecretStr:
    if not address.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("an address begins with postgresql://")
    return address


_PASSWORD = re.compile(r"(?P<user>://[^:/?#@]*):.*@|(?P<name>password=)[^&\s]*", re.DOTALL | re.IGNORECASE)


def _require_long(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < KEY_CHARS:
        raise ValueError(f"a key has {KEY_CHARS} characters or more; make one: openssl rand -hex 32")
    return secret


class Settings(BaseModel):
    """Every setting; `Settings()` holds the defaults, `Settings.load()` reads the file and the environment."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    index: Annotated[SecretStr, AfterValidator(_require_postgres)] | None = None
    """Address of an index in PostgreSQL, `postgresql://user@host/database`, in place of `index_dir`; see
    docs/postgresql.md. A password in it is never shown."""
    index_dir: Folder = Path(".rag")
    """Folder of the index."""
    articles_dir: Folder = Path("seeds")
    """Folder that is indexed automatically when there is no index yet."""
    embedder: str = "minilm"
    """`minilm` (shipped), `onnx:FOLDER` (model.onnx and tokenizer.json; pooling, prefixes and length are read from the
    sentence-transformers files beside them), or `openai:MODEL`."""

    passage_tokens: int = Field(default=200, ge=20, le=2000)
    """Upper size of a passage in cl100k_base tokens; a longer sentence stands alone."""

    article_bytes: int = Field(default=20_000_000, ge=1)
    """Largest file read, in bytes."""
    article_pages: int = Field(default=5000, ge=1)
    """Most pages of a PDF that is read."""
    ocr_pages: int = Field(default=100, ge=0)
    """Most scanned pages of a PDF that are read, a second or more each, where rag[ocr] is installed."""
    unpacked_bytes: int = Field(default=100_000_000, ge=1)
    """Largest size to which an archive or document (.zip .docx .xlsx ...) may unpack: a few kilobytes can unpack to
    gigabytes."""
    file_articles: int = Field(default=20_000, ge=1)
    """Most articles, rows, messages or members of one file."""
    json_depth: int = Field(default=100, ge=1, le=500)
    """Deepest nesting of lists and objects in a JSON file."""
    web_seconds: float = Field(default=30, gt=0)
    """Longest time for one web page, redirects included."""
    web_pages: int = Field(default=500, ge=1)
    """Most pages of one sitemap or feed."""
    web_pause: float = Field(default=1, ge=0)
    """Seconds between two pages of one site; a longer delay that its robots.txt asks for counts up to 30."""
    web_private: bool = False
    """Whether pages may be fetched from this machine and private networks, also by all who add to the chat."""
    pages_dir: Folder | None = None
    """Folder of fetched web pages; None for one beside the index."""
    question_chars: int = Field(default=4000, ge=1)
    """Longest question answered; a longer one is refused, not cut."""
    hits: int = Field(default=10, ge=1, le=100)
    """Passages an answer is chosen from: hit@10 on the SQuAD articles is above .98, see evals/benchmarks/answers.py."""
    meaning: float = Field(default=0.6, ge=0, le=1)
    """Weight of meaning against words: hit@1 on SQuAD .841 .847 .818 at .4 .6 .8, on CLAP NQ .735 .738 .742."""

    quotes: int = Field(default=3, ge=1, le=5)
    """Most sentences quoted: on the SQuAD articles the best 1, 2, 3 hold the answer to .78, .86, .90 of questions."""
    quote_share: float | None = Field(default=None, ge=0, le=1)
    """Share of the best sentence's score that a further sentence needs to be quoted, too; None for the reader's
    calibrated one."""
    reader: Literal["large", "small", "none"] = "large"
    """What reads the question beside each passage: `small`, a network of 22 million parameters; `large`, the same and,
    where that is in doubt, one of 110 million; or `none`, words and cosines alone. All come with the package."""
    confidence: float | None = Field(default=None, ge=0, le=1)
    """Probability of an answer below which the question is refused, by a language model or without (it is then not
    asked); None for the reader's calibrated one."""
    sure: float | None = Field(default=None, ge=0, le=1)
    """Probability from which quotes are shown as the answer, not as the nearest sentences; None for the reader's
    calibrated one."""

    judge: str = ""
    """Judge of the wording of written sentences: empty for both shipped networks, `small` for the small one alone (some
    60 ms a sentence and 130 MB less), `onnx:FOLDER` for a local NLI model, `model` for the language model itself, at
    one more request a sentence. `rag.check` and the tool `check` take both networks whatever it is."""
    llm: str = "auto"
    """`openai:MODEL`, `gguf:FILE`, `quotes` for none, or `auto`: what OPENAI_API_KEY or OPENAI_BASE_URL point to."""
    context_window: int | None = Field(default=None, ge=512)
    """Tokens of the model's context; None for what is known of the model, 8192 when nothing is."""
    evidence_tokens: int | None = Field(default=None, ge=50)
    """Tokens of numbered sentences the model sees; None for 2500, or 400 with a local file, and at
    most half of its window."""
    reply_tokens: int = Field(default=600, ge=50, le=8000)
    """Longest reply: five sentences of the SQuAD articles have 160; a reply that is cut is never shown as complete. A
    model that is seen to reason gets 2,000 more for it."""
    repairs: int = Field(default=2, ge=0, le=10)
    """Sentences of an answer that the model may correct once after a failed check; 0 withholds them at once."""
    requests: int = Field(default=4, ge=1, le=10)
    """Most requests for one reply: the first and its retries."""
    retry_seconds: float = Field(default=0.5, ge=0, le=30)
    """Pause before the first retry; it doubles each time. A pause that the server asks for replaces it."""
    first_seconds: float = Field(default=20, gt=0)
    """Longest wait for the first word of a reply, in seconds."""
    idle_seconds: float = Field(default=15, gt=0)
    """Longest wait between two words, in seconds."""
    total_seconds: float = Field(default=120, gt=0)
    """Longest time for one reply, retries included; also the limit for the first word of a local model."""
    model_threads: int = Field(default=2, ge=1, le=64)
    """Threads of a local model; on two cores, more are slower."""
    prompt_price: float | None = Field(default=None, ge=0)
    """Dollars for a million tokens sent; None for the table in rag/llm/limits.py."""
    completion_price: float | None = Field(default=None, ge=0)
    """Dollars for a million tokens received; counts only together with `prompt_price`."""
    answer_dollars: float | None = Field(default=None, gt=0)
    """Most that one answer may cost; None for no limit. A request that could cost more is not sent."""
    day_dollars: float | None = Field(default=None, gt=0)
    """Most that all answers of a day may cost; None for no limit. The sum is kept with the index."""

    chat_title: str = Field(default="What do the articles say?", min_length=1, max_length=80)
    """Heading of the chat's first page."""
    chat_rate: int = Field(default=30, ge=1, le=10_000)
    """Questions a minute that one user of the chat may ask; of likes and dislikes as many."""
    chat_origins: str = ""
    """Origins of other sites, "https://a.org,https://b.org", whose pages may ask at /v1/chat/completions; empty for
    none."""
    chat_operators: str = ""
    """Users, "ada,ben", who may see the page /settings of the chat; `*` for everyone; empty for nobody where users log
    in, and for this machine where nobody does and only it can reach the chat."""
    chat_key: Annotated[SecretStr, AfterValidator(_require_long)] | None = None
    """Secret that signs the chats kept by browsers, 32 characters or more: servers behind one address need the same.
    None for one that is made in `chat_dir`. It is never shown."""
    chat_dir: Path | None = None
    """Folder of the chat: uploaded articles, likes, the key that signs kept chats; None for one beside the index."""

    access: Folder | None = None
    """File of who may read which articles in the chat, its API and MCP, `PATTERN: GROUP, GROUP` a line; None for
    everyone everything. See docs/access.md."""

    log_format: Literal["text", "json"] = "text"
    """`json`: each line of the log is an object of time, level, message and request; `rag serve` then logs every
    request."""
    log_questions: bool = False
    """Whether the log may hold questions."""

    @model_validator(mode="after")
    def _one_index(self) -> Self:
        if self.index is not None and "index_dir" in self.model_fields_set:
            raise ValueError(f"set one of {PREFIX}INDEX and {PREFIX}INDEX_DIR, not both")
        return self

    def at_index(self, place: str) -> Self:
        """The same settings for another index: an address in PostgreSQL or a folder."""
        database = "://" in place
        own = {"index": SecretStr(place) if database else None}
        return self.model_copy(update=own if database else {**own, "index_dir": Path(place).expanduser()})

    @property
    def index_name(self) -> str:
        """Where the index is, fit to be shown: its folder, or its address without the password."""
        if self.index is None:
            return str(self.index_dir)
        address = self.index.get_secret_value()
        return _PASSWORD.sub(lambda found: f"{found['user']}@" if found["user"] else f"{found['name']}***", address)

    @property
    def pages_folder(self) -> Path:
        """`pages_dir`, or `.rag-pages` beside an index in `.rag`."""
        return self.pages_dir or self.index_dir.with_name(f"{self.index_dir.name}-pages")

    @property
    def chat_folder(self) -> Path:
        """`chat_dir`, or `.rag-chat` beside an index in `.rag`."""
        return self.chat_dir or self.index_dir.with_name(f"{self.index_dir.name}-chat")

    @property
    def uploads_folder(self) -> Path:
        """Folder of the articles that users of the chat add."""
        return self.chat_folder / "uploads"

    @classmethod
    def load(cls, file: Path = SETTINGS_FILE, environ: Mapping[str, str] | None = None) -> Self:
        """Settings from `rag.toml`, overridden by `RAG_*` variables; an empty variable counts as not set.

        Raises:
            SettingsError: a name is unknown, a value is malformed, or the file is not TOML.
        """
        values = _from_file(file) | _from_environment(os.environ if environ is None else environ)
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise SettingsError(_explain(error, cls.model_fields)) from error


def _from_file(file: Path) -> dict[str, object]:
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{file}: {error}") from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX) and value.strip()}
    return {name.removeprefix(PREFIX).lower(): value for name, value in given.items()}


def _explain(error: ValidationError, known: Mapping[str, object]) -> str:
    first = error.errors()[0]
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        return f"Unknown setting {name!r} (as {PREFIX}{name.upper()} or in {SETTINGS_FILE}). Known: {', '.join(known)}"
    # What was given for an address may hold a password, and so does all that was given.
    given = "" if name in ("", "index", "chat_key") else f" (got {first['input']!r})"
    return f"Setting {name or 'index'!r}: {first['msg']}{given}"
