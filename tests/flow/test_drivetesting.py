"""What becomes of a test whose drive or worker does not do as it should, without any process."""

import errno
from typing import Any, Self

import pytest

from agent import drivetesting
from agent.checks import drive_self_test, drive_speed, drive_surface
from agent.checks.drive_tests import DriveTest
from agent.host.child import ChildDied
from agent.model.check import CheckResult
from agent.model.inventory import Drive
from agent.model.message import say
from agent.model.profile import Checks
from agent.model.words import Outcome
from agent.sanitize.plan import identity

DRIVE = Drive(path="/dev/sdx", serial="S1", size_bytes=1 << 30)
WHY = say("Because.").as_dict()


class Link:
    """A worker that tells how far it is, and then ends as a test says."""

    def __init__(self, end: object) -> None:
        self._end = end
        self.orders: list[Any] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def test(self, order: Any, heard: Any, _seen: Any) -> Any:
        self.orders.append(order)
        heard(1, 4)
        if isinstance(self._end, Exception):
            raise self._end
        return self._end


async def run(
    monkeypatch: pytest.MonkeyPatch, end: object, drive: Drive = DRIVE, test: DriveTest = drive_self_test
) -> tuple[CheckResult, list[Any], Link]:
    link, told = Link(end), []

    class Starting:
        @staticmethod
        async def start(_: object) -> Link:
            return link

    monkeypatch.setattr(drivetesting, "DriveLink", Starting)
    ears = drivetesting.Ears(lambda percent, _, left: told.append((percent, left)))
    result = await drivetesting.run(test, drive, identity(drive), Checks(), ears)
    return result, told, link


async def test_what_the_worker_found_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    result, told, link = await run(monkeypatch, {"event": "tested", "document": {"ending": "passed"}})
    assert (result.id, result.subject, result.outcome) == ("drive_self_test", "S1", Outcome.PASSED)
    assert link.orders == [{"check": "drive_self_test", "test": "short"}]
    [(percent, left)] = told
    assert percent == 25
    assert left >= 0


@pytest.mark.parametrize(
    ("end", "outcome", "words"),
    [
        ({"event": "not_now", "reason": WHY}, Outcome.SKIPPED, "Because."),
        ({"event": "refused", "reason": WHY, "hint": None}, Outcome.ERROR, "Because."),
        ({"event": "broken", "gone": True, "error": "x"}, Outcome.ERROR, "went away"),
        ({"event": "broken", "gone": False, "error": "no data"}, Outcome.ERROR, "no data"),
        ({"event": "stopped"}, Outcome.ERROR, "unreadable answer"),
        ({"event": "not_now", "reason": 7}, Outcome.ERROR, "unreadable answer"),
        ({"event": "tested", "document": {"ending": "passed", "seconds": -1}}, Outcome.ERROR, "unreadable answer"),
        ({"event": "tested"}, Outcome.ERROR, "unreadable answer"),
        (ChildDied("signal 9"), Outcome.ERROR, "signal 9"),
        (TimeoutError(), Outcome.ERROR, "no answer"),
        (OSError(12, "Cannot allocate memory"), Outcome.ERROR, "Cannot allocate"),
    ],
)
async def test_everything_else_is_told_and_never_passed(
    monkeypatch: pytest.MonkeyPatch, end: object, outcome: Outcome, words: str
) -> None:
    result, _, _ = await run(monkeypatch, end)
    assert result.outcome is outcome
    assert words in str(result.reason)


async def test_a_drive_that_the_guard_refuses_is_not_even_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    drive = DRIVE.model_copy(update={"obstacles": [say("It is in use.")]})
    result, _, link = await run(monkeypatch, {}, drive)
    assert (result.outcome, str(result.reason), link.orders) == (Outcome.SKIPPED, "It is in use.", [])


ABSURD = [
    {}, None, [], {"ending": 7}, {"seconds": -1}, {"seconds_each": float("nan")}, {"block_bytes": -4096},
    {"x": "A" * 9000},
]  # fmt: skip


@pytest.mark.parametrize("test", [drive_self_test, drive_speed, drive_surface], ids=lambda test: str(test.ID))
async def test_no_bad_input_passes_any_test_of_a_drive(monkeypatch: pytest.MonkeyPatch, test: DriveTest) -> None:
    """A worker that talks nonsense, is killed, finds no space or no program, or whose drive goes away."""
    ends: list[object] = [{"event": "tested", "document": document} for document in ABSURD]
    ends += [ChildDied("signal 9"), OSError(errno.ENOSPC, "No space left on device"), FileNotFoundError("python3")]
    ends += [TimeoutError(), {"event": "broken", "gone": True}, {"event": "?"}, {}]
    for end in ends:
        result, _, _ = await run(monkeypatch, end, test=test)
        assert (result.id, result.subject, result.outcome) == (test.ID, "S1", Outcome.ERROR), end
        assert str(result.reason)
