"""Chat -> a file of its own: Markdown, or one HTML page that needs nothing else."""

from rag import render
from rag.chat.exchanges import Chat, Exchange
from rag.chat.markup import day, text

_STYLE = (
    "body{max-width:42rem;margin:3rem auto;padding:0 1rem;font:1.1rem/1.6 Georgia,serif;color:#211f1a}"
    "h2{margin-top:3rem;font-size:1.25rem}ol{font-size:.95rem;color:#57534a}.quiet{font:.8rem sans-serif;color:#6b665c}"
)


def export_markdown(chat: Chat) -> str:
    """The chat as Markdown, each answer with its sources."""
    return "\n".join(f"## {_one_line(one.question)}\n\n{_markdown_answer(one)}" for one in chat.exchanges)


def _one_line(question: str) -> str:
    return " ".join(question.split()).replace("<", "\\<").replace("[", "\\[").replace("!", "\\!")


def _markdown_answer(exchange: Exchange) -> str:
    return render.markdown(exchange.answer) if exchange.answer else f"{exchange.problem or 'No answer.'}\n"


def export_html(chat: Chat) -> str:
    """The chat as one HTML page without scripts or links."""
    body = "".join(map(_html_exchange, chat.exchanges))
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{policy}<title>{text(chat.title)}</title>'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _html_exchange(exchange: Exchange) -> str:
    answer = exchange.answer
    if answer is None:
        return f"<h2>{text(exchange.question)}</h2><p>{text(exchange.problem or 'No answer.')}</p>"
    said = [f"{text(one.text)} {render.marks(one.citations)}" for one in answer.sentences] or [text(answer.text)]
    disputes = "".join(
        f"<li>{text(side.value)}: {text(render.voices(side, answer))}</li>"
        for one in answer.disagreements
        for side in one.sides
    )
    sources = "".join(
        f'<li value="{one.number}">{text(one.title)}, {day(one.date)}: “{text(one.quote)}”</li>'
        for one in render.cited(answer)
    )
    return (
        f"<h2>{text(exchange.question)}</h2><p>{' '.join(said)}</p>"
        f"{f'<p>{render.DISAGREE}</p><ul>{disputes}</ul>' if disputes else ''}<ol>{sources}</ol>"
        f'<p class="quiet">{text(render.footer(answer))}</p>'
    )
