"""Files of the shipped networks, each with its sha256; docs/weights.md describes how they were made."""

from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
TOKENIZER = FOLDER / "tokenizer.json"
"""The uncased WordPiece vocabulary of all shipped networks."""


class ShippedNetwork(NamedTuple):
    """One shipped network and the sha256 of its file."""

    file: Path
    sha256: str


MINILM = ShippedNetwork(FOLDER / "minilm.onnx", "49bca25175dc8fb78ccb521f0b3be6ad0621dd36db5af23bccdf7e5d6d6fd691")
"""The sentence encoder, made by evals/training/export_minilm.py."""
CHECKER = ShippedNetwork(FOLDER / "checker.onnx", "cafcb333543aaefa04af2e9cbd7c24f9f0af693c62f523cb49b6c3d8d9de8488")
"""The cross-encoder of the checker, made by evals/training/cross_encoder.py."""
READER = ShippedNetwork(FOLDER / "reader.onnx", "5dc95990274ec69cbba2e4b872e38023da9339ce02673e70136f7a12554e7ca9")
"""The network that reads a question beside a passage, made by evals/training/reader/."""
LARGE_CHECKER = ShippedNetwork(
    FOLDER / "large_checker.onnx", "d08010b875eabe52140a3a71a5e9ec1904245cb00d276538afe1babdbbd0d4f1"
)
"""The large cross-encoder of the checker, MPNet in 4 bits, made by evals/training/judge/."""
