"""Telling the network that a workshop is here (DNS Service Discovery over multicast DNS), so that sticks find it."""

import contextlib
import ipaddress
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import ifaddr
import zeroconf

TYPE = "_ordis._tcp.local."


class CannotAnnounce(ValueError):
    """The text says why."""


@dataclass(frozen=True)
class Address:
    """What sticks are told. `host` ends with `.local`: whoever has another name can be named in ordis.toml."""

    scheme: str
    host: str
    port: int
    path: str = ""


def address(text: str) -> Address:
    """From a web address, for a workshop behind a proxy. Raises CannotAnnounce."""
    try:
        parts = urlsplit(text)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise CannotAnnounce(f"{text!r} is no address") from error
    host, path = (parts.hostname or "").lower(), parts.path.rstrip("/")
    usable = parts.scheme in ("http", "https") and re.fullmatch(r"([a-z0-9-]{1,63}\.){1,4}local", host)
    if not usable or not re.fullmatch(r"(/[A-Za-z0-9._~-]{1,40}){0,5}", path) or parts.query or "@" in parts.netloc:
        raise CannotAnnounce(f"{text!r} is not of the form https://atelier.local:8443/path")
    return Address(parts.scheme, host, port, path)


def own_host() -> str:
    """This computer's name in the local network."""
    name = re.sub(r"[^a-z0-9-]", "-", socket.gethostname().split(".")[0].lower()).strip("-")
    return f"{name or 'ordis-workshop'}.local"


@contextlib.contextmanager
def announced(name: str, where: Address, listening_at: str) -> Iterator[None]:
    """Answer questions for workshops as long as this lasts. `listening_at` is the address that the server has bound.

    Raises CannotAnnounce where no network is there, or another workshop has this name.
    """
    reachable = _reachable(listening_at)
    if not reachable:
        raise CannotAnnounce("this computer is in no network, or only it itself can reach the address")
    try:
        info = zeroconf.ServiceInfo(
            TYPE, f"{name}.{TYPE}", where.port, properties={"scheme": where.scheme, "path": where.path},
            server=f"{where.host}.", parsed_addresses=reachable,
        )  # fmt: skip
        responder = zeroconf.Zeroconf(interfaces=reachable)
    except (OSError, zeroconf.Error) as error:
        raise CannotAnnounce(str(error)) from error
    try:
        try:
            responder.register_service(info)
        except (OSError, zeroconf.Error) as error:
            raise CannotAnnounce(f"the name {name!r} is taken, or is none: {error!r}") from error
        yield
    finally:
        responder.close()


def _reachable(listening_at: str) -> list[str]:
    """The IPv4 addresses under which others reach a server that has bound this one."""
    try:
        bound = ipaddress.ip_address(socket.gethostbyname(listening_at) if listening_at else "0.0.0.0")  # noqa: S104
    except (OSError, ValueError):
        bound = ipaddress.ip_address("0.0.0.0")  # noqa: S104 - "::", which takes IPv4 as well
    if not bound.is_unspecified:
        return [] if bound.is_loopback else [str(bound)]
    own = [str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4]
    return [one for one in own if not ipaddress.ip_address(one).is_loopback]
