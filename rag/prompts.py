"""prompts/*.md -> messages for a language model: every word it is told stands in those files."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import NamedTuple

from rag.errors import PromptError

REFUSAL = "The articles do not say."
"""What a reader is told when nothing in the articles answers, and what a model is told to write then."""
_FOLDERS = (Path(__file__).with_name("prompts"), Path(__file__).parent.parent / "prompts")
"""Where a wheel keeps them, and where a checkout does."""
_LINE = "\n---\n"


class Messages(NamedTuple):
    """What a model reads: how to behave, then what to work on."""

    system: str
    user: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt file: the system message above the line `---`, the user's below it, with $variables in both."""

    name: str
    system: Template
    user: Template

    def render(self, **values: str) -> Messages:
        """The messages with every variable filled in; values are put in as they are.

        Raises:
            PromptError: a variable has no value, or a value has no variable.
        """
        wanted = {*self.system.get_identifiers(), *self.user.get_identifiers()}
        if wanted != values.keys():
            told = ", ".join(sorted(f"${name}" for name in wanted ^ values.keys()))
            raise PromptError(f"prompts/{self.name}.md: {told} stands only in the file or only in the code.")
        return Messages(self.system.substitute(values).strip(), self.user.substitute(values).strip())


@cache
def load(name: str) -> Prompt:
    """Read `prompts/NAME.md`.

    Raises:
        PromptError: there is no such file, it has no line `---`, or a lone $ in it.
    """
    file = next((folder / f"{name}.md" for folder in _FOLDERS if (folder / f"{name}.md").is_file()), None)
    if file is None:
        raise PromptError(f"prompts/{name}.md is missing. Install the package again.")
    system, line, user = file.read_text(encoding="utf-8").partition(_LINE)
    prompt = Prompt(name, Template(system), Template(user))
    if not line or not (prompt.system.is_valid() and prompt.user.is_valid()):
        raise PromptError(f"{file}: needs one line `---` between its two messages, and $$ for a dollar sign.")
    return prompt
