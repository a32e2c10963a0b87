"""Which machine it is: a number that stays from boot to boot and when memory, drives or batteries are changed."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.inventory.values import real
from agent.model.words import Certainty

# UUIDs that makers left in thousands of different machines: the firmware makers' examples.
_SHARED_UUIDS = {"03000200-0400-0500-0006-000700080009", "12345678-1234-5678-90ab-cddeefaabbcc"}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LEAST_DIGITS = 7
"""Different hexadecimal digits in a UUID that somebody generated: a random one has fewer only once in 10**6."""
_LEAST_SERIAL = 4
"""Characters of a serial number that can tell machines apart."""


@dataclass(frozen=True)
class Numbers:
    """What could tell the machine from all others; None and empty for what was not told or is a placeholder."""

    uuid: str | None = None
    system_serial: str | None = None
    board_serial: str | None = None
    macs: Sequence[str] = ()
    """Addresses of wired network cards that are built in."""
    board: str | None = None
    """Maker and model of machine and board: the same for all machines of one kind."""
    hidden: bool = False
    """There are serials that only root may read: an identity without them would be another one as root."""


@dataclass(frozen=True)
class MachineId:
    value: str | None = None
    certainty: Certainty = Certainty.NONE
    rests_on: tuple[str, ...] = ()


def machine_id(numbers: Numbers) -> MachineId:
    """A hash of the serials that are soldered in; of the built-in network cards and the board where there are none.

    Drives and memory are never part of it: they are changed, and drives erased. The model alone gives none, since two
    machines of one model would share it.
    """
    given = {
        name: value
        for name, value in (
            ("uuid", numbers.uuid),
            ("system_serial", numbers.system_serial),
            ("board_serial", numbers.board_serial),
        )
        if value
    }
    if given:
        return _identity(given, Certainty.CERTAIN)
    if numbers.macs and not numbers.hidden:
        told = {"macs": " ".join(sorted(numbers.macs)), "board": numbers.board or ""}
        return _identity({name: value for name, value in told.items() if value}, Certainty.LIKELY)
    return MachineId()


def uuid(text: str | None) -> str | None:
    """The system's UUID in small letters; None for a placeholder and for those that many machines share.

    dmidecode printed capitals before 3.0, and DSP0134 mixes the byte order before SMBIOS 2.6; case is all we fold.
    """
    found = (real(text) or "").lower()
    if not _UUID.fullmatch(found) or found in _SHARED_UUIDS or len(set(found) - {"-"}) < _LEAST_DIGITS:
        return None
    return found


def serial(text: str | None) -> str | None:
    """A serial number that can tell machines apart; None for a placeholder."""
    found = real(text)
    return found if found and len(found) >= _LEAST_SERIAL else None


def _identity(parts: dict[str, str], certainty: Certainty) -> MachineId:
    text = "\n".join(["ordis machine", *(f"{name}={value}" for name, value in parts.items())])
    return MachineId(hashlib.sha256(text.encode()).hexdigest()[:32], certainty, tuple(parts))
