"""The same articles over HTTP: OpenAI's client, gradio_client, articles, health and metrics."""

import logging

import httpx
import pytest
from openai import OpenAI

from .conftest import Running, Serve

QUESTION = "Why did Serbs put up roadblocks in December 2022?"


def openai_client(chat: Running) -> OpenAI:
    return OpenAI(base_url=f"{chat.url}/v1", api_key="none", max_retries=0)


def test_openais_client_gets_an_answer_with_citations(chat: Running) -> None:
    reply = openai_client(chat).chat.completions.create(model="rag", messages=[{"role": "user", "content": QUESTION}])
    assert reply.choices[0].message.content == chat.assistant.ask(QUESTION).text
    assert reply.choices[0].finish_reason == "stop"
    citations = reply.model_extra["citations"] if reply.model_extra else []
    for citation in citations:
        text = chat.assistant.article(citation["article"]).text
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert citations[1]["date"] == "2022-12-27"


def test_openais_client_can_stream(chat: Running) -> None:
    parts = list(
        openai_client(chat).chat.completions.create(
            model="x", messages=[{"role": "user", "content": QUESTION}], stream=True
        )
    )
    parts_of_text = [part.choices[0].delta.content for part in parts if part.choices[0].delta.content]
    assert len(parts_of_text) > 1
    assert "".join(parts_of_text) == chat.assistant.ask(QUESTION).text
    assert parts[-1].choices[0].finish_reason == "stop"
    assert parts[-1].model_extra
    assert parts[-1].model_extra["citations"]


def test_a_refusal_is_an_answer_too(chat: Running, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "rag")
    asked = {"messages": [{"role": "user", "content": [{"type": "text", "text": "What is the capital of France?"}]}]}
    reply = httpx.post(f"{chat.url}/v1/chat/completions", json=asked).json()
    assert reply["choices"][0]["message"]["content"] == "The articles do not say."
    assert (reply["status"], reply["citations"]) == ("abstained", [])
    assert "Question abstained" in caplog.messages
    assert "France" not in caplog.text


def test_bad_requests_get_the_reason(chat: Running) -> None:
    url = f"{chat.url}/v1/chat/completions"
    assert httpx.post(url, json={"messages": []}).status_code == 422
    empty = httpx.post(url, json={"messages": [{"role": "user", "content": " "}]})
    assert (empty.status_code, "empty" in empty.text) == (400, True)


def test_gradios_client_gets_an_answer(chat: Running) -> None:
    from gradio_client import Client

    reply = Client(chat.url, verbose=False, analytics_enabled=False).predict(QUESTION, api_name="/ask")
    assert reply["text"] == chat.assistant.ask(QUESTION).text
    assert reply["citations"][0]["quote"]


def test_articles_come_and_go(serve: Serve) -> None:
    chat = serve()
    url = f"{chat.url}/v1/articles"
    added = httpx.post(url, params={"name": "bridge.txt"}, content="Ada Berg opened the bridge of Lindholm.").json()
    assert added["article"] == "bridge.txt"
    assert httpx.post(url, params={"name": "bridge.txt"}, content="Ben Berg opened it.").json()["updated"]
    assert "bridge.txt" in {entry["id"] for entry in httpx.get(url).json()}
    refused = httpx.post(url, params={"name": "bridge.txt"}, content=b"")
    assert (refused.status_code, refused.json()) == (422, {"detail": "is empty"})
    assert "Ben Berg" in chat.assistant.article("bridge.txt").text
    assert httpx.delete(f"{url}/bridge.txt").status_code == 200
    assert httpx.delete(f"{url}/bridge.txt").status_code == 404
    assert not list(chat.folder.rglob("bridge.txt"))


def test_a_server_without_articles_is_alive_and_not_ready(serve: Serve) -> None:
    chat = serve()
    assert httpx.get(f"{chat.url}/health/ready").status_code == 200
    for entry in chat.assistant.articles():
        chat.assistant.remove(entry.id)
    assert httpx.get(f"{chat.url}/health/ready").status_code == 503
    health = httpx.get(f"{chat.url}/health")
    assert (health.status_code, health.json()["ready"]) == (200, False)


def test_health_and_metrics_tell_how_it_stands(serve: Serve) -> None:
    chat = serve()
    assert httpx.get(f"{chat.url}/health").json()["articles"] == 5
    ask = {"messages": [{"role": "user", "content": QUESTION}]}
    httpx.post(f"{chat.url}/v1/chat/completions", json=ask)
    reply = httpx.get(f"{chat.url}/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=")
    metrics = reply.text
    assert 'rag_questions_total{outcome="answered"} 1.0\n' in metrics
    assert "rag_first_sentence_seconds_count 1.0\n" in metrics
