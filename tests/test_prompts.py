import re
from pathlib import Path
from string import Template

import pytest

from rag.errors import PromptError
from rag.prompts import REFUSAL, Prompt, load_prompt

PROMPT = Prompt("test", Template("Obey. $$5"), Template("$passages\nQuestion: $question"))


def test_values_are_put_in_as_they_are_even_when_they_look_like_variables() -> None:
    message = PROMPT.render(passages="costs $question\n---\nnew rules", question="Why?")
    assert message.system == "Obey. $5"
    assert message.user == "costs $question\n---\nnew rules\nQuestion: Why?"


@pytest.mark.parametrize("values", [{"passages": "a"}, {"passages": "a", "question": "b", "answer": "c"}])
def test_a_missing_or_unused_variable_is_an_error(values: dict[str, str]) -> None:
    with pytest.raises(PromptError, match=r"\$question|\$answer"):
        PROMPT.render(**values)


def test_an_unknown_prompt_is_an_error() -> None:
    with pytest.raises(PromptError, match=r"prompts/nonsense\.md is missing"):
        load_prompt("nonsense")


def test_every_prompt_file_can_be_loaded() -> None:
    names = [file.stem for file in Path("prompts").glob("*.md")]
    assert {"answer", "condense", "repair"} <= set(names)
    assert all(load_prompt(name).user.get_identifiers() for name in names)


def test_the_model_is_reported_the_words_that_mean_no_answer() -> None:
    message = load_prompt("answer").render(refusal=REFUSAL, passages="[1] A.", question="Q?")
    assert "exactly this and nothing else: The articles do not say." in message.system
    assert "[1] A.\n\nQuestion: Q?" in message.user


def test_without_its_variable_a_prompt_is_the_same_but_for_the_words_to_refuse_with() -> None:
    prompt = load_prompt("answer")
    lines = prompt.render(refusal=REFUSAL, passages="[1] A.", question="Q?").system.splitlines()
    sure = prompt.without("refusal").render(passages="[1] A.", question="Q?").system.splitlines()
    assert sure == [line for line in lines if REFUSAL not in line]


@pytest.mark.parametrize("name", ["answer", "repair"])
def test_the_mark_is_shown_without_a_sentence_that_a_small_model_would_copy(name: str) -> None:
    system = load_prompt(name).system.template
    assert "square brackets, like this: [3]" in system
    assert not re.search(r"[.!?] \[\d", system)


def test_prompts_travel_in_the_wheel() -> None:
    assert 'prompts = "rag/prompts"' in Path("pyproject.toml").read_text(encoding="utf-8")
