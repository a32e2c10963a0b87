"""What answers mean: the workshop's own word, and all that may speak in its place."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import ValidationError

from agent.delivery.errors import DeliveryError, Portal, UnknownKey, Unreachable
from agent.model.message import say
from agent.model.report import Receipt
from agent.model.text import clean
from agent.report.canonical import Malformed, load

ANSWER_LIMIT = 64 * 1024
"""Bytes of an answer; a receipt has about 200."""


@dataclass(frozen=True)
class Answer:
    """What came back: the status, where it wants to send us, and at most ANSWER_LIMIT + 1 bytes of body."""

    status: int
    location: str
    body: bytes


def receipt_in(answer: Answer, number: UUID, sha256: str) -> Receipt:
    """The receipt, when it names this report and these bytes. Raises DeliveryError."""
    try:
        receipt = Receipt.model_validate(load(answer.body, ANSWER_LIMIT))
    except (Malformed, ValidationError) as error:
        raise nonsense(answer) from error
    if receipt.report_id != number or receipt.sha256 != sha256:
        raise DeliveryError(
            say("The workshop confirmed something else than this report: it does not count as delivered."),
            say("Check that the address in ordis.toml is that of the workshop server."), retry=True,
        )  # fmt: skip
    return receipt


def refusal(answer: Answer, key: str) -> DeliveryError:
    """What an answer other than 200 and 201 means; `key` is the signer's, for the hint."""
    if answer.status in (401, 403, 409, 422):
        detail = _detail(answer)
        # A sign-in page or a proxy may use the same numbers: only the workshop's own JSON is its word.
        return _portal(answer) if detail is None else _word(answer.status, detail, key)
    if answer.status == 413:
        return DeliveryError(
            say("The workshop refuses the report because of its size."),
            say("Ask whoever runs the workshop server to admit reports of 8 MiB, also at its proxy."), retry=False,
        )  # fmt: skip
    if answer.status >= 500 and answer.status != 511:
        return DeliveryError(
            say("The workshop server has a fault of its own (HTTP {status}).", status=answer.status),
            say("The report stays saved and is sent again later. If it lasts, tell whoever runs the server."),
            retry=True,
        )
    # 511: Network Authentication Required (RFC 6585, section 6)
    if 300 <= answer.status < 400 or answer.status == 511 or (_is_page(answer) and answer.status != 404):
        return _portal(answer)
    return DeliveryError(
        say("There is no workshop at this address (HTTP {status}).", status=answer.status),
        say("Check the address in ordis.toml."), retry=False,
    )  # fmt: skip


def _word(status: int, detail: str, key: str) -> DeliveryError:
    if status == 409:
        return DeliveryError(
            say("The workshop already has another report under this number: {detail}", detail=detail),
            say("Keep both, and tell whoever runs the workshop."), retry=False,
        )  # fmt: skip
    if status == 422:
        return DeliveryError(
            say("The workshop does not accept the report: {detail}", detail=detail),
            say("Keep the file; the workshop server may be older than this stick and need an update."), retry=False,
        )  # fmt: skip
    return UnknownKey(
        say("The workshop does not know this stick's key, or no longer trusts it."),
        say("On the workshop server, run: ordis-workshop enrol {key}", key=key),
    )


def nonsense(answer: Answer) -> DeliveryError:
    """What an answer means that should have been a receipt and is none."""
    return _portal(answer) if _is_page(answer) else _rubbish()


def unreachable(error: OSError, url: str) -> Unreachable:
    """What the lack of any answer means."""
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Unreachable(
            say("{url} shows a certificate that this stick does not trust: another computer may be answering in the "
                "workshop's place. Nothing was sent.", url=url),
            say("Check this computer's date; a workshop with a certificate of its own needs ca_file in ordis.toml."),
        )  # fmt: skip
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Unreachable(
            say("No secure connection to {url} could be made.", url=url),
            say("Check this computer's date; a workshop with a certificate of its own needs ca_file in ordis.toml."),
        )
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Unreachable(
            say("The name of the workshop cannot be found: {url}.", url=url),
            say("Check the network cable or Wi-Fi, then the address in ordis.toml."),
        )
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return Unreachable(say("Nothing answers at {url}.", url=url), say("Check that the workshop server is running."))
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return Unreachable(
            say("The workshop at {url} did not answer in time.", url=url),
            say("The report stays saved and is sent again later."),
        )
    return Unreachable(
        say("The connection to {url} failed.", url=url),
        say("Check the network cable or Wi-Fi; the report stays saved and is sent again later."),
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what is behind it; requests and urllib3 wrap the system's own error several times."""
    seen: BaseException | None = error
    for _ in range(10):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__


def _portal(answer: Answer) -> Portal:
    place = clean(_host(answer.location), 80)
    hint = say("Sign in to the network with a web browser, or use another network; check the address in ordis.toml.")
    if place:
        return Portal(say("Something else answered and points to {place}: a sign-in page?", place=place), hint)
    return Portal(say("Something else than the workshop answered (HTTP {status}): a sign-in page of the network?",
                           status=answer.status), hint)  # fmt: skip


def _host(location: str) -> str:
    try:
        return urlsplit(location).netloc
    except ValueError:
        return ""


def _rubbish() -> DeliveryError:
    return DeliveryError(
        say("The workshop's answer makes no sense: the report does not count as delivered."),
        say("Check that the address in ordis.toml is that of the workshop server."), retry=True,
    )  # fmt: skip


def _is_page(answer: Answer) -> bool:
    return answer.body.lstrip()[:1] == b"<"


def _detail(answer: Answer) -> str | None:
    """What the workshop says about its refusal; None when this is not how the workshop speaks."""
    try:
        said = load(answer.body, ANSWER_LIMIT)
    except Malformed:
        return None
    detail = said.get("detail")
    return clean(detail) if isinstance(said.get("error"), str) and isinstance(detail, str) else None
