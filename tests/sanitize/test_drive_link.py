"""What the service believes of a worker's answers: never more than was agreed, and never an exception."""

import asyncio
import threading
from typing import Any, cast

import pytest

from agent.drivelink import DriveLink
from agent.host.child import Child, ChildDied
from agent.journal import JournalError
from agent.model.message import say
from agent.model.sanitization import DriveIdentity, Sanitization, SanitizationRequest
from agent.model.words import SanitizationStatus, Transport

DRIVE = DriveIdentity(path="/dev/sdz", transport=Transport.ATA, serial="S-1", size_bytes=1 << 20)
READY = {"event": "ready"}
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


async def converse(script: Script, before_writing: Any = lambda: None) -> Sanitization:
    link = DriveLink(cast("Child", script), DRIVE)
    return await link.sanitize(SanitizationRequest(), before_writing, lambda *_: None)


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
        (READY, READY, GOOD),
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
