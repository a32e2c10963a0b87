"""FORMAT UNIT (SBC-4, 5.3) with an initialization pattern: the drive writes all of its sectors itself.

A format that is cut off or fails leaves a medium that cannot be read before another format has succeeded.
"""

import struct

from agent.model.ports import ScsiPort, ScsiResult
from agent.model.words import Method, Technique
from agent.sanitize.scsi import commands
from agent.sanitize.scsi.erasing import ScsiErase, seconds
from agent.sanitize.scsi.state import Now

FORMAT_UNIT = 0x04
_FMTDATA = 0x10
_OPTIONS_VALID, _INITIALIZE, _IMMED = 0x80, 0x08, 0x02
"""Parameter list header, byte 1: FOV, IP, IMMED."""
_SECURITY_INITIALIZE = 0x20
"""Initialization pattern descriptor, byte 0: SI, also what was reassigned. Newer standards have dropped it."""
_REPEATED = 0x01
_PATTERN = bytes(4)
_SPEED = 30e6
"""Bytes a second, at the slowest: a disk of 2 TB was seen to take 9.5 h, which is twice as fast."""


class Format(ScsiErase):
    technique = Technique.SCSI_FORMAT
    running = Now.FORMATTING

    def __init__(self, port: ScsiPort, method: Method, size_bytes: int | None) -> None:
        super().__init__(port, method, seconds(size_bytes, _SPEED))

    def begin(self) -> ScsiResult:
        """Nobody can ask whether a drive knows SI; one that does not refuses the list as a whole and begins nothing."""
        result = self._send(_SECURITY_INITIALIZE)
        if result.sense_key == commands.ILLEGAL_REQUEST:
            return self._send(0)
        return result

    def _send(self, modifier: int) -> ScsiResult:
        header = bytes((0, _OPTIONS_VALID | _INITIALIZE | _IMMED, 0, 0))
        pattern = struct.pack(">BBH", modifier, _REPEATED, len(_PATTERN)) + _PATTERN
        return commands.send(self._port, bytes((FORMAT_UNIT, _FMTDATA, 0, 0, 0, 0)), data_out=header + pattern)
