"""The tests of drives in an intake: their turn, their results, their end by hand; with workers of their own."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from bench_place import MIB, QUIET, Listener, a_drive, place

from agent.intake import Intake
from agent.model.check import CheckResult
from agent.model.messages import AnyEvent, IntakeRequest, StepEvent
from agent.model.profile import Checks, DriveSelfTestCheck, DriveSpeedCheck, DriveSurfaceCheck, Profile
from agent.model.sanitization import SanitizationRequest
from agent.model.words import Outcome, SanitizationStatus, SelfTest, StepStatus, Surface, Verify
from agent.training.description import Description
from agent.training.faults import Faults
from agent.training.self_test_about import SelfTestAbout

pytestmark = pytest.mark.runs_programs
NONE = IntakeRequest(profile="quiet", asset_tag="T-1", erase="none", attended=False)
ALL = NONE.model_copy(update={"erase": "all"})
CAN = SelfTestAbout(supported=True, short_seconds=0)


def profile(**checks: Any) -> Profile:
    return QUIET.model_copy(update={"checks": QUIET.checks.model_copy(update=checks)})


OWN_TEST: dict[str, Any] = {"drive_self_test": DriveSelfTestCheck(test=SelfTest.SHORT)}
SAMPLE: dict[str, Any] = {"drive_surface": DriveSurfaceCheck(extent=Surface.SAMPLE, regions=10)}
FULL: dict[str, Any] = {"drive_surface": DriveSurfaceCheck(extent=Surface.FULL, most_slow_zones=0)}


class Watching(Listener):
    """Does something once a step runs."""

    def __init__(self, step: str = "", act: Any = None) -> None:
        super().__init__()
        self._step, self._act = step, act
        self.order: list[str] = []
        self.jobs: list[asyncio.Task[None]] = []

    def emit(self, event: AnyEvent) -> None:
        super().emit(event)
        if isinstance(event, StepEvent) and event.step.status is StepStatus.RUNNING:
            name = event.step.id.rsplit(":", 1)[0]
            if name not in self.order:
                self.order.append(name)
            if self._act is not None and self._step in event.step.id and event.step.progress_percent is not None:
                self.jobs.append(asyncio.ensure_future(self._act(event.step.id)))
                self._act = None


async def take(
    folder: Path, chosen: Profile, *drives: Description, request: IntakeRequest = NONE, listener: Watching | None = None
) -> Watching:
    heard = listener or Watching()
    await Intake(place(folder, *drives), chosen, request, heard.emit, heard.ask).run()
    assert heard.problem is None
    return heard


def result(heard: Listener, check: str, serial: str = "SIM-TEST-0001") -> CheckResult:
    [found] = [each for each in heard.state.checks if (each.id, each.subject) == (check, serial)]
    return found


def told(found: CheckResult, name: str) -> object:
    return next(figure.value for figure in found.figures if figure.name == name)


async def test_each_test_finds_what_is_wrong_with_its_drive_and_no_other_is_disturbed(tmp_path: Path) -> None:
    heard = await take(
        tmp_path,
        profile(**OWN_TEST, **FULL),
        a_drive(1, self_test=CAN, faults=Faults(slow=(9000,), slow_milliseconds=300)),
        a_drive(2, self_test=CAN, faults=Faults(self_test_bad_sector=4711, unreadable=(4000,))),
    )
    assert result(heard, "drive_self_test").outcome is Outcome.PASSED
    slow = result(heard, "drive_surface")
    assert (slow.outcome, told(slow, "slow_zones")) == (Outcome.DEGRADED, 1)
    failed = result(heard, "drive_self_test", "SIM-TEST-0002")
    assert (failed.outcome, told(failed, "first_bad_block")) == (Outcome.FAILED, 4711)
    unreadable = result(heard, "drive_surface", "SIM-TEST-0002")
    assert (unreadable.outcome, told(unreadable, "unreadable_at")) == (Outcome.FAILED, "4000+1")
    assert not [step.id for step in heard.state.steps if step.outcome is None]
    for image in (tmp_path / "drives").glob("*.img"):
        assert b"secret" in image.read_bytes()  # nothing was written


async def test_the_reading_back_of_an_erase_is_the_reading_of_the_surface(tmp_path: Path) -> None:
    """Tests of the donor's data come before, and the drive is not read a second time after."""
    chosen = profile(**OWN_TEST, **FULL, drive_speed=DriveSpeedCheck(seconds=1))
    slow = Faults(slow=(9000,), slow_milliseconds=600)
    drive = a_drive(1, self_test=CAN, faults=slow, bytes_per_second=100_000_000)
    heard = await take(tmp_path, chosen, drive, request=ALL)
    assert [each.status for each in heard.state.sanitizations] == [SanitizationStatus.SANITIZED]
    turns = [step for step in heard.order if ":" in step or step == "erase"]
    assert turns == ["check:drive_health", "check:drive_speed", "check:drive_self_test", "erase"]
    assert result(heard, "drive_self_test").outcome is Outcome.PASSED
    best = told(result(heard, "drive_speed"), "best_mb_per_second")
    assert isinstance(best, float)
    assert 10 < best < 150  # in real time, on a machine that may be busy: exact in tests/drivetests
    found = result(heard, "drive_surface")
    assert (found.outcome, told(found, "read_by"), told(found, "slow_zones")) == (Outcome.DEGRADED, "erase", 1)
    assert told(found, "read_bytes") == 8 * MIB
    assert {series.name for series in found.series} == {"read_time_histogram", "read_worst_ms", "read_mb_per_second"}


async def test_without_a_full_reading_back_the_surface_is_read_for_itself(tmp_path: Path) -> None:
    sampled = ALL.model_copy(update={"sanitization": SanitizationRequest(verify=Verify.SAMPLED)})
    heard = await take(tmp_path, profile(**SAMPLE), a_drive(1, size_bytes=64 * MIB), request=sampled)
    found = result(heard, "drive_surface")
    assert (found.outcome, told(found, "read_by"), told(found, "extent")) == (Outcome.PASSED, "check", "sample")
    assert heard.order.index("erase") < heard.order.index("check:drive_surface")


async def test_a_drive_that_goes_away_in_its_test_is_an_error(tmp_path: Path) -> None:
    leaves = Faults(self_test_vanishes_at_percent=1)
    drive = a_drive(1, self_test=SelfTestAbout(supported=True, short_seconds=2), faults=leaves)
    found = result(await take(tmp_path, profile(**OWN_TEST), drive), "drive_self_test")
    assert found.outcome is Outcome.ERROR
    assert "went away" in str(found.reason)


async def test_one_that_is_stopped_by_hand_stops_in_the_drive(tmp_path: Path) -> None:
    endless = a_drive(1, self_test=SelfTestAbout(supported=True, short_seconds=3600))
    where = place(tmp_path, endless)
    heard = Watching("drive_self_test")
    intake = Intake(where, profile(**OWN_TEST), NONE, heard.emit, heard.ask)
    heard._act = intake.stop_step
    await intake.run()
    stopped = result(heard, "drive_self_test")
    assert (stopped.outcome, str(stopped.reason)) == (Outcome.SKIPPED, "Stopped by hand.")
    kept = (tmp_path / "drives/drive0.kept").read_text()
    assert '["short", "host", -1, 0]' in kept  # the drive's own log: a host has stopped it


async def test_drives_with_one_serial_keep_a_result_each(tmp_path: Path) -> None:
    twin = a_drive(2, serial="SIM-TEST-0001", faults=Faults(unreadable=(77,)))
    heard = await take(tmp_path, profile(**FULL), a_drive(1), twin)
    found = {str(each.subject)[-10:]: each.outcome for each in heard.state.checks if each.id == "drive_surface"}
    assert found == {"drive0.img": Outcome.PASSED, "drive1.img": Outcome.FAILED}
    health = {str(each.subject)[-10:] for each in heard.state.checks if each.id == "drive_health"}
    assert health == {"drive0.img", "drive1.img"}


def test_the_quiet_profile_is_quiet() -> None:
    assert not any(getattr(QUIET.checks, f"drive_{name}").enabled for name in ("self_test", "surface", "speed"))
    assert all(getattr(Checks(), f"drive_{name}").enabled for name in ("self_test", "surface", "speed"))
