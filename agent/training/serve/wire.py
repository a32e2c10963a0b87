"""One TCP connection to a served drive, and the listener that accepts them."""

import contextlib
import math
import select
import socket
import threading
import time
from collections.abc import Callable
from typing import Protocol, Self

from agent.model.ports import NoAnswer
from agent.training.drive import SimulatedDrive

HERE = "127.0.0.1"
_LOOK = 0.1
"""Seconds between two looks at whether the drive still has current."""
_PATIENCE = 30.0
"""Seconds for the rest of a unit that has begun, and for a peer that does not read. Linux sends either at once."""
_MOST_CONNECTIONS = 64
"""At a time. NVMe/TCP has one for each queue, and Linux makes one for each of its processors."""
_AT_ONCE = 1 << 20


class Closed(Exception):
    """The connection is over: the peer has gone, the drive has lost its power, or somebody broke the rules."""


class Wire:
    """A connection, for as long as the drive has the power that it had at the beginning.

    One thread reads; any may send. Both raise Closed.
    """

    def __init__(self, connection: socket.socket, is_on: Callable[[], bool]) -> None:
        self._socket = connection
        self._is_on = is_on
        self._sending = threading.Lock()
        self._closed = threading.Event()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(_PATIENCE)
        self._poll = select.poll()
        self._poll.register(connection, select.POLLIN)

    def read(self, length: int, *, idle: float = math.inf) -> bytes:
        """Exactly `length` bytes. `idle`: seconds until the first one, or the connection is given up."""
        found = bytearray()
        until = time.monotonic() + idle
        while len(found) < length:
            self._wait(until)
            try:
                part = self._socket.recv(min(length - len(found), _AT_ONCE))
            except (OSError, ValueError) as error:
                raise Closed("no more to read") from error
            if not part:
                raise Closed("the peer has gone")
            found += part
            until = time.monotonic() + _PATIENCE
        return bytes(found)

    def _wait(self, until: float) -> None:
        while True:
            if self._closed.is_set() or not self._is_on():
                raise Closed("the drive has no power any more")
            if self._poll.poll(_LOOK * 1000):
                return
            if time.monotonic() > until:
                raise Closed("the peer has gone silent")

    def send(self, *parts: bytes) -> None:
        """All of it, not mixed with what others send."""
        with self._sending:
            if self._closed.is_set() or not self._is_on():
                raise Closed("the drive has no power any more")
            try:
                self._socket.sendall(b"".join(parts))
            except OSError as error:
                self.close()
                raise Closed("the peer does not read") from error

    def close(self) -> None:
        """From any thread; whoever reads or sends gets Closed. Closing twice is harmless."""
        self._closed.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        """Give the socket back, by the thread that reads."""
        self.close()
        self._socket.close()


class Served(Protocol):
    """What answers on a connection."""

    def run(self) -> None:
        """Answer until the end. Raises Closed, NoAnswer, OSError."""


class Listener:
    """Serves one drive on one port, a thread for each connection. While the drive is off nobody gets in."""

    def __init__(self, drive: SimulatedDrive, serve: Callable[[Wire], Served], host: str = HERE, port: int = 0) -> None:
        """`port` 0: any that is free. Raises OSError where there is none."""
        self._drive = drive
        self._serve = serve
        self._socket = socket.create_server((host, port), family=_family(host), backlog=16)
        self._wires: dict[Wire, threading.Thread] = {}
        self._lock = threading.Lock()
        self._closing = False
        self._accepting = threading.Thread(target=self._accept, name="serve-accept", daemon=True)
        self._accepting.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    @property
    def connections(self) -> int:
        """How many there are now."""
        with self._lock:
            return len(self._wires)

    def close(self) -> None:
        """Hang up on everybody and let go of the port. The drive stays as it is."""
        self._closing = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes up who waits in accept
        self._accepting.join(_PATIENCE)
        self._socket.close()
        with self._lock:
            wires = dict(self._wires)
        for wire in wires:
            wire.close()
        for thread in wires.values():
            thread.join(_PATIENCE)

    def _accept(self) -> None:
        while not self._closing:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                continue  # we close, or the peer has gone before we came
            with self._lock:
                full = len(self._wires) >= _MOST_CONNECTIONS
            if full or not self._drive.is_on or self._closing:
                connection.close()
                continue
            wire = Wire(connection, self._power())
            thread = threading.Thread(target=self._run, args=(wire,), name="serve-wire", daemon=True)
            with self._lock:
                self._wires[wire] = thread
            thread.start()

    def _power(self) -> Callable[[], bool]:
        """Whether the drive is still as it was switched on: its ways of access are new after each power-on."""
        ports = self._drive.ports
        return lambda: self._drive.is_on and self._drive.ports is ports

    def _run(self, wire: Wire) -> None:
        try:
            with contextlib.suppress(Closed, NoAnswer, OSError):
                self._serve(wire).run()
        finally:
            wire.release()
            with self._lock:
                del self._wires[wire]


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
