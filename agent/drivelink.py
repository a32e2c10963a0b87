"""The service's side of a drive worker: give it an order, follow its progress, survive its death."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Protocol, Self

from pydantic import TypeAdapter, ValidationError

from agent.host.child import Child, ChildDied
from agent.journal import JournalError
from agent.model.message import Message, say
from agent.model.sanitization import DriveIdentity, PlanStep, Sanitization, SanitizationRequest, ended
from agent.model.words import Contents, SanitizationStatus
from agent.sanitize.evidence import DESTROY, TRY_AGAIN
from agent.sanitize.firmware import Record
from agent.sanitize.pilot import GRACE_SECONDS

HUNG_SECONDS = 120.0
"""An overwrite or a reading back that shows no sign of life for this long is hung (design, section 6)."""
HEALTH_SECONDS = 90.0
"""smartctl on a drive that answers takes seconds; sleeping disks need up to half a minute to start."""
LATE = 1.5
"""Drives take longer for an erase than they announce. Together with GRACE_SECONDS this is the patience of the worker,
which is to give up before we give up on it."""
SILENT_LIMIT = 30 * 86400.0
"""Seconds of announced silence that are believed: the largest disks need days to overwrite themselves."""
RECORD_BYTES = 2 * 1024 * 1024
"""Of one checkpoint's JSON: the marks of a canary are the most. A worker that wants more is broken."""
JOURNAL_BYTES = 256 * 1024 * 1024
"""Of all checkpoints of one worker: two months of an overwrite that tells each half minute how far it is."""

_WHY = TypeAdapter(Message)


class Cut(Enum):
    """How an erase ended that another worker may take up again."""

    DIED = "died"
    """The worker is gone; the drive may be as well as ever."""
    AWAY = "away"
    """The drive is."""
    NOT_ADMITTED = "not_admitted"
    """The guard said no, and nothing was written by this worker."""


@dataclass(frozen=True)
class Job:
    """What a worker is to do to its drive."""

    request: SanitizationRequest
    steps: list[PlanStep]
    earlier: tuple[Record, ...] = ()
    """What the journal holds of an erase of this drive that was cut off."""
    psid: str | None = None
    """What a person typed from the drive's label. It never comes into the journal."""

    def order(self) -> dict[str, object]:
        steps = [step.model_dump(mode="json") for step in self.steps]
        earlier = [dict(record) for record in self.earlier]
        return {**self.request.model_dump(mode="json"), "steps": steps, "earlier": earlier, "psid": self.psid}


@dataclass(frozen=True)
class Done:
    """What became of the drive in the hands of one worker."""

    result: Sanitization
    cut: Cut | None = None


class Follower(Protocol):
    """Who follows an erase."""

    def keep(self, record: Record) -> None:
        """Make the record durable; in a thread. Raises JournalError."""

    def progress(self, phase: str, done: int, total: int) -> None: ...

    def silent(self, seconds: float) -> None:
        """The drive may show no sign of life for so long; 0 ends it."""

    def surface(self, found: Mapping[str, object]) -> None:
        """What a full reading back showed of the drive's surface, not judged yet."""

    def unstoppable(self) -> None:
        """It was asked to stop, and it cannot: the drive's firmware erases."""


class _Broken(Exception):
    """The worker says what was not agreed."""


class DriveLink:
    """One worker. Use as an async context manager: leaving it ends the worker, whatever it does."""

    def __init__(self, child: Child, drive: DriveIdentity) -> None:
        self._child = child
        self._drive = drive
        self._records = 0
        self._bytes = 0
        self._silent_until = 0.0
        """On the monotonic clock."""

    @classmethod
    async def start(cls, drive: DriveIdentity) -> Self:
        """Start the drive's worker; nothing is opened before the first order. Raises OSError."""
        return cls(await Child.start("agent.worker"), drive)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._child.stop()

    @property
    def pid(self) -> int:
        return self._child.pid

    async def _order(self, name: str, **fields: object) -> None:
        await self._child.send({"order": name, "drive": self._drive.model_dump(mode="json"), **fields})

    async def health(self) -> dict[str, object] | Message:
        """What smartctl says of the drive, or why it says nothing. Raises ChildDied, TimeoutError."""
        answer = await self._answer("health")
        if isinstance(document := answer.get("document"), dict):
            return document
        try:
            return _WHY.validate_python(answer.get("why"))
        except ValidationError:
            return say("The drive does not tell its health.")

    async def probe(self) -> dict[str, object] | None:
        """What the drive's firmware tells of itself (firmware.About as JSON); None where it tells nothing.

        Raises ChildDied, TimeoutError.
        """
        document = (await self._answer("probe")).get("document")
        return document if isinstance(document, dict) else None

    async def contents(self) -> Contents | None:
        """What is on the drive in one word; None where that cannot be told. Raises ChildDied, TimeoutError."""
        word = (await self._answer("contents")).get("word")
        return Contents(word) if isinstance(word, str) and word in list(Contents) else None

    async def test(
        self,
        order: Mapping[str, object],
        heard: Callable[[int, int], None],
        seen: Callable[[Mapping[str, object]], None] = lambda _found: None,
    ) -> Mapping[str, object]:
        """Have the drive tested (see agent.drivetests.door); `heard` gets what is done of how much, `seen` what a
        reading has shown so far, not judged. The worker's last event: `tested` with a document, or why there is none.
        Raises ChildDied, TimeoutError."""
        await self._order("test", **order)
        while True:
            match event := await self._sign_of_life():
                case {"event": "progress", "done": int(done), "total": int(total)}:
                    heard(done, total)
                case {"event": "surface", "document": dict(document)}:
                    seen(document)
                case _:
                    return event

    async def _answer(self, order: str) -> Mapping[str, object]:
        await self._order(order)
        return await asyncio.wait_for(self._child.event(), HEALTH_SECONDS)

    async def stop(self) -> None:
        """Ask the worker to stop at the next safe point; `sanitize` then returns `interrupted`. Never raises.

        While the drive's firmware erases there is no such point: the follower then hears `unstoppable`.
        """
        with contextlib.suppress(ChildDied):  # then it has stopped
            await self._order("stop")

    async def sanitize(self, job: Job, follower: Follower) -> Done:
        """Erase the drive, each checkpoint of it durable by `follower.keep` before the worker goes on.

        Never raises for what a drive or its worker does: the status says it.
        """
        try:
            return await self._converse(job, follower)
        except JournalError as error:
            return Done(self._without_journal(error))
        except (ChildDied, _Broken, ValidationError) as died:
            self._child.kill()
            reason = say("The program that erases this drive ended unexpectedly ({how}).", how=str(died))
            cut = Cut.DIED if isinstance(died, ChildDied) else None
            return Done(ended(self._drive, SanitizationStatus.INTERRUPTED, reason, TRY_AGAIN), cut)
        except TimeoutError:
            # It may hang in the kernel, where no signal reaches it: then it is left behind, and holds up nobody.
            self._child.kill()
            reason = say("The drive has given no answer for {seconds:duration}.", seconds=HUNG_SECONDS)
            hint = say("Switch off, check the drive's cable, try again.")
            return Done(ended(self._drive, SanitizationStatus.INTERRUPTED, reason, hint))

    async def _converse(self, job: Job, follower: Follower) -> Done:
        await self._order("sanitize", **job.order())
        while True:
            event = await self._sign_of_life()
            match event:
                case {"event": "checkpoint", "record": dict(record)}:
                    await self._checkpoint(record, job, follower)
                case {"event": "progress", "phase": str(phase), "done": int(done), "total": int(total)}:
                    follower.progress(phase, done, total)
                case {"event": "silent", "seconds": int() | float() as seconds} if seconds >= 0:
                    self._announced(min(float(seconds), SILENT_LIMIT), follower)
                case {"event": "unstoppable"}:
                    follower.unstoppable()
                case {"event": "surface", "document": dict(document)}:
                    follower.surface(document)
                case {"event": "result", "sanitization": dict(fields)} if self._records:
                    return Done(Sanitization.model_validate({**fields, "drive": self._drive}))
                case _:
                    return self._last_word(event)

    def _announced(self, seconds: float, follower: Follower) -> None:
        self._silent_until = time.monotonic() + (seconds * LATE + GRACE_SECONDS if seconds else 0.0)
        follower.silent(seconds)

    async def _sign_of_life(self) -> dict[str, object]:
        """The next event. Raises TimeoutError where it stays away too long, ChildDied."""
        while True:
            slept, silence = _seconds_asleep(), max(0.0, self._silent_until - time.monotonic())
            try:
                return await asyncio.wait_for(self._child.event(), silence + HUNG_SECONDS)
            except TimeoutError:
                # A drive needs its time to wake up with the machine: the wait starts anew.
                if _seconds_asleep() - slept < 1:
                    raise
                self._silent_until = time.monotonic() + silence

    async def _checkpoint(self, record: Mapping[str, object], job: Job, follower: Follower) -> None:
        text = json.dumps(record)
        self._bytes += len(text)
        if len(text) > RECORD_BYTES or self._bytes > JOURNAL_BYTES:
            raise _Broken("too much for the journal")
        if job.psid and job.psid in text:
            raise _Broken("the number on the label does not belong into the journal")
        # In a thread: a stick that takes its time must not hold up the other drives and the screen.
        await asyncio.to_thread(follower.keep, record)
        self._records += 1
        await self._order("go")

    def _without_journal(self, error: JournalError) -> Sanitization:
        """Before the first record nothing was written to the drive; after it, nobody knows how far it is."""
        if not self._records:
            return ended(self._drive, SanitizationStatus.REFUSED, error.reason, error.hint)
        reason = say("The journal could no longer be written, so the erase was stopped.")
        return ended(self._drive, SanitizationStatus.INTERRUPTED, reason, error.hint)

    def _last_word(self, event: dict[str, object]) -> Done:
        match event:
            case {"event": "refused"} if not self._records:
                return Done(self._from_worker(SanitizationStatus.REFUSED, event), Cut.NOT_ADMITTED)
            case {"event": "refused"}:  # in the middle: it is no longer true that nothing was written
                return Done(self._from_worker(SanitizationStatus.INTERRUPTED, {**event, "hint": TRY_AGAIN.as_dict()}))
            case {"event": "stopped"}:
                return Done(self._from_worker(SanitizationStatus.INTERRUPTED, event))
            case {"event": "broken", "gone": True, "error": error}:
                return Done(self._gone(str(error)), Cut.AWAY)
            case {"event": "broken", "error": error}:
                reason = say("The drive reported an error: {error}.", error=str(error))
                return Done(ended(self._drive, SanitizationStatus.FAILED, reason, DESTROY))
        raise _Broken("unreadable answer")

    def _gone(self, error: str) -> Sanitization:
        reason = say("The drive went away in the middle ({error}).", error=error)
        hint = say("Plug it in again and start the erase anew; until then it counts as not erased.")
        return ended(self._drive, SanitizationStatus.INTERRUPTED, reason, hint)

    def _from_worker(self, status: SanitizationStatus, event: dict[str, object]) -> Sanitization:
        fields = {"drive": self._drive, "status": status, "reason": event.get("reason"), "hint": event.get("hint")}
        return Sanitization.model_validate(fields)


def _seconds_asleep() -> float:
    """How long this machine was suspended since its start."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
