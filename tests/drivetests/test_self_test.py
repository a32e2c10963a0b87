"""The test that a drive carries out by itself, on every command set: what is believed of it, and how it is stopped."""

from dataclasses import replace
from typing import Any

import pytest
from plain_talk import PlainTalk
from testing_drives import MAKERS, QUICK, SELF_TEST, a_drive, own_test_of, talk

from agent.drivetests.selftest import LIMIT_MARGIN_SECONDS, LIMIT_TIMES, PARTS, Ending, Look, Refused, carry_out
from agent.model.ports import NoAnswer
from agent.model.words import SelfTest
from agent.sanitize.chunks import Stopped

KINDS = sorted(MAKERS)
SHORT_SECONDS = 120.0
every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
@pytest.mark.parametrize(("test", "announced"), [(SelfTest.SHORT, SHORT_SECONDS), (SelfTest.EXTENDED, 600.0)])
def test_a_sound_drive_passes(kind: str, test: SelfTest, announced: float) -> None:
    bench = a_drive(kind)
    heard = talk(bench)
    found = carry_out(own_test_of(bench), test, heard)
    assert (found["ending"], found["first_bad_block"]) == (Ending.PASSED, None)
    assert found["announced_seconds"] == announced
    assert found["limit_seconds"] == announced * LIMIT_TIMES + LIMIT_MARGIN_SECONDS
    took = SELF_TEST.short_seconds if test is SelfTest.SHORT else SELF_TEST.extended_seconds
    assert took <= float(str(found["seconds"])) <= took + 5
    parts = [done for _, done, total in heard.phases if total == PARTS]
    assert parts == sorted(parts)
    assert parts[0] < 20
    assert parts[-1] < PARTS


@every_kind
def test_it_can_be_done_again_and_again(kind: str) -> None:
    """The second one is no older success: also where its log line is the same as the first one's."""
    bench = a_drive(kind, self_test=QUICK)
    for _ in range(4):
        assert carry_out(own_test_of(bench), SelfTest.SHORT, talk(bench))["ending"] == Ending.PASSED


@every_kind
def test_a_place_that_cannot_be_read_is_told_with_its_address(kind: str) -> None:
    bench = a_drive(kind, {"self_test_bad_sector": 77})
    found = carry_out(own_test_of(bench), SelfTest.SHORT, talk(bench))
    assert (found["ending"], found["first_bad_block"]) == (Ending.READ_FAILURE, 77)


@every_kind
def test_the_newest_result_counts_wherever_the_log_keeps_it(kind: str) -> None:
    """More tests than a log has lines, then a failure, then the ring goes on."""
    bench = a_drive(kind, self_test=QUICK)
    for _ in range(23):
        carry_out(own_test_of(bench), SelfTest.SHORT, talk(bench))
    bench.drive._firmware.self_tests._faults = replace(bench.description.faults, self_test_bad_sector=5)  # type: ignore[attr-defined]
    found = carry_out(own_test_of(bench), SelfTest.SHORT, talk(bench))
    assert (found["ending"], found["first_bad_block"]) == (Ending.READ_FAILURE, 5)


@every_kind
def test_only_the_extended_one_comes_to_every_sector(kind: str) -> None:
    bench = a_drive(kind, {"unreadable": (90,)})
    assert carry_out(own_test_of(bench), SelfTest.SHORT, talk(bench))["ending"] == Ending.PASSED
    found = carry_out(own_test_of(bench), SelfTest.EXTENDED, talk(bench))
    assert (found["ending"], found["first_bad_block"]) == (Ending.READ_FAILURE, 90)


@every_kind
@pytest.mark.parametrize(
    ("faults", "ending"),
    [
        ({"self_test_part_fails": True}, Ending.PART_FAILED),
        ({"self_test_aborted_at_percent": 30}, Ending.ABORTED),
        ({"self_test_reset_at_percent": 30}, Ending.RESET),
        ({"self_test_ignored": True}, Ending.IGNORED),
        ({"self_test_refused": True}, Ending.REFUSED),
    ],
)
def test_how_else_it_may_end(kind: str, faults: dict[str, Any], ending: Ending) -> None:
    bench = a_drive(kind, faults)
    found = carry_out(own_test_of(bench), SelfTest.SHORT, talk(bench))
    assert (found["ending"], found.get("first_bad_block")) == (ending, None)
    assert bool(found.get("code")) is (ending is Ending.REFUSED)


@every_kind
def test_an_old_success_is_none_of_a_test_that_was_ignored(kind: str) -> None:
    bench = a_drive(kind)
    assert carry_out(own_test_of(bench), SelfTest.SHORT, talk(bench))["ending"] == Ending.PASSED
    bench.drive._firmware.self_tests._faults = replace(bench.description.faults, self_test_ignored=True)  # type: ignore[attr-defined]
    assert carry_out(own_test_of(bench), SelfTest.SHORT, talk(bench))["ending"] == Ending.IGNORED


@every_kind
def test_one_that_never_ends_is_stopped_at_the_limit(kind: str) -> None:
    bench = a_drive(kind, {"self_test_never_ends": True})
    found = carry_out(own_test_of(bench), SelfTest.SHORT, talk(bench))
    assert found["ending"] == Ending.ENDLESS
    limit = SHORT_SECONDS * LIMIT_TIMES + LIMIT_MARGIN_SECONDS
    assert limit <= float(str(found["seconds"])) < limit + 5
    assert not own_test_of(bench).look().running  # it was told to stop


@every_kind
def test_one_that_cannot_even_be_stopped_is_left(kind: str) -> None:
    bench = a_drive(kind, {"self_test_never_ends": True, "self_test_ignores_abort": True})
    assert carry_out(own_test_of(bench), SelfTest.SHORT, talk(bench))["ending"] == Ending.ENDLESS
    assert own_test_of(bench).look().running


@every_kind
def test_a_person_who_stops_it_stops_the_drive(kind: str) -> None:
    bench = a_drive(kind)
    heard = talk(bench)
    heard.stop_at = "self_test"
    with pytest.raises(Stopped):
        carry_out(own_test_of(bench), SelfTest.EXTENDED, heard)
    look = own_test_of(bench).look()
    assert (look.running, look.ending) == (False, Ending.ABORTED)


@every_kind
def test_what_an_earlier_life_left_running_makes_room(kind: str) -> None:
    bench = a_drive(kind)
    own_test_of(bench).start(SelfTest.EXTENDED)
    found = carry_out(own_test_of(bench), SelfTest.SHORT, talk(bench))
    assert found["ending"] == Ending.PASSED
    assert float(str(found["seconds"])) < SELF_TEST.extended_seconds / 2


@every_kind
def test_a_drive_that_goes_away_has_not_ended_its_test(kind: str) -> None:
    bench = a_drive(kind, {"self_test_vanishes_at_percent": 40})
    with pytest.raises(OSError, match="No such device"):
        carry_out(own_test_of(bench), SelfTest.SHORT, talk(bench))
    bench.power_cycle()
    assert own_test_of(bench).look().ending is Ending.RESET


@every_kind
def test_an_erase_ends_a_test(kind: str) -> None:
    bench = a_drive(kind)
    own_test_of(bench).start(SelfTest.EXTENDED)
    started = {
        "ata": lambda: bench.sanitize(0x12).succeeded,  # type: ignore[attr-defined]
        "nvme": lambda: bench.sanitize() == 0,  # type: ignore[attr-defined]
        "sas": lambda: bench.sanitize(0x02, flags=0x80).succeeded,  # type: ignore[attr-defined]
    }
    assert started[kind]()
    bench.clock.advance(200)
    ending = {"ata": Ending.ABORTED, "nvme": Ending.ERASED, "sas": Ending.RESET}[kind]
    assert own_test_of(bench).look().ending is ending


@every_kind
def test_a_drive_without_tests_is_not_asked_for_one(kind: str) -> None:
    bench = MAKERS[kind]()
    assert carry_out(own_test_of(bench), SelfTest.SHORT, talk(bench)) == {"ending": Ending.UNSUPPORTED}


def test_behind_a_bridge_that_keeps_the_registers_the_drives_status_tells() -> None:
    bench = MAKERS["ata"]({"self_test_bad_sector": 9}, {"self_test": SELF_TEST}, no_registers=True)
    found = carry_out(own_test_of(bench), SelfTest.SHORT, talk(bench))
    assert (found["ending"], found["first_bad_block"]) == (Ending.READ_FAILURE, 9)


def test_addresses_beyond_32_bits_come_from_the_extended_log() -> None:
    bench = a_drive("ata", {"self_test_bad_sector": 1 << 40})
    assert carry_out(own_test_of(bench), SelfTest.SHORT, talk(bench))["first_bad_block"] == 1 << 40


class Scripted:
    """A tester that answers what a test wrote, the last answer for ever."""

    step = 0.1

    def __init__(self, *looks: Look | type[Exception], start: type[Exception] | None = None) -> None:
        self._looks = list(looks)
        self._start = start
        self.aborted = 0

    def announced(self, _: SelfTest) -> float:
        return 60.0

    def start(self, _: SelfTest) -> None:
        if self._start is not None:
            raise self._start("no")

    def look(self) -> Look:
        now = self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]
        if isinstance(now, Look):
            return now
        raise now("busy")

    def abort(self) -> None:
        self.aborted += 1


OLD = Look(running=False, ending=Ending.PASSED, log=b"old")
BUSY = Look(running=True, log=b"old")


@pytest.mark.parametrize(
    ("looks", "ending", "aborted"),
    [
        ((OLD, BUSY, NoAnswer, NoAnswer, OLD), Ending.PASSED, 0),  # seen at work, silent for a while
        ((OLD, Look(running=False, ending=Ending.PASSED, log=b"new")), Ending.PASSED, 0),  # over before we looked
        ((OLD, OLD), Ending.IGNORED, 0),
        ((OLD, NoAnswer), Ending.ENDLESS, 1),
        ((OLD, OSError), Ending.ENDLESS, 1),  # without an errno that says: gone
    ],
)
def test_what_counts_as_evidence(looks: tuple[Any, ...], ending: Ending, aborted: int) -> None:
    scripted = Scripted(*looks)
    assert carry_out(scripted, SelfTest.SHORT, PlainTalk())["ending"] == ending
    assert scripted.aborted == aborted


def test_an_order_without_an_answer_is_looked_after_and_a_refused_one_is_not() -> None:
    lost = Scripted(OLD, BUSY, OLD, start=NoAnswer)
    assert carry_out(lost, SelfTest.SHORT, PlainTalk())["ending"] == Ending.PASSED
    refused = Scripted(OLD, start=Refused)
    found = carry_out(refused, SelfTest.SHORT, PlainTalk())
    assert (found["ending"], found["code"], refused.aborted) == (Ending.REFUSED, "no", 0)
