"""SANITIZE (SBC-4, 5.30): all of the media, sectors without an address included; it outlives a power cut."""

import struct

from agent.model.ports import ScsiPort, ScsiResult
from agent.model.words import Method, Technique
from agent.sanitize.scsi import commands
from agent.sanitize.scsi.erasing import ScsiErase, seconds
from agent.sanitize.scsi.state import Now

CODE = 0x48
ACTIONS = {Method.BLOCK: 0x02, Method.OVERWRITE: 0x01, Method.CRYPTO: 0x03}
"""Service actions."""
_EXIT_FAILURE_MODE = 0x1F
_IMMED, _AUSE = 0x80, 0x20
_PATTERN = bytes(4)
_SPEED = {Method.BLOCK: 500e6, Method.OVERWRITE: 30e6, Method.CRYPTO: 500e6}
"""Bytes a second, at the slowest: cells are erased many at once, and discs written from end to end."""


def failure_can_be_left(usage: bytes) -> bool:
    """Whether the drive looks at AUSE (allow unrestricted sanitize exit), by its CDB USAGE DATA. Without it, only
    another sanitize that succeeds leads out of a failure (SBC-4, 4.11.2)."""
    return bool(usage[1] & _AUSE)


def leave_failed_state(port: ScsiPort) -> ScsiResult:
    """EXIT FAILURE MODE. Raises NoAnswer, OSError."""
    return commands.send(port, _block(_EXIT_FAILURE_MODE))


class Sanitize(ScsiErase):
    technique = Technique.SCSI_SANITIZE
    running = Now.SANITIZING

    def __init__(self, port: ScsiPort, method: Method, size_bytes: int | None, *, exits: bool) -> None:
        """`exits`: so that its failure can be left. Raises KeyError for a method that SANITIZE does not have."""
        super().__init__(port, method, seconds(size_bytes, _SPEED[method]))
        self._flags = _IMMED | (_AUSE if exits else 0)

    def begin(self) -> ScsiResult:
        data = b""
        if self.method is Method.OVERWRITE:
            data = struct.pack(">BxH", 1, len(_PATTERN)) + _PATTERN  # one pass, not inverted
        return commands.send(self._port, _block(ACTIONS[self.method] | self._flags, len(data)), data_out=data)

    def leave(self) -> None:
        leave_failed_state(self._port)


def _block(second: int, length: int = 0) -> bytes:
    return struct.pack(">BB5xHB", CODE, second, length, 0)
