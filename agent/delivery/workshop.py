"""Delivering one report to the workshop server."""

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

from agent import __version__
from agent.delivery.answers import ANSWER_LIMIT, Answer, receipt_in, refusal, unreachable
from agent.delivery.deadline import within
from agent.delivery.errors import DeliveryError
from agent.delivery.where import address_of
from agent.model.message import say
from agent.model.report import Receipt
from agent.report.canonical import Malformed
from agent.report.verify import read, report_id

CONNECT_SECONDS = 10.0
SECONDS = 60.0
"""For one report, everything included: 8 MiB at 1.2 Mbit/s."""


def deliver(data: bytes, url: str, ca_file: Path | None = None, timeout: float = SECONDS) -> Receipt:
    """PUT the bytes of a signed report to the workshop at `url`; may be repeated, the workshop keeps one.

    `timeout` is in seconds, for the whole attempt. The answer counts as a receipt only when it names this
    report and the SHA-256 of these bytes. Raises DeliveryError.
    """
    try:
        signed = read(data)
        number = report_id(signed)
    except Malformed as problem:
        raise DeliveryError(problem.reason, problem.hint, retry=False) from problem
    answer = put(f"reports/{number}", data, url, ca_file, timeout)
    if answer.status in (200, 201):
        return receipt_in(answer, number, hashlib.sha256(data).hexdigest())
    raise refusal(answer, signed.signature.key)


def put(place: str, data: bytes, url: str, ca_file: Path | None, timeout: float) -> Answer:
    """PUT the bytes under `place` of the interface for sticks of the workshop at `url`. Raises DeliveryError."""
    return _ask(place, data, url, ca_file, timeout)


def get(place: str, url: str, ca_file: Path | None, timeout: float) -> Answer:
    """GET what stands there, at most ANSWER_LIMIT bytes. Raises DeliveryError."""
    return _ask(place, None, url, ca_file, timeout)


def _ask(place: str, data: bytes | None, url: str, ca_file: Path | None, timeout: float) -> Answer:
    if ca_file is not None and not ca_file.is_file():
        raise DeliveryError(
            say("The certificate file of the workshop is missing: {path}.", path=str(ca_file)),
            say("Correct ca_file in ordis.toml."), retry=False,
        )  # fmt: skip
    target = f"{url.rstrip('/')}/api/v1/{place}"
    try:
        return within(timeout, lambda: _put(target, data, ca_file, timeout))
    except ValueError as error:  # which all of the libraries' complaints about an address are
        raise DeliveryError(
            say("“{url}” is not the address of a workshop.", url=url),
            say("Expected: an address such as https://workshop.example."), retry=False,
        ) from error  # fmt: skip
    except OSError as error:  # requests' own errors are OSErrors
        raise unreachable(error, url) from error


def page_address(url: str, receipt: Receipt) -> str:
    """The address of the report's page; the workshop's own address where the receipt names no other web page."""
    base = url.rstrip("/") + "/"
    try:
        page = urljoin(base, receipt.url)
        return page if urlsplit(page).scheme in ("http", "https") else base
    except ValueError:
        return base


class _At(HTTPAdapter):
    """Reaches a server at an address, while its certificate must be for its name."""

    def __init__(self, host: str) -> None:
        self._host = host
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **settings: Any) -> None:
        super().init_poolmanager(*arguments, server_hostname=self._host, **settings)


class _Session(requests.Session):
    """One that follows nobody: a redirection is never looked at by the library, whatever stands in it."""

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 - the library's signature
        return None


def _put(target: str, data: bytes | None, ca_file: Path | None, timeout: float) -> Answer:
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": f"ordis/{__version__}",
    }
    with _Session() as session:
        session.trust_env = False  # proxies and passwords of whoever is logged in are none of ours
        parts = urlsplit(target)
        if address := address_of(parts.hostname or ""):
            # A name of this network only (atelier.local), which the system does not know.
            headers["Host"] = parts.netloc
            target = urlunsplit(parts._replace(netloc=f"{address}:{parts.port}" if parts.port else address))
            session.mount("https://", _At(parts.hostname or ""))
        with session.request(
            "GET" if data is None else "PUT", target, data=data, headers=headers, stream=True,
            timeout=(min(CONNECT_SECONDS, timeout), timeout), verify=str(ca_file) if ca_file else True,
        ) as response:  # fmt: skip
            body = b""
            for part in response.iter_content(4096):
                body += part
                if len(body) > ANSWER_LIMIT:
                    break
            return Answer(response.status_code, response.headers.get("Location", ""), body)
