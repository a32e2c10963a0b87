"""The way of ATA commands to a simulated drive: model.ports.AtaPort, with the bridge that may lie in between."""

from dataclasses import replace

from agent.model.ports import AtaCommand, AtaResult
from agent.training.ata import AtaFirmware
from agent.training.ata_about import AtaAbout
from agent.training.ata_task import BLOCK, Abort, Task


class SimulatedAtaPort:
    """Satisfies model.ports.AtaPort. Like the real one it raises ValueError for what is no command."""

    def __init__(self, firmware: AtaFirmware, about: AtaAbout) -> None:
        self._firmware = firmware
        self._about = about

    def no_data(self, command: AtaCommand, timeout: float) -> AtaResult:
        return self.send(Task(command, b"", 0, timeout))

    def data_in(self, command: AtaCommand, blocks: int, timeout: float) -> AtaResult:
        return self.send(Task(_counted(command, blocks), b"", blocks, timeout))

    def data_out(self, command: AtaCommand, data: bytes, timeout: float) -> AtaResult:
        return self.send(Task(_counted(command, len(data) // BLOCK), data, 0, timeout))

    def send(self, task: Task) -> AtaResult:
        """One task file with its data, whatever it is. Raises NoAnswer, OSError."""
        with self._firmware.turn(task.timeout):
            dropped = task.command.command in self._about.bridge_drops
            result = Abort().result if dropped else self._firmware.execute(task)
        data = result.data[: BLOCK * task.blocks]
        if self._about.no_registers:
            return AtaResult(data=data, registers=False)
        return replace(result, data=data)


def _counted(command: AtaCommand, blocks: int) -> AtaCommand:
    """As on the way through SCSI: the count of a command with data is its number of blocks."""
    if blocks < 1 or command.count not in {0, blocks}:
        raise ValueError("the count of a command with data is its number of blocks")
    return replace(command, count=blocks)
