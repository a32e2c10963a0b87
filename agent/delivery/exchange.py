"""One question to the workshop over HTTP, and what came back. Alone here knows the library that does it."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

from agent import __version__
from agent.delivery.answers import ANSWER_LIMIT, Answer
from agent.delivery.where import address_of

CONNECT_SECONDS = 10.0


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


def exchange(target: str, data: bytes | None, ca_file: Path | None, timeout: float) -> Answer:
    """PUT `data`, or GET where there is none; at most ANSWER_LIMIT + 1 bytes of what is answered.

    `timeout` is in seconds, for each wait. Raises OSError (TimeoutError among them), and ValueError for what is no
    address.
    """
    try:
        return _exchange(target, data, ca_file, timeout)
    except requests.Timeout as error:
        raise TimeoutError(str(error)) from error


def _exchange(target: str, data: bytes | None, ca_file: Path | None, timeout: float) -> Answer:
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
