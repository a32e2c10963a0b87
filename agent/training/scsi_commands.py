"""The commands that a SAS drive and the translation to ATA have in common (SPC-4, SBC-4)."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from agent.training import scsi_pages
from agent.training.firmware import SectorError
from agent.training.scsi_pages import Unit
from agent.training.scsi_sense import (
    INVALID_COMMAND,
    INVALID_PARAMETER,
    OUT_OF_RANGE,
    Check,
    Key,
    Reply,
    Sense,
    require,
)

NEVER_REFUSED = {0x03, 0x12, 0xA0}
"""REQUEST SENSE, INQUIRY and REPORT LUNS: carried out whatever goes on (SPC-4, 5.14.2; SBC-4, 4.11)."""


@dataclass(frozen=True)
class Request:
    """A command descriptor block with its data."""

    cdb: bytes
    data: bytes
    timeout: float

    def number(self, first: int, length: int) -> int:
        """A field of the CDB."""
        return int.from_bytes(self.cdb[first : first + length])


Handler = Callable[[Request], bytes]
"""Returns what the host reads; raises Check."""


class Drive(Protocol):
    """What the commands need of the drive. Data methods raise OSError where a sector fails."""

    @property
    def unit(self) -> Unit: ...
    def state(self) -> Sense: ...
    def take_out(self, buffer: memoryview, offset: int) -> None: ...
    def put_in(self, data: memoryview, offset: int) -> None: ...
    def make_durable(self) -> None: ...
    def require_answer(self) -> None: ...


def answer(handlers: dict[int, Handler], request: Request, room: int) -> Reply:
    """Carry out one command; `room` is how many bytes the host has for the data."""
    try:
        require(len(request.cdb) == command_length(request.cdb))
        return Reply(data=handlers.get(request.cdb[0], _unknown)(request)[:room])
    except Check as check:
        return Reply(check.sense, check.data[:room])


def command_length(cdb: bytes) -> int:
    """Bytes of a CDB by its operation code (SPC-4, 4.2.5.1)."""
    return {0: 6, 1: 10, 2: 10, 4: 16, 5: 12}.get(cdb[0] >> 5, 0) if cdb else -1


def _unknown(_: Request) -> bytes:
    raise Check(INVALID_COMMAND)


class CommonSet:
    """`commands`: operation code → handler."""

    def __init__(self, drive: Drive) -> None:
        self._drive = drive
        self.commands: dict[int, Handler] = {
            0x00: lambda _: b"",  # TEST UNIT READY
            0x03: self._request_sense,
            0x12: self._inquiry,
            **dict.fromkeys((0x1A, 0x5A), self._mode_sense),
            0x1B: lambda _: b"",  # START STOP UNIT
            0x25: lambda _: scsi_pages.capacity_10(drive.unit),
            0x9E: self._service_action_in,
            **dict.fromkeys((0x28, 0x88), self._read),
            **dict.fromkeys((0x2A, 0x8A), self._write),
            **dict.fromkeys((0x2F, 0x8F), self._verify),
            **dict.fromkeys((0x35, 0x91), self._synchronize),
            0xA0: lambda request: struct.pack(">II", 8, 0).ljust(16, b"\0")[: request.number(6, 4)],  # REPORT LUNS
        }

    def _inquiry(self, request: Request) -> bytes:
        room = request.number(3, 2)
        if request.cdb[1] & 1:
            return scsi_pages.vital(self._drive.unit, request.cdb[2])[:room]
        require(not request.cdb[2])
        return scsi_pages.inquiry(self._drive.unit)[:room]

    def _request_sense(self, request: Request) -> bytes:
        said = self._drive.state()
        return (said.descriptors() if request.cdb[1] & 1 else said.fixed())[: request.cdb[4]]

    def _mode_sense(self, request: Request) -> bytes:
        room = request.number(7, 2) if request.cdb[0] == 0x5A else request.cdb[4]
        return scsi_pages.mode_sense(self._drive.unit, request.cdb)[:room]

    def _service_action_in(self, request: Request) -> bytes:
        require(request.cdb[1] & 0x1F == 0x10)  # READ CAPACITY (16)
        return scsi_pages.capacity_16(self._drive.unit)[: request.number(10, 4)]

    def _read(self, request: Request) -> bytes:
        offset, length = self._place(request)
        found = bytearray(length)
        try:
            with memoryview(found) as buffer:
                self._drive.take_out(buffer, offset)
        except OSError as error:
            raise self._failed(error, 0x11) from error
        return bytes(found)

    def _verify(self, request: Request) -> bytes:
        require(not request.cdb[1] & 0x06)  # BYTCHK: nothing to compare with
        self._read(request)
        return b""

    def _write(self, request: Request) -> bytes:
        offset, length = self._place(request)
        require(len(request.data) == length, INVALID_PARAMETER)
        try:
            with memoryview(request.data) as data:
                self._drive.put_in(data, offset)
        except OSError as error:
            raise self._failed(error, 0x0C) from error
        return b""

    def _synchronize(self, _: Request) -> bytes:
        try:
            self._drive.make_durable()
        except OSError as error:
            raise self._failed(error, 0x0C) from error
        return b""

    def _place(self, request: Request) -> tuple[int, int]:
        """Bytes of the first sector, and of all of them."""
        if request.cdb[0] < 0x80:
            first, count = request.number(2, 4), request.number(7, 2)
        else:
            first, count = request.number(2, 8), request.number(10, 4)
        unit = self._drive.unit
        require(count * unit.sector_bytes <= scsi_pages.MOST_DATA)
        require(first + count <= unit.sectors, OUT_OF_RANGE)
        return first * unit.sector_bytes, count * unit.sector_bytes

    def _failed(self, error: OSError, code: int) -> Check:
        """Where on the media it went wrong; a drive that is gone gives no sense."""
        self._drive.require_answer()
        if isinstance(error, SectorError):
            return Check(Sense(Key.MEDIUM_ERROR, code, 0x00, information=error.sector))
        return Check(Sense(Key.HARDWARE_ERROR, 0x44, 0x00))  # INTERNAL TARGET FAILURE
