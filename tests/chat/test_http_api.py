"""The same articles over HTTP: OpenAI's client, gradio_client, articles, health and metrics."""

import json
import logging
from pathlib import Path

import httpx
import openai
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


def test_a_program_may_bound_what_is_asked(serve: Serve, shelves: Path) -> None:
    chat = serve(articles=shelves)
    assert httpx.get(f"{chat.url}/v1/collections", timeout=60).json() == [
        {"name": "kosovo", "articles": 5},
        {"name": "town", "articles": 2},
    ]
    asked = [{"role": "user", "content": "Who opened the bridge?"}]
    client = openai_client(chat)
    bounds = {"collection": "town", "before": "2024-12-31"}
    reply = client.chat.completions.create(model="rag", messages=asked, extra_body=bounds)  # type: ignore[arg-type]
    assert {one["article"] for one in (reply.model_extra or {})["citations"]} == {"town/bridge.txt"}
    reply = client.chat.completions.create(model="rag", messages=asked, extra_body={"collection": "kosovo"})  # type: ignore[arg-type]
    assert not [one for one in (reply.model_extra or {})["citations"] if not one["article"].startswith("kosovo/")]
    with pytest.raises(openai.BadRequestError, match=r"No collection 'sport'.*kosovo, town"):
        client.chat.completions.create(model="rag", messages=asked, extra_body={"collection": "sport"})  # type: ignore[arg-type]


def test_a_refusal_is_an_answer_too(chat: Running, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "rag")
    asked = {"messages": [{"role": "user", "content": [{"type": "text", "text": "What is the capital of France?"}]}]}
    reply = httpx.post(f"{chat.url}/v1/chat/completions", json=asked, timeout=60).json()
    assert reply["choices"][0]["message"]["content"] == "The articles do not say."
    assert (reply["status"], reply["citations"]) == ("abstained", [])
    assert "Question abstained" in caplog.messages
    assert "France" not in caplog.text


def test_bad_requests_get_the_reason(chat: Running) -> None:
    url = f"{chat.url}/v1/chat/completions"
    assert httpx.post(url, json={"messages": []}, timeout=60).status_code == 422
    empty = httpx.post(url, json={"messages": [{"role": "user", "content": " "}]}, timeout=60)
    assert (empty.status_code, "empty" in empty.text) == (400, True)


def complete(chat: Running, *messages: object, **fields: object) -> httpx.Response:
    turns = [one if isinstance(one, dict) else {"role": "user", "content": one} for one in messages]
    return httpx.post(f"{chat.url}/v1/chat/completions", json={"messages": turns, **fields}, timeout=60)


def test_a_reply_has_all_that_the_page_shows(chat: Running) -> None:
    reply = complete(chat, "In what year did Kosovo become independent?").json()
    answer = chat.assistant.ask("In what year did Kosovo become independent?")
    assert [side["value"] for side in reply["disagreements"][0]["sides"]] == ["2008", "2013"]
    assert (reply["confidence"], reply["form"], reply["withheld"], reply["notice"]) == (
        answer.confidence,
        "answer",
        [],
        "",
    )
    view = complete(chat, "Summarise the articles").json()
    assert view["form"] == "overview"
    assert view["sections"][0]["rows"][0]["sentences"] == [0, 1]
    refused = complete(chat, "What is the capital of France?").json()
    assert len(refused["nearest"]) == 3
    assert all(chat.assistant.ask(question).sure for question in refused["suggested"])
    foreign = complete(chat, "Wer ist der Präsident von Serbien?").json()
    assert "German" in foreign["notice"] + foreign["remark"]


def test_a_stream_ends_with_the_fields_of_a_whole_reply(chat: Running) -> None:
    whole = complete(chat, QUESTION).json()
    *_, last, done = complete(chat, QUESTION, stream=True).text.strip().split("\n\n")
    streamed = json.loads(last.removeprefix("data: "))
    assert done == "data: [DONE]"
    fields = whole.keys() - {"id", "created", "object", "choices", "suggested"}
    assert {name: streamed[name] for name in fields} == {name: whole[name] for name in fields}


def test_errors_have_openais_shape(chat: Running) -> None:
    client = openai_client(chat)
    assert client.models.retrieve("rag").created > 1_700_000_000
    with pytest.raises(openai.NotFoundError) as unknown:
        client.models.retrieve("gpt")
    assert (unknown.value.code, unknown.value.type) == ("not_found", "invalid_request_error")
    with pytest.raises(openai.UnprocessableEntityError) as malformed:
        client.chat.completions.create(model="rag", messages=[{"role": "robot", "content": "Why?"}])  # type: ignore[list-item,misc]
    assert malformed.value.param == "messages.0.role"
    elsewhere = httpx.get(f"{chat.url}/v1/models", headers={"Host": "example.org"}, timeout=60)
    assert (elsewhere.status_code, elsewhere.json()["error"]["code"]) == (421, "wrong_host")


def test_clients_may_send_nulls_parts_long_chats_and_two_questions_in_a_row(chat: Running) -> None:
    ljubo = [{"type": "text", "text": "Who is"}, {"type": "text", "text": "Ljubo?"}]
    parts = complete(chat, {"role": "user", "content": ljubo}, stream=None, model=None, tools=None).json()
    assert "Ljubo" in parts["choices"][0]["message"]["content"]
    asked, replied = {"role": "user", "content": "Who is Ljubo?"}, {"role": "assistant", "content": "A protester. [1]"}
    long = complete(chat, *[asked, replied] * 500, {"role": "function", "content": "3"}, "How old is he?").json()
    in_a_row = complete(chat, "Who is Ljubo?", "How old is he?").json()
    assert "45" in long["choices"][0]["message"]["content"]
    assert "45" in in_a_row["choices"][0]["message"]["content"]


def test_pages_of_other_sites_may_ask_only_where_they_are_let_in(serve: Serve, chat: Running) -> None:
    friend, stranger = {"Origin": "https://a.example"}, {"Origin": "https://b.example"}
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,x-a"}
    body = {"messages": [{"role": "user", "content": "What is KFOR?"}]}
    open_to_one = serve(chat_origins="https://a.example, https://c.example").url
    path = "/v1/chat/completions"
    allowed = httpx.options(open_to_one + path, headers=friend | preflight)
    assert (allowed.status_code, allowed.headers["access-control-allow-headers"]) == (204, "authorization,x-a")
    asked = httpx.post(open_to_one + path, json=body, headers=friend | {"Sec-Fetch-Site": "cross-site"}, timeout=60)
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, "https://a.example")
    for url, headers in (
        (open_to_one + path, stranger),
        (chat.url + path, friend),
        (f"{open_to_one}/v1/articles", friend),
    ):
        refused = httpx.post(url, json=body, headers=headers, timeout=60)
        assert (refused.status_code, "access-control-allow-origin" in refused.headers) == (403, False)


def test_gradios_client_gets_an_answer(chat: Running) -> None:
    from gradio_client import Client

    reply = Client(chat.url, verbose=False, analytics_enabled=False).predict(QUESTION, api_name="/ask")
    assert reply["text"] == chat.assistant.ask(QUESTION).text
    assert reply["citations"][0]["quote"]


def test_articles_come_and_go(serve: Serve) -> None:
    chat = serve()
    url = f"{chat.url}/v1/articles"
    added = httpx.post(
        url, params={"name": "bridge.txt"}, content="Ada Berg opened the bridge of Lindholm.", timeout=60
    ).json()
    assert added["article"] == "bridge.txt"
    assert httpx.post(url, params={"name": "bridge.txt"}, content="Ben Berg opened it.", timeout=60).json()["updated"]
    assert "bridge.txt" in {entry["id"] for entry in httpx.get(url, timeout=60).json()}
    refused = httpx.post(url, params={"name": "bridge.txt"}, content=b"", timeout=60)
    assert (refused.status_code, refused.json()["error"]["message"]) == (422, "is empty")
    assert "Ben Berg" in chat.assistant.article("bridge.txt").text
    assert httpx.delete(f"{url}/bridge.txt", timeout=60).status_code == 200
    assert httpx.delete(f"{url}/bridge.txt", timeout=60).status_code == 404
    assert not list(chat.folder.rglob("bridge.txt"))


def test_a_server_without_articles_is_alive_and_not_ready(serve: Serve) -> None:
    chat = serve()
    assert httpx.get(f"{chat.url}/health/ready", timeout=60).status_code == 200
    for entry in chat.assistant.articles():
        chat.assistant.remove(entry.id)
    assert httpx.get(f"{chat.url}/health/ready", timeout=60).status_code == 503
    health = httpx.get(f"{chat.url}/health", timeout=60)
    assert (health.status_code, health.json()["ready"]) == (200, False)


def test_health_and_metrics_tell_how_it_stands(serve: Serve) -> None:
    chat = serve()
    assert httpx.get(f"{chat.url}/health", timeout=60).json()["articles"] == 5
    assert httpx.head(f"{chat.url}/health", timeout=60).status_code == 200
    assert httpx.head(f"{chat.url}/health/ready", timeout=60).status_code == 200
    ask = {"messages": [{"role": "user", "content": QUESTION}]}
    httpx.post(f"{chat.url}/v1/chat/completions", json=ask, timeout=60)
    reply = httpx.get(f"{chat.url}/metrics", timeout=60)
    assert reply.headers["content-type"].startswith("text/plain; version=")
    metrics = reply.text
    assert 'rag_questions_total{outcome="answered"} 1.0\n' in metrics
    assert "rag_first_sentence_seconds_count 1.0\n" in metrics
