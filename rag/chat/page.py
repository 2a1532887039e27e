"""Events -> the Gradio page: its blocks, and which event redraws which of them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from rag.chat.events import NO_SOURCE, Events, Sent
from rag.chat.markup import text
from rag.chat.sessions import Reader
from rag.errors import RagError

if TYPE_CHECKING:
    import gradio as gr

STATIC = Path(__file__).parent / "static"
AT_ONCE = 16
"""Answers written at the same time, the others wait in line; they share two cores, or wait for a model."""
WAITING = 200
"""Questions that may stand in line; the next one is refused."""
DRAWS = {
    "conversation": ("show", "new", "resume", "like"),
    "source": ("cite", "nearest", "article"),
    "library": ("library", "remove"),
    "narrowed": ("scope",),
    "outbox": ("export",),
}
"""Which events redraw which block, at once; `ask` redraws the conversation with every sentence."""


def build(events: Events, title: str, *, login: bool, editable: bool, formats: tuple[str, ...]) -> "gr.Blocks":
    """The page as Gradio blocks, ready to be mounted.

    Args:
        events: answers what the page tells.
        title: heading of the page.
        login: whether readers log in, so that they can log out.
        editable: whether articles can be added and removed.
        formats: suffixes of files that can be added.
    """
    import gradio as gr

    names = {"title": text(title), "formats": ",".join(formats)}
    names |= {"editable": "" if editable else "hidden", "login": "" if login else "hidden"}
    drawn: dict[str, gr.HTML] = {}
    page: gr.Blocks = gr.Blocks(title=title, fill_width=True, analytics_enabled=False, delete_cache=(3600, 86400))
    with page:
        _still("masthead", names)
        with gr.Row(elem_id="columns"):
            with gr.Column(elem_id="left"):
                drawn |= {"conversation": _drawn("conversation"), "narrowed": _drawn("narrowed")}
                _still("composer", names)
            with gr.Column(elem_id="right"):
                _still("tabs", names)
                drawn["source"] = _drawn("source", NO_SOURCE)
                _still("shelf", names)
                drawn["library"] = _drawn("library")
        drawn["outbox"] = _drawn("outbox", {}, "<i></i>")
        _bind(page, _wire(), events, drawn)
    page.queue(default_concurrency_limit=AT_ONCE, max_size=WAITING)
    return page


def _still(name: str, values: dict[str, str]) -> "gr.HTML":
    """A block that is never drawn again, from the file of its name."""
    import gradio as gr

    content = Template((STATIC / f"{name}.html").read_text(encoding="utf-8")).substitute(values)
    return gr.HTML(content, elem_id=name, js_on_load=_hand_over(name), apply_default_css=False)


def _drawn(name: str, value: object = "", template: str = "${value}") -> "gr.HTML":
    """A block that events draw; `${value}` is put in as it is, and only what `markup` escaped goes there."""
    import gradio as gr

    script = _hand_over(name, "watch, props")
    return gr.HTML(value, html_template=template, elem_id=name, js_on_load=script, apply_default_css=False)


def _wire() -> "gr.HTML":
    """The block through which the page tells events; Gradio knows an event by its quoted name in this script."""
    import gradio as gr

    names = ["ask", "stop", *(name for several in DRAWS.values() for name in several)]
    script = f"const events = {names!r}; {_hand_over('wire', 'trigger, events')}"
    return gr.HTML("", html_template="<i></i>", elem_id="wire", js_on_load=script, apply_default_css=False)


def _hand_over(name: str, more: str = "") -> str:
    """JavaScript that hands a block to page.js, whether that is loaded already or not."""
    return f"(window.ragBlocks ??= []).push({{name: '{name}', element, {more}}});"


def _bind(page: "gr.Blocks", wire: "gr.HTML", events: Events, drawn: dict[str, "gr.HTML"]) -> None:
    """Let each event reach its handler, and nothing but the event's own data with it."""
    for block, names in DRAWS.items():
        for name in names:
            _listen(wire, name, _once(getattr(events, name)), drawn[block], queue=False)
    _listen(wire, "stop", _once(events.stop), None, queue=False)
    _listen(wire, "ask", _growing(events.ask), drawn["conversation"], queue=True)
    page.unload(_leaving(events))
    _add_api(events)


def _add_api(events: Events) -> None:
    """The endpoint `/ask` for gradio_client."""
    import gradio as gr
    from gradio.events import api

    def ask(question: str, request: gr.Request) -> dict[str, object]:
        try:
            return events.answer(_reader(request), question)
        except RagError as error:
            raise gr.Error(str(error), print_exception=False) from error

    api(ask, api_name="ask", api_description="Answer a question from the articles, with citations.")


def _listen(wire: "gr.HTML", name: str, run: Callable[..., object], draws: "gr.HTML | None", *, queue: bool) -> None:
    getattr(wire, name)(run, None, draws, queue=queue, show_progress="hidden", api_visibility="private")


def _once(handle: Callable[[Reader, Sent], object]) -> Callable[..., object]:
    import gradio as gr

    def run(event: gr.EventData, request: gr.Request) -> object:
        return handle(_reader(request), _sent(event))

    return run


def _growing(handle: Callable[[Reader, Sent], Iterator[str]]) -> Callable[..., Iterator[str]]:
    import gradio as gr

    def run(event: gr.EventData, request: gr.Request) -> Iterator[str]:
        yield from handle(_reader(request), _sent(event))

    return run


def _leaving(events: Events) -> Callable[..., None]:
    import gradio as gr

    def run(request: gr.Request) -> None:
        events.sessions.end(request.session_hash or "")

    return run


def _reader(request: "gr.Request") -> Reader:
    return Reader(request.username or "", request.session_hash or "")


def _sent(event: "gr.EventData") -> Sent:
    data = event._data
    return data if isinstance(data, dict) else {}
