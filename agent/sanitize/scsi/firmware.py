"""The firmware of an open SAS drive."""

import struct

from agent.model.message import say
from agent.model.ports import ScsiPort
from agent.model.words import Method, Technique
from agent.sanitize.firmware import About, Checkpoint, Erase, HiddenArea, NotAccepted, Offer, Said
from agent.sanitize.scsi import commands, identify, sanitize, state
from agent.sanitize.scsi.erasing import ScsiErase
from agent.sanitize.scsi.format import FORMAT_UNIT, Format
from agent.sanitize.scsi.identify import Capacity
from agent.sanitize.scsi.sanitize import Sanitize
from agent.sanitize.scsi.state import Now

_SET_ASIDE = "unallocated"
_RUNNING = say("The drive is erasing itself already.")
_ALL = 0xFFFFFFFFFFFFFFFF
"""Number of blocks in MODE SELECT: as many as there are (SBC-4, 6.4.2)."""


class ScsiFirmware:
    """Satisfies sanitize.firmware.DriveFirmware. Methods raise NoAnswer and OSError."""

    def __init__(self, port: ScsiPort) -> None:
        self._port = port

    def said(self) -> Said | None:
        return identify.said(self._port)

    def about(self) -> About:
        found = state.ask(self._port)
        said = self.said()
        if found.now is not Now.READY:
            running = found.now in (Now.SANITIZING, Now.FORMATTING)
            failed = not running and found.now is not Now.BROKEN
            return About(said, tuple(self._assumed(found.now)), running=running, failed_before=failed)
        now = identify.capacity(self._port)
        native = identify.native(self._port, now) if now else None
        hidden, boundaries = [], []
        if now and native is not None and native > now.size_bytes:
            hidden.append(HiddenArea(_SET_ASIDE, native - now.size_bytes, removable=True))
            boundaries.append(now.size_bytes)
        return About(
            said,
            offers=tuple(self._offers()),
            hidden=tuple(hidden),
            native_size_bytes=native,
            boundaries=tuple(boundaries),
        )

    def erase(self, technique: Technique, method: Method) -> Erase:
        """While the drive erases, or stands in the failed state of an erase, it does not tell what it offers: then
        the erase is made all the same, to ask for its status or to begin anew."""
        now = state.ask(self._port).now
        for offer in self._offers() if now is Now.READY else self._assumed(now):
            if (offer.technique, offer.method) == (technique, method):
                # Another sanitize leads out of a failure for good only where it makes no conditions itself.
                exits = not offer.no_fallback if now is Now.READY else now is not Now.SANITIZE_FAILED
                return self._made(technique, method, exits=exits)
        raise NotAccepted(say("The drive does not offer to erase itself in this way."))

    def reveal(self, checkpoint: Checkpoint) -> None:
        """Give back capacity that MODE SELECT has set aside; where only the number of blocks changes, it needs no
        format after it (SBC-4, 4.5)."""
        now = identify.capacity(self._port)
        native = identify.native(self._port, now) if now else None
        if now is None or native is None or native <= now.size_bytes:
            return
        checkpoint({
            "kind": "areas", "area": _SET_ASIDE, "before_bytes": now.size_bytes, "native_bytes": native, "kept": True
        })  # fmt: skip
        cdb, data = _select(now)
        result = commands.send(self._port, cdb, data_out=data)
        after = identify.capacity(self._port)
        if not result.succeeded or after is None or after.size_bytes != native:
            raise NotAccepted(
                say(
                    "The drive does not give back the {bytes:bytes} that were set aside on it ({code}).",
                    bytes=native - now.size_bytes,
                    code=commands.code(result),
                )
            )

    def tidy(self, checkpoint: Checkpoint) -> None:  # noqa: ARG002  nothing has to be remembered for it
        """What a format has left only another erase takes away."""
        found = state.ask(self._port)
        if found.now is Now.SANITIZE_FAILED:
            sanitize.leave_failed_state(self._port)
            found = state.ask(self._port)
        if found.now not in (Now.READY, Now.FORMAT_CUT_OFF, Now.FORMAT_FAILED):
            raise NotAccepted(
                say(
                    "The drive cannot be read or written: an erase of its own runs or has failed ({code}).",
                    code=commands.code(found.result),
                )
            )

    def _offers(self) -> list[Offer]:
        """In the order of preference."""
        offers = []
        for method, action in sanitize.ACTIONS.items():
            if usage := identify.usage(self._port, sanitize.CODE, action):
                no_fallback = not sanitize.failure_can_be_left(usage)
                offers.append(Offer(Technique.SCSI_SANITIZE, method, no_fallback=no_fallback))
        if identify.usage(self._port, FORMAT_UNIT):
            # Capacity set aside and sectors without an address keep what they hold.
            offers.append(Offer(Technique.SCSI_FORMAT, Method.USER_DATA, no_fallback=True, whole=False))
        return offers

    def _made(self, technique: Technique, method: Method, *, exits: bool) -> ScsiErase:
        size = self._size()
        if technique is Technique.SCSI_FORMAT:
            return Format(self._port, method, size)
        return Sanitize(self._port, method, size, exits=exits)

    def _assumed(self, now: Now) -> list[Offer]:
        """While it erases or has failed to, the drive does not tell what it offers: what runs is there, and what leads
        out of a failure can be tried. `seconds` of what runs is our own bound."""
        ways = [(Technique.SCSI_SANITIZE, method) for method in sanitize.ACTIONS]
        formats = (Technique.SCSI_FORMAT, Method.USER_DATA)
        blocked = None
        if now is Now.BROKEN:
            ways = []
        elif now is Now.FORMATTING:
            ways, blocked = [formats], _RUNNING
        elif now is Now.SANITIZING:
            blocked = _RUNNING
        elif now is not Now.SANITIZE_FAILED:
            ways.append(formats)
        return [
            Offer(
                technique,
                method,
                self._made(technique, method, exits=False).seconds if blocked else None,
                blocked,
                no_fallback=True,
                whole=technique is Technique.SCSI_SANITIZE,
            )
            for technique, method in ways
        ]

    def _size(self) -> int | None:
        now: Capacity | None = identify.capacity(self._port)
        return now.size_bytes if now else None


def _select(now: Capacity) -> tuple[bytes, bytes]:
    """MODE SELECT (10) with a long block descriptor and no page, and its data."""
    data = struct.pack(">HBBBBHQII", 0, 0, 0, 1, 0, 16, _ALL, 0, now.sector_bytes)
    return struct.pack(">BBBBBBBHB", 0x55, 0x10, 0, 0, 0, 0, 0, len(data), 0), data
