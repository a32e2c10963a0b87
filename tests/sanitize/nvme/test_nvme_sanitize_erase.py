"""NVMe Sanitize carried through: only an erase that is ours, and that came about, is ever called done."""

import pytest
from plain_talk import PlainTalk, ToldClock
from simulated_nvme import BLOCK_ERASE, SANITIZE, SIZE, Nvme

from agent.model.ports import NoAnswer
from agent.model.words import Method, Technique
from agent.sanitize.firmware import Erase, NotAccepted, State
from agent.sanitize.nvme.firmware import NvmeFirmware
from agent.sanitize.nvme.logs import Log
from agent.sanitize.pilot import Ran, carry_out
from agent.training.nvme_sanitize import Operation

MORE = 8192
METHODS = pytest.mark.parametrize("method", [Method.BLOCK, Method.CRYPTO, Method.OVERWRITE])


def erase(drive: Nvme, method: Method = Method.BLOCK) -> Erase:
    return NvmeFirmware(drive.drive).erase(Technique.NVME_SANITIZE, method)


def run(
    drive: Nvme, method: Method = Method.BLOCK, *, running: bool = False, mark: bool = True
) -> tuple[Ran, PlainTalk]:
    """Mark the drive as the canary does, and carry the erase through."""
    if mark:
        drive.write(0, 512)
    talk = PlainTalk(ToldClock(drive.clock))
    return carry_out(erase(drive, method), talk, running=running), talk


def remembers(drive: Nvme, operation: Operation) -> None:
    """The drive has carried this sanitize out long ago."""
    drive.drive.ports.nvme._firmware.sanitizer.operation = operation  # type: ignore[union-attr]


@METHODS
def test_it_erases_everything_and_is_seen_at_work(method: Method) -> None:
    facts = {"hidden_bytes": 2 * MORE + 4096}
    drive = Nvme(facts=facts, manages_namespaces=True, more_namespaces=(MORE, MORE), unattached=(3,))
    ran, talk = run(drive, method)
    assert (ran.accepted, ran.seen, ran.done, ran.reason) == (True, True, True, None)
    assert drive.residue == (0, 0, 0)
    assert talk.kinds() == ["nvme_sanitize"]
    assert any(0 < done < total for phase, done, total in talk.phases if phase == "firmware")


@METHODS
def test_the_announced_time(method: Method) -> None:
    drive = Nvme(block_erase_seconds=100, crypto_erase_seconds=3, overwrite_pass_seconds=1000)
    expected = {Method.BLOCK: 100, Method.CRYPTO: 3, Method.OVERWRITE: 1000}[method]
    before = drive.clock.now()
    assert erase(drive, method).seconds == expected
    assert run(drive, method)[0].done
    assert drive.clock.now() - before == pytest.approx(expected, rel=0.6)


def test_keeping_blocks_may_take_another_time() -> None:
    log = Log(0, 0, False, 0, (1600, 20, 2, 3200, 0, 0xFFFFFFFF))
    assert [log.seconds(Method.OVERWRITE, keeps_mapped=kept) for kept in (False, True)] == [100, 200]
    assert [log.seconds(Method.BLOCK, keeps_mapped=kept) for kept in (False, True)] == [20, 20]
    assert Log(0, 0, False, 0, (0,) * 6).seconds(Method.CRYPTO) is None


def test_a_time_that_is_not_announced_is_bounded() -> None:
    assert erase(Nvme(block_erase_seconds=0)).seconds >= 600


@METHODS
def test_the_erase_of_somebody_before_us_is_not_ours(method: Method) -> None:
    """The same command was carried out a year ago, and now the drive only says yes."""
    drive = Nvme(crypto_erase_seconds=0, block_erase_seconds=0, overwrite_pass_seconds=0, ignores_sanitize=True)
    for earlier in (2 | 8, 4 | 8, 3 | 8 | 1 << 4, 3 | 8 | 1 << 4 | 1 << 9):
        remembers(drive, Operation(status=1, dword10=earlier))
        ran, _ = run(drive, method)
        assert not ran.done
        assert ran.reason


@METHODS
def test_a_second_erase_in_a_moment_is_told_from_the_first(method: Method) -> None:
    drive = Nvme(crypto_erase_seconds=0, block_erase_seconds=0, overwrite_pass_seconds=0)
    for _ in range(3):
        ran, _ = run(drive, method)
        assert ran.done
        assert drive.residue == (0, 0, 0)
        drive.drive.age()


def test_without_a_change_nothing_is_believed() -> None:
    """A stuck record of the very command: no transition, and Global Data Erased does not rise."""
    drive = Nvme(sanitize_log_of=3 | 8 | 1 << 4 | 1 << 9)
    ran, _ = run(drive, Method.OVERWRITE)
    assert ran.accepted
    assert not ran.done
    assert "earlier erase" in str(ran.reason)


@pytest.mark.parametrize("stuck", [2, 2 | 8, 4 | 8, 3 | 8, 2 | 8 | 1 << 4])
def test_a_log_of_another_erase_is_never_success(stuck: int) -> None:
    drive = Nvme(sanitize_log_of=stuck)
    ran, _ = run(drive)
    assert not ran.done
    assert "earlier erase" in str(ran.reason)


def test_somebody_else_erases_in_our_place() -> None:
    drive = Nvme(ignores_sanitize=True)
    one = erase(drive)
    one.start(lambda record: None)
    remembers(drive, Operation(status=1, dword10=4 | 8, unwritten=True))
    assert one.status().state is State.FAILED
    assert "another erase" in str(one.status().reason)


def test_an_ignored_command_is_no_erase() -> None:
    drive = Nvme(ignores_sanitize=True)
    ran, _ = run(drive)
    assert (ran.accepted, ran.seen, ran.done) == (True, False, False)
    assert drive.residue[0] == SIZE - 512


def test_an_empty_log_refuses_before_anything_is_sent() -> None:
    drive = Nvme(sanitize_log_empty=True)
    ran, talk = run(drive)
    assert not ran.accepted
    assert talk.records == []
    assert drive.residue[0] == SIZE - 512


def test_a_log_that_turns_empty_is_no_answer() -> None:
    drive = Nvme()
    one = erase(drive)
    one.start(lambda record: None)
    object.__setattr__(drive.description.nvme, "sanitize_log_empty", True)
    with pytest.raises(NoAnswer):
        one.status()
    object.__setattr__(drive.description.nvme, "sanitize_log_empty", False)
    drive.clock.advance(100)
    assert one.status().state is State.DONE


def test_it_survives_a_controller_reset() -> None:
    drive = Nvme(faults={"erase_resets_at_percent": 40})
    ran, _ = run(drive)
    assert (ran.done, ran.seen) == (True, True)
    assert drive.residue == (0, 0, 0)


def test_a_failure_and_the_way_out() -> None:
    drive = Nvme(faults={"erase_fails_at_percent": 50})
    one = erase(drive)
    one.start(lambda record: None)
    drive.clock.advance(100)
    assert one.status().state is State.FAILED
    with pytest.raises(OSError, match="Input/output"):
        drive.read()
    assert NvmeFirmware(drive.drive).about().failed_before
    assert one.leave_failure()
    drive.read()
    assert not NvmeFirmware(drive.drive).about().failed_before
    assert one.status().state is State.FAILED  # also then


def test_an_erase_after_a_failure_that_had_no_way_out() -> None:
    drive = Nvme()
    remembers(drive, Operation(status=3, dword10=BLOCK_ERASE))
    firmware = NvmeFirmware(drive.drive)
    offers = {offer.method: offer for offer in firmware.about().offers if offer.technique is Technique.NVME_SANITIZE}
    assert offers[Method.BLOCK].no_fallback
    assert offers[Method.BLOCK].blocked is None
    firmware.tidy(lambda record: pytest.fail(str(record)))  # there is no other way out
    ran, _ = run(drive, mark=False)
    assert ran.done
    assert drive.residue == (0, 0, 0)


@pytest.mark.parametrize("fault", ["erase_stuck_at_percent", "erase_hangs_at_percent"])
def test_a_drive_that_does_not_come_to_an_end(fault: str) -> None:
    ran, _ = run(Nvme(faults={fault: 30}))
    assert (ran.done, ran.stuck) == (False, True)


def test_a_drive_that_drops_off_the_bus() -> None:
    drive = Nvme(faults={"erase_vanishes_at_percent": 30})
    with pytest.raises(OSError, match="No such device"):
        run(drive)


def test_it_goes_on_after_a_power_cut_and_is_followed() -> None:
    drive = Nvme(faults={"erase_cuts_power_at_percent": 30}, block_erase_seconds=100)
    with pytest.raises(OSError, match="No such device"):
        run(drive)
    drive.power_cycle()
    assert NvmeFirmware(drive.drive).about().running
    ran, talk = run(drive, running=True, mark=False)
    assert ran.done
    assert talk.records == []  # nothing was sent
    assert drive.residue == (0, 0, 0)


def test_after_an_interruption_an_ended_erase_counts_only_while_nothing_was_written() -> None:
    drive = Nvme()
    drive.sanitize(BLOCK_ERASE | 8)
    drive.clock.advance(100)
    assert erase(drive).status().state is State.DONE
    drive.write(0, 512)  # a mark that no sanitize has met
    assert erase(drive).status().state is State.IDLE
    assert erase(drive, Method.CRYPTO).status().state is State.FAILED


def test_after_an_interruption_before_the_command() -> None:
    assert erase(Nvme()).status().state is State.IDLE


@pytest.mark.parametrize("answer", ["refused", "warned", "honoured"])
def test_no_deallocation_is_asked_only_when_right(answer: str) -> None:
    drive = Nvme(no_deallocate=answer)
    _, talk = run(drive, Method.OVERWRITE)
    assert bool(talk.records[-1]["dword10"] & 1 << 9) == (answer == "honoured")  # type: ignore[operator]
    _, talk = run(drive, Method.BLOCK)
    assert not talk.records[-1]["dword10"] & 1 << 9  # type: ignore[operator]


@METHODS
def test_where_blocks_stay_readable_the_canary_reads_the_media(method: Method) -> None:
    drive = Nvme(modifies_media=True)
    ran, talk = run(drive, method)
    assert ran.done
    assert talk.records[-1]["dword10"] & 1 << 9  # type: ignore[operator]
    assert drive.residue == (0, 0, 0)
    expected = {Method.BLOCK: b"\xff" * SIZE, Method.OVERWRITE: bytes(SIZE)}
    assert drive.read() == expected.get(method, drive.read())


def test_a_drive_that_announces_the_wish_and_refuses_it_is_asked_plainly() -> None:
    drive = Nvme(no_deallocate="refused", claims_sanicap=4)
    ran, talk = run(drive, Method.OVERWRITE)
    assert ran.done
    assert [bool(record["dword10"] & 1 << 9) for record in talk.records] == [True, False]  # type: ignore[operator]


def test_deallocated_against_our_wish_is_done_all_the_same() -> None:
    drive = Nvme(no_deallocate="warned", claims_sanicap=4)
    ran, _ = run(drive, Method.OVERWRITE)
    assert drive.status == 4
    assert ran.done
    assert drive.residue == (0, 0, 0)


def test_what_is_claimed_and_not_there() -> None:
    drive = Nvme(sanicap=0, claims_sanicap=7)
    ran, _ = run(drive)
    assert not ran.accepted
    assert "refuses" in str(ran.reason)
    with pytest.raises(NotAccepted):
        erase(Nvme(sanicap=1), Method.BLOCK)


def test_refusals_have_their_reasons() -> None:
    locked, _ = run(Nvme(denies_access=True), mark=False)
    assert not locked.accepted
    assert "locked" in str(locked.reason)
    busy = Nvme(block_erase_seconds=1000)
    busy.admin(SANITIZE, cdw10=BLOCK_ERASE)
    with pytest.raises(NotAccepted, match="already"):
        erase(busy).start(lambda record: None)


@pytest.mark.parametrize(
    ("faults", "left"),
    [({"erase_covers_percent": 0}, True), ({"erase_stops_at_percent": 37}, True), ({"erase_unmaps_only": True}, True)],
)
def test_what_no_status_tells(faults: dict[str, object], left: bool) -> None:
    """A firmware that lies perfectly: here the canary decides, or nobody can."""
    drive = Nvme(faults=faults)
    assert run(drive)[0].done
    assert (sum(drive.residue) > 0) == left


@pytest.mark.parametrize("cut", ["cut_before_command", "cut_after_command"])
@METHODS
def test_a_power_cut_at_any_command(cut: str, method: Method) -> None:
    ended = 0
    for number in range(2, 14):
        drive = Nvme(faults={cut: number}, block_erase_seconds=1)
        try:
            done = run(drive, method)[0].done
        except OSError:
            drive.power_cycle()
            status = erase(drive, method).status()
            done = status.state is State.DONE
            if status.state is State.RUNNING:
                done = run(drive, method, running=True, mark=False)[0].done
        if done:
            ended += 1
            assert drive.residue == (0, 0, 0)
    assert ended >= 5
