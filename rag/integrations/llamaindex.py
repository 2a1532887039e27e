"""Assistant -> LlamaIndex: a retriever, a query engine, a chat engine with memory and citations, an evaluator."""

import asyncio
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole
from llama_index.core.base.response.schema import Response
from llama_index.core.chat_engine.types import AgentChatResponse, BaseChatEngine, StreamingAgentChatResponse
from llama_index.core.evaluation import BaseEvaluator, EvaluationResult
from llama_index.core.memory import BaseMemory, ChatMemoryBuffer
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.answering.answer import Answer, Citation, Turn
from rag.assistant import Assistant
from rag.integrations.faithfulness import check_response
from rag.retrieval import Hit
from rag.threads import iterate_in_thread

if TYPE_CHECKING:
    from llama_index.core.prompts.mixin import PromptDictType, PromptMixinType

HITS = 10
"""Nodes of a retriever: as many as the passages of an answer."""


class ArticleRetriever(BaseRetriever):
    """Passages as nodes: id, exact offsets into the article, title and date; the score is 0 to 1 within one question.

    Args:
        assistant: searches.
        k: number of nodes.
    """

    def __init__(self, assistant: Assistant, k: int = HITS) -> None:
        self._assistant = assistant
        self._k = k
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [_hit_node(hit) for hit in self._assistant.search(query_bundle.query_str, self._k)]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class CheckedQueryEngine(BaseQueryEngine):
    """Checked answers: `source_nodes` are the cited sentences in the order of their marks, `metadata` the whole answer.

    Args:
        assistant: answers.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        super().__init__(callback_manager=None)

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._assistant.ask(query_bundle.query_str)
        return Response(answer.text, source_nodes=_citation_nodes(answer), metadata=answer.to_dict())

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> "PromptMixinType":
        return {}


class CheckedChatEngine(BaseChatEngine):
    """A conversation with memory and citations at once, which LlamaIndex's own engines cannot join (llama_index#13552).

    Args:
        assistant: answers; it holds no conversation, this engine does.
        memory: holds the conversation; None for a `ChatMemoryBuffer` of its own.
    """

    def __init__(self, assistant: Assistant, memory: BaseMemory | None = None) -> None:
        self._assistant = assistant
        self._memory = memory or ChatMemoryBuffer.from_defaults()

    def chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        """Answer a message that may refer to the conversation so far.

        Args:
            message: the user's question.
            chat_history: replaces the content of the memory; None keeps it.
        """
        answer = self._assistant.ask(message, self._history(chat_history))
        self._remember(message, answer)
        return AgentChatResponse(answer.text, source_nodes=_citation_nodes(answer), metadata=answer.to_dict())

    def stream_chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> StreamingAgentChatResponse:
        """As `chat`, sentence by sentence, each checked before it is streamed; `source_nodes` grow with it.

        Args:
            message: the user's question.
            chat_history: replaces the content of the memory; None keeps it.
        """
        response = StreamingAgentChatResponse(is_writing_to_memory=False)
        response.chat_stream = self._pieces(message, self._history(chat_history), response)
        return response

    async def achat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        """As `chat`."""
        return await asyncio.to_thread(self.chat, message, chat_history)

    async def astream_chat(
        self, message: str, chat_history: list[ChatMessage] | None = None
    ) -> StreamingAgentChatResponse:
        """As `stream_chat`."""
        response = await asyncio.to_thread(self.stream_chat, message, chat_history)
        if response.chat_stream is not None:
            response.achat_stream = iterate_in_thread(response.chat_stream)
        return response

    def reset(self) -> None:
        """Clear the memory."""
        self._memory.reset()

    @property
    def chat_history(self) -> list[ChatMessage]:
        """The conversation so far."""
        return list(self._memory.get_all())

    def _pieces(
        self, message: str, history: Sequence[Turn], response: StreamingAgentChatResponse
    ) -> Generator[ChatResponse]:
        text = ""
        for answer in self._assistant.stream(message, history):
            response.source_nodes = _citation_nodes(answer)
            piece, text = answer.final_text[len(text) :], answer.final_text
            if piece:
                yield ChatResponse(message=_assistant_message(text), delta=piece)
        self._remember(message, answer)

    def _history(self, replacing: list[ChatMessage] | None) -> tuple[Turn, ...]:
        if replacing is not None:
            self._memory.set(replacing)
        return tuple(_turns(self._memory.get()))

    def _remember(self, message: str, answer: Answer) -> None:
        self._memory.put(ChatMessage(role=MessageRole.USER, content=message))
        self._memory.put(_assistant_message(answer.text))


class CheckedEvaluator(BaseEvaluator):
    """Whether the contexts support every sentence of a response; no model is asked."""

    async def aevaluate(
        self,
        query: str | None = None,
        response: str | None = None,
        contexts: Sequence[str] | None = None,
        **_: object,
    ) -> EvaluationResult:
        """The share of supported sentences as score; passing when it is 1, with the others' reasons as feedback."""
        checked = await asyncio.to_thread(check_response, response or "", contexts or ())
        return EvaluationResult(
            query=query,
            response=response,
            contexts=contexts,
            passing=checked.score == 1,
            score=checked.score,
            feedback=checked.reason,
        )

    def _get_prompts(self) -> "PromptDictType":
        return {}

    def _update_prompts(self, prompts: "PromptDictType") -> None:
        """There are none."""


def _turns(messages: Sequence[ChatMessage]) -> Iterator[Turn]:
    """Questions with the answers that follow them; messages outside such a pair are skipped."""
    question = ""
    for message in messages:
        if message.role == MessageRole.USER:
            question = message.content or ""
        elif message.role == MessageRole.ASSISTANT and question:
            yield Turn(question, message.content or "")
            question = ""


def _assistant_message(text: str) -> ChatMessage:
    return ChatMessage(role=MessageRole.ASSISTANT, content=text)


def _hit_node(hit: Hit) -> NodeWithScore:
    passage = hit.passage
    node = _node(passage.key, passage.text, (passage.start, passage.end))
    node.metadata = {"article": passage.article, "title": passage.title, "date": _iso(passage.date)}
    return NodeWithScore(node=node, score=hit.score)


def _citation_nodes(answer: Answer) -> list[NodeWithScore]:
    shown = {number for sentence in answer.sentences for number in sentence.citations}
    return [_citation_node(citation) for citation in answer.citations if citation.number in shown]


def _citation_node(citation: Citation) -> NodeWithScore:
    node = _node(f"{citation.article}#{citation.start}", citation.quote, (citation.start, citation.end))
    node.metadata = {
        "number": citation.number,
        "article": citation.article,
        "title": citation.title,
        "date": _iso(citation.date),
    }
    return NodeWithScore(node=node)


def _node(key: str, text: str, span: tuple[int, int]) -> TextNode:
    return TextNode(id_=key, text=text, start_char_idx=span[0], end_char_idx=span[1])


def _iso(published: object) -> str:
    return str(published) if published else ""
