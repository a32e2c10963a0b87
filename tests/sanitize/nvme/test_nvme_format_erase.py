"""Format NVM carried through: which namespaces it reaches, and what may be said of it afterwards."""

from typing import Any

import pytest
from plain_talk import PlainTalk, ToldClock
from simulated_nvme import SIZE, Nvme

from agent.model.ports import NoAnswer, NvmeCommand, NvmeResult
from agent.model.words import Method, Technique
from agent.sanitize.firmware import Erase, NotAccepted, State
from agent.sanitize.nvme.firmware import NvmeFirmware
from agent.sanitize.nvme.format import Format, layout
from agent.sanitize.nvme.identify import read
from agent.sanitize.pilot import Ran, carry_out

MORE = 8192
BOTH = pytest.mark.parametrize("method", [Method.USER_DATA, Method.CRYPTO])


def several(fna: int, **about: object) -> Nvme:
    """Namespaces 2 (attached) and 3 (not), and 4 KiB that nobody has."""
    facts = {"hidden_bytes": 2 * MORE + 4096}
    settings = {"manages_namespaces": True, "more_namespaces": (MORE, MORE), "unattached": (3,)}
    return Nvme(facts=facts, fna=fna, **{**settings, **about})


def erase(drive: Nvme, method: Method = Method.USER_DATA) -> Erase:
    return NvmeFirmware(drive.drive).erase(Technique.NVME_FORMAT, method)


def run(drive: Nvme, method: Method = Method.USER_DATA) -> tuple[Ran, PlainTalk]:
    talk = PlainTalk(ToldClock(drive.clock))
    return carry_out(erase(drive, method), talk), talk


class Listening:
    """A port that notes the formats that pass through."""

    def __init__(self, drive: Nvme) -> None:
        self.drive = drive
        self.formats: list[NvmeCommand] = []

    def admin(self, command: NvmeCommand, data_in: int, timeout: float) -> NvmeResult:
        if command.opcode == 0x80:
            self.formats.append(command)
        port = self.drive.drive.ports.nvme
        assert port is not None
        return port.admin(command, data_in, timeout)


def sent(drive: Nvme, method: Method = Method.USER_DATA) -> list[NvmeCommand]:
    port = Listening(drive)
    Format(port, method, read(port)).start(lambda record: None)
    return port.formats


@BOTH
def test_a_drive_of_one_namespace(method: Method) -> None:
    drive = Nvme()
    ran, talk = run(drive, method)
    assert (ran.accepted, ran.done) == (True, True)
    assert not ran.seen  # there is nothing to be seen
    assert drive.residue == (0, 0, 0)
    assert talk.records == [{"kind": "nvme_format", "namespaces": [1]}]


@BOTH
@pytest.mark.parametrize("fna", [4 | scope for scope in (0, 1, 2, 3, 8, 9, 10, 11)])
def test_every_scope_reaches_all_that_hosts_see(method: Method, fna: int) -> None:
    drive = several(fna)
    assert run(drive, method)[0].done
    visible = drive.drive.residue().visible
    assert all(start >= SIZE + MORE for start, _ in visible)
    assert visible[-1][1] == SIZE + 2 * MORE + 4096  # what no namespace has is never reached
    reaches_unattached = bool(fna & 2)
    assert any(start < SIZE + 2 * MORE for start, _ in visible) != reaches_unattached
    offers = {offer.method: offer for offer in NvmeFirmware(drive.drive).about().offers}
    assert not offers[Method.USER_DATA].whole
    assert offers[Method.BLOCK].whole


def test_each_namespace_is_named_where_that_is_needed() -> None:
    assert [command.namespace for command in sent(several(4))] == [1, 2, 3]
    assert [command.namespace for command in sent(several(4 | 2))] == [0xFFFFFFFF]
    assert [command.namespace for command in sent(several(4 | 2 | 8))] == [1]
    assert [command.namespace for command in sent(several(4 | 1 | 8))] == [1, 2, 3]


@BOTH
def test_the_blocks_stay_as_they_are(method: Method) -> None:
    drive = Nvme()
    drive.format(lba_format=1)
    (command,) = sent(drive, method)
    assert command.cdw10 == 1 | {Method.USER_DATA: 1, Method.CRYPTO: 2}[method] << 9  # never SES=0
    drive.drive.rescan()
    assert drive.drive.logical_sector_bytes == 4096
    mixed = several(4)
    mixed.format(nsid=2, lba_format=1)
    assert [command.cdw10 & 0xF for command in sent(mixed)] == [0, 1, 0]


def test_a_layout_with_metadata_is_kept() -> None:
    (one,) = read(Listening(Nvme())).namespaces
    object.__setattr__(one, "format", 0x12)
    object.__setattr__(one, "extended", True)
    object.__setattr__(one, "protection", 0b1010)
    assert layout(one) == 2 | 1 << 12 | 1 << 4 | 2 << 5 | 1 << 8


def test_different_layouts_are_not_made_one() -> None:
    drive = several(4 | 2)
    drive.drive.ports.nvme._firmware.namespaces.allocated(2).sector_bytes = 4096  # type: ignore[union-attr]
    offers = [one for one in NvmeFirmware(drive.drive).about().offers if one.technique is Technique.NVME_FORMAT]
    assert all(offer.blocked for offer in offers)
    with pytest.raises(NotAccepted, match="different block sizes"):
        erase(drive)


def test_nothing_is_said_without_a_completed_command() -> None:
    """After an interruption nobody knows: it is to be started again."""
    drive = Nvme()
    assert erase(drive).status().state is State.IDLE
    assert drive.format() == 0
    assert erase(drive).status().state is State.IDLE


@pytest.mark.parametrize("how", [{"format_seconds": 1000}, {"faults": {"erase_resets_at_percent": 30}}], ids=str)
def test_a_lost_answer_is_waited_for_and_counts_for_nothing(how: dict[str, Any]) -> None:
    """The format goes on in the drive: nothing else is done with it until that has ended."""
    drive = Nvme(**how)
    one, talk = erase(drive), PlainTalk(ToldClock(drive.clock))
    ran = carry_out(one, talk)
    assert (ran.accepted, ran.seen, ran.done) == (False, True, False)
    assert not one.leave_failure()
    drive.write()  # the drive is ready again


def test_a_format_that_fails_and_is_done_once_more() -> None:
    drive = Nvme(faults={"erase_fails_at_percent": 50})
    one = erase(drive)
    one.start(lambda record: None)
    assert one.status().state is State.FAILED
    with pytest.raises(OSError, match="Remote I/O"):
        drive.read()
    assert not one.leave_failure()
    object.__setattr__(drive.description.faults, "erase_fails_at_percent", None)
    assert one.leave_failure()
    drive.read()
    assert one.status().state is State.FAILED  # a way back is no success


def test_a_second_namespace_that_fails_spoils_the_whole() -> None:
    drive = several(4)
    denied = Listening(drive)
    given = denied.admin

    def admin(command: NvmeCommand, data_in: int, timeout: float) -> NvmeResult:
        if command.opcode == 0x80 and command.namespace == 2:
            return NvmeResult(0x286)
        return given(command, data_in, timeout)

    denied.admin = admin  # type: ignore[method-assign]
    one = Format(denied, Method.USER_DATA, read(denied))
    one.start(lambda record: None)
    assert one.status().state is State.FAILED
    assert "locked" in str(one.status().reason)


def test_refusals() -> None:
    for drive, words in ((Nvme(denies_access=True), "locked"), (Nvme(faults={"erase_refused": True}), "refuses")):
        ran, _ = run(drive)
        assert not ran.accepted
        assert words in str(ran.reason)
    for drive, method in ((Nvme(formats=False), Method.USER_DATA), (Nvme(fna=0), Method.CRYPTO)):
        with pytest.raises(NotAccepted, match="does not offer"):
            erase(drive, method)


def test_what_only_the_canary_sees() -> None:
    drive = Nvme(ignores_format=True)
    assert run(drive)[0].done
    assert drive.residue[0] == SIZE


def test_a_power_cut_in_the_middle() -> None:
    drive = Nvme(faults={"erase_cuts_power_at_percent": 25})
    with pytest.raises(OSError, match="No such device"):
        run(drive)
    drive.power_cycle()
    assert erase(drive).status().state is State.IDLE
    object.__setattr__(drive.description.faults, "erase_cuts_power_at_percent", None)
    assert run(drive)[0].done  # from the start
    assert drive.residue == (0, 0, 0)


def test_a_hung_drive_ends_as_no_answer() -> None:
    drive = Nvme(faults={"erase_hangs_at_percent": 25})
    with pytest.raises(NoAnswer):
        erase(drive).start(lambda record: None)
