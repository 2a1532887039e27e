"""The path through real weights: SmolLM2-135M in this process, behind the same protocol as every other model."""

import contextlib
import os
import socket
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.benchmarks.fetch_smollm2 import NAME
from evals.benchmarks.model_file import MODELS
from rag import Assistant, Settings
from rag.checking import check
from rag.errors import ModelError
from rag.llm import Model, ModelChoice, choose_model
from rag.llm.local import start_server
from rag.prompts import Messages

WEIGHTS = MODELS / NAME
SEEDS = Path("seeds").resolve()
real = pytest.mark.local


@pytest.fixture(scope="module")
def settings() -> Settings:
    if not WEIGHTS.is_file() and not os.environ.get("CI"):
        pytest.skip("fetch the model: python -m evals.benchmarks.fetch_smollm2")
    return Settings(llm=f"gguf:{WEIGHTS}", repairs=0, reply_tokens=60)


@pytest.fixture(scope="module")
def model(settings: Settings) -> Model:
    choice = choose_model(settings, {})
    assert choice is not None
    return Model(choice, settings)


@real
def test_a_local_model_writes_and_costs_nothing(model: Model) -> None:
    budget = model.open_budget()
    pieces = list(model.stream(Messages("Answer in one word.", "What is the capital of France?"), budget))
    assert len(pieces) > 1
    assert "Paris" in "".join(pieces)
    assert budget.usage.prompt_tokens > 10
    assert (budget.usage.requests, budget.usage.dollars) == (1, 0.0)
    assert model.name == "SmolLM2-135M-Instruct.Q4_1 (local)"


@real
def test_it_is_counted_with_a_margin_that_holds(model: Model) -> None:
    text = min(SEEDS.iterdir()).read_text(encoding="utf-8")[:3000]
    budget = model.open_budget()
    with contextlib.suppress(ModelError):  # it goes on for longer than it may
        list(model.stream(Messages("Say yes.", text), budget, 50))
    assert budget.usage.prompt_tokens <= model.limits.tokens(text) + 60


@real
def test_its_server_listens_on_loopback_only_and_behind_a_key(model: Model) -> None:
    connected = model.connect()
    assert connected.address.startswith("http://127.0.0.1:")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{connected.address}/chat/completions", data=b"{}", timeout=5)
    port = int(connected.address.split(":")[2].split("/")[0])
    outward = socket.gethostbyname(socket.gethostname())
    if not outward.startswith("127."):
        with socket.socket() as probe:
            assert probe.connect_ex((outward, port)) != 0


@real
def test_one_process_loads_a_file_once(settings: Settings, model: Model) -> None:
    choice = choose_model(settings, {})
    assert choice is not None
    assert Model(choice, settings).connect() == model.connect()


@real
def test_nothing_it_writes_reaches_the_user_unchecked(settings: Settings, tmp_path: Path) -> None:
    changed = settings.model_copy(update={"index_dir": tmp_path, "articles_dir": SEEDS})
    with Assistant.open(changed) as assistant:
        for answer in assistant.stream("Why did Serbs put up roadblocks in December 2022?"):
            quotes = {citation.number: citation.quote for citation in answer.citations}
            for sentence in answer.sentences:
                evidence: Sequence[str] = [quotes[number] for number in sentence.citations]
                assert evidence
                assert check(sentence.text, evidence).label == "supported"


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF" + b"\0" * 500, b"<html>not found</html>"])
def test_a_file_that_is_no_model_is_refused_and_the_process_lives(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("xllamacpp")
    file = tmp_path / "broken.gguf"
    file.write_bytes(content)
    with pytest.raises(ModelError, match=r"broken\.gguf"):
        start_server(ModelChoice("gguf", "broken", str(file), "", ""), 512, Settings())
