"""Which time it is: asked about where nobody vouches for it."""

import asyncio
import contextlib
import logging
import re
import uuid
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from agent import questions
from agent.checklist import Checklist
from agent.host.clock import Clock, within
from agent.model.message import Message, say
from agent.model.report import TimeSource
from agent.model.state import DateQuestion
from agent.model.words import Outcome
from agent.timesource import source

log = logging.getLogger("ordis.timekeeping")

LOOK_SECONDS = 5.0
"""Between two looks whether the network has set the clock."""

STEP = "date"

_FORMS = (
    re.compile(
        r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})\D{1,3}(?P<hour>\d{1,2})[:hH.](?P<minute>\d{2})"
    ),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\D{1,3}(?P<hour>\d{1,2})[:hH.](?P<minute>\d{2})"),
)

_NOBODY = say("Nobody entered it: the report says that its date is not confirmed.")


def entered(text: str, zone: ZoneInfo) -> datetime | None:
    """What somebody typed, as `31/12/2026 14:05` or `2026-12-31 14:05` in their own zone; None for anything else."""
    for form in _FORMS:
        if found := form.fullmatch(text.strip()):
            try:
                local = datetime(**{name: int(value) for name, value in found.groupdict().items()}, tzinfo=zone)
                return local.astimezone(UTC)
            except (ValueError, OverflowError):
                return None
    return None


class Timekeeping:
    """The time of one intake. As a context manager it asks about the date, beside everything else, where it must be;
    at the end of the context an open question is withdrawn."""

    def __init__(self, clock: Clock, zone: ZoneInfo, checklist: Checklist, ask: questions.Ask | None) -> None:
        """`ask` is None where nobody is there to answer."""
        self._clock = clock
        self._zone = zone
        self._checklist = checklist
        self._ask = ask
        self._begun = clock.running()
        self._settling: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if self._ask is not None and self._clock.settable and source(self._clock) == "unconfirmed":
            self._checklist.add(STEP, say("Date and time"))
            self._checklist.let(STEP, repeat=True)
            self._begin(self._ask)
        return self

    def _begin(self, ask: questions.Ask) -> None:
        self._checklist.start(STEP)
        self._settling = asyncio.create_task(self._settle(ask))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Withdraw the question, where it is open: the date stays as it is."""
        if self._settling is not None:
            self._settling.cancel()
            await asyncio.gather(self._settling, return_exceptions=True)

    def repeat(self) -> asyncio.Task[None] | None:
        """Ask once more: what was typed may have been wrong. What ends with the answer; None where nobody has been
        asked yet, or is being asked."""
        if self._ask is None or self._settling is None or not self._settling.done():
            return None
        self._checklist.begin_again(STEP)
        self._begin(self._ask)
        return self._settling

    @property
    def seconds(self) -> float:
        """How long the intake has lasted."""
        return max(0.0, self._clock.running() - self._begun)

    @property
    def source(self) -> TimeSource:
        return source(self._clock)

    def moments(self) -> tuple[datetime, datetime]:
        """(start of the intake, now): right also where the clock was corrected in between."""
        now = self._clock.now()
        return now - timedelta(seconds=self.seconds), now

    def remark(self) -> Message | None:
        """What a report has to say of its own date."""
        if self.source != "unconfirmed":
            return None
        return say(
            "The computer's clock says {clock}, which cannot be right, and nobody entered the date: the times in this "
            "report are not confirmed.",
            clock=self._shown(self._clock.battery() or self._clock.now()),
        )

    # ---- asking

    async def _settle(self, ask: questions.Ask) -> None:
        """Until somebody has answered, or the network has."""
        jobs = {asyncio.ensure_future(self._by_a_person(ask)), asyncio.ensure_future(self._by_the_network())}
        try:
            await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for job in jobs:
                job.cancel()
            for broken in await asyncio.gather(*jobs, return_exceptions=True):
                if isinstance(broken, Exception):
                    log.error("asking about the date broke", exc_info=broken)
            if self.source == "unconfirmed":
                self._checklist.end(STEP, Outcome.SKIPPED, _NOBODY)
            else:
                self._checklist.end(STEP, Outcome.PASSED, say("{when}", when=self._shown(self._clock.now())))

    async def _by_the_network(self) -> None:
        while not self._clock.synchronised():  # noqa: ASYNC110 - another program sets it and tells nobody
            await asyncio.sleep(LOOK_SECONDS)

    async def _by_a_person(self, ask: questions.Ask) -> None:
        problem: Message | None = None
        while True:
            answer = await ask(self._question(problem))
            if not answer.text:
                return
            problem = self._believe(answer.text)
            if problem is None:
                return

    def _question(self, problem: Message | None) -> DateQuestion:
        clock = self._shown(self._clock.battery() or self._clock.now())
        return DateQuestion(
            id=str(uuid.uuid4()),
            text=say("Which date and time is it? The computer's clock says {clock}.", clock=clock),
            zone=self._zone.key,
            problem=problem,
        )

    def _believe(self, text: str) -> Message | None:
        """Set the clock to what was typed; why not, where it is not believed."""
        when, built = entered(text, self._zone), self._clock.built()
        if when is None:
            return say("“{given}” is no date with a time. For example: 31/12/2026 14:05", given=text)
        # A day for those who are west of whoever built the image.
        if built is not None and not within(when, built, timedelta(days=1)):
            return say("“{given}” cannot be: this stick was made on {built}.", given=text, built=self._shown(built))
        try:
            self._clock.set(when)
        except OSError as error:
            return say("The clock cannot be set: {error}.", error=error.strerror or str(error))
        return None

    def _shown(self, when: datetime) -> str:
        with contextlib.suppress(OverflowError, ValueError):  # year 1 or 9999 in another zone
            when = when.astimezone(self._zone)
        return when.strftime("%Y-%m-%d %H:%M")
