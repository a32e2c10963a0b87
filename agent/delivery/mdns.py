"""The packets of finding a workshop: DNS Service Discovery (RFC 6763) over multicast DNS (RFC 6762), as one question.

Everybody in the network may answer what they like, so an answer is believed only where every part of it has the form
that ours have, and it says only where to knock: whether a workshop is trusted, its certificate decides.
"""

import ipaddress
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdataclass
import dns.rdatatype
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.SRV import SRV

from agent.model.text import clean

SERVICE = dns.name.from_text("_ordis._tcp.local.")
MOST_RECORDS = 200
"""Looked at in one answer; a workshop's has five."""
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.){1,4}local")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]{1,40}){0,5}")
# Which networks an address may belong to that a neighbour names: private and link-local ones (RFC 1918, RFC 3927).
_NEAR = [ipaddress.IPv4Network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")]


@dataclass(frozen=True, order=True)
class Announced:
    """A workshop as it was announced; the order decides which of several is taken."""

    name: str
    """What people call it."""
    host: str
    port: int
    scheme: str
    path: str = ""
    addresses: tuple[str, ...] = field(default=(), compare=False)

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}{self.path}"


@dataclass
class Heard:
    """Everything that was answered so far, put together over several answers."""

    instances: set[dns.name.Name] = field(default_factory=set)
    services: dict[dns.name.Name, tuple[str, int]] = field(default_factory=dict)
    texts: dict[dns.name.Name, dict[str, str]] = field(default_factory=dict)
    addresses: dict[str, set[str]] = field(default_factory=dict)
    senders: set[str] = field(default_factory=set)

    def workshops(self) -> list[Announced]:
        """All that were announced wholly, in their order."""
        found = []
        for instance in self.instances:
            host, port = self.services.get(instance, ("", 0))
            text = self.texts.get(instance, {})
            scheme, path = text.get("scheme", "http"), text.get("path", "").rstrip("/")
            where = self.reached(host)
            if port and where and scheme in ("http", "https") and _PATH.fullmatch(path):
                name = clean(instance.labels[0], 63)
                found.append(Announced(name, host, port, scheme, path, where))
        return sorted(found)

    def reached(self, host: str) -> tuple[str, ...]:
        """The addresses of a computer; first the one that it answered from, since that is in a network of ours."""
        return tuple(sorted(self.addresses.get(host, ()), key=lambda each: (each not in self.senders, each)))


def question(*asked: tuple[dns.name.Name | str, str]) -> tuple[int, bytes]:
    """The packet that asks for these names and kinds of record, and the number that answers must repeat."""
    number = random.SystemRandom().randrange(1, 1 << 16)
    message = dns.message.Message(id=number)
    message.flags = dns.flags.Flag(0)
    for name, kind in asked:
        message.find_rrset(
            message.question,
            name if isinstance(name, dns.name.Name) else dns.name.from_text(name),
            dns.rdataclass.IN,
            dns.rdatatype.from_text(kind),
            create=True,
            force_unique=True,
        )
    return number, message.to_wire()


def listen(heard: Heard, number: int, answers: Iterable[tuple[bytes, str]]) -> Iterator[Heard]:
    """Put each answer to question `number` with what was heard before; what is no answer to it is passed over."""
    for data, sender in answers:
        try:
            # A record that cannot be understood (dnspython refuses how some write NSEC) leaves the others as they are.
            message = dns.message.from_wire(data, ignore_trailing=True, continue_on_error=True)
        except (dns.exception.DNSException, ValueError, IndexError):
            continue
        if message.id == number and message.flags & dns.flags.QR:
            heard.senders.add(sender)
            _take(heard, message)
            yield heard


def _take(heard: Heard, message: dns.message.Message) -> None:
    looked = 0
    for records in (*message.answer, *message.additional):
        for record in records:
            looked += 1
            if looked > MOST_RECORDS:
                return
            _record(heard, records.name, record)


def _record(heard: Heard, name: dns.name.Name, record: object) -> None:
    match record:
        case PTR(target=target) if name == SERVICE and _instance(target):
            heard.instances.add(target)
        case SRV(target=target, port=port) if _instance(name):
            if (host := host_name(target)) is not None:
                heard.services.setdefault(name, (host, port))
        case TXT(strings=strings) if _instance(name):
            heard.texts.setdefault(name, dict(_pairs(strings)))
        case A(address=address):
            host = host_name(name)
            if host is not None and any(ipaddress.IPv4Address(address) in net for net in _NEAR):
                heard.addresses.setdefault(host, set()).add(address)


def _instance(name: dns.name.Name) -> bool:
    return len(name) == len(SERVICE) + 1 and name.is_subdomain(SERVICE)


def host_name(name: dns.name.Name | str) -> str | None:
    """A computer's name in this network (`atelier.local`), in small letters; None for what is none."""
    text = (name if isinstance(name, str) else name.to_text()).lower().removesuffix(".")
    return text if len(text) <= 200 and _HOST.fullmatch(text) else None


def _pairs(strings: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """RFC 6763, section 6: `key=value` each; the first of a key counts, so the last of them must not overwrite it."""
    seen = set()
    for string in strings:
        key, _, value = string.decode("ascii", "replace").partition("=")
        if key.lower() not in seen:
            seen.add(key.lower())
            yield key.lower(), value
