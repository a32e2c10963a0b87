"""One drive's way through an intake: its health read, then, if that is wanted, its erase."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from agent.checklist import Checklist
from agent.drivelink import DriveLink
from agent.host.child import ChildDied
from agent.journal import Journal
from agent.model.message import Message, say
from agent.model.sanitization import Plan, Sanitization, SanitizationRequest
from agent.model.words import Verify


class Pace:
    """Percent, rate and time left of an erase, whose passes are counted as one way."""

    def __init__(self, size_bytes: int, verify: Verify) -> None:
        self._size = size_bytes
        self._total = size_bytes * (2 if verify is Verify.FULL else 1)
        self._started: float | None = None

    def told(self, phase: str, done: int, total: int) -> tuple[float, Message, float | None]:
        """(percent, sentence, seconds left) after a progress line of the worker."""
        now = time.monotonic()
        self._started = self._started or now
        gone = done if phase == "write" else self._size + (done if total == self._size else 0)
        rate = gone / max(now - self._started, 0.001)
        left = (self._total - gone) / rate if rate > 0 and now - self._started > 1 else None
        sentence = (
            say("writing, {rate:bytes} per second", rate=round(rate))
            if phase == "write"
            else say("reading back, {rate:bytes} per second", rate=round(rate))
        )
        return 100 * gone / max(self._total, 1), sentence, left


async def read_health(plan: Plan) -> dict[str, object] | Message:
    """The drive's own word about its health, as smartctl tells it, or why there is none."""
    try:
        async with await DriveLink.start(plan.drive) as link:
            document = await link.health()
    except (ChildDied, TimeoutError, OSError) as error:
        return say("The drive's health could not be read ({error}).", error=str(error) or type(error).__name__)
    return say("The drive does not tell its health.") if document is None else document


@dataclass(frozen=True)
class Eraser:
    """Erases drives of one intake, each journalled before its first write, its progress on the checklist."""

    request: SanitizationRequest
    journal: Journal
    checklist: Checklist

    async def erase(self, plan: Plan, step_id: str, running: Callable[[DriveLink], None]) -> Sanitization:
        """Erase one drive; `running` gets the link by which it can be stopped. Raises OSError."""
        pace = Pace(plan.drive.size_bytes, self.request.verify)
        fields = {"drive": plan.drive.model_dump(mode="json"), "request": self.request.model_dump(mode="json")}
        self.checklist.start(step_id, say("getting ready"))
        async with await DriveLink.start(plan.drive) as link:
            running(link)
            return await link.sanitize(
                self.request,
                lambda: self.journal.record("erase_started", **fields),
                lambda phase, done, total: self.checklist.progress(step_id, *pace.told(phase, done, total)),
            )
