"""Answers of multicast DNS as they come over the wire, good and bad."""

import dns.flags
import dns.message
import dns.rrset


def answer(question: bytes, *records: str, number: int | None = None) -> bytes:
    """An answer with these records, each `name ttl IN TYPE data`; all of them behind the answer's number."""
    message = dns.message.Message(id=dns.message.from_wire(question).id if number is None else number)
    message.flags = dns.flags.Flag(dns.flags.QR | dns.flags.AA)
    for record in records:
        name, ttl, kind, sort, data = record.split(maxsplit=4)
        message.answer.append(dns.rrset.from_text(name, int(ttl), kind, sort, data))
    return message.to_wire()


def workshop(
    name: str = "Atelier", host: str = "atelier.local.", port: int = 8137, address: str = "192.168.1.20",
    text: str = '"scheme=https"',
) -> list[str]:  # fmt: skip
    """The records of a workshop."""
    instance = f"{name}._ordis._tcp.local."
    return [
        f"_ordis._tcp.local. 10 IN PTR {instance}",
        f"{instance} 10 IN SRV 0 0 {port} {host}",
        f"{instance} 10 IN TXT {text}",
        f"{host} 10 IN A {address}",
    ]
