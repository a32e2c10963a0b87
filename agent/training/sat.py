"""A simulated ATA drive seen as a SCSI device (SAT-3): what libata, a SAS adapter or a USB bridge makes of it."""

from agent.model.ports import AtaCommand, AtaResult
from agent.training.ata import AtaFirmware
from agent.training.ata_port import SimulatedAtaPort
from agent.training.ata_task import BLOCK, Task
from agent.training.scsi_commands import CommonSet, Handler, Request, answer
from agent.training.scsi_pages import Unit
from agent.training.scsi_sense import Check, Key, Reply, Sense, require

_NON_DATA, _PIO_IN, _PIO_OUT, _DMA = 3, 4, 5, 6
"""Protocols of ATA PASS-THROUGH."""


class AtaTranslation:
    """Satisfies scsi_port.Target: reading and writing translated, and ATA PASS-THROUGH (12) and (16)."""

    def __init__(self, firmware: AtaFirmware, port: SimulatedAtaPort) -> None:
        self._firmware = firmware
        self._port = port
        self._translated = CommonSet(self).commands
        self._passed: dict[int, Handler] = {0x85: self._pass_through, 0xA1: self._pass_through}

    def execute(self, cdb: bytes, data: bytes, room: int, timeout: float) -> Reply:
        request = Request(cdb, data, timeout)
        if cdb[:1] and cdb[0] in self._passed:  # in a turn of the drive's own
            return answer(self._passed, request, room)
        with self._firmware.turn(timeout):
            return answer(self._translated, request, room)

    # What the translated commands need of the drive

    @property
    def unit(self) -> Unit:
        firmware = self._firmware
        about, sector = firmware.description, firmware.sector_bytes
        return Unit(
            vendor="ATA",
            product=about.model,
            revision=about.firmware,
            serial=firmware.said_serial,
            sectors=firmware.said_bytes // sector,
            sector_bytes=sector,
            physical_bytes=about.physical_sector_bytes,
            rotation=about.rotation_rpm or 1,
            default_sectors=firmware.said_bytes // sector,
            ata_identify=firmware.identify(),
        )

    def state(self) -> Sense:
        return Sense(Key.NO_SENSE)

    def take_out(self, buffer: memoryview, offset: int) -> None:
        self._firmware.take_out(buffer, offset)

    def put_in(self, data: memoryview, offset: int) -> None:
        self._firmware.put_in(data, offset)

    def make_durable(self) -> None:
        self._firmware.make_durable()

    def require_answer(self) -> None:
        self._firmware.require_answer()

    # ATA PASS-THROUGH

    def _pass_through(self, request: Request) -> bytes:
        """SAT-3, 12.2. Data is transferred in blocks, and its length is what the CDB's fields make it."""
        command = _sixteen(request.cdb) if request.cdb[0] == 0x85 else _twelve(request.cdb)
        protocol, flags = request.cdb[1] >> 1 & 0x0F, request.cdb[2]
        require(protocol in {_NON_DATA, _PIO_IN, _PIO_OUT, _DMA})
        reads = protocol == _PIO_IN or (protocol == _DMA and flags & 0x08)
        field = {0: 0, 1: command.feature, 2: command.count}.get(flags & 3, 0)
        blocks = field if reads and protocol != _NON_DATA else 0
        require(not request.data or len(request.data) == field * BLOCK)
        result = self._port.send(Task(command, request.data, blocks, request.timeout))
        if not result.registers:
            return result.data
        failed = bool(result.status & 0x21)
        if failed or flags & 0x20:
            raise Check(_told(result, command, failed=failed), result.data)
        return result.data


def _told(result: AtaResult, command: AtaCommand, *, failed: bool) -> Sense:
    """The registers as sense data: with an error, or because CK_COND asks for them."""
    return Sense(
        Key.ABORTED_COMMAND if failed else Key.RECOVERED_ERROR,
        0x00,
        0x00 if failed else 0x1D,
        registers=result,
        extended=command.extended,
    )


def _sixteen(cdb: bytes) -> AtaCommand:
    """The task file in ATA PASS-THROUGH (16): upper and lower bytes take turns."""
    extended = bool(cdb[1] & 1)
    high = bytes((cdb[11], cdb[9], cdb[7])) if extended else bytes(3)
    mask = 0xFFFF if extended else 0xFF
    return AtaCommand(
        command=cdb[14],
        feature=int.from_bytes(cdb[3:5]) & mask,
        count=int.from_bytes(cdb[5:7]) & mask,
        lba=int.from_bytes(high + bytes((cdb[12], cdb[10], cdb[8]))),
        device=cdb[13],
        extended=extended,
    )


def _twelve(cdb: bytes) -> AtaCommand:
    lba = int.from_bytes(cdb[5:8], "little")
    return AtaCommand(command=cdb[9], feature=cdb[3], count=cdb[4], lba=lba, device=cdb[8])
