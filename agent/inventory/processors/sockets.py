"""Processors as the firmware tells of them (SMBIOS processor information, DSP0134, 7.5)."""

import re
from collections.abc import Sequence

from agent.inventory import dmidecode
from agent.inventory.dmidecode import Record
from agent.inventory.processors import names
from agent.inventory.values import number, real
from agent.model.inventory import Processor

_MOST_CORES = 1024
_FASTEST_MHZ = 6200
"""The highest turbo clock that was sold (2024)."""
_SLOWEST_MHZ = 16
# By the standard, Max Speed is what the socket takes; these figures stand for sockets in Intel's firmware patterns.
_SOCKET_SPEEDS = {3800, 4000, 5000}


def read(records: Sequence[Record]) -> list[Processor]:
    """One for each socket with a processor in it."""
    told = [record for record in dmidecode.of_type(records, dmidecode.PROCESSOR) if _central(record)]
    # coreboot calls every socket unpopulated, and names what is in it.
    found = [record for record in told if _populated(record)] or [record for record in told if _name(record)]
    sockets: dict[object, list[Record]] = {}
    for place, record in enumerate(found):
        # Before it counted cores, some firmware wrote a structure for each thread of one socket.
        name = re.sub(r" ?\(\d+\)$", "", real(record.get("Socket Designation")) or "")
        sockets.setdefault(place if _count(record, "Core Count") else name, []).append(record)
    return [_processor(of_socket) for of_socket in sockets.values()]


def _central(record: Record) -> bool:
    return (record.get("Type") or "").lower() in ("", "central processor", "other")


def _populated(record: Record) -> bool:
    return "unpopulated" not in (record.get("Status") or "").lower()


def _name(record: Record) -> str | None:
    return names.model(real(record.get("Version")))


def _processor(records: Sequence[Record]) -> Processor:
    first = records[0]
    version = real(first.get("Version"))
    vendor = names.vendor(first.get("Manufacturer"), version)
    model = _name(first) or _family(first)
    if model and vendor and names.vendor(model) is None:
        model = f"{vendor} {model}"
    cores, threads = _counts(first)
    if cores is None and len(records) > 1:
        threads = sum("enabled" in (record.get("Status") or "").lower() for record in records) or None
    return Processor(
        vendor=vendor or real(first.get("Manufacturer")),
        model=model,
        cores=cores,
        threads=threads,
        max_mhz=_mhz(first, version, vendor),
    )


def _family(record: Record) -> str | None:
    family = real(record.get("Family"))
    return None if family is None or family.lower() == "other" else names.model(family)


def _counts(record: Record) -> tuple[int | None, int | None]:
    """Cores and threads. Firmware often writes the threads of one core, or twice as many cores as there are."""
    cores, enabled, threads = (_count(record, name) for name in ("Core Count", "Core Enabled", "Thread Count"))
    if cores is None or threads is None:
        return cores, threads
    if enabled and cores == 2 * enabled and threads == 4 * enabled:
        return enabled, 2 * enabled
    if enabled and 1 < enabled <= threads < cores:
        return enabled, threads
    if threads < cores:
        return (cores, cores * threads) if threads <= 2 else (cores, None)
    if enabled == 1 and cores > 1 and threads == 2:
        return cores, 2 * cores
    return cores, threads


def _count(record: Record, name: str) -> int | None:
    value = number(record.get(name))
    return value if value and value <= _MOST_CORES else None


def _mhz(record: Record, version: str | None, vendor: str | None) -> int | None:
    """The highest clock, or at least that in the name."""
    clock = names.clock_mhz(version) or number(record.get("Current Speed")) or 0
    clock = clock if _SLOWEST_MHZ <= clock <= _FASTEST_MHZ else 0
    most = number(record.get("Max Speed")) or 0
    of_socket = most > _FASTEST_MHZ or (vendor == "Intel" and most in _SOCKET_SPEEDS)
    return clock or None if of_socket or most < max(clock, _SLOWEST_MHZ) else most
