"""Model folder -> EncoderConfig: pooling, prefixes and length as the files of sentence-transformers give them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, get_args

from pydantic import BaseModel, Field, ValidationError

from rag.errors import EmbeddingError

Pooling = Literal["mean", "cls", "lasttoken", "max"]
"""How the vectors of the tokens become the one of a text."""
MAX_TOKENS = 256
"""As all-MiniLM-L6-v2 is used; the rest of a longer text is ignored."""
NO_LIMIT = 1_000_000
"""Tokenizers without a limit give a model_max_length above this one, often 1e30."""
QUERY_PROMPTS = ("query", "search_query")
"""Names of the prompt for questions, in `prompts` of config_sentence_transformers.json; the first one counts."""
PASSAGE_PROMPTS = ("document", "passage", "corpus", "search_document")
_MODULES = {"Transformer", "Pooling", "Normalize"}
_MODES: dict[str, Pooling] = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean",  # differs by a factor, and vectors are scaled to unit length
    "pooling_mode_cls_token": "cls",
    "pooling_mode_lasttoken": "lasttoken",
    "pooling_mode_max_tokens": "max",
}
_Settings = TypeVar("_Settings", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """How a sentence encoder is used."""

    pooling: Pooling = "mean"
    """Ignored by a model whose output is pooled."""
    query_prefix: str = ""
    """Put before a question: "query: " for E5."""
    passage_prefix: str = ""
    """Put before a sentence of an article: "passage: " for E5."""
    max_tokens: int = MAX_TOKENS
    """Of a text with its prefix; the rest is ignored."""


DEFAULT_CONFIG = EncoderConfig()


class _Module(BaseModel):
    type: str
    path: str = ""

    @property
    def kind(self) -> str:
        return self.type.rpartition(".")[2]


class _Modules(BaseModel):
    modules: tuple[_Module, ...]


class _Pooling(BaseModel, extra="allow"):
    pooling_mode: str | None = None
    include_prompt: bool = True


class _Length(BaseModel):
    max_seq_length: int | None = Field(default=None, ge=1)


class _Tokenizer(BaseModel):
    model_max_length: float | None = Field(default=None, ge=1)


class _Prompts(BaseModel):
    prompts: dict[str, str] = {}
    default_prompt_name: str | None = None


def read_encoder_config(folder: Path) -> EncoderConfig:
    """How the model of a folder is used; the default for whatever its files do not say.

    Files, as sentence-transformers writes them:
        modules.json: where the others are; only Transformer, Pooling and Normalize can be run.
        1_Pooling/config.json: pooling_mode_mean_tokens, _cls_token, _lasttoken or _max_tokens.
        config_sentence_transformers.json: `prompts`, of which `query` and `document` or `passage` are the prefixes.
            A model that needs prefixes but comes without them, as E5 does, gets them by a line in this file.
        sentence_bert_config.json: max_seq_length; without it, model_max_length of tokenizer_config.json.

    Raises:
        EmbeddingError: a file is malformed, or asks for what cannot be run; the message names the file.
    """
    paths = _module_paths(folder / "modules.json")
    pooling_file = folder / paths.get("Pooling", "1_Pooling") / "config.json"
    prompts_file = folder / "config_sentence_transformers.json"
    pooling, prompts = _read(pooling_file, _Pooling), _read(prompts_file, _Prompts)
    query, passage = _prefix(prompts, QUERY_PROMPTS), _prefix(prompts, PASSAGE_PROMPTS)
    if not pooling.include_prompt and (query or passage):
        raise EmbeddingError(f"{pooling_file}: include_prompt false is not supported with the prompts of this folder.")
    return EncoderConfig(_mode(pooling, pooling_file), query, passage, _length(folder, paths.get("Transformer", "")))


def _module_paths(file: Path) -> dict[str, str]:
    modules = _read(file, _Modules, '{"modules": %s}').modules if file.exists() else ()
    unknown = sorted({module.kind for module in modules} - _MODULES)
    if unknown:
        raise EmbeddingError(f"{file}: {', '.join(unknown)} cannot be run; known: {', '.join(sorted(_MODULES))}.")
    return {module.kind: module.path for module in modules}


def _mode(pooling: _Pooling, file: Path) -> Pooling:
    given = [pooling.pooling_mode] if pooling.pooling_mode else _flags(pooling)
    modes: list[Pooling] = [mode for name in given if (mode := _known_mode(name))]
    if len(modes) != len(given) or len(modes) > 1:
        raise EmbeddingError(f"{file}: {' with '.join(given)} is not supported; known: {', '.join(get_args(Pooling))}.")
    return modes[0] if modes else DEFAULT_CONFIG.pooling


def _flags(pooling: _Pooling) -> list[str]:
    extra = pooling.model_extra or {}
    return [name for name, value in extra.items() if name.startswith("pooling_mode_") and value is True]


def _known_mode(name: str) -> Pooling | None:
    return next((mode for flag, mode in _MODES.items() if name in (flag, mode)), None)


def _prefix(prompts: _Prompts, names: tuple[str, ...]) -> str:
    default = prompts.prompts.get(prompts.default_prompt_name or "", "")
    return next((prompts.prompts[name] for name in names if name in prompts.prompts), default)


def _length(folder: Path, transformer: str) -> int:
    given = _read(folder / transformer / "sentence_bert_config.json", _Length).max_seq_length
    if given is not None:
        return given
    length = _read(folder / transformer / "tokenizer_config.json", _Tokenizer).model_max_length
    return int(length) if length is not None and length <= NO_LIMIT else DEFAULT_CONFIG.max_tokens


def _read(file: Path, model: type[_Settings], wrapped: str = "%s") -> _Settings:
    """The settings in a JSON file; the defaults where there is no such file."""
    try:
        content = wrapped % file.read_text(encoding="utf-8") if file.exists() else "{}"
        return model.model_validate_json(content)
    except (OSError, UnicodeDecodeError) as error:
        raise EmbeddingError(f"{file} cannot be read ({error}).") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"])) or "the file"
        raise EmbeddingError(f"{file}: {name}: {first['msg']}.") from error
