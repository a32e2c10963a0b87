"""ATA commands by ATA PASS-THROUGH (16) (SAT-3, 12.2.2): through libata, a SAS adapter, or a USB bridge."""

from dataclasses import dataclass

from agent.host.passthrough.sense import Key, Registers, Sense, decode
from agent.host.passthrough.sgio import Reply, Scsi
from agent.model.ports import AtaCommand, AtaResult, NoAnswer

BLOCK = 512
"""Bytes of a block of these transfers (T_TYPE 0), whatever the drive's sector is."""

_ATA_PASS_THROUGH_16 = 0x85
_NO_DATA, _PIO_IN, _PIO_OUT = 3, 4, 5
# Byte 2: CK_COND asks for the registers also after a success; the others say that COUNT holds the number of blocks.
_CK_COND = 0x20
_FROM_DRIVE = 0x08
_COUNT_BLOCKS = 0x04 | 0x02

_GOOD, _CHECK_CONDITION = 0x00, 0x02
_BUSY, _FAULT_OR_ERROR = 0x80, 0x21


@dataclass(frozen=True)
class Ata:
    """Satisfies model.ports.AtaPort. Methods raise NoAnswer and OSError, and ValueError for what is no command."""

    scsi: Scsi
    bridge: bool = False
    """The drive sits behind a USB bridge. There data_in does not ask for registers, and gets them only with an error:
    Linux fetches sense data long enough for registers only after a pass-through without that wish has succeeded
    (usb-storage, US_FL_SANE_SENSE), and the data proves itself by its signature or checksum."""

    def no_data(self, command: AtaCommand, timeout: float) -> AtaResult:
        cdb = _cdb(command, _NO_DATA, _CK_COND, command.count)
        return _result(command, self.scsi.transfer(cdb, timeout=timeout))

    def data_in(self, command: AtaCommand, blocks: int, timeout: float) -> AtaResult:
        """The field `count` of the command is 0 or `blocks`: SAT takes the length from there. The data may be shorter
        than asked for."""
        flags = _COUNT_BLOCKS | _FROM_DRIVE | (0 if self.bridge else _CK_COND)
        cdb = _cdb(command, _PIO_IN, flags, _count(command, blocks))
        return _result(command, self.scsi.transfer(cdb, data_in=blocks * BLOCK, timeout=timeout))

    def data_out(self, command: AtaCommand, data: bytes, timeout: float) -> AtaResult:
        """As data_in: the field `count` of the command is 0 or the number of blocks."""
        blocks, rest = divmod(len(data), BLOCK)
        if rest:
            raise ValueError("data goes out in blocks of 512 bytes")
        cdb = _cdb(command, _PIO_OUT, _COUNT_BLOCKS | _CK_COND, _count(command, blocks))
        return _result(command, self.scsi.transfer(cdb, data_out=data, timeout=timeout))


def _count(command: AtaCommand, blocks: int) -> int:
    if blocks < 1 or command.count not in (0, blocks):
        raise ValueError("the count of a command with data is its number of blocks")
    return blocks


def _cdb(command: AtaCommand, protocol: int, flags: int, count: int) -> bytes:
    extend = command.extended
    limits = ((command.feature, 16 if extend else 8), (count, 16 if extend else 8), (command.lba, 48 if extend else 28))
    if any(not 0 <= value < 1 << bits for value, bits in limits):
        raise ValueError(f"no {48 if extend else 28}-bit command holds {command} with count {count}")
    # 28-bit commands keep bits 27:24 of the LBA in the device register.
    lba, nibble = (command.lba, 0) if extend else (command.lba & 0xFFFFFF, command.lba >> 24)
    high, mid_high, low_high, high_low, mid_low, low = lba.to_bytes(6)
    return bytes((
        _ATA_PASS_THROUGH_16, protocol << 1 | extend, flags,
        *command.feature.to_bytes(2), *count.to_bytes(2),
        low_high, low, mid_high, mid_low, high, high_low,
        command.device | nibble, command.command, 0,
    ))  # fmt: skip


def _result(command: AtaCommand, reply: Reply) -> AtaResult:
    if reply.status not in (_GOOD, _CHECK_CONDITION):
        raise NoAnswer(f"the bridge did not pass the command on (SCSI status {reply.status:#04x})")
    sense = decode(reply.sense)
    # After any other check condition nobody knows whether the buffer holds anything.
    data = reply.data if reply.status == _GOOD or sense.key == Key.RECOVERED_ERROR else b""
    found = sense.registers
    # Status 0 is no ready drive's, and with BSY the other bits mean nothing.
    if found is None or found.status == 0 or found.status & _BUSY:
        return _without_registers(sense, data)
    if not found.status & _FAULT_OR_ERROR:
        if sense.key > Key.RECOVERED_ERROR:
            # A driver that gave a command up may attach the registers of a healthy, waiting drive.
            raise NoAnswer(f"the registers show no error, the bridge does ({_told(sense)})")
        if command.extended and not found.whole:
            # Half of a success: SANITIZE tells its state in the upper byte of COUNT.
            return AtaResult(data=data, registers=False)
    else:
        # A failure is one in any format; of count and lba then perhaps only the lower bytes are there.
        data = b""
    return AtaResult(found.status, found.error, found.count, _lba(command, found), found.device, data)


def _without_registers(sense: Sense, data: bytes) -> AtaResult:
    """A bridge that keeps the registers to itself, or does not know the command, gives a result without them; one that
    reports an error of its own means that the drive did not answer."""
    if sense.deferred or sense.key not in (Key.NO_SENSE, Key.RECOVERED_ERROR, Key.ILLEGAL_REQUEST):
        raise NoAnswer(f"an error without the drive's registers ({_told(sense)})")
    return AtaResult(data=data, registers=False)


def _lba(command: AtaCommand, found: Registers) -> int:
    return found.lba if command.extended else (found.lba & 0xFFFFFF) | (found.device & 0x0F) << 24


def _told(sense: Sense) -> str:
    return f"sense {sense.key:X}h/{sense.asc:02X}h/{sense.ascq:02X}h"
