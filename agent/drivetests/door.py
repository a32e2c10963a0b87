"""What a drive must be like before it is tested, and carrying a test out on it."""

from collections.abc import Mapping

from agent.drivetests import scan, selftest, speed
from agent.drivetests.ata import AtaTester
from agent.drivetests.nvme import NvmeTester
from agent.drivetests.scsi import ScsiTester
from agent.host.priority import first_in_line
from agent.model.message import Message, say
from agent.model.ports import NoAnswer
from agent.model.words import SelfTest, Surface
from agent.sanitize.drive_firmware import firmware_of
from agent.sanitize.guard import DriveSpec, OpenSimulated, open_to_test
from agent.sanitize.medium import Medium
from agent.sanitize.overwrite import raise_if_gone
from agent.sanitize.talk import Talk

Json = Mapping[str, object]


class NotNow(Exception):
    """The drive is in no state in which the test could tell anything about it."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


def test(spec: DriveSpec, simulated: OpenSimulated, order: Json, talk: Talk) -> Json:
    """Carry out the test that `order` names: `check` and its settings. What it showed, as JSON.

    Raises NotNow, medium.Refused, chunks.Stopped, NoAnswer, NotABlockDevice, OSError; KeyError, ValueError for what is
    no such order.
    """
    medium = open_to_test(spec, simulated)
    try:
        if order["check"] == "drive_self_test":
            return _self_test(medium, SelfTest(str(order["test"])), talk)
        _require_readable(medium)
        if order["check"] == "drive_speed":
            with first_in_line(wanted=not spec.simulated):
                return speed.measure(medium, float(str(order["seconds"])), talk.clock, _alive(talk, "speed"))
        regions = int(str(order["regions"])) if Surface(str(order["extent"])) is Surface.SAMPLE else None
        with first_in_line(wanted=not spec.simulated and regions is not None):
            return scan.scan(medium, regions, talk.clock, _alive(talk, "surface"), talk.surface)
    finally:
        medium.close()


def _alive(talk: Talk, phase: str) -> scan.Alive:
    return lambda done, total: talk.progress(phase, done, total)


def _self_test(medium: Medium, kind: SelfTest, talk: Talk) -> Json:
    tester = tester_of(medium)
    if tester is None:
        return {"ending": selftest.Ending.UNSUPPORTED}
    _require_idle(medium)
    return selftest.carry_out(tester, kind, talk)


def tester_of(medium: Medium) -> selftest.Tester | None:
    """None where no firmware with tests of its own can be reached. Raises OSError."""
    ports = medium.ports
    if ports.nvme is not None:
        return NvmeTester(ports.nvme)
    if ports.ata is not None:
        return AtaTester(ports.ata, medium.identity().size_bytes)
    return ScsiTester(ports.scsi) if ports.scsi is not None else None


def _require_idle(medium: Medium) -> None:
    try:
        firmware = firmware_of(medium)
        if firmware is not None and firmware.about().running:
            raise NotNow(say("The drive is erasing itself; it can be tested when that is over."))
    except (NoAnswer, OSError) as error:
        raise_if_gone(error)  # whether it takes the order for the test will show


def _require_readable(medium: Medium) -> None:
    """Reads that a lock or an erase refuses say nothing about the surface."""
    try:
        firmware = firmware_of(medium)
        about = firmware.about() if firmware is not None else None
    except (NoAnswer, OSError) as error:
        raise_if_gone(error)
        return
    if about is None:
        return
    if about.running or about.failed_before:
        raise NotNow(
            say("The drive is erasing itself, or its own erase has failed: until that is over it reads nothing.")
        )
    if about.locked or about.shadowed:
        raise NotNow(say("The drive is locked by a password or key of its former owner: nothing can be read from it."))
