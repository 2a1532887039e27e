"""Files of the shipped networks, each with its sha256; docs/weights.md describes how they were made."""

from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
TOKENIZER = FOLDER / "tokenizer.json"
"""The uncased WordPiece vocabulary of all shipped networks."""


class ShippedFile(NamedTuple):
    """One shipped file and the sha256 that it must have."""

    file: Path
    sha256: str


VOCABULARY = ShippedFile(TOKENIZER, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037")
"""The tokenizer as every shipped network was trained with it: with another one, each would read other words."""
WORD_EMBEDDINGS = ShippedFile(
    FOLDER / "word_embeddings.bin", "2655fab7816f43efb3fad20f05446eb86b486521b298db97d541c7a9c4d2202d"
)
"""MiniLM's word embeddings in 8 bits, 30,522 rows of 384, which training left as they were published.

ONNX Runtime maps the file into memory, so that all networks that name it, of every process, read one copy.
"""


class ShippedNetwork(NamedTuple):
    """One shipped network and the sha256 of its file."""

    file: Path
    sha256: str
    shared: tuple[ShippedFile, ...] = ()
    """What lies beside the file, for other networks, too."""
    whole: str = ""
    """sha256 of the network before its word embeddings were put into a file of their own."""

    @property
    def identity(self) -> str:
        """The sha256 by which indexes and calibrations know the network, however it is cut into files."""
        return self.whole or self.sha256

    @property
    def files(self) -> tuple[ShippedFile, ...]:
        """All that the network is read from."""
        return (ShippedFile(self.file, self.sha256), *self.shared)


MINILM = ShippedNetwork(
    FOLDER / "minilm.onnx",
    "0c596e53cddcc1569abac508af552e225aa830363df397915fc99af43a250a0e",
    (VOCABULARY, WORD_EMBEDDINGS),
    "49bca25175dc8fb78ccb521f0b3be6ad0621dd36db5af23bccdf7e5d6d6fd691",
)
"""The sentence encoder, made by evals/training/export_minilm.py."""
CHECKER = ShippedNetwork(
    FOLDER / "checker.onnx",
    "9193d5d6373db0790bddb1d164b830ef4c1e18c1b4933757e8ca1fb8b6dd18ca",
    (VOCABULARY, WORD_EMBEDDINGS),
    "cafcb333543aaefa04af2e9cbd7c24f9f0af693c62f523cb49b6c3d8d9de8488",
)
"""The cross-encoder of the checker, made by evals/training/cross_encoder.py."""
READER = ShippedNetwork(
    FOLDER / "reader.onnx",
    "e95ee944079d6a8788cb570f4bbc4eec30590831a8729dc6734ed55cdd2d1058",
    (VOCABULARY, WORD_EMBEDDINGS),
    "5dc95990274ec69cbba2e4b872e38023da9339ce02673e70136f7a12554e7ca9",
)
"""The network that reads a question beside a passage, made by evals/training/reader/."""
TRUNK = ShippedFile(FOLDER / "trunk.bin", "da0364264e3af57c423a9072ba5f45022ab8ea576b4abbc43d8f3e80e1888baa")
"""The matrices and word embeddings of MPNet in 4 bits, as they were trained for the large checker."""
LARGE_CHECKER = ShippedNetwork(
    FOLDER / "large_checker.onnx",
    "3db4a58cfcd2f50049b8950a8e5867c019201c95d7c444b252a814d7a92a4202",
    (VOCABULARY, TRUNK),
)
"""The large cross-encoder of the checker, made by evals/training/judge/."""
LARGE_READER = ShippedNetwork(
    FOLDER / "large_reader.onnx",
    "b552d95fb4c8b2785b2949425edb2ae2ea795f56f9ba27e4d5f1c9307f009628",
    (VOCABULARY, TRUNK),
)
"""The reader that reads again what the small one is in doubt of: the same trunk beside an adapter, made by
evals/training/reader/train_adapter.py."""
NETWORKS = (MINILM, CHECKER, READER, LARGE_CHECKER, LARGE_READER)
"""All of them, as `rag doctor` hashes them."""
