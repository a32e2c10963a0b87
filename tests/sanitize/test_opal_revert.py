"""PSID revert: only a lock that goes away is a success, whatever the program says of itself."""

import errno
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from simulated_nvme import Bench

from agent.host.libata import forbids_trusted_commands
from agent.host.run import Ran, ToolMissing, ToolTimeout
from agent.model.ports import NoAnswer, Ports
from agent.model.words import Method, Technique
from agent.sanitize.firmware import NotAccepted, Record, State
from agent.sanitize.opal.revert import PsidRevert, checked_psid
from agent.training.ata_about import AtaAbout
from agent.training.description import Kind
from agent.training.opal_about import OpalAbout

PSID = "44TZKAN71MQUF4TMJ96973BJZT9U32G8"
LABEL = "44tz-KAN7 1MQU-F4TM\u2011J969-73BJ-ZT9U-32G8\n"
NODE = "/dev/sdz"


class Case:
    def __init__(self, kind: Kind = Kind.ATA_SSD, typed: str = PSID, **about: Any) -> None:
        ata = AtaAbout(bridge_drops=about.pop("drops", ()))
        self.bench = Bench(kind, opal=OpalAbout(**{"psid": PSID, "locked": True, **about}), ata=ata)
        self.records: list[Record] = []
        self.calls: list[list[str]] = []
        self.revert = self.make(typed)

    def make(self, typed: str = PSID, **given: Any) -> PsidRevert:
        given = {"program": self.run, "forbids": lambda: False, **given}
        return PsidRevert(lambda: self.bench.drive.ports, lambda: NODE, typed, **given)

    def run(self, argv: Sequence[str], *, timeout: float, tick: object = None) -> Ran:
        del tick
        assert self.records, "nothing may be sent before the journal has it"
        self.calls.append(list(argv))
        return self.bench.drive.sedutil(NODE)(argv, timeout=timeout)

    def start(self) -> None:
        self.revert.start(self.records.append)

    def refusal(self) -> str:
        with pytest.raises(NotAccepted) as caught:
            self.start()
        return str(caught.value.reason)


@pytest.mark.parametrize("kind", [Kind.ATA_SSD, Kind.NVME])
@pytest.mark.parametrize("typed", [PSID, LABEL])
def test_a_locked_drive_is_taken_back(kind: Kind, typed: str) -> None:
    case = Case(kind, typed, shadow_bytes=4096)
    case.start()
    assert case.calls == [["sedutil-cli", "--PSIDrevert", PSID, NODE]]
    assert case.revert.status().state is State.DONE
    assert (case.revert.technique, case.revert.method) == (Technique.OPAL_REVERT, Method.CRYPTO)
    assert case.bench.residue == (0, 0, 0)
    assert PSID not in str(case.records)


@pytest.mark.parametrize("answer", ["refused", "malfunction", "empty_answer"])
def test_a_drive_that_does_not_take_it(answer: str) -> None:
    case = Case(right_psid=answer)
    assert "still locked" in case.refusal()
    assert case.revert.status().state is State.FAILED
    assert not case.revert.leave_failure()


def test_a_success_that_is_only_said_is_none() -> None:
    case = Case()
    case.revert = case.make(program=lambda *_, **__: Ran(0, "revertTper completed successfully\n", "", 0.0))
    assert "still locked" in case.refusal()
    assert case.revert.status().state is State.FAILED


def test_a_failure_that_is_only_said_is_none_either() -> None:
    case = Case()

    def lies(argv: Sequence[str], *, timeout: float, tick: object = None) -> Ran:
        case.run(argv, timeout=timeout)
        return Ran(1, "", "NOT_AUTHORIZED", 0.0)

    case.revert = case.make(program=lies)
    case.start()
    assert case.revert.status().state is State.DONE


def test_nothing_is_done_to_a_drive_on_which_nothing_could_be_seen() -> None:
    case = Case(locked=False)
    assert "prove nothing" in case.refusal()
    assert not case.calls
    assert case.revert.status().state is State.IDLE
    none = Case(psid="", locked=False)
    assert "no lock" in none.refusal()


def test_after_a_power_cut_an_open_drive_is_no_success() -> None:
    case = Case()
    case.start()
    assert case.make().status().state is State.IDLE


@pytest.mark.parametrize(
    "typed", ["", PSID[:-1], PSID + "A", PSID[:-1] + "!", "--" + PSID[:-1], PSID[:-1] + "É", PSID[:-2] + "ß"]
)
def test_what_is_no_psid_is_never_tried(typed: str) -> None:
    case = Case(typed=typed)
    assert checked_psid(typed) is None
    assert "32" in case.refusal()
    assert not case.calls


def test_a_kernel_that_keeps_the_commands_away(tmp_path: Path) -> None:
    """It says so only where the lock could not be asked about: what is read, the kernel has let through."""
    case = Case(drops=(0x5C,))
    case.revert = case.make(forbids=lambda: True)
    assert "libata.allow_tpm=1" in case.refusal()
    case.revert = case.make(forbids=lambda: False)
    assert "does not let Ordis ask" in case.refusal()
    assert not case.calls
    heard = Case()
    heard.revert = heard.make(forbids=lambda: True)
    heard.start()
    (said := tmp_path / "allow_tpm").write_text("0\n")
    assert forbids_trusted_commands(said)
    said.write_text("1\n")
    assert not forbids_trusted_commands(said)
    assert not forbids_trusted_commands(tmp_path / "absent")


def test_a_missing_or_hanging_program_and_a_name_that_is_gone() -> None:
    case = Case()

    def fails(error: Exception) -> Any:
        def program(*_: object, **__: object) -> Ran:
            raise error

        return program

    case.revert = case.make(program=fails(ToolMissing("sedutil-cli")))
    assert "sedutil-cli" in case.refusal()
    case.revert = case.make(program=fails(ToolTimeout("x")))
    with pytest.raises(NoAnswer):
        case.start()

    def gone() -> str:
        raise OSError(errno.ENODEV, "gone")

    case.revert = PsidRevert(lambda: case.bench.drive.ports, gone, PSID, program=case.run, forbids=lambda: False)
    with pytest.raises(OSError, match="gone"):
        case.start()
    assert not case.calls


def test_nothing_is_sent_that_could_not_be_journalled() -> None:
    case = Case()

    def full(_: Record) -> None:
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        case.revert.start(full)
    assert not case.calls


def test_a_drive_that_tells_nothing_readable() -> None:
    case = Case()
    case.revert = PsidRevert(Ports, lambda: NODE, PSID, program=case.run, forbids=lambda: False)
    assert "no lock" in case.refusal()
