"""A folder with a local NLI model -> a judge: model.onnx, tokenizer.json, and config.json that names its classes."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.checking.judge import Opinion
from rag.errors import CheckError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

MAX_TOKENS = 512
"""Of evidence and sentence together; what is longer loses the end of its evidence."""
_SUPPORTS = re.compile(r"^(?:entail\w*|support\w*|consistent|faithful|grounded|attributable)$", re.IGNORECASE)
_DENIES = re.compile(r"^(?:contradict\w*|refut\w*)$", re.IGNORECASE)
_WANTED = "entailment, supported or consistent"


class InferenceJudge:
    """A cross-encoder for natural language inference: evidence first, sentence second, one logit a class.

    Args:
        name: as in the settings.
        folder: holds model.onnx, tokenizer.json, and config.json with `id2label`; a model of one class gives the logit
            of being supported.

    Raises:
        CheckError: a file is missing or unusable, or no class is called entailment, supported or consistent.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder
        self._classes = _classes(folder / "config.json")
        self._tokenizer = _tokenizer(folder / "tokenizer.json")
        self._session = _session(folder / "model.onnx")
        self._inputs = {one.name for one in self._session.get_inputs()}

    def opinion(self, sentence: str, evidence: str) -> Opinion:
        """Its probability of the class that means support; contradicted when that class is likelier than any other."""
        shares = self._shares(sentence, evidence)
        supports = sum(share for share, name in zip(shares, self._classes, strict=True) if _SUPPORTS.match(name))
        likeliest = self._classes[int(np.argmax(shares))]
        return Opinion(float(supports), bool(_DENIES.match(likeliest)), "")

    def _shares(self, sentence: str, evidence: str) -> NDArray[np.float64]:
        encoded = self._tokenizer.encode(evidence, sentence)
        given = {
            "input_ids": encoded.ids,
            "attention_mask": encoded.attention_mask,
            "token_type_ids": encoded.type_ids,
        }
        try:
            (logits, *_) = self._session.run(None, {name: np.array([given[name]]) for name in self._inputs})
        except Exception as error:
            raise CheckError(f"{self._folder / 'model.onnx'} cannot judge: {error}") from error
        found = np.asarray(logits, dtype=np.float64).ravel()
        if found.size != len(self._classes):
            raise CheckError(
                f"{self._folder / 'model.onnx'} gives {found.size} classes; config.json names {len(self._classes)}."
            )
        if found.size == 1:
            return 1 / (1 + np.exp(-found))
        grown = np.exp(found - found.max())
        return np.asarray(grown / grown.sum())


def _classes(file: Path) -> tuple[str, ...]:
    try:
        named = json.loads(_read(file)).get("id2label", {})
        classes = tuple(str(named[number]) for number in sorted(named, key=int))
    except (ValueError, AttributeError, TypeError) as error:
        raise CheckError(f"{file} is no configuration of a model: {error}") from error
    if len(classes) <= 1:
        return ("supported",)
    if not any(_SUPPORTS.match(name) for name in classes):
        raise CheckError(f"{file} names the classes {', '.join(classes)}; one must be called {_WANTED}.")
    return classes


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CheckError(f"{file} cannot be read ({error.strerror}). It belongs to the judge.") from error


def _tokenizer(file: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(_read(file).decode("utf-8"))
    except CheckError:
        raise
    except Exception as error:
        raise CheckError(f"{file} is no tokenizer: {error}") from error
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_first")
    tokenizer.no_padding()
    return tokenizer


def _session(file: Path) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(_read(file), options, providers=["CPUExecutionProvider"])
    except CheckError:
        raise
    except Exception as error:
        raise CheckError(f"{file} is no ONNX model that runs here: {error}") from error
