"""USB: every controller has its driver, and no socket complains. Whether a socket takes a device is tried by hand."""

import re
from dataclasses import dataclass

from agent.checks.base import Bench
from agent.host.usbports import Socket, occupied, overloaded, sockets
from agent.inventory import pci
from agent.model.check import CheckResult, Figure
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.profile import Checks
from agent.model.words import Outcome

ID = "usb_ports"
TITLE = say("USB sockets")
LOADS: frozenset[str] = frozenset()

_SECONDS = 2
_SERIAL_BUS = 0x0C
_USB = 0x0C03
_CONTROLLERS = {0x00, 0x10, 0x20, 0x30, 0x40}
"""Programming interfaces of UHCI, OHCI, EHCI, xHCI and USB4 (PCI Code and ID Assignment 1.4)."""
# drivers/usb/core/hub.c: "usb 1-3: device descriptor read/64, error -71", "usb usb1-port3: unable to enumerate USB
# device", "usb usb1-port3: over-current condition", "usb 2-1: device not accepting address 4, error -62".
_COMPLAINT = re.compile(
    r"\busb (?:(?P<device>\d+-\d+(?:\.\d+)*)|usb(?P<bus>\d+)-port(?P<root>\d+)"
    r"|(?P<hub>\d+-\d+(?:\.\d+)*)-port(?P<port>\d+)): "
    r".*(?:unable to enumerate|over-current condition|not accepting address|cannot enable|Cannot enable"
    r"|device descriptor read/(?:64|all), error)"
)
_DEAD = re.compile(r"(?:xhci|ehci|ohci|uhci)\S* (?P<address>\S+): .*(?:HC died|host controller (?:halted|not respond))")


@dataclass(frozen=True)
class Seen:
    controllers: list[pci.Function]
    sockets: list[Socket]
    occupied: set[str]
    overloaded: list[str]
    log: list[str] | None
    """The kernel's lines; None where they cannot be read."""


def applies(_inventory: Inventory) -> bool:
    return True


def expected_seconds(_checks: Checks, _inventory: Inventory) -> float:
    return _SECONDS


def check(bench: Bench) -> CheckResult:
    """Raises nothing of its own."""
    found = sockets(bench.source)
    functions = pci.functions(bench.source, _SERIAL_BUS)
    with bench.kernel_log() as kernel:
        lines = [text for _, text in kernel.since_start()] if kernel.readable else None
    seen = Seen(
        controllers=[one for one in functions if one.kind >> 8 == _USB and one.kind & 0xFF in _CONTROLLERS],
        sockets=found,
        occupied=occupied(bench.source, found),
        overloaded=overloaded(bench.source, found),
        log=lines,
    )
    outcome, reason = judge(seen)
    faults = len({*seen.overloaded, *complaining(seen)})
    return CheckResult(
        id=ID,
        title=TITLE,
        outcome=outcome,
        reason=reason,
        figures=[
            Figure(name="controllers", value=len(seen.controllers)),
            Figure(name="sockets", value=len(found)),
            Figure(name="sockets_in_use", value=len(seen.occupied)),
            Figure(name="sockets_with_faults", value=faults, threshold=0),
        ],
    )


def judge(seen: Seen) -> tuple[Outcome, Message]:
    """Pure. Passed speaks of the controllers and of what complained, never of sockets that nobody has tried."""
    if not seen.controllers:
        return Outcome.SKIPPED, say("No USB controller was found.")
    dead = [one.address for one in seen.controllers if one.driver is None] + _dead(seen)
    if dead:
        return Outcome.FAILED, say(
            "A USB controller does not work ({address}): its sockets are dead. Look whether USB is switched off in the "
            "BIOS.", address=dead[0],
        )  # fmt: skip
    if seen.overloaded:
        return Outcome.DEGRADED, say(
            "A USB socket drew too much current ({socket}). Look for bent contacts or dirt in it, and for what was "
            "plugged in.", socket=seen.overloaded[0],
        )  # fmt: skip
    if complaining(seen):
        return Outcome.DEGRADED, say(
            "A USB device or its socket does not answer properly ({socket}). Try another device in this socket, then "
            "start the computer again.", socket=complaining(seen)[0],
        )  # fmt: skip
    if seen.log is None:
        return Outcome.ERROR, say("Every USB controller has its driver, but the kernel's log could not be read.")
    return Outcome.PASSED, say(
        "Every USB controller works and no socket complains ({count} sockets, {used} in use). Each socket is still to "
        "be tried by hand.", count=len(seen.sockets), used=len(seen.occupied),
    )  # fmt: skip


def complaining(seen: Seen) -> list[str]:
    """The sockets, or devices inside, that the kernel could not talk to; each once."""
    names = [_place(found) for line in seen.log or [] if (found := _COMPLAINT.search(line))]
    by_port = {port: socket.name for socket in seen.sockets for port in socket.ports}
    return list(dict.fromkeys(by_port.get(name, name) for name in names))


def _place(found: re.Match[str]) -> str:
    if found["device"]:
        return found["device"]
    return f"{found['bus']}-{found['root']}" if found["bus"] else f"{found['hub']}.{found['port']}"


def _dead(seen: Seen) -> list[str]:
    return [found["address"] for line in seen.log or [] if (found := _DEAD.search(line))]
