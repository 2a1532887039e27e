"""Starting the chat from the command line."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rag.chat.login import read_users, verify_password
from rag.cli import app
from rag.errors import SettingsError

PASSWORD = "correct horse battery"


def test_a_user_is_added_and_their_password_changed(tmp_path: Path) -> None:
    file = tmp_path / "users.txt"
    for password in ("an older password", PASSWORD):
        answer = CliRunner().invoke(app, ["user", "ada", "--users", str(file)], input=f"{password}\n{password}\n")
        assert answer.exit_code == 0
        assert f"rag serve --users {file}" in answer.output
        assert password not in answer.output
    assert verify_password(PASSWORD, read_users(file)["ada"].hash)


def test_the_chat_does_not_listen_to_the_world_without_login() -> None:
    with pytest.raises(SettingsError, match="rag user NAME"):
        CliRunner().invoke(app, ["serve", "--host", "0.0.0.0"], catch_exceptions=False)


def test_an_address_of_ipv6_is_shown_as_a_browser_takes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = str(taken.getsockname()[1])
        answer = CliRunner().invoke(app, ["serve", "--host", "::1", "--port", port])
    assert f"http://[::1]:{port}/" in answer.output
    assert isinstance(answer.exception, SettingsError)


def test_the_command_line_does_not_load_gradio_before_it_is_asked_to() -> None:
    code = "import sys, rag.cli, rag.chat.page, rag.chat.server; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_chat_starts_whatever_the_environment_says_of_proxies_and_certificates(tmp_path: Path) -> None:
    code = (
        "import os; from rag.assistant import Assistant; from rag.chat.server import ServeOptions, create_app\n"
        "with Assistant.open() as assistant: create_app(assistant, ServeOptions())\n"
        "assert os.environ['ALL_PROXY'] == 'socks4://127.0.0.1:9'"
    )
    told = {"ALL_PROXY": "socks4://127.0.0.1:9", "NO_PROXY": "fd00::/8,[::1]", "SSL_CERT_FILE": "/nowhere.pem"}
    environ = os.environ | {"PYTHONPATH": str(Path.cwd()), "RAG_READER": "none"} | told
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
