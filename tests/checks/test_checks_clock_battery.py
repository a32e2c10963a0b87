"""The coin cell, told from what the clock said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from played_clock import BUILT, EMPTY, RIGHT, PlayedClock

from agent.checks import clock_battery
from agent.checks.clock_battery import Told
from agent.host.kernel_log import KernelLog
from agent.host.source import Live
from agent.model.words import Outcome

FIRST = "6,800,900000,-;rtc_cmos 00:02: setting system clock to {text} UTC ({seconds})\n"


def outcome(said: datetime | None, true: datetime | None = None, built: datetime | None = BUILT, cell: str = "") -> str:
    return clock_battery.judge(Told(said, true, cell or None), built, 26).outcome.value


@pytest.mark.parametrize(
    ("said", "true", "expected"),
    [
        (RIGHT, RIGHT, "passed"),
        (RIGHT + timedelta(hours=26), RIGHT, "passed"),
        (RIGHT + timedelta(hours=26, seconds=1), RIGHT, "degraded"),
        (RIGHT - timedelta(days=40), RIGHT, "degraded"),
        (RIGHT, None, "passed"),
        (EMPTY, None, "failed"),
        (EMPTY, RIGHT, "failed"),
        (BUILT - timedelta(hours=23), None, "passed"),
        (BUILT - timedelta(hours=25), None, "failed"),
        (BUILT + timedelta(days=5000), None, "failed"),
        (None, RIGHT, "error"),
    ],
)
def test_what_it_said(said: datetime | None, true: datetime | None, expected: str) -> None:
    assert outcome(said, true) == expected


def test_the_chips_own_word() -> None:
    assert outcome(RIGHT, RIGHT, cell="dead") == "failed"
    assert outcome(None, cell="dead") == "failed"
    assert outcome(RIGHT, built=None, cell="okay") == "passed"


def test_without_a_witness_nothing_passes() -> None:
    assert outcome(RIGHT, built=None) == "skipped"
    assert outcome(RIGHT, built=None, cell="perhaps") == "skipped"
    assert outcome(datetime(1970, 1, 1, tzinfo=UTC), built=None) == "failed"


def look(tmp_path: Path, clock: PlayedClock, log: str) -> Told:
    (tmp_path / "kmsg").write_text(log)
    with KernelLog(str(tmp_path / "kmsg")) as kernel:
        return clock_battery.look(Live(str(tmp_path)), clock, kernel)


def test_what_the_clock_said_before_the_network_set_it(tmp_path: Path, put) -> None:
    """The kernel writes the network's time into the clock, so that only its first word tells of the cell."""
    put({"proc/uptime": "600.25 1100.00", "proc/driver/rtc": "rtc_time\t: 12:00:00\nbatt_status\t: okay"})
    said = FIRST.format(text="2010-01-01T00:00:00", seconds=int(EMPTY.timestamp()))
    told = look(tmp_path, PlayedClock(network=True), said)
    assert told == Told(EMPTY, RIGHT - timedelta(seconds=600), "okay")
    assert clock_battery.judge(told, BUILT, 26).outcome is Outcome.FAILED


def test_a_log_that_does_not_tell(tmp_path: Path) -> None:
    assert look(tmp_path, PlayedClock(network=True), "6,1,1,-;Linux\n") == Told(RIGHT, RIGHT, None)
    assert look(tmp_path, PlayedClock(rtc=None), "") == Told(None, None, None)
    absurd = FIRST.format(text="x", seconds=10**12 - 1)
    assert look(tmp_path, PlayedClock(network=True), absurd).said is None


def test_no_uptime_no_comparison(tmp_path: Path) -> None:
    said = FIRST.format(text="x", seconds=int(RIGHT.timestamp()))
    assert look(tmp_path, PlayedClock(network=True), said) == Told(RIGHT, None, None)


def test_a_machine_without_a_clock(bench) -> None:
    assert clock_battery.check(bench).outcome is Outcome.SKIPPED


def test_a_clock_that_cannot_be_read(bench, put, monkeypatch) -> None:
    put({"sys/class/rtc/rtc0/since_epoch": "?"})
    assert clock_battery.check(replace(bench)).outcome is Outcome.ERROR


moments = st.none() | st.datetimes(timezones=st.just(UTC))


@given(moments, moments, moments, st.none() | st.text())
def test_nothing_raises_and_nothing_wrong_passes(
    said: datetime | None, true: datetime | None, built: datetime | None, cell: str | None
) -> None:
    result = clock_battery.judge(Told(said, true, cell), built, 26)
    if result.outcome is Outcome.PASSED:
        assert said is not None
        assert said.year >= 2020
        assert true is None or abs(said - true) <= timedelta(hours=26)
