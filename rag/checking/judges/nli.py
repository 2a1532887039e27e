"""Folder of a local NLI model -> a judge: model.onnx, tokenizer.json, and config.json, which names its classes."""

import json
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag import onnx
from rag.checking.judges.base import NO_VERDICT_SCORE, REASON_CONTRADICTED, REASON_UNSUPPORTED, Opinion
from rag.errors import CheckError
from rag.logistic import sigmoid, softmax

MAX_TOKENS = 512
"""Most tokens of evidence and sentence together, where the model fixes no length; the end of longer evidence is cut."""
SENTENCE_SHARE = 0.78
"""Share of the tokens that a sentence may take; a longer one leaves no room for evidence and gets no verdict."""
PADDING = "[PAD]", "<pad>"
"""Names of the padding token, for a model of fixed length."""
TOO_LONG = "it is too long for the judge"
_TYPES = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
_KNOWN = ("input_ids", "attention_mask", "token_type_ids")
_SUPPORTS = re.compile(r"^(?:entail\w*|support\w*|consistent|faithful|grounded|attributable)$", re.IGNORECASE)
_DENIES = re.compile(r"^(?:contradict\w*|refut\w*)$", re.IGNORECASE)
_WANTED = "entailment, supported or consistent"


class NliJudge:
    """A cross-encoder for natural language inference: evidence first, sentence second, one logit a class.

    Args:
        name: as in the settings.
        folder: holds model.onnx, tokenizer.json, and config.json with `id2label`; a model of one class, LABEL_0, gives
            the logit of being supported.

    Raises:
        CheckError: a file is missing or unusable, no class is called entailment, supported or consistent, or the model
            cannot judge a first pair.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder
        self._classes = _classes(folder / "config.json")
        self._tokenizer = onnx.load_tokenizer(folder / "tokenizer.json", CheckError)
        self._session = onnx.open_session(folder / "model.onnx", CheckError)
        self._tokens = self._set_length()
        self._inputs = {node.name: _TYPES.get(node.type) for node in self._session.get_inputs()}
        if unknown := [name for name, kind in self._inputs.items() if name not in _KNOWN or kind is None]:
            wanted = f"{', '.join(unknown)}; known, as integers: {', '.join(_KNOWN)}"
            raise CheckError(f"{folder / 'model.onnx'} wants {wanted}.")
        self._probabilities("Owls hunt.", "Owls hunt mice.")  # an unusable model fails here, not during an answer

    def opinion(self, sentence: str, evidence: str) -> Opinion:
        """Its probability of the class that means support; contradicted when that class is likelier than any other."""
        if sum(self._tokenizer.encode(sentence).attention_mask) > SENTENCE_SHARE * self._tokens:
            return Opinion(NO_VERDICT_SCORE, contradicted=False, reason=TOO_LONG)
        probabilities = self._probabilities(sentence, evidence)
        supports = sum(value for value, name in zip(probabilities, self._classes, strict=True) if _SUPPORTS.match(name))
        denied = bool(_DENIES.match(self._classes[int(np.argmax(probabilities))]))
        return Opinion(float(supports), denied, REASON_CONTRADICTED if denied else REASON_UNSUPPORTED)

    def _set_length(self) -> int:
        """Truncate and pad in the tokenizer to the number of tokens that the model reads, and return that number."""
        shapes = [node.shape for node in self._session.get_inputs()]
        fixed = [shape[1] for shape in shapes if len(shape) > 1 and isinstance(shape[1], int) and shape[1] > 0]
        tokens = min(fixed, default=MAX_TOKENS)
        self._tokenizer.enable_truncation(tokens, strategy="only_first")
        if fixed:
            ids = (self._tokenizer.token_to_id(name) for name in PADDING)
            filler = next((number for number in ids if number is not None), 0)
            self._tokenizer.enable_padding(length=tokens, pad_id=filler)
        return tokens

    def _probabilities(self, sentence: str, evidence: str) -> NDArray[np.float64]:
        try:
            encoded = self._tokenizer.encode(evidence, sentence)
            values = (encoded.ids, encoded.attention_mask, encoded.type_ids)
            known = dict(zip(_KNOWN, values, strict=True))
            inputs = {name: np.array([known[name]], dtype=kind) for name, kind in self._inputs.items()}
            (logits, *_) = self._session.run(None, inputs)
        except Exception as error:
            raise CheckError(f"{self._folder / 'model.onnx'} cannot judge: {error}") from error
        logits = np.asarray(logits, dtype=np.float64).ravel()
        if logits.size != len(self._classes):
            raise CheckError(
                f"{self._folder / 'model.onnx'} gives {logits.size} classes; config.json names {len(self._classes)}."
            )
        if logits.size == 1:
            return sigmoid(logits)
        return softmax(logits)


def _classes(file: Path) -> tuple[str, ...]:
    try:
        named = json.loads(onnx.read_file(file, CheckError)).get("id2label", {})
        classes = tuple(str(named[number]) for number in sorted(named, key=int))
    except (ValueError, AttributeError, TypeError) as error:
        raise CheckError(f"{file} is no configuration of a model: {error}") from error
    if classes == ("LABEL_0",):
        return ("supported",)
    if not any(_SUPPORTS.match(name) for name in classes):
        raise CheckError(
            f"{file} names the classes {', '.join(classes) or 'none'} in id2label; one must be called {_WANTED}."
        )
    return classes
