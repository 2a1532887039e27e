import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from rag import Assistant, Settings
from rag.embedding.openai import BATCH, OpenAIEmbedder
from rag.errors import EmbeddingError, IndexMismatch, SettingsError
from tests.openai_server import Act, OpenAIServer, Plain, embeds, fails, hangs_up, sends, serving

TEXTS = ["an owl", "", "a fox\nruns", "\ud800 half", "ooo"]


@contextmanager
def embedder(*script: Act, **settings: object) -> Iterator[tuple[OpenAIServer, OpenAIEmbedder]]:
    read = Settings.model_validate({"retry_seconds": 0, **settings})
    with serving(*script) as server:
        yield server, OpenAIEmbedder("test", read, server.environ)


def backwards(rows: list[Plain]) -> list[Plain]:
    return rows[::-1]


def test_each_text_gets_its_own_unit_vector_also_when_the_reply_is_out_of_order() -> None:
    with embedder(embeds()) as (_, client), embedder(embeds(backwards)) as (_, other):
        vectors = client.embed_passages(TEXTS)
        assert vectors.shape == (5, 4)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
        assert int(vectors[4].argmax()) == 3
        assert np.array_equal(vectors, other.embed_query(TEXTS))


def test_texts_are_sent_in_batches_as_they_are_and_none_is_empty() -> None:
    with embedder(embeds()) as (server, client):
        assert client.embed_passages(["a\nb"] * BATCH + [""]).shape == (BATCH + 1, 4)
        assert [asked["input"] for asked in server.requests] == [["a\nb"] * BATCH, [" "]]


def test_nothing_to_embed_is_nothing_of_the_right_size() -> None:
    with embedder(embeds()) as (_, client):
        assert client.embed_passages([]).shape == (0, 4)


def test_a_text_too_long_for_the_model_is_cut() -> None:
    with embedder(embeds()) as (server, client):
        client.embed_passages(["word " * 20_000])
        (sent,) = cast("list[str]", server.requests[0]["input"])
        assert 20_000 < len(sent) < 50_000


def nan(rows: list[Plain]) -> list[Plain]:
    return [{**row, "embedding": [math.nan] * 4} for row in rows]


SPOILED: list[tuple[str, Act, str]] = [
    ("fewer vectors", embeds(lambda rows: rows[:-1]), "sent 4 vectors for 5 texts"),
    ("one twice", embeds(lambda rows: [*rows[:-1], rows[0]]), "or twice the same one"),
    ("no data", sends('{"object": "list", "data": []}', "application/json"), "sent 0 vectors for 5 texts|protocol"),
    ("sizes differ", embeds(lambda rows: [*rows[:-1], {**rows[-1], "embedding": [1.0]}]), "different sizes"),
    ("not a number", embeds(nan), "zero or not finite"),
    ("zero", embeds(lambda rows: [{**row, "embedding": [0.0] * 4} for row in rows]), "zero or not finite"),
    ("HTML", sends("<html>Sign in</html>"), "does not answer in the OpenAI protocol"),
    ("JSON of another kind", sends('["a"]', "application/json"), "does not answer in the OpenAI protocol"),
    ("401", fails(401), "Set OPENAI_API_KEY"),
    ("404", fails(404, "model not found"), "knows no model 'test'"),
    ("500", fails(500), "trouble of its own"),
    ("hangs up", hangs_up, "could not be reached|broke off"),
]


@pytest.mark.parametrize(("name", "act", "reason"), SPOILED, ids=[name for name, *_ in SPOILED])
def test_a_spoiled_reply_is_an_error_that_says_what_to_do(name: str, act: Act, reason: str) -> None:
    with embedder(act) as (_, client), pytest.raises(EmbeddingError, match=reason):
        client.embed_passages(TEXTS)


def test_a_size_that_changes_between_replies_is_an_error() -> None:
    with embedder(embeds(), embeds(size=3)) as (_, client):
        client.embed_passages(["a"])
        with pytest.raises(EmbeddingError, match="4 before"):
            client.embed_passages(["a"])


def test_a_passing_failure_is_retried_and_no_batch_takes_more_than_four_requests() -> None:
    with embedder(fails(429), fails(500), embeds()) as (_, client):
        assert client.embed_passages(["a"]).shape == (1, 4)
    with embedder(fails(503)) as (server, client):
        with pytest.raises(EmbeddingError):
            client.embed_passages(["a"])
        assert len(server.requests) == 4


def test_a_server_on_this_machine_is_reached_past_any_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with embedder(embeds()) as (_, client):
        assert client.embed_passages(["a"]).shape == (1, 4)


def test_without_key_or_address_it_says_what_to_set() -> None:
    with pytest.raises(SettingsError, match="RAG_EMBEDDER=openai:test needs OPENAI_API_KEY"):
        OpenAIEmbedder("test", Settings(), {})


def test_an_index_answers_by_it_and_refuses_another_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "owls.txt").write_text("Owls hunt mice at night.", encoding="utf-8")
    with serving(embeds()) as server:
        for name, value in server.environ.items():
            monkeypatch.setenv(name, value)
        settings = Settings(index_dir=tmp_path / "index", embedder="openai:test", llm="quotes", confidence=0)
        with Assistant.open(settings) as assistant:
            assistant.sync(tmp_path / "owls.txt")
            assert assistant.ask("What do owls hunt?").sentences[0].text == "Owls hunt mice at night."
        with pytest.raises(IndexMismatch, match="openai:test"):
            Assistant.open(settings.model_copy(update={"embedder": "openai:other"}))
