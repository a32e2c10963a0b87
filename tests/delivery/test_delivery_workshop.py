"""Everything that can answer in the workshop's place, and the workshop itself."""

import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sample_report as sample

from agent.delivery.errors import DeliveryError, Unreachable
from agent.delivery.workshop import deliver, page_address
from agent.model.report import Receipt
from agent.model.words import Mode
from agent.report.keys import ephemeral
from agent.report.verify import read, report_id

KEY = ephemeral(Mode.TRAINING)
DATA = sample.signed_bytes(KEY)
NUMBER = report_id(read(DATA))
RECEIPT = {
    "report_id": str(NUMBER),
    "sha256": hashlib.sha256(DATA).hexdigest(),
    "received_at": "2026-05-04T10:00:00Z",
    "url": f"reports/{NUMBER}",
}
OWN_ERROR = b'{"error": "some_code", "detail": "because \\u001b[31m of it"}'
PAGE = b"<!DOCTYPE html><html>Sign in to Free Wi-Fi</html>"

Reply = Callable[[BaseHTTPRequestHandler], None]


def reply(status: int, body: bytes, **headers: str) -> Reply:
    def act(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return act


@pytest.fixture
def odd_server() -> Iterator[Callable[[Reply], str]]:
    """`odd_server(act)` gives the address of a server that answers each PUT as `act` says."""
    servers: list[ThreadingHTTPServer] = []

    def start(act: Reply) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                act(self)

            def log_message(self, *arguments: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


OddServer = Callable[[Reply], str]


def refused(url: str, timeout: float = 10, **options: object) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        deliver(DATA, url, timeout=timeout, **options)  # type: ignore[arg-type]
    assert caught.value.hint
    return caught.value


def test_a_receipt_is_a_receipt(odd_server: OddServer) -> None:
    for status in (200, 201):
        receipt = deliver(DATA, odd_server(reply(status, json.dumps(RECEIPT).encode())))
        assert receipt == Receipt.model_validate(RECEIPT)


@pytest.mark.parametrize("wrong", [{"sha256": "0" * 64}, {"report_id": "00000000-0000-4000-8000-000000000000"}])
def test_a_receipt_for_something_else_is_none(odd_server: OddServer, wrong: dict[str, str]) -> None:
    error = refused(odd_server(reply(200, json.dumps({**RECEIPT, **wrong}).encode())))
    assert "confirmed something else" in str(error)


@pytest.mark.parametrize(
    "body", [b"", b"OK", b"{}", b"[]", b"\xff\xfe", b"{" * 5000, b'{"a":' + b" " * 70_000 + b"1}", b"null"]
)
def test_rubbish_is_no_receipt(odd_server: OddServer, body: bytes) -> None:
    assert "makes no sense" in str(refused(odd_server(reply(201, body))))


@pytest.mark.parametrize(
    ("status", "words", "retry"),
    [
        (401, "does not know this stick's key", False),
        (403, "does not know this stick's key", False),
        (409, "another report under this number: because of it", False),
        (413, "because of its size", False),
        (422, "does not accept the report: because of it", False),
        (404, "no workshop at this address", False),
        (405, "no workshop at this address", False),
        (500, "fault of its own (HTTP 500)", True),
        (503, "fault of its own (HTTP 503)", True),
    ],
)
def test_each_refusal_has_its_sentence(odd_server: OddServer, status: int, words: str, retry: bool) -> None:
    error = refused(odd_server(reply(status, OWN_ERROR)))
    assert words in str(error)
    assert error.retry is retry
    assert not isinstance(error, Unreachable)


def test_how_to_enrol_is_said_with_the_key(odd_server: OddServer) -> None:
    assert f"ordis-workshop enrol {KEY.public}" in str(refused(odd_server(reply(401, OWN_ERROR))).hint)


@pytest.mark.parametrize("status", [502, 504, 413])
def test_a_proxy_speaks_html_for_these(odd_server: OddServer, status: int) -> None:
    assert not isinstance(refused(odd_server(reply(status, PAGE))), Unreachable)


@pytest.mark.parametrize("status", [200, 201, 401, 403, 422, 511, 400])
def test_a_sign_in_page_is_recognised(odd_server: OddServer, status: int) -> None:
    error = refused(odd_server(reply(status, PAGE)))
    assert "sign-in page" in str(error)
    assert isinstance(error, Unreachable)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirection_is_followed(odd_server: OddServer, status: int) -> None:
    seen: list[str] = []

    def trap(request: BaseHTTPRequestHandler) -> None:
        seen.append(request.path)
        reply(200, json.dumps(RECEIPT).encode())(request)

    target = odd_server(trap)
    error = refused(odd_server(reply(status, b"", Location=target + "/hotspot")))
    assert target.removeprefix("http://") in str(error)
    assert isinstance(error, Unreachable)
    assert not seen


@pytest.mark.parametrize("location", ["", "http://[", "\x80\xff", "/here", "x" * 5000])
def test_odd_redirections(odd_server: OddServer, location: str) -> None:
    assert "sign-in page" in str(refused(odd_server(reply(302, b"", Location=location))))


def test_an_endless_answer_ends(odd_server: OddServer) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            while True:
                request.wfile.write(b" " * 4096)
        except OSError:
            pass

    assert "makes no sense" in str(refused(odd_server(endless)))


def _silent(stop: threading.Event) -> Reply:
    def act(request: BaseHTTPRequestHandler) -> None:
        stop.wait(20)

    return act


def _dripping(stop: threading.Event) -> Reply:
    def act(request: BaseHTTPRequestHandler) -> None:
        # Each byte comes before the library's own time limit, which counts from byte to byte.
        while not stop.wait(0.02):
            try:
                request.wfile.write(b"H")
            except OSError:
                return

    return act


@pytest.mark.parametrize("slow", [_silent, _dripping])
def test_a_server_that_hangs(odd_server: OddServer, slow: Callable[[threading.Event], Reply]) -> None:
    stop = threading.Event()
    started = time.monotonic()
    try:
        error = refused(odd_server(slow(stop)), timeout=0.3)
    finally:
        stop.set()
    assert time.monotonic() - started < 3
    assert "did not answer in time" in str(error)
    assert isinstance(error, Unreachable)


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    error = refused(f"http://127.0.0.1:{port}")
    assert "Nothing answers" in str(error)
    assert error.retry
    assert isinstance(error, Unreachable)


def test_an_unknown_name() -> None:
    assert "name of the workshop" in str(refused("http://workshop.invalid"))


def test_plain_http_where_https_is_expected(odd_server: OddServer) -> None:
    url = odd_server(reply(200, b"{}")).replace("http://", "https://")
    assert "No secure connection" in str(refused(url))


def test_a_connection_that_breaks(odd_server: OddServer) -> None:
    def hang_up(request: BaseHTTPRequestHandler) -> None:
        request.connection.shutdown(socket.SHUT_RDWR)

    assert isinstance(refused(odd_server(hang_up)), Unreachable)


def test_something_that_is_no_http(odd_server: OddServer) -> None:
    def ssh(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")

    assert isinstance(refused(odd_server(ssh)), Unreachable)


@pytest.mark.parametrize(
    "url", ["", "workshop", "ftp://127.0.0.1", "http://", "http://[", "http://" + "a" * 70 + ".invalid"]
)
def test_what_is_no_address(url: str) -> None:
    error = refused(url)
    assert "is not the address" in str(error)
    assert not error.retry


def test_a_missing_certificate_file(tmp_path: Path) -> None:
    assert "certificate file" in str(refused("https://127.0.0.1:9", ca_file=tmp_path / "ca.pem"))


def test_what_is_no_report_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.delivery.exchange.exchange", lambda *_: pytest.fail("it was sent"))
    for data in (b"", b"{}", b"x" * 9_000_000):
        with pytest.raises(DeliveryError) as caught:
            deliver(data, "http://127.0.0.1:9")
        assert not caught.value.retry


def test_no_password_of_anybody_is_sent(odd_server: OddServer, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    (home / ".netrc").chmod(0o600)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    seen: list[str | None] = []

    def look(request: BaseHTTPRequestHandler) -> None:
        seen.append(request.headers["Authorization"])
        reply(200, json.dumps(RECEIPT).encode())(request)

    deliver(DATA, odd_server(look))
    assert seen == [None]


@pytest.mark.parametrize(
    ("url", "told", "page"),
    [
        ("https://w.example", "reports/1", "https://w.example/reports/1"),
        ("https://w.example/ordis/", "reports/1", "https://w.example/ordis/reports/1"),
        ("https://w.example", "https://other.example/r", "https://other.example/r"),
        ("https://w.example", "javascript:alert(1)", "https://w.example/"),
        ("https://w.example", "http://[", "https://w.example/"),
    ],
)
def test_the_address_of_the_page(url: str, told: str, page: str) -> None:
    assert page_address(url, Receipt.model_validate({**RECEIPT, "url": told})) == page
