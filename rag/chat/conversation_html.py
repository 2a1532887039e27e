"""Exchanges -> HTML: the conversation as the left column shows it."""

from collections.abc import Sequence

from rag import render
from rag.answering.answer import Answer, Citation, Disagreement, Sentence, Side
from rag.chat.exchanges import Chat, Exchange, Scope
from rag.chat.feedback import COMMENT_CHARS
from rag.chat.markup import button, day, icon, line, text
from rag.retrieval import Hit

READING = "Reading the articles"
STOPPED = "Stopped."
LONG_WORD = 40
"""Longest word that keeps its marks beside it on a narrow screen."""
PREVIEW_CHARS = 420
"""Characters of a quote in a hover preview."""


def render_conversation(chat: Chat, drawing: int, sealed: str = "") -> str:
    """The whole conversation, as the drawing of this number; `sealed` is what the browser keeps of it."""
    busy = any(exchange.stage == "asking" for exchange in chat.exchanges)
    kept = f'data-chat="{text(chat.id)}" data-title="{line(chat.title)}" data-sealed="{text(sealed)}"'
    state = f'aria-busy="{"true" if busy else "false"}" data-drawing="{drawing}"'
    body = "".join(_turn(number, exchange) for number, exchange in enumerate(chat.exchanges))
    return f'<div class="turns" role="log" aria-label="Conversation" {state} {kept}>{body}</div>'


def _turn(number: int, exchange: Exchange) -> str:
    return (
        f'<article class="turn {exchange.stage}" data-turn="{number}" aria-label="Question {number + 1}">'
        f'<h2 class="question" dir="auto">{text(exchange.question)}</h2>'
        f"{_scope(exchange.scope)}{_said(number, exchange)}{_foot(number, exchange)}{_why(number, exchange)}</article>"
    )


def _scope(scope: Scope) -> str:
    parts = []
    if scope.after:
        parts.append(f"from {day(scope.after)}")
    if scope.before:
        parts.append(f"until {day(scope.before)}")
    if scope.articles is not None:
        parts.append(f"{len(scope.articles)} chosen article{'' if len(scope.articles) == 1 else 's'}")
    return f'<p class="scope">Asked within: {", ".join(parts)}</p>' if parts else ""


def _said(turn: int, exchange: Exchange) -> str:
    answer = exchange.answer
    if exchange.stage == "failed":
        return f'<p class="problem" role="alert">{text(exchange.problem)}</p>'
    if exchange.stage == "stopped" and (answer is None or not answer.sentences):
        return f'<p class="refusal">{STOPPED}</p>'
    if answer is None or (exchange.stage == "asking" and not answer.sentences):
        return f'<p class="reading">{READING}<span class="dots" aria-hidden="true"></span></p>'
    return _answer(turn, exchange.stage == "asking", answer)


def _answer(turn: int, growing: bool, answer: Answer) -> str:  # noqa: FBT001
    searched = f'<p class="searched">Searched for “{text(answer.searched)}”</p>' if answer.searched else ""
    notice = f'<p class="notice">{text(answer.notice)}</p>' if answer.notice else ""
    by_number = {citation.number: citation for citation in answer.citations}
    said = "".join(_sentence(turn, sentence, by_number) for sentence in answer.sentences)
    body = f'<p class="answer" dir="auto">{said}</p>' if said else f'<p class="refusal">{text(answer.text)}</p>'
    if growing:
        return f"{searched}{body}"
    rest = [_disagreement(turn, one, by_number) for one in answer.disagreements]
    rest += [_sources(turn, render.cited(answer)), _nearest(turn, render.nearest(answer)), _withheld(answer.withheld)]
    return f"{searched}{notice}{body}{''.join(rest)}"


def _sentence(turn: int, sentence: Sentence, by_number: dict[int, Citation]) -> str:
    marks = "".join(_mark(turn, by_number[number]) for number in sentence.citations)
    return f'<span class="sentence">{_nowrap(text(sentence.text), marks)}</span> '


def _nowrap(words: str, marks: str) -> str:
    """Words with the marks after them, which stay on the line of the last word."""
    head, space, last = words.rpartition(" ")
    if len(last) > LONG_WORD:
        return f"{words}{marks}"
    return f'{head}{space}<span class="nowrap">{last}{marks}</span>'


def _mark(turn: int, citation: Citation) -> str:
    quote = citation.quote if len(citation.quote) <= PREVIEW_CHARS else citation.quote[:PREVIEW_CHARS] + "…"
    return (
        f'<button type="button" class="mark" data-event="cite" data-turn="{turn}" data-number="{citation.number}"'
        f' aria-label="Source {citation.number}: {line(citation.title)}" data-heading="{line(citation.title)}"'
        f' data-day="{text(render.day(citation.date))}" data-quote="{text(quote)}">{citation.number}</button>'
    )


def _disagreement(turn: int, disagreement: Disagreement, by_number: dict[int, Citation]) -> str:
    sides = "".join(_side(turn, side, by_number) for side in disagreement.sides)
    return f'<figure class="disagreement"><figcaption>The articles disagree</figcaption><div>{sides}</div></figure>'


def _side(turn: int, side: Side, by_number: dict[int, Citation]) -> str:
    told = [by_number[number] for number in side.citations]
    voices = "".join(
        f"<li>{day(one.date)}, {_nowrap(line(one.title, 70), ' ' + _mark(turn, one))}</li>" for one in told
    )
    return f'<section><p class="value" dir="auto">{text(side.value)}</p><ul>{voices}</ul></section>'


def _sources(turn: int, cited: Sequence[Citation]) -> str:
    articles: dict[str, list[Citation]] = {}
    for citation in cited:
        articles.setdefault(citation.article, []).append(citation)
    rows = "".join(
        f'<li><span class="numbers">{" ".join(str(one.number) for one in quoted)}</span>'
        f"{button('cite', '', line(quoted[0].title, 90), 'link', turn=turn, number=quoted[0].number)}"
        f'<span class="day">{day(quoted[0].date)}</span></li>'
        for quoted in articles.values()
    )
    return f'<ul class="sources" aria-label="Sources">{rows}</ul>' if rows else ""


def _nearest(turn: int, hits: Sequence[Hit]) -> str:
    rows = "".join(
        f"<li>{button('nearest', '', _passage(hit), 'passage', turn=turn, number=number)}</li>"
        for number, hit in enumerate(hits)
    )
    return f'<section class="nearest"><h3>{text(render.NOT_AN_ANSWER)}</h3><ul>{rows}</ul></section>' if rows else ""


def _passage(hit: Hit) -> str:
    heading = f"{line(hit.passage.title, 90)} · {day(hit.passage.date)}"
    words = text(render.snippet(hit)).replace(" …", "&nbsp;…")
    return f'<span class="day">{heading}</span><span dir="auto">{words}</span>'


def _withheld(withheld: Sequence[Sentence]) -> str:
    if not withheld:
        return ""
    count = f"{len(withheld)} sentence{'' if len(withheld) == 1 else 's'} withheld"
    rows = "".join(
        f'<li><span dir="auto">{text(one.text)}</span> <em>{text(one.verdict.reason)}</em></li>' for one in withheld
    )
    told = f"<summary>{count}</summary><p>{text(render.WITHHELD)}</p><ul>{rows}</ul>"
    return f'<details class="withheld">{told}</details>'


def _foot(turn: int, exchange: Exchange) -> str:
    if exchange.stage == "asking":
        return ""
    answer = exchange.answer
    told = render.footer(answer) if answer else ""
    stopped = f"{STOPPED} " if exchange.stage == "stopped" and told else ""
    return (
        f'<footer class="foot"><span class="cost">{stopped}{text(told)}</span>'
        f'<span class="tools" role="group" aria-label="About this answer">{_tools(turn, exchange)}</span></footer>'
    )


def _tools(turn: int, exchange: Exchange) -> str:
    tools = [
        button("edit", "Edit the question", icon("edit"), "tool", turn=turn, question=exchange.question),
        button("retry", "Ask again", icon("retry"), "tool", turn=turn),
    ]
    if exchange.answer and exchange.stage != "failed":
        copied = render.markdown(exchange.answer)
        tools.insert(0, button("copy", "Copy with citations", icon("copy"), "tool", markdown=copied))
        tools += [_thumb(turn, exchange, liked=True), _thumb(turn, exchange, liked=False)]
    return "".join(tools)


def _why(turn: int, exchange: Exchange) -> str:
    if exchange.liked is None or exchange.explained:
        return ""
    asked = "In a word, why? (optional)"
    box = f'<input id="why-{turn}" maxlength="{COMMENT_CHARS}" placeholder="{asked}" autocomplete="off">'
    return (
        f'<form class="why" data-turn="{turn}" data-liked="{exchange.liked}">'
        f'<label class="visually-hidden" for="why-{turn}">{asked}</label>{box}'
        f'<button class="plain" type="submit">Keep</button></form>'
    )


def _thumb(turn: int, exchange: Exchange, *, liked: bool) -> str:
    name = "Good answer" if liked else "Bad answer"
    pressed = "true" if exchange.liked is liked else "false"
    return button("like", name, icon("up" if liked else "down"), "tool", turn=turn, liked=liked).replace(
        "<button", f'<button aria-pressed="{pressed}"', 1
    )
