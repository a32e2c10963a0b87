"""The way of SCSI commands to a simulated drive: model.ports.ScsiPort, and the raw form that a target serves."""

from typing import Protocol

from agent.model.ports import ScsiResult
from agent.training.scsi_sense import Reply


class Target(Protocol):
    """A simulated SCSI device: a SAS drive, or an ATA drive behind its translation."""

    def execute(self, cdb: bytes, data: bytes, room: int, timeout: float) -> Reply:
        """One command: `data` is sent with it, `room` is what the host can take. Raises NoAnswer, OSError."""


class SimulatedScsiPort:
    """Satisfies model.ports.ScsiPort. Like the real one it raises ValueError for what is no command."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def execute(self, cdb: bytes, *, data_out: bytes = b"", data_in: int = 0, timeout: float) -> ScsiResult:
        if not 6 <= len(cdb) <= 16 or (data_out and data_in) or data_in < 0:
            raise ValueError("a command has 6 to 16 bytes and at most one direction of data")
        return self._target.execute(cdb, data_out, data_in, timeout).result()
