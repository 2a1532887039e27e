from pathlib import Path

import pytest

from rag.checking.judges.pair_network import PairNetwork
from rag.errors import CheckError
from rag.weights import CHECKER, LARGE_CHECKER, TOKENIZER, ShippedNetwork


@pytest.mark.parametrize("shipped", [CHECKER, LARGE_CHECKER], ids=["small", "large"])
def test_altered_weights_are_refused_by_name(shipped: ShippedNetwork, tmp_path: Path) -> None:
    name = shipped.file.name
    altered = ShippedNetwork(tmp_path / name, shipped.sha256)
    (tmp_path / name).write_bytes(b"other weights")
    with pytest.raises(CheckError, match=rf"/{name} was altered"):
        PairNetwork(altered, TOKENIZER, threads=1)
    (tmp_path / name).unlink()
    with pytest.raises(CheckError, match=rf"/{name} cannot be read"):
        PairNetwork(altered, TOKENIZER, threads=1)
