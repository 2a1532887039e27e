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


def test_two_servers_get_settings_and_commands_that_exist_and_no_rights() -> None:
    services = yaml.safe_load((FOLDER / "replicas.yaml").read_text(encoding="utf-8"))["services"]
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for name in ("ingest", "rag"):
        service = services[name]
        options = {option for parameter in commands[service["command"][0]].params for option in parameter.opts}
        assert {word for word in service["command"] if word.startswith("--")} <= options
        given = {key.removeprefix(PREFIX).lower() for key in service["environment"] if key.startswith(PREFIX)}
        assert {"index", "chat_dir", "chat_key"} <= given <= set(Settings.model_fields)
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert [volume for volume in service["volumes"] if not volume.endswith(":ro")] == []
    assert services["rag"]["deploy"]["replicas"] == 2
    secrets = {"RAG_INDEX": "postgresql://rag@database/rag", "RAG_CHAT_KEY": "0" * 32}
    assert Settings.load(Path("none.toml"), services["rag"]["environment"] | secrets).index
    proxy = (FOLDER / "haproxy.cfg").read_text(encoding="utf-8")
    assert "GET /health/ready" in proxy
    assert "rag:7860" in proxy
    assert "http-request set-header X-Forwarded-For" in proxy
    assert services["rag"]["environment"]["FORWARDED_ALLOW_IPS"] == "*"  # as uvicorn calls it


def test_the_container_is_not_root_and_writes_only_its_volume() -> None:
    assert re.search(r"^USER 10001$", DOCKERFILE, re.M)
    assert "HEALTHCHECK" in DOCKERFILE
    service = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))["services"]["rag"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert [volume for volume in service["volumes"] if not volume.endswith(":ro")] == ["data:/data"]
