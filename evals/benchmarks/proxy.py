"""A TCP proxy between a browser and a server that can be cut, for tests of what a broken network does."""

import contextlib
import socket
import threading


class Proxy:
    """Passes TCP connections on to a port, unless it is cut."""

    def __init__(self) -> None:
        self.target = 0
        self._cut = False
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection, and each new one as soon as it is made."""
        self._cut = True
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def restore(self) -> None:
        """Let connections through again."""
        self._cut = False

    def close(self) -> None:
        """End it."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                browser, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(browser,), daemon=True).start()

    def _serve(self, browser: socket.socket) -> None:
        with browser, contextlib.suppress(OSError):
            if self._cut:
                return
            with socket.create_connection(("127.0.0.1", self.target)) as server:
                self._open |= {browser, server}
                back = threading.Thread(target=_copy, args=(server, browser), daemon=True)
                back.start()
                _copy(browser, server)
                back.join()
                self._open -= {browser, server}


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            sink.sendall(part)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
