"""Listening, until SIGTERM or Ctrl-C."""

import ipaddress
import signal
import socket
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from workshop import announce
from workshop.app import create


@dataclass(frozen=True)
class Offer:
    """How the workshop is served."""

    host: str
    port: int
    certificate: Path | None = None
    private_key: Path | None = None
    name: str | None = None
    """Under which it is announced; None for a workshop that is not."""
    announced_url: str | None = None
    image_version: str | None = None


def serve(offer: Offer, data: Path) -> None:
    """Serve until told to stop; the first line on stdout is the address, with the port that 0 became.

    Raises OSError when the address or the certificate cannot be used, CannotAnnounce, and what Store raises.
    """
    host = offer.host
    app = create(data)
    app.state.image_version = offer.image_version
    scheme = "https" if offer.certificate else "http"
    try:
        with _listen(host, offer.port) as listener, ExitStack() as told:
            config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none", server_header=False,
                                    ssl_certfile=offer.certificate, ssl_keyfile=offer.private_key,
                                    timeout_graceful_shutdown=10)  # fmt: skip
            config.load()  # a certificate that cannot be used is told before anything is announced
            server = uvicorn.Server(config)
            # uvicorn raises the signal again once it has shut down; by default that would end us as killed.
            signal.signal(signal.SIGTERM, _leave)
            signal.signal(signal.SIGINT, _leave)
            shown = f"[{host}]" if ":" in host else host
            port = listener.getsockname()[1]
            if offer.name is not None:
                where = announce.address(offer.announced_url or f"{scheme}://{announce.own_host()}:{port}")
                told.enter_context(announce.announced(offer.name or where.host.split(".")[0], where, host))
            sys.stdout.write(f"{scheme}://{shown}:{port}/\n")
            sys.stdout.flush()
            server.run(sockets=[listener])
    finally:
        app.state.store.close()


def is_loopback(host: str) -> bool:
    """True for what only this computer can reach."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)
