"""The container files name what exists, and give it no rights it does not need."""

import re
from pathlib import Path

import typer.main
import yaml

from rag.cli import app
from rag.settings import PREFIX, Settings

FOLDER = Path(__file__).parents[2] / "docs" / "deploy"
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8")


def test_the_image_starts_a_command_that_exists_with_settings_that_exist() -> None:
    command = re.findall(r'"([^"]+)"', DOCKERFILE.rsplit("CMD [", 1)[1])
    serve = typer.main.get_command(app).commands[command[0]]  # type: ignore[attr-defined]
    options = {name for parameter in serve.params for name in parameter.opts}
    assert {word for word in command if word.startswith("--")} <= options
    settings = {name.removeprefix(PREFIX).lower() for name in re.findall(rf"\b{PREFIX}\w+(?==)", DOCKERFILE)}
    assert settings
    assert settings <= set(Settings.model_fields)


def test_the_container_is_not_root_and_writes_only_its_volume() -> None:
    assert re.search(r"^USER 10001$", DOCKERFILE, re.M)
    assert "HEALTHCHECK" in DOCKERFILE
    service = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))["services"]["rag"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert [volume for volume in service["volumes"] if not volume.endswith(":ro")] == ["data:/data"]
