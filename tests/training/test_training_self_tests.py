"""Self-tests of simulated drives as others see them: smartctl's document, the drive's memory, and slow sectors."""

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from simulated_nvme import Bench
from testing_drives import MAKERS, QUICK, SELF_TEST, a_drive, own_test_of

from agent.checks import drive_health
from agent.drivetests.selftest import Ending, Refused
from agent.inventory import smart
from agent.model.inventory import Drive
from agent.model.words import Health, Outcome, SelfTest
from agent.training.description import Description, Kind, parse
from agent.training.faults import Faults

every_kind = pytest.mark.parametrize("kind", sorted(MAKERS))


def health(bench: Bench) -> Drive:
    return smart.with_smart(Drive(path="/dev/sda", serial="S"), bench.drive.smart())


@every_kind
def test_a_failure_in_the_drives_log_is_a_fact_for_its_health(kind: str) -> None:
    bench = a_drive(kind, {"self_test_bad_sector": 104_870_168})
    assert (health(bench).self_test_failed, health(bench).health) == (None, Health.PASSED)
    own_test_of(bench).start(SelfTest.SHORT)
    bench.clock.advance(100)
    told = health(bench)
    assert (told.self_test_failed, told.self_test_block, told.health) == (True, 104_870_168, Health.FAILED)
    judged = drive_health.judge(told)
    assert judged.outcome is Outcome.FAILED
    assert "104870168" in str(judged.reason)
    assert ("self_test_first_bad_block", 104_870_168) in [(each.name, each.value) for each in judged.figures]


@every_kind
def test_a_fault_without_an_address_counts_as_well(kind: str) -> None:
    bench = a_drive(kind, {"self_test_part_fails": True})
    own_test_of(bench).start(SelfTest.SHORT)
    bench.clock.advance(100)
    told = health(bench)
    assert (told.self_test_failed, told.self_test_block) == (True, None)
    assert "earlier test" in str(drive_health.judge(told).reason)


@every_kind
def test_a_whole_test_that_passes_later_is_over_it(kind: str) -> None:
    bench = a_drive(kind, {"self_test_bad_sector": 7}, self_test=QUICK)
    own_test_of(bench).start(SelfTest.SHORT)
    bench.clock.advance(10)
    bench.drive._firmware.self_tests._faults = Faults()  # type: ignore[attr-defined]
    own_test_of(bench).start(SelfTest.EXTENDED)
    bench.clock.advance(10)
    told = health(bench)
    assert (told.self_test_failed, told.self_test_block, told.health) == (False, None, Health.PASSED)


@every_kind
def test_what_was_broken_off_tells_nothing(kind: str) -> None:
    bench = a_drive(kind)
    own_test_of(bench).start(SelfTest.SHORT)
    assert own_test_of(bench).look().running
    assert health(bench).self_test_failed is None
    own_test_of(bench).abort()
    assert health(bench).self_test_failed is None


@every_kind
def test_a_test_goes_on_over_a_change_of_process_and_not_over_a_power_cut(kind: str) -> None:
    bench = a_drive(kind)
    own_test_of(bench).start(SelfTest.EXTENDED)
    bench.clock.advance(SELF_TEST.extended_seconds / 2)
    bench.reopen()
    look = own_test_of(bench).look()
    assert look.running
    assert look.left == pytest.approx(0.5, abs=0.11)
    bench.power_cycle()
    assert own_test_of(bench).look().ending is Ending.RESET


@every_kind
def test_nvme_alone_refuses_a_second_one_while_one_runs(kind: str) -> None:
    bench = a_drive(kind)
    own_test_of(bench).start(SelfTest.EXTENDED)
    if kind == "nvme":
        with pytest.raises(Refused, match="11D"):
            own_test_of(bench).start(SelfTest.SHORT)
    else:  # a new one ends the one before
        own_test_of(bench).start(SelfTest.SHORT)
        bench.clock.advance(100)
        assert own_test_of(bench).look().ending is Ending.PASSED


def test_slow_sectors_cost_time_at_each_reading_or_once() -> None:
    def taken(**faults: Any) -> list[float]:
        on = Bench(Kind.ATA_SSD, {"slow": (3, 90), "slow_milliseconds": 250, **faults})
        times = []
        for offset in (0, 0, 4096):
            begun = on.clock.now()
            on.read(offset, 4096)
            times.append(on.clock.now() - begun)
        return times

    assert taken() == [0.25, 0.25, 0.0]
    assert taken(slow_once=True) == [0.25, 0.0, 0.0]


def test_the_description_holds_it_and_refuses_nonsense() -> None:
    about = Description(
        kind=Kind.ATA_SSD, model="M", serial="S", firmware="F", size_bytes=4096, self_test=SELF_TEST,
        faults=Faults(slow=(1,), self_test_bad_sector=5),
    )  # fmt: skip
    assert parse(json.dumps(asdict(about)).encode()) == about
    with pytest.raises(ValueError, match="short_seconds"):
        replace(SELF_TEST, short_seconds=-1)
    for wrong in ({"slow_milliseconds": -1}, {"self_test_bad_sector": -1}, {"self_test_reset_at_percent": 101}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Faults(**wrong)  # type: ignore[arg-type]
