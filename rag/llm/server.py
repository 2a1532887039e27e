"""The server of a model: which of its models is asked, and how; learnt from its list and from what it refuses."""

from contextlib import suppress
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from rag.errors import ModelError
from rag.llm.choice import ModelChoice
from rag.llm.errors import is_no_chat, is_no_model, translate
from rag.llm.limits import model_limits
from rag.llm.listing import ListedModel, NoModelList, list_models, name_models
from rag.llm.manner import Manner, first_manner
from rag.settings import Settings

if TYPE_CHECKING:
    import openai

UNNAMED = "default"
"""Name sent to a server that lists no models: those with a single one take any."""


class AskAgain(Exception):
    """The request was refused for how it was made, and is to be made otherwise."""


class ModelServer:
    """What is known of a server; shared between threads.

    Args:
        choice: the model and its address.
        settings: its timeouts.
    """

    def __init__(self, choice: ModelChoice, settings: Settings) -> None:
        self.choice = choice
        """The model that is asked; without a name until `connect`."""
        self.manner: Manner = first_manner(choice)
        """How it is asked."""
        self._settings = settings
        self._named = bool(choice.name)
        self._connected = False
        self._lock = Lock()
        self._listed: tuple[ListedModel, ...] = ()

    def connect(self) -> ModelChoice:
        """Start a local model, or ask a server which models it has and take the first that chats; done once.

        Raises:
            ModelError: neither works.
        """
        with self._lock:
            if not self._connected:
                self.choice = self._connect()
                self._connected = True
        return self.choice

    def lists(self, name: str) -> bool:
        """Whether its list holds a model, by any of the names that servers give the same one.

        Raises:
            ModelError: it does not answer.
        """
        with suppress(NoModelList):
            self._listed = list_models(self.choice, self._settings)
        return bool({name, f"{name}:latest", f"models/{name}"} & {model.name for model in self._listed})

    def without_model(self, name: str, error: ModelError) -> ModelError:
        """The error of a model that is not in the list and does not answer.

        Args:
            name: of the model.
            error: what came instead of an answer.
        """
        if not self._listed:
            return error
        advice = f"Set RAG_LLM=openai:MODEL. It has: {name_models(self._listed)}"
        return ModelError(f"{self.choice.address} has no model {name!r}. {advice}")

    def failure(self, error: Exception, choice: ModelChoice, manner: Manner, *, begun: bool = False) -> Exception:
        """What a foreign error means: `AskAgain` in another manner or of another model, else an error of ours.

        Args:
            error: one of `client_errors`.
            choice: that was asked.
            manner: in which it was asked.
            begun: whether a part of the answer came; to ask in another manner would write, and cost, it twice.
        """
        import openai

        if not begun and isinstance(error, openai.APIError) and self._adapt(error, choice, manner):
            return AskAgain()
        failure = translate(error, choice)
        if is_no_chat(error) or is_no_model(error):
            return ModelError(f"{failure}{self._alternatives(choice)}")
        return failure

    def _adapt(self, error: "openai.APIError", choice: ModelChoice, manner: Manner) -> bool:
        """Change the manner, or the model; whether there is another."""
        if adapted := manner.adapt(error):
            self.manner = adapted
            return True
        if manner.protocol == "responses" and getattr(error, "status_code", None) in (404, 405):
            self.manner = replace(manner, protocol="chat")
        return is_no_chat(error) and self._take_next(choice)

    def _take_next(self, choice: ModelChoice) -> bool:
        """Take the model that the server lists after one that does not chat, where none was named."""
        names = [model.name for model in self._listed if model.chats]
        following = names[names.index(choice.name) + 1 :] if choice.name in names else names
        if not following or self._named:
            return False
        self.choice = replace(choice, name=following[0])
        return True

    def _connect(self) -> ModelChoice:
        choice = self.choice
        if choice.kind == "gguf":
            from rag.llm.local import start_server

            return start_server(choice, model_limits(choice, self._settings).window, self._settings)
        if choice.name:
            return choice
        try:
            self._listed = list_models(choice, self._settings)
        except NoModelList:
            return replace(choice, name=UNNAMED)
        if not self._listed:
            raise ModelError(f"The server {choice.address} has no model loaded. Load one there.")
        chatting = [model for model in self._listed if model.chats]
        return replace(choice, name=(chatting or self._listed)[0].name)

    def _alternatives(self, choice: ModelChoice) -> str:
        """The other models of the server, as the end of an error."""
        with suppress(ModelError):
            self._listed = self._listed or list_models(choice, self._settings)
        others = tuple(model for model in self._listed if model.name != choice.name)
        return f" The server has: {name_models(others)}" if others else ""
