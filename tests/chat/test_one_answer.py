"""One answer, the same citations to the byte, whichever way it was asked for."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

import httpx
import pytest
from llama_index.core.base.response.schema import Response
from mcp import Client

from rag.answering.jsonable import to_jsonable
from rag.integrations.llamaindex import CheckedQueryEngine

from .conftest import Running

QUESTION = "Why did Serbs put up roadblocks in December 2022?"
pytestmark = pytest.mark.timeout(240)


def in_python(chat: Running) -> object:
    return to_jsonable([asdict(citation) for citation in chat.assistant.ask(QUESTION).citations])


def on_the_command_line(chat: Running) -> object:
    settings = {"RAG_INDEX_DIR": str(chat.folder / ".rag"), "RAG_LLM": "quotes", "RAG_READER": "none"}
    environ = os.environ | settings  # as the chat of these tests, which has no reader
    command = [sys.executable, "-m", "rag", "ask", QUESTION, "--json"]
    return json.loads(subprocess.run(command, env=environ, capture_output=True, check=True, timeout=200).stdout)[
        "citations"
    ]


def on_the_page(chat: Running) -> object:
    from gradio_client import Client as PageClient

    answer: dict[str, Any] = PageClient(chat.url, verbose=False).predict(QUESTION, api_name="/ask")
    return answer["citations"]


def as_a_completion(chat: Running) -> object:
    body = {"model": "rag", "messages": [{"role": "user", "content": QUESTION}]}
    return httpx.post(f"{chat.url}/v1/chat/completions", json=body, timeout=100).json()["citations"]


def as_an_mcp_tool(chat: Running) -> object:
    async def ask() -> object:
        async with Client(f"{chat.url}/mcp") as client:
            result = await client.call_tool("ask", {"question": QUESTION})
            return result.structured_content["citations"]

    with ThreadPoolExecutor(1) as thread:  # the browser of other tests has an event loop in this one
        return thread.submit(asyncio.run, ask()).result()


def in_llamaindex(chat: Running) -> object:
    response = CheckedQueryEngine(chat.assistant).query(QUESTION)
    assert isinstance(response, Response)
    assert response.metadata
    return response.metadata["citations"]


@pytest.mark.parametrize("way", [on_the_command_line, on_the_page, as_a_completion, as_an_mcp_tool, in_llamaindex])
def test_the_citations_are_those_of_python_to_the_byte(chat: Running, way: Callable[[Running], object]) -> None:
    expected = in_python(chat)
    assert len(expected) >= 2  # type: ignore[arg-type]
    assert json.dumps(way(chat)) == json.dumps(expected)
