"""Events -> the Gradio page: its blocks, and the endpoints through which the page's script sends events."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from rag.chat.event_data import EventData, read_string
from rag.chat.events import Events
from rag.chat.markup import render_template
from rag.chat.sessions import User
from rag.chat.sharing import shared_token
from rag.chat.source_panel import render_no_source
from rag.errors import RagError

if TYPE_CHECKING:
    import gradio as gr

PAGE_EVENTS = (
    "show",
    "examples",
    "suggest",
    "ask",
    "stop",
    "restore",
    "like",
    "cite",
    "nearest",
    "article",
    "pdf",
    "library",
    "remove",
    "scope",
    "export",
    "share",
)
"""Events of the page, each a method of `Events`; `follow` is one more, which waits for what comes."""
CHANGING = ("suggest", "ask", "stop", "restore", "like", "share")
"""Events that change a chat: of one that was shared, they only show it."""
Reply = dict[str, object]
"""`{"value": ...}`, or `{"forgotten": True}` when the page has to send its signed chat along."""


def build_page(
    events: Events,
    title: str,
    *,
    login: bool,
    editable: bool,
    formats: tuple[str, ...],
    question_chars: int,
    article_bytes: int,
) -> "gr.Blocks":
    """The page as Gradio blocks, ready to be mounted.

    Args:
        events: handles the events of the page.
        title: heading of the page.
        login: whether users log in, and so can log out.
        editable: whether articles can be added and removed.
        formats: suffixes of files that can be added.
        question_chars: longest question.
        article_bytes: largest file that can be added.
    """
    import gradio as gr

    adding = {"editable": editable, "formats": formats, "article_bytes": article_bytes}
    page: gr.Blocks = gr.Blocks(title=title, fill_width=True, analytics_enabled=False, delete_cache=(3600, 86400))
    with page:
        _block("header", render_template("header", title=title, login=login))
        with gr.Row(elem_id="columns"):
            with gr.Column(elem_id="left"):
                _block("conversation")
                _block("narrowed")
                _block("composer", render_template("composer", question_chars=question_chars))
            with gr.Column(elem_id="right"):
                _block("tabs", render_template("tabs"))
                _block("source", render_no_source())
                _block("library_controls", render_template("library_controls", **adding))
                _block("library")
        _add_endpoints(events)
    page.queue()
    return page


def _block(name: str, content: str = "") -> None:
    """A block with HTML of a renderer, which is inserted unescaped; the page's script fills it from then on."""
    import gradio as gr

    template = f'<div class="content" data-block="{name}">${{value}}</div>'
    script = f"(window.ragBlocks ??= []).push('{name}');"  # page.js may be loaded before or after
    gr.HTML(content, html_template=template, elem_id=name, js_on_load=script, apply_default_css=False)


def _add_endpoints(events: Events) -> None:
    """An endpoint `page_EVENT` for each event of the page, and `/ask` for gradio_client.

    They take plain requests, which a page can send again after the connection broke: Gradio's own event stream ends
    with it, and reloads the page.
    """
    from gradio.events import api

    for name in PAGE_EVENTS:
        api(_answering(events, getattr(events, name)), api_name=f"page_{name}", queue=False, **_HIDDEN)
    api(_waiting(events), api_name="page_follow", queue=False, **_HIDDEN)
    api(_asking(events), api_name="ask", api_description="Answer a question from the articles, with citations.")


_HIDDEN = {"api_visibility": "undocumented", "api_description": False}


def _answering(events: Events, handle: Callable[[User, EventData], object]) -> Callable[..., Reply]:
    import gradio as gr

    def run(data: dict, request: gr.Request) -> dict:  # type: ignore[type-arg]
        user, sent = _user(request), _event_data(data)
        if shared_token(read_string(sent, "chat")) and handle.__name__ in CHANGING:
            return {"value": events.show(user, sent)}
        return {"value": handle(user, sent)} if events.recover(user, sent) else {"forgotten": True}

    return run


def _waiting(events: Events) -> Callable[..., Awaitable[Reply]]:
    import gradio as gr
    from starlette.concurrency import run_in_threadpool

    async def run(data: dict, request: gr.Request) -> dict:  # type: ignore[type-arg]
        user, sent = _user(request), _event_data(data)
        known = await run_in_threadpool(events.recover, user, sent)
        return {"value": await events.follow(user, sent)} if known else {"forgotten": True}

    return run


def _asking(events: Events) -> Callable[..., dict[str, object]]:
    import gradio as gr

    def ask(question: str, request: gr.Request) -> dict[str, object]:
        try:
            return events.answer(_user(request), question)
        except RagError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return ask


def _user(request: "gr.Request") -> User:
    return User(request.username or "", request.client.host if request.client else "")


def _event_data(data: object) -> EventData:
    return data if isinstance(data, dict) else {}
