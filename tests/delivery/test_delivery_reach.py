"""Whether the workshop answers: itself, something in its place, or nobody."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from agent.delivery.reach import reached
from agent.model.words import Reached
from agent.settings import Settings

TOLD = json.dumps({"version": "1.2", "enrolled": None}).encode()
PAGE = b"<!DOCTYPE html><html>Sign in to Free Wi-Fi</html>"
Server = Callable[..., Settings]


@pytest.fixture
def server() -> Iterator[Server]:
    """Settings whose workshop answers every question so."""
    servers: list[ThreadingHTTPServer] = []

    def start(status: int, body: bytes, **headers: str) -> Settings:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                assert self.path == "/api/v1/stick"
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, args=(0.01,), daemon=True).start()
        return Settings.model_validate({"workshop": {"url": f"http://127.0.0.1:{servers[-1].server_port}"}})

    yield start
    for each in servers:
        each.shutdown()
        each.server_close()


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (200, TOLD, Reached.YES),
        (200, PAGE, Reached.PORTAL),
        (200, b"welcome", Reached.NO),
        (200, b"", Reached.NO),
        (511, b"", Reached.PORTAL),
        (403, PAGE, Reached.PORTAL),
        (404, b"{}", Reached.NO),
        (500, TOLD, Reached.NO),
    ],
)
def test_what_answers(server: Server, status: int, body: bytes, found: Reached) -> None:
    assert reached(server(status, body)) is found


def test_who_is_sent_elsewhere_meets_a_sign_in(server: Server) -> None:
    assert reached(server(302, b"", Location="http://portal.example/login")) is Reached.PORTAL


def test_nobody(server: Server) -> None:
    assert reached(Settings.model_validate({"workshop": {"url": "http://127.0.0.1:9"}})) is Reached.NO
    assert reached(Settings()) is None
