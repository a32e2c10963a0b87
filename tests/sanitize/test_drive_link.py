"""What the service believes of a worker's answers: never more than was agreed, and never an exception."""

import asyncio
import threading
from typing import Any, cast

import pytest

from agent import drivelink
from agent.drivelink import RECORD_BYTES, Cut, Done, DriveLink, Job
from agent.host.child import Child, ChildDied
from agent.journal import JournalError
from agent.model.message import say
from agent.model.sanitization import DriveIdentity, Sanitization, SanitizationRequest
from agent.model.words import SanitizationStatus, Transport

DRIVE = DriveIdentity(path="/dev/sdz", transport=Transport.ATA, serial="S-1", size_bytes=1 << 20)
READY = {"event": "checkpoint", "record": {"kind": "begin"}}
JOB = Job(SanitizationRequest(), [])
GOOD: dict[str, Any] = {
    "event": "result",
    "sanitization": {
        "status": "sanitized", "level": "clear", "technique": "overwrite", "verification": "full",
        "bytes_total": 1 << 20, "bytes_written": 1 << 20, "bytes_verified": 1 << 20,
        "reason": say("Everything was erased and read back.").as_dict(),
    },
}  # fmt: skip


class Script:
    """A worker that answers what a test wrote, and keeps what it was told."""

    def __init__(self, *events: object) -> None:
        self._events = list(events)
        self.orders: list[object] = []
        self.killed = False

    async def event(self) -> object:
        if not self._events:
            raise ChildDied("exit code 1")
        return self._events.pop(0)

    async def send(self, order: dict[str, object]) -> None:
        if self.killed:
            raise ChildDied("signal 9")
        self.orders.append(order["order"])

    def kill(self) -> None:
        self.killed = True


class Follower:
    """Keeps what it hears."""

    def __init__(self, before: Any = lambda: None) -> None:
        self._before = before
        self.kept: list[object] = []
        self.silences: list[float] = []
        self.refusals = 0

    def keep(self, record: Any) -> None:
        self._before()
        self.kept.append(record)

    def progress(self, phase: str, done: int, total: int) -> None:
        pass

    def silent(self, seconds: float) -> None:
        self.silences.append(seconds)

    def surface(self, found: Any) -> None:
        self.surfaces.append(found)

    def unstoppable(self) -> None:
        self.refusals += 1


async def carried_out(script: Script, follower: Follower | None = None, job: Job = JOB) -> Done:
    return await DriveLink(cast("Child", script), DRIVE).sanitize(job, follower or Follower())


async def converse(script: Script, before_writing: Any = lambda: None) -> Sanitization:
    return (await carried_out(script, Follower(before_writing))).result


def altered(**fields: object) -> dict[str, object]:
    return {**GOOD, "sanitization": {**GOOD["sanitization"], **fields}}


async def test_the_agreed_way() -> None:
    script = Script(READY, {"event": "progress", "phase": "write", "done": 1, "total": 2}, GOOD)
    assert (await converse(script)).status is SanitizationStatus.SANITIZED
    assert script.orders == ["sanitize", "go"]


@pytest.mark.parametrize(
    "events",
    [
        (GOOD,),  # without ever having asked for leave
        (READY, {"event": "checkpoint"}, GOOD),
        (READY, {"event": "checkpoint", "record": "all is well"}, GOOD),
        (READY, {"event": "checkpoint", "record": {"kind": "x" * RECORD_BYTES}}, GOOD),
        (READY, {"event": "silent", "seconds": -1}, GOOD),
        (READY, {"event": "silent", "seconds": float("nan")}, GOOD),
        (READY, {"event": "ready"}, GOOD),
        (READY, altered(status="perfect")),
        (READY, altered(bytes_written=-1)),
        (READY, altered(seconds=float("nan"))),
        (READY, altered(evidence={"kernel_bytes_read": -512})),
        (READY, {"event": "result"}),
        (READY, {"event": "refused"}),
        (READY, {"event": "something"}),
        (READY,),
    ],
)
async def test_what_was_not_agreed_is_never_sanitized(events: tuple[object, ...]) -> None:
    script = Script(*events)
    result = await converse(script)
    assert result.status is SanitizationStatus.INTERRUPTED
    assert script.killed


async def test_the_drive_is_the_one_that_was_confirmed_whatever_the_worker_says() -> None:
    other = DRIVE.model_copy(update={"serial": "OTHER"}).model_dump(mode="json")
    assert (await converse(Script(READY, altered(drive=other)))).drive == DRIVE


async def test_go_waits_for_the_journal_which_holds_up_nobody_else() -> None:
    script, durable = Script(READY, GOOD), threading.Event()
    job = asyncio.create_task(converse(script, lambda: durable.wait(10)))
    for _ in range(5):  # the loop goes round while the stick takes its time
        await asyncio.sleep(0.01)
    assert script.orders == ["sanitize"]
    durable.set()
    assert (await job).status is SanitizationStatus.SANITIZED
    assert script.orders == ["sanitize", "go"]


async def test_no_go_without_a_journal() -> None:
    def fail() -> None:
        raise JournalError(OSError(28, "No space left on device"))

    script = Script(READY, GOOD)
    assert (await converse(script, fail)).status is SanitizationStatus.REFUSED
    assert script.orders == ["sanitize"]


async def test_a_worker_that_says_nothing_is_hung(monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent(Script):
        async def event(self) -> object:
            await asyncio.sleep(60)
            return GOOD

    monkeypatch.setattr("agent.drivelink.HUNG_SECONDS", 0.05)
    script = Silent()
    assert (await converse(script)).status is SanitizationStatus.INTERRUPTED
    assert script.killed


async def test_stopping_a_worker_that_is_dead_already() -> None:
    script = Script()
    script.kill()
    await DriveLink(cast("Child", script), DRIVE).stop()


async def test_every_checkpoint_is_durable_before_its_go() -> None:
    follower, script = Follower(), Script(READY, {"event": "checkpoint", "record": {"kind": "step"}}, GOOD)
    assert (await carried_out(script, follower)).result.status is SanitizationStatus.SANITIZED
    assert follower.kept == [{"kind": "begin"}, {"kind": "step"}]
    assert script.orders == ["sanitize", "go", "go"]


async def test_a_journal_that_fails_in_the_middle_is_no_refusal() -> None:
    """It is no longer true that nothing was written."""
    calls = 0

    def fail() -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise JournalError(OSError(28, "No space left on device"))

    script = Script(READY, READY, GOOD)
    assert (await converse(script, fail)).status is SanitizationStatus.INTERRUPTED
    assert script.orders == ["sanitize", "go"]


async def test_a_worker_that_refuses_in_the_middle_does_not_claim_that_nothing_was_written() -> None:
    refused = {"event": "refused", "reason": say("No.").as_dict(), "hint": say("Nothing was written.").as_dict()}
    assert (await converse(Script(refused))).status is SanitizationStatus.REFUSED
    result = await converse(Script(READY, refused))
    assert result.status is SanitizationStatus.INTERRUPTED
    assert "Nothing" not in str(result.hint)


@pytest.mark.parametrize("inside", ["PSID1234", {"deep": ["in PSID1234 it"]}])
async def test_the_number_on_the_label_never_comes_into_the_journal(inside: object) -> None:
    follower = Follower()
    script = Script({"event": "checkpoint", "record": {"kind": "begin", "order": inside}}, GOOD)
    done = await carried_out(script, follower, Job(SanitizationRequest(), [], psid="PSID1234"))
    assert done.result.status is SanitizationStatus.INTERRUPTED
    assert follower.kept == []


@pytest.mark.parametrize(
    ("last", "cut"),
    [
        ((), Cut.DIED),
        (({"event": "broken", "gone": True, "error": "No such device"},), Cut.AWAY),
        (({"event": "broken", "gone": False, "error": "I/O error"},), None),
        (({"event": "stopped", "reason": say("Stopped.").as_dict()},), None),
        (({"event": "nonsense"},), None),
        ((GOOD,), None),
    ],
)
async def test_what_another_worker_may_take_up(last: tuple[object, ...], cut: Cut | None) -> None:
    assert (await carried_out(Script(READY, *last))).cut is cut


class Late(Script):
    """Waits before each event for as long as is written there."""

    async def event(self) -> object:
        match self._events[0] if self._events else None:
            case float() as seconds:
                self._events.pop(0)
                await asyncio.sleep(seconds)
        return await super().event()


SILENT = {"event": "silent", "seconds": 7200}
PROGRESS = {"event": "progress", "phase": "firmware", "done": 1, "total": 100}


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ((READY, SILENT, 0.3, GOOD), SanitizationStatus.SANITIZED),
        ((READY, SILENT, PROGRESS, 0.3, GOOD), SanitizationStatus.SANITIZED),
        ((READY, SILENT, {"event": "silent", "seconds": 0}, 0.3, GOOD), SanitizationStatus.INTERRUPTED),
        ((READY, 0.3, SILENT, GOOD), SanitizationStatus.INTERRUPTED),
    ],
)
async def test_hung_knows_what_was_announced(
    monkeypatch: pytest.MonkeyPatch, events: tuple[object, ...], status: SanitizationStatus
) -> None:
    monkeypatch.setattr(drivelink, "HUNG_SECONDS", 0.1)
    follower = Follower()
    done = await carried_out(Late(*events), follower)
    assert done.result.status is status
    assert done.cut is None
    assert follower.silences[:1] in ([7200.0], [])


async def test_a_drive_may_be_later_than_it_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivelink, "HUNG_SECONDS", 0.05)
    monkeypatch.setattr(drivelink, "GRACE_SECONDS", 0.3)
    slow = Late(READY, {"event": "silent", "seconds": 0.1}, 0.35, GOOD)
    assert (await converse(slow)).status is SanitizationStatus.SANITIZED
    stuck = Late(READY, {"event": "silent", "seconds": 0.1}, 1.0, GOOD)
    assert (await converse(stuck)).status is SanitizationStatus.INTERRUPTED


async def test_a_computer_that_slept_starts_the_wait_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivelink, "HUNG_SECONDS", 0.1)
    naps = iter([0.0, 3600.0, 3600.0, 3600.0])
    monkeypatch.setattr(drivelink, "_seconds_asleep", lambda: next(naps, 3600.0))
    assert (await converse(Late(0.15, READY, GOOD))).status is SanitizationStatus.SANITIZED


async def test_a_stop_that_cannot_be_obeyed_is_told() -> None:
    follower = Follower()
    assert (await carried_out(Script(READY, {"event": "unstoppable"}, GOOD), follower)).cut is None
    assert follower.refusals == 1


@pytest.mark.parametrize("answer", [{"event": "broken", "gone": False, "error": "x"}, {"event": "refused"}])
async def test_a_firmware_that_tells_nothing(answer: object) -> None:
    assert await DriveLink(cast("Child", Script(answer)), DRIVE).probe() is None


async def test_what_a_firmware_tells() -> None:
    document = {"frozen": True}
    assert await DriveLink(cast("Child", Script({"event": "about", "document": document})), DRIVE).probe() == document
