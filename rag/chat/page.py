"""Events -> the Gradio page: its blocks, and which event updates which of them."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rag.chat.events import EventData, Events
from rag.chat.markup import render_template
from rag.chat.sessions import User
from rag.chat.source_panel import render_no_source
from rag.errors import RagError

if TYPE_CHECKING:
    import gradio as gr

MAX_CONCURRENT = 16
"""Answers written at the same time; the others wait."""
MAX_QUEUED = 200
"""Questions that may wait; the next one is refused."""
UPDATES = {
    "conversation": ("show", "new", "resume", "like"),
    "source": ("cite", "nearest", "article"),
    "library": ("library", "remove"),
    "narrowed": ("scope",),
    "outbox": ("export",),
}
"""Block -> events that update it once; `ask` updates the conversation with every sentence."""


def build_page(events: Events, title: str, *, login: bool, editable: bool, formats: tuple[str, ...]) -> "gr.Blocks":
    """The page as Gradio blocks, ready to be mounted.

    Args:
        events: handles the events of the page.
        title: heading of the page.
        login: whether users log in, and so can log out.
        editable: whether articles can be added and removed.
        formats: suffixes of files that can be added.
    """
    import gradio as gr

    blocks: dict[str, gr.HTML] = {}
    page: gr.Blocks = gr.Blocks(title=title, fill_width=True, analytics_enabled=False, delete_cache=(3600, 86400))
    with page:
        _static_block("header", title=title, login=login)
        with gr.Row(elem_id="columns"):
            with gr.Column(elem_id="left"):
                blocks |= {"conversation": _block("conversation"), "narrowed": _block("narrowed")}
                _static_block("composer")
            with gr.Column(elem_id="right"):
                _static_block("tabs")
                blocks["source"] = _block("source", render_no_source())
                _static_block("library_controls", editable=editable, formats=formats)
                blocks["library"] = _block("library")
        blocks["outbox"] = _block("outbox", {}, "<i></i>")
        _bind(page, _event_bus(), events, blocks)
    page.queue(default_concurrency_limit=MAX_CONCURRENT, max_size=MAX_QUEUED)
    return page


def _static_block(name: str, **values: object) -> "gr.HTML":
    """A block that no event updates, from the template of its name."""
    import gradio as gr

    content = render_template(name, **values)
    return gr.HTML(content, elem_id=name, js_on_load=_register(name), apply_default_css=False)


def _block(name: str, value: object = "", template: str = "${value}") -> "gr.HTML":
    """A block that events update; `${value}` is inserted unescaped, so its HTML must come from a renderer."""
    import gradio as gr

    script = _register(name, "watch, props")
    return gr.HTML(value, html_template=template, elem_id=name, js_on_load=script, apply_default_css=False)


def _event_bus() -> "gr.HTML":
    """The block through which the page sends events; Gradio knows an event by its quoted name in this script."""
    import gradio as gr

    names = ["ask", "stop", *(name for several in UPDATES.values() for name in several)]
    script = f"const events = {names!r}; {_register('events', 'trigger, events')}"
    return gr.HTML("", html_template="<i></i>", elem_id="events", js_on_load=script, apply_default_css=False)


def _register(name: str, more: str = "") -> str:
    """JavaScript that registers a block with page.js, whether that is loaded already or not."""
    return f"(window.ragBlocks ??= []).push({{name: '{name}', element, {more}}});"


def _bind(page: "gr.Blocks", bus: "gr.HTML", events: Events, blocks: dict[str, "gr.HTML"]) -> None:
    """Connect each event with its handler, which gets nothing but the event's own data."""
    for block, names in UPDATES.items():
        for name in names:
            _listen(bus, name, _updating(getattr(events, name)), blocks[block], queue=False)
    _listen(bus, "stop", _updating(events.stop), None, queue=False)
    _listen(bus, "ask", _streaming(events.ask), blocks["conversation"], queue=True)
    page.unload(_closing(events))
    _add_api(events)


def _add_api(events: Events) -> None:
    """The endpoint `/ask` for gradio_client."""
    import gradio as gr
    from gradio.events import api

    def ask(question: str, request: gr.Request) -> dict[str, object]:
        try:
            return events.answer(_user(request), question)
        except RagError as error:
            raise gr.Error(str(error), print_exception=False) from error

    api(ask, api_name="ask", api_description="Answer a question from the articles, with citations.")


def _listen(bus: "gr.HTML", name: str, run: Callable[..., object], updated: "gr.HTML | None", *, queue: bool) -> None:
    getattr(bus, name)(run, None, updated, queue=queue, show_progress="hidden", api_visibility="private")


def _updating(handle: Callable[[User, EventData], object]) -> Callable[..., object]:
    import gradio as gr

    def run(event: gr.EventData, request: gr.Request) -> object:
        return handle(_user(request), _event_data(event))

    return run


def _streaming(handle: Callable[[User, EventData], Iterator[str]]) -> Callable[..., Iterator[str]]:
    import gradio as gr

    def run(event: gr.EventData, request: gr.Request) -> Iterator[str]:
        yield from handle(_user(request), _event_data(event))

    return run


def _closing(events: Events) -> Callable[..., None]:
    import gradio as gr

    def run(request: gr.Request) -> None:
        events.sessions.end(request.session_hash or "")

    return run


def _user(request: "gr.Request") -> User:
    return User(request.username or "", request.session_hash or "")


def _event_data(event: "gr.EventData") -> EventData:
    data = event._data
    return data if isinstance(data, dict) else {}
