"""Parts of an ATA drive that its address space leaves out: host protected area, accessible max address, overlay.

HPA (ACS-3, 4.12 and ATA/ATAPI-7, 6.10): SET MAX ADDRESS cuts off the end. AMAC (ACS-4, 4.6) has replaced it. DCO
(ACS-2, 4.8): an overlay below both makes the drive smaller still, and may hide features as well; one that only hides
features is left alone.

An overlay is only given up while no HPA stands above it, and afterwards the old end may stand again as an HPA. So:
SET MAX until power-off, DEVICE CONFIGURATION RESTORE, then SET MAX for good. For good, because everything that follows
takes hours: a power cut or a reset of the link in between would bring a merely volatile area back, the erase would
miss it, and the next owner would find a hidden area of which nobody can tell that it is clean. For good goes only once
between two power-ons (the computer's firmware may have used it up); then it is removed until power-off, and `reveal`
does it again at the next start, since it goes by what the drive says and never by what was done before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from agent.model.message import Message, say
from agent.model.ports import AtaCommand, AtaPort, AtaResult
from agent.sanitize.firmware import Checkpoint, HiddenArea, NotAccepted

_READ_NATIVE_MAX_EXT, _SET_MAX_EXT = 0x27, 0x37
_READ_NATIVE_MAX, _SET_MAX = 0xF8, 0xF9
_AMAC, _GET_NATIVE, _SET_ACCESSIBLE = 0x78, 0x0000, 0x0001
_DCO, _DCO_RESTORE, _DCO_IDENTIFY = 0xB1, 0xC0, 0xC2
_LBA_MODE = 0x40
"""Device register: the address is an LBA. These commands cut off at a cylinder without it."""
_KEEP = 0x01
"""Count, bit 0 (VV, value volatile, in spite of its name): the new end outlives power-off."""
_SECONDS = 30.0
"""Each of these only changes a table of the drive's; the first may have to wait until the discs turn."""


class Facts(Protocol):
    """What IDENTIFY DEVICE says about sizes, as far as it matters here."""

    @property
    def sectors(self) -> int:
        """Words 103:100, or 61:60 without 48-bit addresses."""

    @property
    def sector_bytes(self) -> int: ...

    @property
    def hpa(self) -> bool:
        """Word 82 bit 10."""

    @property
    def amac(self) -> bool:
        """Word 119 bit 8."""

    @property
    def dco(self) -> bool:
        """Word 83 bit 11."""

    @property
    def extended(self) -> bool:
        """Word 83 bit 10: 48-bit commands."""


@dataclass(frozen=True)
class Found:
    """What lies beyond the address space. Sizes in bytes."""

    hidden: tuple[HiddenArea, ...] = ()
    """An area whose size nobody told has 0 bytes, is not removable, and says why."""
    native_size_bytes: int | None = None
    """None where one of the areas that the drive knows cannot be asked for."""
    boundaries: tuple[int, ...] = ()
    """Where each hidden area begins."""


def find(port: AtaPort, facts: Facts) -> Found:
    """Ask for all hidden areas; changes nothing. Raises NoAnswer, OSError."""
    ends = _ends(port, facts)
    hidden, boundaries, reached = [], [], facts.sectors
    for kind, end in ends:
        if end is None:
            hidden.append(HiddenArea(kind, 0, removable=False, why=_UNKNOWN[kind]))
        elif end > reached:
            hidden.append(HiddenArea(kind, (end - reached) * facts.sector_bytes, removable=True))
            boundaries.append(reached * facts.sector_bytes)
            reached = end
    known = all(end is not None for _, end in ends)
    return Found(tuple(hidden), reached * facts.sector_bytes if known else None, tuple(boundaries))


def reveal(port: AtaPort, identify: Callable[[], Facts], checkpoint: Checkpoint) -> None:
    """Remove every hidden area that can be removed, and make sure that the drive says so itself.

    `identify` asks IDENTIFY DEVICE anew. Before each command its record goes to the journal: `kind` areas, `area` hpa,
    amac or dco, `before_bytes`, `native_bytes` (what it will be), `kept` (it outlives power-off). What can be removed
    is removed even where another area cannot. Raises NotAccepted, NoAnswer, OSError, and what `checkpoint` raises.
    """
    _Reveal(port, identify, checkpoint).run()


class _Reveal:
    def __init__(self, port: AtaPort, identify: Callable[[], Facts], checkpoint: Checkpoint) -> None:
        self._port = port
        self._identify = identify
        self._checkpoint = checkpoint
        self._facts = identify()

    def run(self) -> None:
        overlay = _overlay(self._port, self._facts) if self._facts.dco else None
        hides = overlay is not None and overlay > max(self._facts.sectors, self._limit or 0)
        refused = "dco" if hides and overlay and not self._remove_overlay(overlay) else ""
        self._facts = self._identify()
        limit = self._limit
        if limit is not None and limit > self._facts.sectors and not self._remove_limit(limit):
            refused = _kind(self._facts)  # it may be why the overlay stays as well
        if refused:
            raise NotAccepted(_REFUSED[refused])
        self._facts = self._identify()
        self._agree(max(limit or 0, overlay or 0))

    @property
    def _limit(self) -> int | None:
        return _limit(self._port, self._facts)

    def _remove_overlay(self, native: int) -> bool:
        limit = self._limit
        if limit is None or limit <= self._facts.sectors:
            return self._restore(native)
        # Some drives may only count an HPA as gone that is gone for good.
        return any(self._set_limit(limit, keep=keep) and self._restore(native) for keep in (False, True))

    def _restore(self, native: int) -> bool:
        self._facts = self._identify()
        self._record("dco", native, kept=True)
        return self._port.no_data(AtaCommand(_DCO, feature=_DCO_RESTORE, device=_LBA_MODE), _SECONDS).succeeded

    def _remove_limit(self, native: int) -> bool:
        if self._set_limit(native, keep=True):
            return True
        return _kind(self._facts) == "hpa" and self._set_limit(native, keep=False)

    def _set_limit(self, native: int, *, keep: bool) -> bool:
        """Move the end of the address space; what AMAC sets is always kept."""
        last = native - 1
        if _kind(self._facts) == "amac":
            self._record("amac", native, kept=True)
            command = AtaCommand(_AMAC, feature=_SET_ACCESSIBLE, lba=last, device=_LBA_MODE, extended=True)
            return self._port.no_data(command, _SECONDS).succeeded
        self._record("hpa", native, kept=keep)
        # READ NATIVE MAX must be the very command before, else the drive takes SET MAX for one about passwords.
        if self._limit != native:
            return False
        count = _KEEP if keep else 0
        if self._facts.extended:
            command = AtaCommand(_SET_MAX_EXT, count=count, lba=last, device=_LBA_MODE, extended=True)
        else:
            command = AtaCommand(_SET_MAX, count=count, lba=last & 0xFFFFFF, device=_LBA_MODE | last >> 24)
        return self._port.no_data(command, _SECONDS).succeeded

    def _record(self, area: str, native: int, *, kept: bool) -> None:
        size = self._facts.sector_bytes
        before, after = self._facts.sectors * size, native * size
        self._checkpoint({
            "kind": "areas", "area": area, "before_bytes": before, "native_bytes": after, "kept": kept
        })  # fmt: skip

    def _agree(self, native: int) -> None:
        """The drive must say itself, by IDENTIFY DEVICE, that it is as large now as it can be."""
        said = self._facts.sectors
        if native and said != native:
            size = self._facts.sector_bytes
            raise NotAccepted(
                say(
                    "The drive agreed to give back its hidden areas, but it still says {said:bytes} and not "
                    "{native:bytes}. Switch the computer off and on, and start again.",
                    said=said * size,
                    native=native * size,
                )
            )


def _kind(facts: Facts) -> str:
    return "amac" if facts.amac else "hpa"


def _ends(port: AtaPort, facts: Facts) -> list[tuple[str, int | None]]:
    """For each kind of area that the drive knows, from the top down: the sectors that there are without it; None
    where it does not tell."""
    ends: list[tuple[str, int | None]] = []
    if facts.amac or facts.hpa:
        ends.append((_kind(facts), _limit(port, facts)))
    if facts.dco:
        ends.append(("dco", _overlay(port, facts)))
    return ends


def _limit(port: AtaPort, facts: Facts) -> int | None:
    """The sectors that there are without HPA or AMAC."""
    if facts.amac:
        command = AtaCommand(_AMAC, feature=_GET_NATIVE, device=_LBA_MODE, extended=True)
    elif not facts.hpa:
        return None
    elif facts.extended:
        command = AtaCommand(_READ_NATIVE_MAX_EXT, device=_LBA_MODE, extended=True)
    else:
        command = AtaCommand(_READ_NATIVE_MAX, device=_LBA_MODE)
    result = port.no_data(command, _SECONDS)
    return _believable(_address(command, result) + 1, facts) if result.succeeded else None


def _address(command: AtaCommand, result: AtaResult) -> int:
    """28-bit commands leave the upper four bits in the device register (ACS-3, 7.33.3)."""
    return result.lba if command.extended else (result.lba & 0xFFFFFF) | (result.device & 0x0F) << 24


def _overlay(port: AtaPort, facts: Facts) -> int | None:
    """The sectors that there are without an overlay: DEVICE CONFIGURATION IDENTIFY, words 6:3 (ACS-2, 7.9.3)."""
    result = port.data_in(AtaCommand(_DCO, feature=_DCO_IDENTIFY), 1, _SECONDS)
    block = result.data
    # A bridge may pass on data without registers; a checksum must then vouch for it (word 255).
    if (result.registers and not result.succeeded) or len(block) != 512 or block[510] != 0xA5 or sum(block) & 0xFF:
        return None
    return _believable((int.from_bytes(block[6:14], "little") & 0xFFFFFFFFFFFF) + 1, facts)


def _believable(sectors: int, facts: Facts) -> int | None:
    """A drive that could never be as large as it says it is now talks nonsense."""
    return sectors if sectors >= facts.sectors else None


_UNKNOWN: dict[str, Message] = {
    "hpa": say(
        "The drive does not tell whether it hides an area at its end (HPA). Connect it without an adapter, and start "
        "again."
    ),
    "amac": say(
        "The drive does not tell whether it hides an area at its end (AMAC). Connect it without an adapter, and start "
        "again."
    ),
    "dco": say(
        "The drive does not tell whether its configuration hides an area (DCO): mostly the computer's firmware has "
        "locked that. Pull out the drive's cable and plug it in again while the computer runs, and start again."
    ),
}
_REFUSED: dict[str, Message] = {
    "hpa": say(
        "The drive does not give back the hidden area at its end (HPA): mostly the computer's firmware has locked it. "
        "Pull out the drive's cable and plug it in again while the computer runs, and start again."
    ),
    "amac": say(
        "The drive does not give back the hidden area at its end (AMAC): it is locked, or its size was changed once "
        "already since it was switched on. Switch the drive off and on, and start again."
    ),
    "dco": say(
        "The drive does not give back the area that its configuration hides (DCO): mostly the computer's firmware has "
        "locked it. Pull out the drive's cable and plug it in again while the computer runs, and start again."
    ),
}
