"""Settings + environment -> which model: OpenAI's, one behind a server of the same protocol, a local file, or none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from rag.errors import SettingsError
from rag.settings import Settings

OPENAI = "https://api.openai.com/v1"
DEFAULT = "gpt-4.1-mini"
"""OpenAI's model when only a key is given: no reasoning before the first word, a million tokens for $0.40."""
NO_KEY = "none"
"""What servers that ask for no key are sent."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A model and how it is reached."""

    kind: Literal["openai", "server", "gguf"]
    name: str
    """Of the model; empty for the first one a server lists."""
    address: str
    """Base URL; the path of the file for `gguf`."""
    key: str = field(repr=False)
    why: str
    """What in the settings or the environment made this the choice."""

    @property
    def nearby(self) -> bool:
        """Whether it runs on this machine; a proxy of the environment must not stand between."""
        host = urlsplit(self.address).hostname or ""
        return host == "localhost" or host == "::1" or host.startswith("127.")


def choose(settings: Settings, environ: Mapping[str, str]) -> Choice | None:
    """The model that settings and environment ask for; None when answers are quoted.

    Args:
        settings: `llm` names one, turns it off (`quotes`), or leaves it to the environment (`auto`).
        environ: OPENAI_API_KEY and OPENAI_BASE_URL.

    Raises:
        SettingsError: `llm` cannot be read, or names what cannot be reached with this environment.
    """
    kind, _, name = settings.llm.partition(":")
    if settings.llm == "quotes":
        return None
    if kind == "gguf" and name:
        return _file(Path(name).expanduser())
    if settings.llm != "auto" and not (kind == "openai" and name):
        raise SettingsError(f"Unknown RAG_LLM {settings.llm!r}. Use auto, quotes, openai:MODEL or gguf:FILE.")
    return reach(name, environ, f"RAG_LLM={settings.llm}" if name else "")


def reach(name: str, environ: Mapping[str, str], asked: str = "") -> Choice | None:
    """How the environment says a model is reached; None when it says nothing and nothing was asked for.

    Args:
        name: of the model; empty for a default.
        environ: OPENAI_API_KEY and OPENAI_BASE_URL.
        asked: the setting that named the model, for `why`.

    Raises:
        SettingsError: a model was asked for and there is neither key nor address, or one of them is malformed.
    """
    key, address = environ.get("OPENAI_API_KEY", "").strip(), environ.get("OPENAI_BASE_URL", "").strip().rstrip("/")
    if not key.isascii() or any(letter.isspace() for letter in key):
        raise SettingsError("OPENAI_API_KEY holds a space or a character no key has. Copy it anew.")
    if address and not address.startswith(("http://", "https://")):
        raise SettingsError(f"OPENAI_BASE_URL={address} does not start with http:// or https://. Correct it.")
    if address and address != OPENAI:
        return Choice("server", name, address, key or NO_KEY, asked or "OPENAI_BASE_URL is set")
    if key:
        return Choice("openai", name or DEFAULT, OPENAI, key, asked or "OPENAI_API_KEY is set")
    if asked:
        raise SettingsError(f"{asked} needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own. Set one.")
    return None


def _file(path: Path) -> Choice:
    if not path.is_file():
        raise SettingsError(f"RAG_LLM names {path}, which is no file. Give the path of a .gguf model.")
    return Choice("gguf", path.stem, str(path), "", f"RAG_LLM=gguf:{path}")
