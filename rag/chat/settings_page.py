"""What is configured -> a page for the operator: findings, thresholds, every setting; it changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from rag.answering.quoting import calibrated_thresholds
from rag.assistant import Assistant
from rag.chat.markup import render_template
from rag.doctor import diagnose_open
from rag.logs import mask_secrets
from rag.settings import Settings

if TYPE_CHECKING:
    from fastapi import APIRouter

EVERYONE = "*"
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""Headers by which a proxy says that a request came from elsewhere."""
DENIED = "Only operators see the settings; RAG_CHAT_OPERATORS names them."
_MEANING = {
    "abstain_below": "confidence below which the articles are said not to say it",
    "sure_from": "confidence from which quotes are shown as the answer",
    "quote_share": "share of the best sentence's score that a further one needs to be quoted",
}


class Operators:
    """Who may see the settings.

    Args:
        names: as `Settings.chat_operators`.
        login: whether users log in.
        loopback: whether only this machine can reach the chat.
    """

    def __init__(self, names: str, *, login: bool, loopback: bool) -> None:
        self._names = frozenset(name.strip() for name in names.split(",") if name.strip())
        self._this_machine = loopback and not login

    def admits(self, user: str, headers: Mapping[str, str]) -> bool:
        """Whether the sender of a request may see them.

        Args:
            user: the name that they logged in with; empty without login.
            headers: of the request, by lower-case names.
        """
        if EVERYONE in self._names:
            return True
        if self._this_machine:
            return not any(name in headers for name in FORWARDED)
        return user in self._names


def render_settings(assistant: Assistant) -> str:
    """The page, without any key, token or password."""
    settings = assistant.settings
    thresholds = asdict(calibrated_thresholds(settings).override(settings))
    return render_template(
        "settings",
        findings=[(one.good, one.topic, mask_secrets(one.text)) for one in diagnose_open(assistant)],
        thresholds=[(_MEANING[name], value) for name, value in thresholds.items()],
        settings=[(f"RAG_{name.upper()}", *_shown(settings, name)) for name in Settings.model_fields],
    )


def _shown(settings: Settings, name: str) -> tuple[str, bool]:
    """A setting's value as it may be seen, and whether it was set."""
    value = settings.index_name if name == "index" and settings.index else getattr(settings, name)
    return "" if value is None else mask_secrets(str(value)), name in settings.model_fields_set


def settings_router(
    assistant: Assistant, operators: Operators, user_of: Callable[[Mapping[str, str]], str] | None
) -> "APIRouter":
    """The route /settings.

    Args:
        assistant: whose settings are shown.
        operators: who may see them.
        user_of: name of the user who sends a request; None without login.
    """
    from fastapi import APIRouter, HTTPException, Request
    from fastapi.responses import HTMLResponse

    routes = APIRouter()

    @routes.get("/settings")
    def show_settings(request: Request) -> HTMLResponse:
        headers = dict(request.headers)
        if not operators.admits(user_of(headers) if user_of else "", headers):
            raise HTTPException(403, DENIED)
        return HTMLResponse(render_settings(assistant), headers={"Cache-Control": "no-store"})

    return routes
