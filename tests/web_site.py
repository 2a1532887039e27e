"""A web server of this machine, with pages to fetch."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY = "The harbour authority of Tolvik closed its northern pier on Monday after divers found cracks in it."
PAGE = f"<html><head><title>Tolvik shuts pier</title></head><body><h1>Tolvik shuts pier</h1><p>{BODY}</p></body></html>"
Answer = tuple[int, dict[str, str], bytes]


class Site:
    """A server of this machine, and what was asked of it."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.agents: set[str] = set()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.agents.add(self.headers["User-Agent"])
                status, headers, content = site.answers.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def page(self, path: str, content: str | bytes = PAGE, media_type: str = "text/html") -> None:
        whole = content.encode() if isinstance(content, str) else content
        self.answers[path] = (200, {"Content-Type": media_type}, whole)
