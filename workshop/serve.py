"""Listening, until SIGTERM or Ctrl-C."""

import ipaddress
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

import uvicorn

from workshop.app import create


def serve(host: str, port: int, data: Path) -> None:
    """Serve until told to stop; the first line on stdout is the address, with the port that 0 became.

    Raises OSError when the address cannot be used, and what Store raises.
    """
    app = create(data)
    try:
        with _listen(host, port) as listener:
            config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none", server_header=False,
                                    timeout_graceful_shutdown=10)  # fmt: skip
            server = uvicorn.Server(config)
            # uvicorn raises the signal again once it has shut down; by default that would end us as killed.
            signal.signal(signal.SIGTERM, _leave)
            signal.signal(signal.SIGINT, _leave)
            shown = f"[{host}]" if ":" in host else host
            sys.stdout.write(f"http://{shown}:{listener.getsockname()[1]}/\n")
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
