from pathlib import Path

import pytest

from rag import weights
from rag.answering.quoting import reader_calibration
from rag.doctor import Diagnosis, diagnose
from rag.errors import RagError
from rag.onnx import open_shipped
from tests.openai_server import Act, fails, says, sends, serving


@pytest.fixture(autouse=True)
def articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "owls.txt").write_text("Owls hunt mice at night.", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAG_ARTICLES_DIR", str(tmp_path))


def answers() -> Diagnosis:
    (diagnosis,) = (one for one in diagnose() if one.topic == "answers")
    return diagnosis


def test_without_a_model_it_says_that_answers_are_quoted_and_what_would_change_it() -> None:
    assert answers().good
    assert "neither OPENAI_API_KEY, OPENAI_BASE_URL nor RAG_LLM is set" in answers().text


def test_a_model_turned_off_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    monkeypatch.setenv("RAG_LLM", "quotes")
    assert answers().text.endswith("RAG_LLM=quotes")


def test_a_model_that_answers_is_printed_with_the_reason_for_its_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(says("Yes.")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        diagnosis = answers()
        assert diagnosis.good
        assert f"test-model at {server.url}, because OPENAI_BASE_URL is set" in diagnosis.text
        assert server.requests == []


def test_a_model_that_does_not_exist_is_printed_with_those_that_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(fails(404), models=("a", "b")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("RAG_LLM", "openai:c")
        diagnosis = answers()
    assert not diagnosis.good
    assert "has no model 'c'" in diagnosis.text
    assert diagnosis.text.endswith("It has: a, b. Until then answers are quoted.")


@pytest.mark.parametrize("listing", [fails(404), fails(405), sends("<html>Hello</html>")])
def test_a_server_that_lists_no_models_is_asked(listing: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_LLM", "openai:named")
    with serving(says("Yes."), listing=listing) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert answers().good
        assert "written by named" in answers().text
        assert [asked["messages"] for asked in server.requests] == [[{"role": "user", "content": "Say yes."}]] * 2
    with serving(fails(404, "Not Found"), listing=listing) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert not answers().good
        assert "Check OPENAI_BASE_URL; most end in /v1." in answers().text


def test_a_proxy_that_cannot_be_used_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://models.example/v1")
    monkeypatch.setenv("ALL_PROXY", "socks4://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "fd00::/8,[::1]")
    assert answers().text.startswith("The proxy socks4://127.0.0.1:9 of the environment cannot be used")


@pytest.mark.parametrize(("llm", "text"), [("openai:x", "needs OPENAI_API_KEY"), ("gguf:none.gguf", "is no file")])
def test_a_model_that_cannot_be_leaves_the_index_its_own_diagnosis(
    llm: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_LLM", llm)
    diagnosiss = {one.topic: one for one in diagnose()}
    assert diagnosiss["index"].good
    assert not diagnosiss["answers"].good
    assert text in diagnosiss["answers"].text


@pytest.mark.parametrize(
    ("judge", "text"),
    [
        ("", "ok wording judged by both shipped networks"),
        ("small", "ok wording judged by the small shipped network"),
        ("model", "ok wording judged by the language model"),
        ("onnx:nowhere", "bad nowhere/config.json cannot be read"),
        ("jury", "bad Unknown judge 'jury'"),
    ],
)
def test_who_judges_the_wording_is_printed(judge: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_JUDGE", judge)
    (diagnosis,) = (one for one in diagnose() if one.topic == "checks")
    assert f"{'ok' if diagnosis.good else 'bad'} {diagnosis.text}".startswith(text)


def refusals() -> Diagnosis:
    (diagnosis,) = (one for one in diagnose() if one.topic == "refusals")
    return diagnosis


def another_embedder(folder: Path) -> str:
    """The shipped weights with another tokenizer file, so that the fingerprint differs."""
    folder.mkdir()
    for file in (weights.MINILM.file, weights.WORD_EMBEDDINGS.file):
        (folder / file.name).symlink_to(file)
    (folder / weights.MINILM.file.name).rename(folder / "model.onnx")
    content = weights.TOKENIZER.read_text(encoding="utf-8")
    (folder / "tokenizer.json").write_text(f"{content}\n", encoding="utf-8")
    return f"onnx:{folder}"


def test_with_the_shipped_embedder_refusals_are_calibrated() -> None:
    assert refusals().good
    least = reader_calibration().thresholds.abstain_below
    assert refusals().text == f"answers in quotes are refused below a confidence of {least}; a model refuses by itself"


def test_with_another_embedder_the_thresholds_do_not_fit_until_one_is_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = another_embedder(tmp_path / "encoder")
    monkeypatch.setenv("RAG_EMBEDDER", embedder)
    assert not refusals().good
    assert refusals().text == (
        f"thresholds were fitted to minilm; with {embedder} refusals are not calibrated: "
        "run rag eval run, then set RAG_CONFIDENCE"
    )
    monkeypatch.setenv("RAG_CONFIDENCE", "0.3")
    assert refusals().good


def networks() -> Diagnosis:
    (diagnosis,) = (one for one in diagnose() if one.topic == "networks")
    return diagnosis


def test_an_altered_file_of_any_shipped_network_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert networks().good
    assert "reader.onnx" in networks().text
    altered = tmp_path / "word_embeddings.bin"
    altered.write_bytes(b"other words")
    shared = (weights.ShippedFile(altered, weights.WORD_EMBEDDINGS.sha256),)
    monkeypatch.setattr("rag.doctor.NETWORKS", (weights.LARGE_CHECKER, weights.READER._replace(shared=shared)))
    assert not networks().good
    assert "word_embeddings.bin was altered" in networks().text
    assert networks().text.endswith("Install the package again.")


def test_an_altered_tokenizer_is_named_and_no_network_is_opened_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "tokenizer.json" in networks().text
    altered = tmp_path / "tokenizer.json"
    altered.write_text(weights.TOKENIZER.read_text(encoding="utf-8") + " ", encoding="utf-8")
    shared = (weights.VOCABULARY._replace(file=altered),)
    for network in weights.NETWORKS:
        assert weights.VOCABULARY in network.files
        monkeypatch.setattr("rag.doctor.NETWORKS", (network._replace(shared=shared),))
        assert not networks().good
        assert "tokenizer.json was altered" in networks().text
        with pytest.raises(RagError, match=r"tokenizer\.json was altered"):
            open_shipped(network._replace(shared=shared), RagError)
