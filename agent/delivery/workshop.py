"""Delivering one report to the workshop server."""

import hashlib
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from agent.delivery.answers import Answer, receipt_in, refusal, unreachable
from agent.delivery.deadline import within
from agent.delivery.errors import DeliveryError
from agent.model.message import say
from agent.model.report import Receipt
from agent.report.canonical import Malformed
from agent.report.verify import read, report_id

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
    from agent.delivery.exchange import exchange  # noqa: PLC0415 - slow to load, and many sticks never send

    target = f"{url.rstrip('/')}/api/v1/{place}"
    try:
        return within(timeout, lambda: exchange(target, data, ca_file, timeout))
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
