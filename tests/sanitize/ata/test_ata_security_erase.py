"""SECURITY ERASE UNIT as a technique: the protocol of its password, and drives that refuse, fail and lie."""

import struct
from dataclasses import replace
from typing import Any

import pytest
from ata_host import Host, no_registers, word
from simulated_ata import DISABLE, ERASE, FREEZE, PREPARE, SET_PASSWORD, UNLOCK, Ata
from simulated_nvme import SIZE

from agent.model.ports import AtaCommand, AtaResult, NoAnswer
from agent.model.words import Method, Technique
from agent.sanitize.ata import identify
from agent.sanitize.ata.identify import Identify
from agent.sanitize.ata.security import PASSWORD, SecurityErase
from agent.sanitize.chunks import Stopped
from agent.sanitize.firmware import NotAccepted, State, Status
from agent.sanitize.pilot import Ran, patience

METHODS = (Method.NORMAL, Method.ENHANCED)
SECURITY_ERASE = Technique.ATA_SECURITY_ERASE
THEIRS = b"donor".ljust(32, b"\0")
ENABLED, LOCKED = 0x02, 0x04
IDENTIFY = 0xEC


def run(drive: Ata, method: Method = Method.ENHANCED, **host: Any) -> Ran:
    return Host(drive, **host).carry_out(SECURITY_ERASE, method)


@pytest.mark.parametrize("method", METHODS)
def test_from_the_password_to_success(method: Method) -> None:
    drive = Ata()
    ran = run(drive, method)
    assert (ran.accepted, ran.done, ran.reason) == (True, True, None)
    assert ran.seconds == pytest.approx(100, abs=1)
    assert drive.security == 0
    assert drive.residue == (0, 0, 4096 if method is Method.NORMAL else 0)
    drive.power_cycle()
    assert drive.security == 0


def test_the_journal_knows_of_the_password_before_the_drive_does() -> None:
    host = Host(Ata())
    host.carry_out(SECURITY_ERASE, Method.NORMAL)
    (record,) = host.journal
    assert record == {
        "kind": "password", "password": "ordis", "serial": "SIM-1", "model": "Simulated", "method": "normal",
    }  # fmt: skip
    assert SET_PASSWORD not in host.wire.sent[: host.sent_before[0]]
    after = [command for command in host.wire.sent[host.sent_before[0] :] if command != IDENTIFY]
    assert after == [SET_PASSWORD, PREPARE, ERASE]


def test_without_a_journal_no_password_is_set() -> None:
    drive = Ata()
    host = Host(drive, stops=True)
    with pytest.raises(Stopped):
        host.carry_out(SECURITY_ERASE, Method.NORMAL)
    assert SET_PASSWORD not in host.wire.sent
    assert drive.security == 0


def test_a_user_password_of_level_high_and_never_a_master_password() -> None:
    drive = Ata()
    blocks: list[bytes] = []
    host = Host(drive)
    plain = host.wire.data_out

    def noted(command: AtaCommand, data: bytes, timeout: float) -> AtaResult:
        blocks.append(data)
        return plain(command, data, timeout)

    host.wire.data_out = noted  # type: ignore[method-assign]
    host.carry_out(SECURITY_ERASE, Method.ENHANCED)
    assert [struct.unpack_from("<H32s", data) for data in blocks] == [(0, PASSWORD), (2, PASSWORD)]
    assert all(len(data) == 512 and not any(data[34:]) for data in blocks)
    assert drive.words[92] == 0xFFFE  # the maker's master password is still the maker's


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("faults", "about"),
    [
        ({"erase_refused": True}, {}),
        ({"erase_ignored": True}, {}),
        ({"erase_fails_at_percent": 0}, {}),
        ({"erase_fails_at_percent": 60}, {}),
        ({}, {"bridge_drops": (SET_PASSWORD,)}),
        ({}, {"bridge_drops": (PREPARE,)}),
        ({}, {"bridge_drops": (ERASE,)}),
    ],
)
def test_what_goes_wrong_is_no_success_and_leaves_no_password(
    method: Method, faults: dict[str, Any], about: dict[str, Any]
) -> None:
    drive = Ata(faults=faults, **about)
    ran = run(drive, method)
    assert not ran.done
    assert ran.reason is not None
    assert drive.security == 0
    drive.power_cycle()
    assert drive.security == 0
    assert len(drive.read()) == SIZE


def test_a_refused_erase_takes_its_password_back_by_itself() -> None:
    """Also for a caller that hears NotAccepted and does nothing more."""
    drive = Ata(bridge_drops=(ERASE,))
    host = Host(drive)
    with pytest.raises(NotAccepted, match="refused"):
        host.firmware.erase(SECURITY_ERASE, Method.NORMAL).start(host.checkpoint)
    assert drive.security == 0


def test_success_is_not_believed_while_the_password_stands() -> None:
    drive = Ata(faults={"erase_ignored": True})
    host = Host(drive)
    way = host.firmware.erase(SECURITY_ERASE, Method.NORMAL)
    way.start(host.checkpoint)
    assert drive.security == ENABLED
    assert way.status().state is State.FAILED
    assert way.leave_failure()
    assert drive.security == 0


def test_a_password_that_the_drive_only_says_to_have_taken() -> None:
    """A bridge may acknowledge everything: then IDENTIFY tells that nothing was set, and nothing is erased."""
    host = Host(Ata(bridge_drops=(SET_PASSWORD,)))
    host.changes[SET_PASSWORD] = lambda _, result: replace(result, status=0x50, error=0)
    with pytest.raises(NotAccepted, match="password"):
        host.firmware.erase(SECURITY_ERASE, Method.NORMAL).start(host.checkpoint)
    assert ERASE not in host.wire.sent


@pytest.mark.parametrize(
    "faults", [{"erase_stops_at_percent": 37}, {"erase_covers_percent": 90}, {"erase_covers_percent": 0}]
)
def test_a_drive_that_lies_is_the_canarys_business(faults: dict[str, Any]) -> None:
    drive = Ata(faults=faults)
    ran = run(drive)
    assert ran.done
    assert drive.residue[0] > 0


def test_an_end_without_an_answer_is_no_success_though_the_erase_came_to_its_end() -> None:
    drive = Ata(faults={"erase_resets_at_percent": 50})
    ran = run(drive)
    assert (ran.accepted, ran.done, ran.stuck) == (False, False, False)
    assert ran.reason is not None
    assert drive.security == 0
    assert drive.residue == (0, 0, 0)  # it was erased, but nobody can know


@pytest.mark.parametrize("number", [SET_PASSWORD, PREPARE, ERASE])
def test_an_answer_that_got_lost_on_the_way(number: int) -> None:
    def lost(_: AtaCommand, __: AtaResult) -> AtaResult:
        raise NoAnswer

    drive = Ata()
    ran = run(drive, changes={number: lost})
    assert not ran.done
    assert drive.security == 0


@pytest.mark.parametrize("number", [SET_PASSWORD, PREPARE, ERASE])
def test_registers_that_got_lost_on_the_way(number: int) -> None:
    drive = Ata()
    ran = run(drive, changes={number: no_registers})
    assert not ran.done
    assert drive.security == 0


def test_a_drive_that_takes_longer_than_announced_is_waited_for() -> None:
    drive = Ata(erase_minutes=2, erase_seconds=700)
    host = Host(drive)
    assert host.carry_out(SECURITY_ERASE, Method.NORMAL).done
    assert host.wire.timeouts[ERASE] == 120 * 1.5 + 600


@pytest.mark.parametrize("fault", ["erase_stuck_at_percent", "erase_hangs_at_percent"])
def test_a_drive_that_never_answers_again_is_stuck_until_power_off_and_tidied_then(fault: str) -> None:
    drive = Ata(faults={fault: 60})
    host = Host(drive)
    ran = host.carry_out(SECURITY_ERASE, Method.NORMAL)
    assert (ran.done, ran.stuck) == (False, True)
    assert drive.clock.now() >= 2 * 780  # the command's time, and ours
    drive.power_cycle()
    assert drive.security == ENABLED | LOCKED
    assert host.firmware.about().leftover_password
    host.firmware.tidy(host.checkpoint)
    assert drive.security == 0


@pytest.mark.parametrize("fault", ["erase_vanishes_at_percent", "erase_cuts_power_at_percent"])
def test_a_drive_that_goes_away_in_the_middle(fault: str) -> None:
    drive = Ata(faults={fault: 60})
    host = Host(drive)
    with pytest.raises(OSError, match="No such device"):
        host.carry_out(SECURITY_ERASE, Method.NORMAL)
    drive.power_cycle()
    assert drive.security == ENABLED | LOCKED
    way = host.firmware.erase(SECURITY_ERASE, Method.NORMAL)
    assert way.status().state is State.FAILED
    host.firmware.tidy(host.checkpoint)
    assert drive.security == 0
    assert len(drive.read()) == SIZE


def test_our_own_password_does_not_hinder_the_next_erase() -> None:
    """Some drives let themselves be erased after a cut-off erase, but not opened."""
    drive = Ata()
    assert drive.password(SET_PASSWORD, PASSWORD).succeeded
    with pytest.raises(NoAnswer):
        drive.security_erase(PASSWORD, timeout=30)
    drive.power_cycle()
    host = Host(drive, journal=[{"kind": "password"}])
    host.wire.sent.clear()
    assert host.offer(SECURITY_ERASE, Method.NORMAL).blocked is None
    assert host.carry_out(SECURITY_ERASE, Method.NORMAL).done
    assert not {SET_PASSWORD, UNLOCK, DISABLE} & set(host.wire.sent)
    assert drive.security == 0
    assert drive.residue[0] == 0


def test_a_bridge_never_gets_a_password() -> None:
    drive = Ata()
    host = Host(drive, bridge=True)
    assert "adapter" in str(host.offer(SECURITY_ERASE, Method.NORMAL).blocked)
    with pytest.raises(NotAccepted, match="adapter"):
        host.firmware.erase(SECURITY_ERASE, Method.NORMAL)
    direct = Host(drive)
    way = SecurityErase(direct.wire, _about(direct), Method.NORMAL, bridge=True, leftover=True)
    with pytest.raises(NotAccepted, match="adapter"):
        way.start(direct.checkpoint)
    assert not {SET_PASSWORD, PREPARE, ERASE} & set(direct.wire.sent)
    assert drive.residue[0] == SIZE


def _about(host: Host) -> Identify:
    return identify.ask(host.wire)


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"foreign_password": "donor"}, "not ours"),
        ({"bios_freezes": True}, "frozen"),
        ({"no_registers": True}, "pass on"),
    ],
)
def test_what_cannot_be_erased_is_said_beforehand(about: dict[str, Any], words: str) -> None:
    host = Host(Ata(**about))
    for method in METHODS:
        assert words in str(host.offer(SECURITY_ERASE, method).blocked)
        with pytest.raises(NotAccepted, match=words):
            host.firmware.erase(SECURITY_ERASE, method)
    assert not {SET_PASSWORD, UNLOCK, PREPARE, ERASE, DISABLE} & set(host.wire.sent)


def test_no_password_of_the_donors_is_touched() -> None:
    drive = Ata()
    host = Host(drive)
    way = host.firmware.erase(SECURITY_ERASE, Method.NORMAL)
    assert drive.password(SET_PASSWORD, THEIRS).succeeded
    host.wire.sent.clear()
    with pytest.raises(NotAccepted, match="not ours"):
        way.start(host.checkpoint)
    assert way.leave_failure()
    assert set(host.wire.sent) == {IDENTIFY}
    assert not host.journal


def test_frozen_between_the_question_and_the_start() -> None:
    drive = Ata()
    host = Host(drive)
    way = host.firmware.erase(SECURITY_ERASE, Method.NORMAL)
    assert drive.short(FREEZE).succeeded
    with pytest.raises(NotAccepted, match="frozen"):
        way.start(host.checkpoint)


def test_a_frozen_drive_can_be_erased_once_it_was_replugged() -> None:
    drive = Ata(bios_freezes=True)
    host = Host(drive)
    assert host.firmware.about().frozen
    drive.drive.power_on(computer_starts=False)
    assert not host.firmware.about().frozen
    assert host.carry_out(SECURITY_ERASE, Method.NORMAL).done


def test_too_many_wrong_passwords() -> None:
    drive = Ata()
    assert drive.password(SET_PASSWORD, PASSWORD).succeeded
    drive.power_cycle()
    for _ in range(5):
        drive.password(UNLOCK, THEIRS)
    host = Host(drive, journal=[{"kind": "password"}])
    assert "switched off" in str(host.offer(SECURITY_ERASE, Method.NORMAL).blocked)
    with pytest.raises(NotAccepted, match="off and on"):
        host.firmware.tidy(host.checkpoint)
    drive.power_cycle()
    host.firmware.tidy(host.checkpoint)
    assert drive.security == 0


def test_another_drive_gets_no_password() -> None:
    drive, other = Ata(), Ata(facts={"serial": "SIM-2"})
    host = Host(drive)
    way = host.firmware.erase(SECURITY_ERASE, Method.NORMAL)
    host.wire._drive = other
    with pytest.raises(NotAccepted, match="Another drive"):
        way.start(host.checkpoint)
    assert other.security == 0
    assert not host.journal


def test_without_the_enhanced_erase_there_is_none() -> None:
    drive = Ata(enhanced_erase=False)
    with pytest.raises(NotAccepted, match="not offer"):
        Host(drive).firmware.erase(SECURITY_ERASE, Method.ENHANCED)
    assert run(drive, Method.NORMAL).done


@pytest.mark.parametrize(
    ("value", "announced", "at_least"),
    [
        (30, 3600, 3600),
        (0, None, 7200),
        (0xFF, 510 * 60, 510 * 60),
        (0xFFFF, 65534 * 60, 65534 * 60),
    ],
)
def test_the_announced_time_is_honoured(value: int, announced: float | None, at_least: float) -> None:
    host = Host(Ata(), changes={IDENTIFY: word(89, value)})
    assert host.offer(SECURITY_ERASE, Method.NORMAL).seconds == announced
    way = host.firmware.erase(SECURITY_ERASE, Method.NORMAL)
    assert at_least <= way.seconds < at_least + 1
    way.start(host.checkpoint)
    assert host.wire.timeouts[ERASE] == patience(way)


def test_status_before_any_start() -> None:
    way = Host(Ata()).firmware.erase(SECURITY_ERASE, Method.NORMAL)
    assert isinstance(way.status(), Status)
    assert way.status().state is State.IDLE
