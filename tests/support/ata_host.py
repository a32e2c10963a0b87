"""A host that erases a simulated ATA drive by its own commands, and all that it sends and journals."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from plain_talk import ToldClock
from simulated_ata import Ata

from agent.model.ports import AtaCommand, AtaPort, AtaResult, Ports
from agent.model.words import Method, Technique
from agent.sanitize import pilot
from agent.sanitize.ata.firmware import AtaFirmware
from agent.sanitize.chunks import Stopped
from agent.sanitize.firmware import Offer, Record
from agent.sanitize.pilot import Ran

Change = Callable[[AtaCommand, AtaResult], AtaResult]


class Wire:
    """The port of a drive: notes the commands, and may change what comes back."""

    def __init__(self, drive: Ata, changes: dict[int, Change]) -> None:
        self._drive = drive
        self._changes = changes
        self.sent: list[int] = []
        self.timeouts: dict[int, float] = {}

    def no_data(self, command: AtaCommand, timeout: float) -> AtaResult:
        return self._changed(command, timeout, lambda port: port.no_data(command, timeout))

    def data_in(self, command: AtaCommand, blocks: int, timeout: float) -> AtaResult:
        return self._changed(command, timeout, lambda port: port.data_in(command, blocks, timeout))

    def data_out(self, command: AtaCommand, data: bytes, timeout: float) -> AtaResult:
        return self._changed(command, timeout, lambda port: port.data_out(command, data, timeout))

    def _changed(self, command: AtaCommand, timeout: float, send: Callable[[AtaPort], AtaResult]) -> AtaResult:
        self.sent.append(command.command)
        self.timeouts[command.command] = timeout
        result = send(self._drive._port)
        change = self._changes.get(command.command)
        return change(command, result) if change else result


@dataclass
class Host:
    """Satisfies sanitize.talk.Talk."""

    drive: Ata
    bridge: bool = False
    changes: dict[int, Change] = field(default_factory=dict)
    """Command code → what comes back in place of the drive's answer."""
    stops: bool = False
    """The journal takes nothing."""
    journal: list[Record] = field(default_factory=list)
    sent_before: list[int] = field(default_factory=list)
    """How many commands had been sent when each record was written."""

    def __post_init__(self) -> None:
        self.wire = Wire(self.drive, self.changes)
        self.clock = ToldClock(self.drive.clock)

    @property
    def leftover(self) -> bool:
        return any(record["kind"] == "password" for record in self.journal)

    @property
    def firmware(self) -> AtaFirmware:
        """As a new life of the worker makes it, from what the journal holds."""
        return AtaFirmware(Ports(ata=self.wire, bridge=self.bridge), leftover=self.leftover)

    def offer(self, technique: Technique, method: Method) -> Offer:
        (found,) = (one for one in self.firmware.about().offers if (one.technique, one.method) == (technique, method))
        return found

    def carry_out(self, technique: Technique, method: Method) -> Ran:
        """As procedure does it."""
        way = self.firmware.erase(technique, method)
        ran = pilot.carry_out(way, self)
        if not ran.done and not ran.stuck:
            way.leave_failure()
        return ran

    def progress(self, phase: str, done: int, total: int) -> None:
        assert phase == "firmware"
        assert 0 <= done < total

    def checkpoint(self, record: Record) -> None:
        if self.stops:
            raise Stopped
        self.journal.append(record)
        self.sent_before.append(len(self.wire.sent))

    def silent(self, seconds: float) -> None:
        assert seconds >= 0


def no_registers(_: AtaCommand, result: AtaResult) -> AtaResult:
    return AtaResult(data=result.data, registers=False)


def word(number: int, value: int) -> Change:
    """IDENTIFY DEVICE with another word, and the checksum that belongs to it."""

    def change(_: AtaCommand, result: AtaResult) -> AtaResult:
        return replace(result, data=with_words(result.data, {number: value}))

    return change


def with_words(data: bytes, words: dict[int, int]) -> bytes:
    block = bytearray(data)
    for number, value in words.items():
        block[2 * number : 2 * number + 2] = value.to_bytes(2, "little")
    block[511] = -sum(block[:511]) & 0xFF
    return bytes(block)
