"""The commands that every simulated ATA drive knows: identify, SMART, reading, writing, flushing, TRIM, power."""

import struct
from typing import Protocol

from agent.model.ports import AtaResult
from agent.training.ata_task import BLOCK, FAULT, Abort, Error, Handler, Task, good, require
from agent.training.firmware import SectorError

_SMART_KEY = 0xC24F
"""What LBA mid and high must hold for SMART."""

_SELF_TEST_LOG, _EXTENDED_SELF_TEST_LOG = 0x06, 0x07


class Drive(Protocol):
    """What the commands need of the firmware. Data methods raise OSError where a sector fails."""

    @property
    def sector_bytes(self) -> int: ...
    @property
    def said_bytes(self) -> int: ...
    def identify(self) -> bytes: ...
    def smart_data(self) -> bytes: ...
    def smart_thresholds(self) -> bytes: ...
    def smart_status(self) -> int: ...
    def self_test_log(self) -> bytes: ...
    def extended_self_test_log(self) -> bytes: ...
    def test_itself(self, code: int) -> bool: ...
    def take_out(self, buffer: memoryview, offset: int) -> None: ...
    def put_in(self, data: memoryview, offset: int) -> None: ...
    def make_durable(self) -> None: ...
    def unmap(self, offset: int, length: int) -> None: ...
    def require_answer(self) -> None: ...


class BasicSet:
    """`commands`: command code → handler."""

    def __init__(self, drive: Drive, *, trims: bool) -> None:
        self._drive = drive
        self._trims = trims
        self.commands: dict[int, Handler] = {
            0xEC: self._identify,
            0xB0: self._smart,
            0x2F: self._read_log,
            **dict.fromkeys((0x20, 0x24, 0x25, 0xC8), self._read),  # READ SECTOR(S), READ DMA, with and without EXT
            **dict.fromkeys((0x30, 0x34, 0x35, 0xCA), self._write),
            **dict.fromkeys((0x40, 0x42), self._verify),
            **dict.fromkeys((0xE7, 0xEA), self._flush),
            0x06: self._trim,
            0xE5: lambda _: good(count=0xFF),  # CHECK POWER MODE: active
            **dict.fromkeys((0xE0, 0xE1, 0xEF), lambda _: good()),  # STANDBY and IDLE IMMEDIATE, SET FEATURES
        }

    def _identify(self, task: Task) -> AtaResult:
        require(task.blocks == 1)
        return good(data=self._drive.identify())

    def _smart(self, task: Task) -> AtaResult:
        require(task.lba >> 8 & 0xFFFF == _SMART_KEY)
        match task.command.feature & 0xFF:
            case 0xD0 if task.blocks == 1:
                return good(data=self._drive.smart_data())
            case 0xD1 if task.blocks == 1:
                return good(data=self._drive.smart_thresholds())
            case 0xD4:  # EXECUTE OFF-LINE IMMEDIATE
                require(self._drive.test_itself(task.lba & 0xFF))
                return good()
            case 0xD5 if task.blocks == 1 and task.lba & 0xFF == _SELF_TEST_LOG:
                return good(data=self._drive.self_test_log())
            case 0xDA:
                return good(lba=self._drive.smart_status() << 8)
            case 0xD8 | 0xDB:  # enable operations, attribute autosave or offline: as they are
                return good()
        raise Abort

    def _read_log(self, task: Task) -> AtaResult:
        """READ LOG EXT: the log in LBA 7:0, its first page in 39:32 and 15:8."""
        require(task.blocks == 1 and task.lba == _EXTENDED_SELF_TEST_LOG)
        return good(data=self._drive.extended_self_test_log())

    def _read(self, task: Task) -> AtaResult:
        offset, length = self._place(task)
        require(task.blocks * BLOCK >= length)
        return good(data=self._found(task, offset, length))

    def _verify(self, task: Task) -> AtaResult:
        self._found(task, *self._place(task))
        return good()

    def _write(self, task: Task) -> AtaResult:
        offset, length = self._place(task)
        require(len(task.data) == length)
        try:
            with memoryview(task.data) as data:
                self._drive.put_in(data, offset)
        except OSError as error:
            raise self._failed(error, Error.IDNF, task) from error
        return good()

    def _flush(self, _: Task) -> AtaResult:
        try:
            self._drive.make_durable()
        except OSError as error:
            self._drive.require_answer()
            raise Abort(status=FAULT) from error
        return good()

    def _trim(self, task: Task) -> AtaResult:
        """DATA SET MANAGEMENT with TRIM: entries of 48 bits of address and 16 of count."""
        require(self._trims and task.command.feature & 1)
        for (entry,) in struct.iter_unpack("<Q", task.data):
            offset, length = self._bytes(entry & 0xFFFFFFFFFFFF, entry >> 48)
            self._drive.unmap(offset, length)
        return good()

    def _place(self, task: Task) -> tuple[int, int]:
        return self._bytes(task.lba, task.sectors)

    def _bytes(self, lba: int, sectors: int) -> tuple[int, int]:
        """Bytes of the first sector, and of all of them."""
        size = self._drive.sector_bytes
        require((lba + sectors) * size <= self._drive.said_bytes, Error.IDNF, lba=lba)
        return lba * size, sectors * size

    def _found(self, task: Task, offset: int, length: int) -> bytes:
        found = bytearray(length)
        try:
            with memoryview(found) as buffer:
                self._drive.take_out(buffer, offset)
        except OSError as error:
            raise self._failed(error, Error.UNC, task) from error
        return bytes(found)

    def _failed(self, error: OSError, kind: Error, task: Task) -> Abort:
        """Where it went wrong; a drive that is gone leaves no registers."""
        self._drive.require_answer()
        return Abort(kind, lba=error.sector if isinstance(error, SectorError) else task.lba)
