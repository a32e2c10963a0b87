"""Firmware of a simulated SAS drive: its commands, and the erases that it carries out by itself (SPC-4, SBC-4)."""

import struct
from dataclasses import dataclass

from agent.training import scsi_self_test
from agent.training.clock import Clock
from agent.training.description import Description
from agent.training.erasing import Erase, Outcome
from agent.training.firmware import Firmware, refused
from agent.training.kept import Kept, State
from agent.training.scsi_commands import NEVER_REFUSED, CommonSet, Handler, Request, answer
from agent.training.scsi_logs import log_sense
from agent.training.scsi_pages import EXIT_FAILURE_MODE, SANITIZE_ACTIONS, Unit
from agent.training.scsi_self_test import SEND_DIAGNOSTIC
from agent.training.scsi_sense import (
    INVALID_COMMAND,
    INVALID_PARAMETER,
    PARAMETER_LENGTH,
    Key,
    Reply,
    Sense,
    require,
)  # fmt: skip
from agent.training.scsi_supported import supported_commands
from agent.training.store import Sectors

FORMAT_UNIT, SANITIZE = 0x04, 0x48
FORMAT = "format"
_OPERATIONS = {action: name for name, action in SANITIZE_ACTIONS.items()}
_FORMAT_CORRUPT = Sense(Key.MEDIUM_ERROR, 0x31, 0x00)
_FORMAT_FAILED = Sense(Key.MEDIUM_ERROR, 0x31, 0x01)
_SANITIZE_FAILED = Sense(Key.MEDIUM_ERROR, 0x31, 0x03)
_NEXUS_LOST = Sense(Key.UNIT_ATTENTION, 0x29, 0x07)
"""I_T NEXUS LOSS OCCURRED."""


@dataclass
class Medium(State):
    """Kept without current."""

    sectors: int = 0
    """What MODE SELECT has left of the capacity; 0: nobody has asked."""
    corrupt: bool = False
    """A format was cut off: nothing can be read before another has succeeded."""


class ScsiFirmware(Firmware):
    """All commands by `execute`; reads and writes also as those of every simulated drive."""

    def __init__(
        self, drive: Description, store: Sectors, kept: Kept | None = None, clock: Clock | None = None
    ) -> None:
        super().__init__(drive, store, kept, clock)
        self._medium = Medium.load(self._kept.get("scsi"))
        self._attention: Sense | None = None
        self._waited_for = False
        if self._session is None and self._eraser.job.running and self._eraser.job.what == FORMAT:
            self._eraser.close(Outcome.NONE)  # unlike a sanitize, it does not go on after a power cut
            self._keep_medium(corrupt=True)
        extra: dict[int, Handler] = {
            FORMAT_UNIT: self._format,
            SANITIZE: self._sanitize,
            SEND_DIAGNOSTIC: self._diagnostic,
            0x37: self._defects,
            0x4D: self._log_sense,
            0x55: self._mode_select,
            0xA3: self._maintenance,
        }
        about = drive.scsi
        missing = {
            FORMAT_UNIT: about.formats,
            SANITIZE: bool(about.sanitize),
            SEND_DIAGNOSTIC: drive.self_test.supported,
        }
        self._handlers = {
            code: handler
            for code, handler in {**CommonSet(self).commands, **extra}.items()
            if missing.get(code, True)
        }  # fmt: skip

    # Who and how large

    @property
    def unit(self) -> Unit:
        drive = self._drive
        return Unit(
            vendor=drive.scsi.vendor,
            product=drive.model,
            revision=drive.firmware,
            serial=self.said_serial,
            sectors=self.said_bytes // drive.logical_sector_bytes,
            sector_bytes=drive.logical_sector_bytes,
            physical_bytes=drive.physical_sector_bytes,
            rotation=drive.rotation_rpm or 1,
            default_sectors=self.native_bytes // drive.logical_sector_bytes,
            self_test_seconds=min(60 * drive.self_test.extended_minutes, 0xFFFF) if drive.self_test.supported else 0,
        )

    @property
    def accessible_bytes(self) -> int:
        return self._medium.sectors * self._drive.logical_sector_bytes or self._drive.size_bytes

    @property
    def grown_defects(self) -> int:
        """How many sectors have gone bad since the drive was made."""
        return self._drive.counters.reallocated + self.found_bad

    def log_page(self, page: int) -> bytes:
        """What LOG SENSE says on this page."""
        self.require_answer()
        return log_sense(self._drive, self.grown_defects, self.self_tests, page)

    # Commands

    def execute(self, cdb: bytes, data: bytes, room: int, timeout: float) -> Reply:
        """Carry out one command in a `turn` of its own. Raises as `require_answer` does."""
        with self.turn(timeout):
            said = self.state()
            if cdb[:1] and cdb[0] not in NEVER_REFUSED and said.key and not self._allowed(cdb[0]):
                self._attention = None
                return Reply(said)
            reply = answer(self._handlers, Request(cdb, data, timeout), room)
            if cdb[:1] == b"\x03":
                self._attention = None
            return reply

    def state(self) -> Sense:
        """What keeps the drive from its work, as REQUEST SENSE tells it."""
        job = self._eraser.job
        if self._attention:
            return self._attention
        if job.running:
            return Sense(Key.NOT_READY, 0x04, 0x04 if job.what == FORMAT else 0x1B, progress=job.progress)
        if job.outcome == Outcome.FAILED:
            return _FORMAT_FAILED if job.what == FORMAT else _SANITIZE_FAILED
        if self._medium.corrupt:
            return _FORMAT_CORRUPT
        return scsi_self_test.progress(self.self_tests) or Sense(Key.NO_SENSE)

    def _allowed(self, code: int) -> bool:
        """Which command goes through although the medium is unusable: those that make it usable again."""
        if self._attention or self._eraser.job.running:
            return False
        failed_sanitize = self._eraser.job.outcome == Outcome.FAILED and self._eraser.job.what != FORMAT
        return code == SANITIZE or (code == FORMAT_UNIT and not failed_sanitize)

    def require_data(self) -> None:
        if self._eraser.job.running or self._eraser.job.outcome == Outcome.FAILED or self._medium.corrupt:
            raise refused()

    def link_was_reset(self) -> None:
        self._attention = _NEXUS_LOST

    # Erases

    @property
    def busy(self) -> bool:
        """The host waits for the end of an erase without IMMED."""
        return self._waited_for and self._eraser.job.running

    def settle(self) -> None:
        super().settle()
        if self._medium.corrupt and self._eraser.job.outcome == Outcome.DONE:
            self._keep_medium(corrupt=False)

    def _erase(self, job: Erase, request: Request, *, immediately: bool, failure: Sense) -> bytes:
        job.sector_bytes = self._drive.logical_sector_bytes
        require(not self._faults.erase_refused, INVALID_COMMAND)
        if self._faults.erase_ignored:
            return b""
        self.start_erase(job)
        if immediately:
            return b""
        self._waited_for = True
        try:
            self.require_answer(request.timeout)
        finally:
            self._waited_for = False
        require(self._eraser.job.outcome == Outcome.DONE, failure)
        return b""

    def _sanitize(self, request: Request) -> bytes:
        action, exits = request.cdb[1] & 0x1F, bool(request.cdb[1] & 0x20)
        require(len(request.data) == request.number(7, 2), PARAMETER_LENGTH)
        before = self._eraser.job
        failed = before.outcome == Outcome.FAILED and before.what != FORMAT
        if action == EXIT_FAILURE_MODE:
            require(not failed or before.exits)
            if failed:
                self._eraser.close(Outcome.NONE)
            return b""
        require(_OPERATIONS.get(action) in self._drive.scsi.sanitize)
        # A failure that may only be left by another sanitize is not softened by one that may (SBC-4, 5.30).
        require(not (failed and exits and not before.exits))
        pattern, passes = b"", 1
        if _OPERATIONS[action] == "overwrite":
            pattern, passes = self._overwrite(request.data)
        else:
            require(not request.data)
        job = Erase(
            what=_OPERATIONS[action],
            end=self._drive.media_bytes,
            spare=True,
            pattern=pattern.hex(),
            erased=self._drive.erased,
            seconds=float(self._drive.scsi.sanitize_seconds * passes),
            exits=exits,
        )
        return self._erase(job, request, immediately=bool(request.cdb[1] & 0x80), failure=_SANITIZE_FAILED)

    def _overwrite(self, data: bytes) -> tuple[bytes, int]:
        """The parameter list of an overwrite: what the last pass writes, and how many there are."""
        require(len(data) >= 4, PARAMETER_LENGTH)
        flags, length = struct.unpack_from(">BxH", data)
        pattern, passes = data[4:], flags & 0x1F
        require(0 < length <= self._drive.logical_sector_bytes and length == len(pattern), INVALID_PARAMETER)
        require(passes, INVALID_PARAMETER)
        inverts = flags & 0x80 and passes % 2 == 0  # INVERT: the pattern changes from pass to pass
        return bytes(byte ^ 0xFF for byte in pattern) if inverts else pattern, passes

    def _format(self, request: Request) -> bytes:
        # No protection information, no list of defects; CMPLST belongs to one that may be empty.
        require(not request.cdb[1] & 0xE7 and request.cdb[1] & 0x18 != 0x08)
        immediately, pattern = False, b""
        if request.cdb[1] & 0x10:
            require(len(request.data) >= 4, PARAMETER_LENGTH)
            immediately = bool(request.data[1] & 0x02)
            require(request.data[1] & 0x80 or not request.data[1] & 0x78, INVALID_PARAMETER)  # options need FOV
            if request.data[1] & 0x08:  # an initialization pattern follows
                require(len(request.data) >= 8, PARAMETER_LENGTH)
                pattern = request.data[8:]
                require(len(pattern) == int.from_bytes(request.data[6:8]), INVALID_PARAMETER)
        job = Erase(
            what=FORMAT,
            end=self.accessible_bytes,
            pattern=pattern.hex(),
            erased=self._drive.erased,
            seconds=float(self._drive.scsi.format_seconds),
        )
        return self._erase(job, request, immediately=immediately, failure=_FORMAT_FAILED)

    # The rest

    def _defects(self, request: Request) -> bytes:
        """READ DEFECT DATA (10): the header with the length of the grown list, in 8-byte entries."""
        require(request.cdb[2] & 0x08)
        head = struct.pack(">BBH", 0, 0x08 | request.cdb[2] & 7, min(self.grown_defects * 8, 0xFFFF))
        return head[: request.number(7, 2)]

    def _diagnostic(self, request: Request) -> bytes:
        return scsi_self_test.command(self.self_tests, request.cdb)

    def _log_sense(self, request: Request) -> bytes:
        return self.log_page(request.cdb[2] & 0x3F)[: request.number(7, 2)]

    def _mode_select(self, request: Request) -> bytes:
        """MODE SELECT (10) with one block descriptor: how much of the capacity is offered; all ones: all."""
        data = request.data
        require(len(data) >= 8 and len(data) == request.number(7, 2), PARAMETER_LENGTH)
        long, length = data[4] & 1, int.from_bytes(data[6:8])
        require(length == (16 if long else 8) and len(data) >= 8 + length, INVALID_PARAMETER)
        sectors = int.from_bytes(data[8:16] if long else data[8:12])
        whole = self._drive.media_bytes // self._drive.logical_sector_bytes
        if sectors == (1 << (64 if long else 32)) - 1:
            sectors = whole
        require(0 < sectors <= whole, INVALID_PARAMETER)
        self._medium.sectors = sectors
        self._kept.update(scsi=self._medium.save())
        return b""

    def _maintenance(self, request: Request) -> bytes:
        require(request.cdb[1] & 0x1F == 0x0C)
        return supported_commands(self._handlers.keys(), self._drive.scsi.sanitize, request.cdb)

    def _keep_medium(self, *, corrupt: bool) -> None:
        self._medium.corrupt = corrupt
        self._kept.update(scsi=self._medium.save())
