"""prompts/*.md -> messages for a language model: every instruction to a model is in those files."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from string import Template
from typing import NamedTuple

from rag.errors import PromptError

REFUSAL = "The articles do not say."
"""The answer when nothing in the articles answers; a model is instructed to write it then."""
_FOLDERS = (Path(__file__).with_name("prompts"), Path(__file__).parent.parent / "prompts")
"""Of a wheel, and of a checkout."""
_LINE = "\n---\n"


class Messages(NamedTuple):
    """The system message and the user message of a request."""

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
        variables = {*self.system.get_identifiers(), *self.user.get_identifiers()}
        if variables != values.keys():
            names = ", ".join(sorted(f"${name}" for name in variables ^ values.keys()))
            raise PromptError(f"prompts/{self.name}.md: {names} stands only in the file or only in the code.")
        return Messages(self.system.substitute(values).strip(), self.user.substitute(values).strip())

    def without(self, variable: str) -> "Prompt":
        """The prompt without the lines of its system message that have a variable."""
        lines = self.system.template.splitlines()
        kept = (line for line in lines if variable not in Template(line).get_identifiers())
        return replace(self, system=Template("\n".join(kept)))


@cache
def load_prompt(name: str) -> Prompt:
    """Read `prompts/NAME.md`.

    Raises:
        PromptError: there is no such file, it has no line `---`, or a lone $ in it.
    """
    file = next((folder / f"{name}.md" for folder in _FOLDERS if (folder / f"{name}.md").is_file()), None)
    if file is None:
        raise PromptError(f"prompts/{name}.md is missing. Install the package again.")
    system, line, user = file.read_text(encoding="utf-8-sig").partition(_LINE)
    prompt = Prompt(name, Template(system), Template(user))
    if not line or not (prompt.system.is_valid() and prompt.user.is_valid()):
        raise PromptError(f"{file}: needs one line `---` between its two messages, and $$ for a dollar sign.")
    return prompt
