"""Proxies and certificates of the environment, against real ones on this machine."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.llm import ModelChoice
from rag.llm.network import proxy_of
from tests.llm.scripted import answer, model_at
from tests.openai_server import Exchange, OpenAIServer, says, serving

YES = says("Yes.")
CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""Key and certificate of localhost, made for these tests and trusted by nobody else."""
ELSEWHERE = "http://models.example/v1"
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize("form", ["http://{}", "{}", " http://{}/\n"])
def test_a_server_elsewhere_is_reached_through_the_proxy(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(YES) as proxy:
        monkeypatch.setenv("HTTP_PROXY", form.format(f"127.0.0.1:{proxy.server_port}"))
        assert answer(model_at(ELSEWHERE))[0] == "Yes."
        assert proxy.paths == [f"{ELSEWHERE}/chat/completions"]


@contextmanager
def socks_proxy(target: int) -> Iterator[tuple[int, list[bytes]]]:
    """A SOCKS5 proxy that connects every request to a port of this machine; its port, and the names it was given."""
    names: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            with listener.accept()[0] as client, socket.create_connection(("127.0.0.1", target)) as server:
                client.recv(262)
                client.sendall(b"\x05\x00")
                names.append(client.recv(262)[5:-2])
                client.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
                threading.Thread(target=pump, args=(client, server), daemon=True).start()
                pump(server, client)

        threading.Thread(target=run, daemon=True).start()
        yield listener.getsockname()[1], names


def pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass


@pytest.mark.parametrize("scheme", ["socks5h", "socks5", "socks", "SOCKS5H"])
def test_a_server_elsewhere_is_reached_through_a_socks_proxy(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(YES) as server, socks_proxy(server.server_port) as (port, names):
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:{port}")
        assert answer(model_at(ELSEWHERE))[0] == "Yes."
        assert names == [b"models.example"]


@pytest.mark.parametrize(
    ("proxy", "message"),
    [
        ("socks5h://me:secret@127.0.0.1:9", "Check the proxy socks5h://127.0.0.1:9, or name the server in NO_PROXY."),
        ("http://127.0.0.1:9", "Check the proxy http://127.0.0.1:9, or name the server in NO_PROXY."),
        ("socks4://127.0.0.1:9", "The proxy socks4://127.0.0.1:9 of the environment cannot be used: "),
        ("ftp://x", "The proxy ftp://x of the environment cannot be used: "),
    ],
)
def test_a_proxy_that_cannot_be_used_is_told(proxy: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(ModelError) as raised:
        answer(model_at(ELSEWHERE))
    assert message in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("host", "exempt", "direct"),
    [
        ("10.1.2.3", "10.0.0.0/8", True),
        ("11.1.2.3", "10.0.0.0/8", False),
        ("10.1.2.3", "localhost, 10.1.2.3", True),
        ("10.1.2.3", "10.1.*", True),
        ("[fd00::7]", "fd00::/8", True),
        ("[fd00::7]", "[fd00::7]", True),
        ("[fd00::7]", "fd00::7,example.com", True),
        ("[fe80::7]", "fd00::/8,[::1]:80", False),
        ("models.example.com", "example.com", True),
        ("models.example.com", ".example.com", True),
        ("models.example.com", "*.example.com", True),
        ("badexample.com", "example.com", False),
        ("models.example.com", "MODELS.example.com:80", False),
        ("models.example.com", "models.example.com:8000", True),
        ("models.example.com", "http://models.example.com", True),
        ("models.example.com", "*", True),
        ("models.example.com", " ,, ", False),
        ("localhost", "", True),
        ("127.0.0.9", "", True),
        ("[::1]", "", True),
        ("0.0.0.0", "", True),
        ("box.localhost", "", True),
    ],
)
def test_no_proxy_may_name_ranges_and_addresses(
    host: str,
    exempt: str,
    direct: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", exempt)
    choice = ModelChoice("server", "x", f"http://{host}:8000/v1", "", "")
    assert (proxy_of(choice) is None) == direct


@contextmanager
def over_tls() -> Iterator[OpenAIServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with serving(YES) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield server


def test_a_ca_of_ones_own_is_trusted_on_this_machine_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with over_tls() as server:
        address = f"https://localhost:{server.server_port}/v1"
        with pytest.raises(ModelError, match="Set SSL_CERT_FILE to the file of the CA"):
            answer(model_at(address))
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        assert answer(model_at(address))[0] == "Yes."


def test_https_to_a_server_without_is_told() -> None:
    with serving(YES) as server, pytest.raises(ModelError, match="Does it speak http://"):
        answer(model_at(server.url.replace("http://", "https://")))


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificates_that_cannot_be_read_are_told(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content, encoding="utf-8")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with serving(YES) as server:
        assert answer(model_at(server.url))[0] == "Yes."  # it needs none
        with pytest.raises(ModelError, match=rf"SSL_CERT_FILE={file} cannot be read"):
            answer(model_at(server.url.replace("http://", "https://")))


def test_the_key_is_sent_without_what_was_copied_along() -> None:
    keys: list[str | None] = []

    def act(exchange: Exchange) -> None:
        keys.append(exchange.headers["Authorization"])
        YES(exchange)

    with serving(act) as server:
        answer(model_at(server.url))
    assert keys == ["Bearer test"]
