"""One question to everybody on the cable or Wi-Fi, asked from a port that nobody else knows, answers taken for a while.

Multicast DNS calls that a one-shot query (RFC 6762, section 5.1): nothing of ours listens before or after.
"""

import contextlib
import ipaddress
import selectors
import socket
import time
from collections.abc import Iterator

import psutil

GROUP, PORT = "224.0.0.251", 5353
"""RFC 6762, section 3."""
DATAGRAM = 9000
"""Bytes: RFC 6762, section 17, allows no more."""
MOST_ANSWERS = 100
"""Taken for one question; a workshop's network has a few."""
_ASKED_AFTER = (0.0, 1.0)
"""Seconds: once again, since Wi-Fi loses such packets."""


def ask(question: bytes, seconds: float) -> Iterator[tuple[bytes, str]]:
    """Send to every IPv4 network of this computer; each answer with its sender's address, as they come, for so many
    seconds at most. Only answers of neighbours from the port of multicast DNS count. Never raises OSError."""
    with contextlib.ExitStack() as opened, selectors.DefaultSelector() as waiting:
        for address in _own_addresses():
            with contextlib.suppress(OSError):
                line = opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                line.setblocking(False)
                line.bind((address, 0))
                line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
                # 255, as RFC 6762, section 11, wants it; routers do not pass this group on anyway.
                line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
                waiting.register(line, selectors.EVENT_READ)
        lines = [key.fileobj for key in waiting.get_map().values()]
        yield from _answers(question, seconds, waiting, [line for line in lines if isinstance(line, socket.socket)])


def _answers(
    question: bytes, seconds: float, waiting: selectors.BaseSelector, lines: list[socket.socket]
) -> Iterator[tuple[bytes, str]]:
    began = time.monotonic()
    due = [after for after in _ASKED_AFTER if after < seconds]
    taken = 0
    while lines and taken < MOST_ANSWERS and (left := began + seconds - time.monotonic()) > 0:
        if due and time.monotonic() - began >= due[0]:
            del due[0]
            for line in lines:
                with contextlib.suppress(OSError):
                    line.sendto(question, (GROUP, PORT))
        until_next = began + due[0] - time.monotonic() if due else left
        for key, _ in waiting.select(max(0.0, min(left, until_next))):
            with contextlib.suppress(OSError):
                assert isinstance(key.fileobj, socket.socket)
                data, (sender, port, *_) = key.fileobj.recvfrom(DATAGRAM)
                taken += 1
                if port == PORT and ipaddress.IPv4Address(sender).is_private:
                    yield data, sender


def _own_addresses() -> list[str]:
    """One IPv4 address of each network that this computer is in now; not its own loopback."""
    states = psutil.net_if_stats()
    found = []
    for name, addresses in sorted(psutil.net_if_addrs().items()):
        if name in states and states[name].isup:
            own = [one.address for one in addresses if one.family == socket.AF_INET]
            found += [address for address in own[:1] if not ipaddress.IPv4Address(address).is_loopback]
    return found
