"""Settings + environment -> the language model: of OpenAI, of another server, a local file, or none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from rag.errors import SettingsError
from rag.settings import Settings

OPENAI = "https://api.openai.com/v1"
DEFAULT = "gpt-4.1-mini"
"""Model of OpenAI when only a key is given: no reasoning before the first word, $0.40 per million prompt tokens."""
NO_KEY = "none"
"""Sent as the key to servers that need none."""
CHAT = "/chat/completions"
"""End of the address of a request, which is no part of a base URL."""
AROUND = " \"'`“”‘’"
"""Stripped from both ends of a variable."""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model and its address."""

    kind: Literal["openai", "server", "gguf"]
    name: str
    """Name of the model; empty for the first one that the server lists."""
    address: str
    """Base URL; the path of the file for `gguf`."""
    key: str = field(repr=False)
    why: str
    """The setting or variable that selected it."""

    @property
    def on_this_machine(self) -> bool:
        """Whether its host is loopback; then the proxies of the environment are not used."""
        host = (urlsplit(self.address).hostname or "").rstrip(".")
        try:
            address = ip_address(host)
        except ValueError:  # a name
            return host == "localhost" or host.endswith(".localhost")
        return address.is_loopback or address.is_unspecified


def choose_model(settings: Settings, environ: Mapping[str, str]) -> ModelChoice | None:
    """The model of the settings and the environment; None when answers are quoted.

    Args:
        settings: `llm` names one, turns it off (`quotes`), or leaves it to the environment (`auto`).
        environ: OPENAI_API_KEY and OPENAI_BASE_URL.

    Raises:
        SettingsError: `llm` is malformed, or names a model that this environment cannot reach.
    """
    kind, _, name = settings.llm.partition(":")
    if settings.llm == "quotes":
        return None
    if kind == "gguf" and name:
        return _choose_file(Path(name).expanduser())
    if settings.llm != "auto" and not (kind == "openai" and name):
        raise SettingsError(f"Unknown RAG_LLM {settings.llm!r}. Use auto, quotes, openai:MODEL or gguf:FILE.")
    return choose_by_environment(name, environ, f"RAG_LLM={settings.llm}" if name else "")


def choose_by_environment(name: str, environ: Mapping[str, str], setting: str = "") -> ModelChoice | None:
    """The model at the server that the environment names; None without key and address, unless a setting needs one.

    Args:
        name: of the model; empty for the default.
        environ: OPENAI_API_KEY and OPENAI_BASE_URL.
        setting: the setting that named the model, for `why`.

    Raises:
        SettingsError: a setting named the model and there is neither key nor address, or one of them is malformed.
    """
    key, address = _key(environ), _address(environ)
    if address and address != OPENAI:
        return ModelChoice("server", name, address, key or NO_KEY, setting or "OPENAI_BASE_URL is set")
    if key:
        return ModelChoice("openai", name or DEFAULT, OPENAI, key, setting or "OPENAI_API_KEY is set")
    if setting:
        raise SettingsError(f"{setting} needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own. Set one.")
    return None


def _key(environ: Mapping[str, str]) -> str:
    key = _copied(environ, "OPENAI_API_KEY").removeprefix("Bearer ").strip()
    if not key.isascii() or any(letter.isspace() for letter in key):
        raise SettingsError("OPENAI_API_KEY holds a space or a character no key has. Copy it anew.")
    return key


def _address(environ: Mapping[str, str]) -> str:
    address = _copied(environ, "OPENAI_BASE_URL").rstrip("/").removesuffix(CHAT).rstrip("/")
    if address and not address.lower().startswith(("http://", "https://")):
        raise SettingsError(f"OPENAI_BASE_URL={address} does not start with http:// or https://. Correct it.")
    try:
        parts = urlsplit(address)
        valid = not address or bool(parts.hostname and (parts.port is None or parts.port > 0))
    except ValueError:
        valid = False
    if not valid or any(letter.isspace() for letter in address):
        raise SettingsError(f"OPENAI_BASE_URL={address} is no address. Correct it, like http://localhost:11434/v1.")
    return address


def _copied(environ: Mapping[str, str], name: str) -> str:
    """A variable without what is copied along with a value: line breaks, quotation marks, invisible letters."""
    return "".join(letter for letter in environ.get(name, "") if letter.isprintable()).strip(AROUND)


def _choose_file(path: Path) -> ModelChoice:
    if not path.is_file():
        raise SettingsError(f"RAG_LLM names {path}, which is no file. Give the path of a .gguf model.")
    return ModelChoice("gguf", path.stem, str(path), "", f"RAG_LLM=gguf:{path}")
