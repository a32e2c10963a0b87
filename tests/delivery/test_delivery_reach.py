"""Whether the workshop answers: itself, something in its place, or nobody."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from agent.delivery.reach import look, reached, stick_query
from agent.model.message import say
from agent.model.words import Mode, Reached
from agent.report.keys import PublicKey
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


def test_whether_the_workshop_knows_the_stick_and_why_it_does_not_answer(server: Server) -> None:
    assert look(server(200, b'{"enrolled": false, "later": 1}')).enrolled is False
    assert look(server(200, b'{"enrolled": "maybe"}')).enrolled is None
    away = look(Settings.model_validate({"workshop": {"url": "http://127.0.0.1:9"}}))
    assert (away.url, away.reached) == ("http://127.0.0.1:9", Reached.NO)
    assert away.why is not None
    assert look(Settings()).why == say("No workshop is named in ordis.toml.")


def test_a_key_is_asked_about_as_it_is_written() -> None:
    assert stick_query(None) == "stick"
    key = PublicKey(Mode.REAL, b"\xfb\xff" * 16)
    assert stick_query(key) == f"stick?key={str(key).replace('+', '%2B').replace('/', '%2F').replace('=', '%3D')}"
