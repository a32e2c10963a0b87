"""The service's side of a drive worker: give it an order, follow its progress, survive its death."""

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from agent.host.child import Child, ChildDied
from agent.journal import JournalError
from agent.model.message import say
from agent.model.sanitization import DriveIdentity, Sanitization, SanitizationRequest, ended
from agent.model.words import SanitizationStatus
from agent.sanitize.evidence import DESTROY, TRY_AGAIN

HUNG_SECONDS = 120.0
"""An overwrite or a reading back that shows no sign of life for this long is hung (design, section 6)."""
HEALTH_SECONDS = 90.0
"""smartctl on a drive that answers takes seconds; sleeping disks need up to half a minute to start."""

Progress = Callable[[str, int, int], None]


class DriveLink:
    """One worker. Use as an async context manager: leaving it ends the worker, whatever it does."""

    def __init__(self, child: Child, drive: DriveIdentity) -> None:
        self._child = child
        self._drive = drive

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

    async def health(self) -> dict[str, object] | None:
        """What smartctl says of the drive; None where it says nothing. Raises ChildDied, TimeoutError."""
        await self._order("health")
        answer = await asyncio.wait_for(self._child.event(), HEALTH_SECONDS)
        document = answer.get("document")
        return document if isinstance(document, dict) else None

    async def stop(self) -> None:
        """Ask the worker to stop at the next safe point; `sanitize` then returns `interrupted`. Never raises."""
        with contextlib.suppress(ChildDied):  # then it has stopped
            await self._order("stop")

    async def sanitize(
        self, request: SanitizationRequest, before_writing: Callable[[], None], progress: Progress
    ) -> Sanitization:
        """Erase the drive. `before_writing` (in a thread) makes the journal record durable, or raises JournalError.

        Never raises for what a drive or its worker does: the status says it.
        """
        try:
            return await self._converse(request, before_writing, progress)
        except JournalError as error:
            return ended(self._drive, SanitizationStatus.REFUSED, error.reason, error.hint)
        except (ChildDied, ValidationError) as died:
            self._child.kill()
            reason = say("The program that erases this drive ended unexpectedly ({how}).", how=str(died))
            return ended(self._drive, SanitizationStatus.INTERRUPTED, reason, TRY_AGAIN)
        except TimeoutError:
            self._child.kill()
            reason = say("The drive has given no answer for {seconds:duration}.", seconds=HUNG_SECONDS)
            return ended(
                self._drive,
                SanitizationStatus.INTERRUPTED,
                reason,
                say("Switch off, check the drive's cable, try again."),
            )

    async def _converse(
        self, request: SanitizationRequest, before_writing: Callable[[], None], progress: Progress
    ) -> Sanitization:
        await self._order("sanitize", **request.model_dump(mode="json"))
        writing = False
        while True:
            event = await asyncio.wait_for(self._child.event(), HUNG_SECONDS)
            match event:
                case {"event": "ready"} if not writing:
                    # In a thread: a stick that takes its time must not hold up the other drives and the screen.
                    await asyncio.to_thread(before_writing)
                    await self._order("go")
                    writing = True
                case {"event": "progress", "phase": str(phase), "done": int(done), "total": int(total)}:
                    progress(phase, done, total)
                case {"event": "result", "sanitization": dict(fields)} if writing:
                    return Sanitization.model_validate({**fields, "drive": self._drive})
                case {"event": "refused"}:
                    return self._from_worker(SanitizationStatus.REFUSED, event)
                case {"event": "stopped"}:
                    return self._from_worker(SanitizationStatus.INTERRUPTED, event)
                case {"event": "broken", "gone": gone, "error": error}:
                    return self._broken(bool(gone), str(error))
                case _:
                    raise ChildDied("unreadable answer")

    def _broken(self, gone: bool, error: str) -> Sanitization:
        if gone:
            reason = say("The drive went away in the middle ({error}).", error=error)
            hint = say("Plug it in again and start the erase anew; until then it counts as not erased.")
            return ended(self._drive, SanitizationStatus.INTERRUPTED, reason, hint)
        return ended(
            self._drive, SanitizationStatus.FAILED, say("The drive reported an error: {error}.", error=error), DESTROY
        )

    def _from_worker(self, status: SanitizationStatus, event: dict[str, object]) -> Sanitization:
        fields = {"drive": self._drive, "status": status, "reason": event.get("reason"), "hint": event.get("hint")}
        return Sanitization.model_validate(fields)
