"""The service's side of a check that runs as a child process."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from agent.checks.base import Progress
from agent.host.child import Child, ChildDied
from agent.model.base import Model, Percent, Seconds
from agent.model.check import CheckResult
from agent.model.curve import Curve, Curves
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.messages import GlanceLevels
from agent.model.profile import Checks
from agent.model.words import Outcome

log = logging.getLogger("ordis.checks")

MARGIN_SECONDS = 60
PROGRAM = "agent.checks"
"""The module that carries a check out; training has another."""


@dataclass(frozen=True)
class CheckOrder:
    """One check to be carried out. `loads` are what only one task may use at a time: `processor`, `memory`,
    `drive:PATH`, `person`, `network`."""

    check: str
    title: Message
    loads: frozenset[str]
    expected_seconds: float
    checks: Checks = field(repr=False)
    inventory: Inventory = field(repr=False)
    subject: str | None = None

    @property
    def time_limit_seconds(self) -> float:
        return self.expected_seconds * 2 + MARGIN_SECONDS

    def as_dict(self) -> dict[str, object]:
        """The line that the child reads."""
        return {
            "check": self.check,
            "subject": self.subject,
            "profile": self.checks.model_dump(mode="json"),
            "inventory": self.inventory.model_dump(mode="json"),
        }


class _ProgressEvent(Model):
    event: Literal["progress"]
    percent: Percent | None = None
    seconds_left: Seconds | None = None
    detail: Message | None = None


class _GlanceEvent(Model):
    event: Literal["glance"]
    levels: GlanceLevels


class _CurvesEvent(Model):
    event: Literal["curves"]
    curves: Curves


class _ResultEvent(Model):
    event: Literal["result"]
    result: CheckResult


_EVENT: TypeAdapter[_ProgressEvent | _GlanceEvent | _CurvesEvent | _ResultEvent] = TypeAdapter(
    Annotated[_ProgressEvent | _GlanceEvent | _CurvesEvent | _ResultEvent, Field(discriminator="event")]
)


class _Rubbish(Exception):
    """The child said what no check says."""


@dataclass(frozen=True)
class Ears:
    """Who hears what a check tells while it runs."""

    progress: Progress
    glance: Callable[[str], None] = lambda _levels: None
    """Gets a camera's picture, for GlanceEvent."""
    curves: Callable[[list[Curve]], None] = lambda _curves: None
    """Gets what was measured so far, for CurvesEvent."""


async def run(order: CheckOrder, ears: Ears, program: str = PROGRAM) -> CheckResult:
    """Carry a check out in a child process. Never raises but for cancellation, which ends the child and its programs:
    a child that crashes, hangs or talks nonsense gives the outcome `error`."""
    started = time.monotonic()
    try:
        async with asyncio.timeout(order.time_limit_seconds):
            return await _carry_out(order, ears, program)
    except TimeoutError:
        reason = say(
            "The check did not end within {limit:duration}, so it was stopped. Start it again; if it hangs again, the "
            "machine may be faulty.", limit=order.time_limit_seconds,
        )  # fmt: skip
    except (ChildDied, OSError, _Rubbish) as error:
        log.warning("check %s: %s", order.check, error)
        reason = say(
            "The check broke off ({cause}). Start it again; if it breaks off again, the machine may be faulty.",
            cause=str(error),
        )
    return CheckResult(
        id=order.check,
        subject=order.subject,
        title=order.title,
        outcome=Outcome.ERROR,
        reason=reason,
        seconds=time.monotonic() - started,
    )


async def _carry_out(order: CheckOrder, ears: Ears, program: str) -> CheckResult:
    child = await Child.start(program)
    try:
        await child.send(order.as_dict())
        while True:
            try:
                event = _EVENT.validate_python(await child.event())
            except ValidationError as error:
                raise _Rubbish(f"unreadable answer: {error.errors()[0]['msg']}") from error
            if isinstance(event, _ProgressEvent):
                ears.progress(event.percent, event.detail, event.seconds_left)
            elif isinstance(event, _GlanceEvent):
                ears.glance(event.levels)
            elif isinstance(event, _CurvesEvent):
                ears.curves(event.curves)
            elif (event.result.id, event.result.subject) == (order.check, order.subject):
                return event.result.model_copy(update={"title": order.title})
            else:
                raise _Rubbish("answer of another check")
    finally:
        await child.stop()
