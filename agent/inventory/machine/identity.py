"""Which machine it is: a number that stays from boot to boot and when memory, drives or batteries are changed.

What tells one machine from all others are the numbers that its maker gave it, in SMBIOS types 1 and 2 (DMTF DSP0134,
7.2 and 7.3), and the addresses of its network cards. Some makers leave examples there, or give one number to a whole
batch: so one number alone is never enough to be certain.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.inventory.values import real
from agent.model.words import Certainty

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_EXAMPLES = {"12345678-1234-5678-90ab-cddeefaabbcc"}
_COUNTING = "0123456789abcdef" * 3
_LEAST_DIGITS = 7
"""Different hexadecimal digits in a UUID that somebody generated: a random one has fewer only once in 10**6."""
# Dell writes the service tag into the UUID: "DELL", the tag's characters, and 10, 80, C04F between them.
_DELL = re.compile(r"4c4c4544-00(..)-(..)10-80(..)-(..)c04f(..)(..)(..)")
_BLANK = {"20", "00", "ff", "a0", "80"}
"""Characters of a tag that nobody wrote; the fourth has its upper bit set."""
_LEAST_SERIAL = 4
"""Characters of a serial number that can tell machines apart."""
# What is no number of one machine though `real` takes it for a value: counting behind the letters of a kind
# (GSN1234567), the first of nothing but zeros (MS-0000000001), a revision.
_NO_SERIAL = re.compile(r"[a-z]{0,4}[-_ ]?(?:0?12345(?:6(?:7(?:8\w*)?)?)?|0{5,}\d?)|1234|rev\W*\d.*", re.IGNORECASE)
_LEAST_SIGNS = 3
"""Different signs in a serial number: 12121212 is somebody's impatience."""


@dataclass(frozen=True)
class Numbers:
    """What could tell the machine from all others; None and empty for what was not told or is a placeholder."""

    uuid: str | None = None
    system_serial: str | None = None
    board_serial: str | None = None
    macs: Sequence[str] = ()
    """Addresses of wired network cards that are built in."""
    radios: Sequence[str] = ()
    """Addresses of Wi-Fi cards that are built in: tablets and flat laptops have no others."""
    board: str | None = None
    """Maker and model of machine and board as the firmware writes them: the same for all machines of one kind."""
    hidden: bool = False
    """There are serials that only root may read: an identity without them would be another one as root."""


@dataclass(frozen=True)
class MachineId:
    value: str | None = None
    certainty: Certainty = Certainty.NONE
    rests_on: tuple[str, ...] = ()


def machine_id(numbers: Numbers) -> MachineId:
    """A hash of the maker's numbers; with only one of them, or none, also of the network cards and the board.

    Certain with two numbers of different kinds. Wi-Fi cards count where there is neither a UUID nor a wired card: they
    are changed more easily, and come late when the system starts. Drives and memory are never part of it: they are
    changed, and drives erased. The model alone gives none, since two machines of one model would share it.
    """
    if numbers.hidden:
        return MachineId()
    given = {
        name: value
        for name, value in (
            ("uuid", numbers.uuid),
            ("system_serial", numbers.system_serial),
            ("board_serial", numbers.board_serial),
        )
        if value
    }
    macs = " ".join(sorted(numbers.macs or (() if numbers.uuid else numbers.radios)))
    if len(given) < 2 and macs:
        given["macs"] = macs
    if not given:
        return MachineId()
    certainty = Certainty.CERTAIN if len(given) > 1 else Certainty.LIKELY
    # A serial number is its maker's: another maker may give the same.
    board = {"board": numbers.board} if "uuid" not in given and numbers.board else {}
    return _identity({**given, **board}, certainty)


def uuid(text: str | None) -> str | None:
    """The system's UUID in small letters; None for a placeholder.

    dmidecode printed capitals before 3.0, and DSP0134 mixes the byte order before SMBIOS 2.6; case is all we fold.
    """
    found = (real(text) or "").lower()
    if not _UUID.fullmatch(found) or found in _EXAMPLES:
        return None
    digits = found.replace("-", "")
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    tag = _DELL.fullmatch(found)
    invented = (
        len(set(digits)) < _LEAST_DIGITS
        or digits in _COUNTING
        # Counting in one-digit bytes (03000200-0400-…), and pairs (11111111-2222-…): no random number is like this.
        or all(pair[0] == "0" for pair in pairs)
        or all(pair[0] == pair[1] for pair in pairs)
        or (tag is not None and set(tag.groups()) <= _BLANK)
    )
    return None if invented else found


def serial(text: str | None) -> str | None:
    """A serial number that can tell machines apart; None for a placeholder."""
    found = real(text)
    if found is None or len(found) < _LEAST_SERIAL or _NO_SERIAL.fullmatch(found):
        return None
    # Makers count: what has no digit is a word that somebody left there.
    return found if any(sign.isdigit() for sign in found) and len(set(found)) >= _LEAST_SIGNS else None


def _identity(parts: dict[str, str], certainty: Certainty) -> MachineId:
    text = "\n".join(["ordis machine", *(f"{name}={value}" for name, value in parts.items())])
    return MachineId(hashlib.sha256(text.encode()).hexdigest()[:32], certainty, tuple(parts))
