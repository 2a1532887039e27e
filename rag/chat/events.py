"""Events of the page -> HTML: one method an event, each given the user who sent it and the data sent with it."""

import asyncio
import contextlib
import secrets
from dataclasses import replace
from datetime import date

from rag.answering.claims import Quote
from rag.chat.conversation_html import render_conversation, render_shared
from rag.chat.event_data import EventData, read_number, read_scope, read_string
from rag.chat.exchanges import Exchange, Scope
from rag.chat.export import export_file
from rag.chat.feedback import LIKED_TOO_OFTEN, Feedback
from rag.chat.library import fingerprint, render_examples, render_library, render_scope, render_welcome
from rag.chat.questions import QuestionService
from rag.chat.sessions import Sessions, User, is_chat_id
from rag.chat.settings_page import Operators
from rag.chat.sharing import Shares, shared_token
from rag.chat.signing import ChatSigner
from rag.chat.source_events import SourceEvents
from rag.chat.uploads import Uploads
from rag.errors import FeedbackError, QuestionError, RagError, ShareError
from rag.index import Entry

FOLLOWING = 8.0
"""Seconds that `follow` waits for a change: below the 10 s after which some proxies end a silent request."""
POLL = 0.03
"""Seconds between looks for a change; a sentence feels instant below .1."""


class Events(SourceEvents):
    """Handles every event of the page.

    An event names the chat that the page shows, and the exchange it is about by its id: what belongs to an answer
    that is gone, or to another chat, is never shown as evidence.

    Args:
        service: answers questions.
        sessions: one for each user and chat.
        signer: signs the chats that browsers keep.
        feedback: where likes and dislikes are written.
        uploads: adds and removes articles; None when the library is read-only.
        title: heading of the first page.
        operators: who may see the settings.
        shares: the chats that users share; None where nobody logs in.
    """

    def __init__(
        self,
        service: QuestionService,
        sessions: Sessions,
        signer: ChatSigner,
        feedback: Feedback,
        uploads: Uploads | None,
        title: str,
        operators: Operators,
        shares: Shares | None = None,
    ) -> None:
        super().__init__(service.readers, sessions, shares)
        self._service = service
        self._signer = signer
        self._feedback = feedback
        self._uploads = uploads
        self._title = title
        self._operators = operators

    def recover(self, user: User, data: EventData) -> bool:
        """Whether the chat that the page shows is here, opening the signed one that came along when it is newer.

        Data:
            chat: id of the chat.
            turns: how many answers of it the page shows; a server that restarted, or forgot the chat, has fewer.
            sealed: the chat as it was signed; not sent until it is asked for.
        """
        if not is_chat_id(read_string(data, "chat")):
            return False
        session = self._session(user, data)
        if len(session.chat.exchanges) >= (read_number(data, "turns") or 0):
            return True
        kept = self._signer.open(read_string(data, "sealed"), user.name)
        known = len(session.chat.exchanges)
        if kept is not None and kept.id == session.chat.id and len(kept.exchanges) > known:
            session.switch_to(kept)
        return "sealed" in data

    def ask(self, user: User, data: EventData) -> str:
        """The conversation with one more question, or with `replaced` in that exchange's place."""
        id, alone = read_string(data, "turn")[:64] or secrets.token_urlsafe(9), data.get("alone") is True
        asked = Exchange(read_string(data, "text"), self._scope(user, data), id=id, alone=alone)
        self._service.ask(self._session(user, data), asked, user, read_string(data, "replaced"))
        return self._conversation(user, data)

    async def follow(self, user: User, data: EventData) -> str:
        """The conversation as soon as it is newer than the drawing that the page has, or after `FOLLOWING` seconds."""
        from starlette.concurrency import run_in_threadpool

        # Chats and articles may lie in a database: a slow query on the event loop would stop all other requests.
        session = await run_in_threadpool(self._session, user, data)
        drawing = read_number(data, "drawing") or 0
        for _ in range(round(FOLLOWING / POLL)):
            if session.version > drawing or session.chat.asking is None:
                break
            await asyncio.sleep(POLL)
        return await run_in_threadpool(self._conversation, user, data)

    def answer(self, user: User, question: str) -> dict[str, object]:
        """One answer outside any chat, as plain values.

        Raises:
            RagError: it cannot be answered, or this user asks too often.
        """
        answer = self._service.answer(question, user)
        return {**answer.to_dict(), "suggested": list(self._service.suggest(answer, user))}

    def stop(self, user: User, data: EventData) -> str:
        """End the answer that is being written; the sentences written so far stay."""
        self._service.stop(self._session(user, data))
        return self._conversation(user, data)

    def show(self, user: User, data: EventData) -> str:
        """The conversation as it is."""
        return self._conversation(user, data)

    def examples(self, user: User, data: EventData) -> str:
        """Example questions of the first page; each was asked before, which takes a second when articles changed."""
        with contextlib.suppress(RagError):
            return render_examples(self._service.examples(user))
        return render_examples(())

    def suggest(self, user: User, data: EventData) -> str:
        """The conversation with questions to ask next below an answer; the page asks for them once it is drawn."""
        self._service.add_suggestions(self._session(user, data), read_string(data, "turn"), user)
        return self._conversation(user, data)

    def restore(self, user: User, data: EventData) -> str:
        """The conversation as it was signed before an answer was replaced."""
        session = self._session(user, data)
        kept = self._signer.open(read_string(data, "earlier"), user.name)
        if kept is not None and kept.id == session.chat.id:
            session.switch_to(kept)
        return self._conversation(user, data)

    def like(self, user: User, data: EventData) -> dict[str, str]:
        """The conversation with an answer liked or disliked, which is kept with the comment; or why it is not kept."""
        session = self._session(user, data)
        exchange = session.chat.exchange(read_string(data, "turn"))
        if exchange is not None:
            comment = read_string(data, "word").strip()
            marked = replace(exchange, liked=read_string(data, "liked") == "True", explained=bool(comment))
            try:
                self._require_seldom(user)
                self._feedback.record(session.chat, marked, comment)
            except FeedbackError as error:
                return {"problem": str(error)}
            session.mark(marked)
        return {"conversation": self._conversation(user, data)}

    def _require_seldom(self, user: User) -> None:
        """Count a like beside the user's questions, by the same limit: no key of these begins so."""
        wait = self._service.rate.take(f"like {user.key}")
        if wait:
            raise FeedbackError(LIKED_TOO_OFTEN.format(wait))

    def library(self, user: User, data: EventData) -> str:
        """The list of articles, narrowed by `query`: words of their titles, ids, dates, or texts."""
        entries, query, scope = self._entries(user), read_string(data, "query"), self._scope(user, data)
        found: tuple[Quote, ...] = ()
        with contextlib.suppress(QuestionError):  # no text has what is longer than any question
            found = self._reader(user).find(query, collection=scope.collection) if entries and query.strip() else ()
        return render_library(entries, scope, query, found, editable=self._uploads is not None and bool(entries))

    def remove(self, user: User, data: EventData) -> str:
        """The list of articles after one was removed."""
        if self._uploads is not None:
            with contextlib.suppress(RagError):
                self._uploads.remove(read_string(data, "article"), self._reader(user))
        return self.library(user, data)

    def scope(self, user: User, data: EventData) -> str:
        """The line that shows the scope of the next questions, dates and articles."""
        return render_scope(self._scope(user, data), self._entries(user))

    def share(self, user: User, data: EventData) -> dict[str, str]:
        """The token of the link to the chat as it is now, or why there is none; without `on`, an end of the sharing.

        Without login there is nobody to share with, and no link.
        """
        chat = self._session(user, data).chat
        if self._shares is None or not chat.exchanges:
            return {}
        if data.get("on") != "true":
            self._shares.end(chat.id, user.name)
            return {}
        try:
            return {"token": self._shares.share(chat, user.name, self._readers.groups_of(user.name))}
        except ShareError as error:
            return {"problem": str(error)}

    def export(self, user: User, data: EventData) -> dict[str, str]:
        """The conversation as a file for the browser to save, of the `kind` that was pressed."""
        return export_file(self._session(user, data).chat, read_string(data, "kind"), date.today())

    def _conversation(self, user: User, data: EventData) -> str:
        session = self._session(user, data)
        chat, version = session.chat, session.version
        token = shared_token(chat.id)
        if token:
            return render_shared(chat, version, self._shared(user, token))
        welcome = "" if chat.exchanges else render_welcome(self._title, self._entries(user))
        signed = "" if welcome or chat.asking else self._signer.sign(chat, user.name)
        library = 0 if chat.asking else fingerprint(self._entries(user))
        operator = self._operators.admits(user.name, {})
        return f"{welcome}{render_conversation(chat, version, signed, library, operator=operator)}"

    def _entries(self, user: User) -> tuple[Entry, ...]:
        with contextlib.suppress(RagError):
            return self._reader(user).articles()
        return ()

    def _scope(self, user: User, data: EventData) -> Scope:
        return read_scope(data, self._entries(user))
