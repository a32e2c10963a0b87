"""The end of an intake: report assembled, signed, spooled, delivered. Nothing is lost on the way."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agent.checklist import Checklist
from agent.delivery import outbox
from agent.delivery.spool import Spool, SpoolError
from agent.delivery.where import find_workshop
from agent.delivery.workshop import page_address
from agent.journal import Journal, JournalError
from agent.leftovers import left_in
from agent.model.check import CheckResult
from agent.model.grade import Grade
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.messages import AnyEvent, DeliveryEvent, PhaseEvent, ReportEvent
from agent.model.profile import Profile, ProfileSource
from agent.model.report import Report, SignedReport, TimeSource
from agent.model.sanitization import Sanitization
from agent.model.state import DeliveryState
from agent.model.words import Delivery, Mode, Outcome, Phase
from agent.report import keys
from agent.report.assemble import assemble
from agent.report.sign import sign
from agent.unsaved import Unsaved, save
from agent.workplace import Workplace

REPORT, DELIVERY = "report", "delivery"
BROKEN_OFF = say("Stopped by hand: the report stays, and is sent later by itself.")


@dataclass(frozen=True)
class Pieces:
    """What the intake has found out."""

    report_id: UUID
    started: datetime
    created: datetime
    time_source: TimeSource
    seconds: float
    profile: Profile
    profile_source: ProfileSource | None
    asset_tag: str | None
    lot: str | None
    volunteer: str | None
    inventory: Inventory
    checks: list[CheckResult]
    sanitizations: list[Sanitization]
    grade: Grade | None
    remarks: list[Message]


class Ending:
    """Makes the report of one intake and brings it on its way."""

    def __init__(
        self,
        place: Workplace,
        checklist: Checklist,
        emit: Callable[[AnyEvent], None],
        unsaved: Unsaved,
        key: str = "",
    ) -> None:
        """`key` tells the steps of this report from those of others on the same checklist."""
        self._report, self._delivery = (f"{step}:{key}" if key else step for step in (REPORT, DELIVERY))
        self._place = place
        self._unsaved = unsaved
        self._checklist = checklist
        self._emit = emit
        self._sending: asyncio.Task[None] | None = None
        self._again: Callable[[], Awaitable[None]] | None = None
        """Sends the report once more."""

    async def run(self, pieces: Pieces, journal: Journal | None) -> None:
        """Sign, save, send. Every way in which that can fail leaves the report in the events."""
        await self._make(pieces, journal)
        assert self._again is not None
        await self._send(self._again)

    async def deliver_again(self) -> None:
        """Try now, instead of when it would be tried next by itself. Nothing where there is no report yet."""
        if self._again is not None:
            self._checklist.begin_again(self._delivery)
            await self._send(self._again)

    def stop_delivery(self) -> None:
        """Break the sending off, as far as what waits for the other side can be: nothing is lost by it."""
        if self._sending is not None:
            self._sending.cancel()

    async def _send(self, deliver: Callable[[], Awaitable[None]]) -> None:
        self._phase(Phase.DELIVERY)
        self._checklist.add(self._delivery, say("Sent to the workshop"))
        self._checklist.let(self._delivery, repeat=False)
        self._sending = asyncio.ensure_future(deliver())
        try:
            await self._sending
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise  # it is the whole intake that is told to end
            self._checklist.end(self._delivery, Outcome.SKIPPED, BROKEN_OFF)
        finally:
            self._sending.cancel()
            self._checklist.close([self._delivery])

    async def _make(self, pieces: Pieces, journal: Journal | None) -> None:
        self._phase(Phase.REPORT)
        self._checklist.add(self._report, say("The report"))
        self._checklist.start(self._report)
        signed = await asyncio.to_thread(self._sign, pieces)
        self._emit(ReportEvent(mode=self._place.mode, report_id=pieces.report_id, signed=signed))
        unsafe = await asyncio.to_thread(save, self._place, signed)
        if unsafe is not None:
            self._checklist.end(self._report, Outcome.FAILED, unsafe)
            self._tell(DeliveryState(status=Delivery.UNSAVED, detail=unsafe))
            await self._hold(signed, pieces.report_id, journal)
            self._again = functools.partial(self._deliver_unsaved, pieces.report_id, unsafe)
            return
        self._checklist.end(self._report, Outcome.PASSED, say("saved on the stick"))
        self._tell(DeliveryState(status=Delivery.SPOOLED))
        if journal is not None:
            failure = await asyncio.to_thread(_put_aside, journal, pieces.report_id)
            if failure is not None:
                self._tell(DeliveryState(status=Delivery.SPOOLED, detail=failure))
        self._again = functools.partial(self._deliver, pieces.report_id)

    def _phase(self, phase: Phase) -> None:
        self._emit(PhaseEvent(mode=self._place.mode, phase=phase))

    def _tell(self, delivery: DeliveryState) -> None:
        self._emit(DeliveryEvent(mode=self._place.mode, delivery=delivery))

    def _sign(self, pieces: Pieces) -> SignedReport:
        report = self._assemble(pieces, [])
        # Not the service's mode: a report that speaks of any unreal drive is training, whoever wrote it.
        mode = Mode.TRAINING if report.training else Mode.REAL
        try:
            return sign(report, self._place.signer.key(mode))
        except keys.KeyProblem as problem:
            # Better a report that nobody trusts yet than none.
            doubt = [problem.reason, say("The report is signed with a key that nobody knows.")]
            return sign(self._assemble(pieces, doubt), keys.ephemeral(mode))

    def _assemble(self, pieces: Pieces, doubt: list[Message]) -> Report:
        return assemble(
            mode=self._place.mode,
            report_id=pieces.report_id,
            started_at=pieces.started,
            created_at=pieces.created,
            time_source=pieces.time_source,
            seconds=round(pieces.seconds, 1),
            profile=pieces.profile.name,
            profile_source=pieces.profile_source,
            subject=pieces.profile.subject,
            inventory=pieces.inventory,
            checks=pieces.checks,
            sanitizations=pieces.sanitizations,
            grade=pieces.grade,
            asset_tag=pieces.asset_tag,
            lot=pieces.lot,
            volunteer=pieces.volunteer,
            remarks=[*pieces.remarks, *doubt],
        )

    async def _hold(self, signed: SignedReport, report_id: UUID, journal: Journal | None) -> None:
        """The workshop's receipt is as good as a stick; until then, the service holds the report and tries again."""
        loop = asyncio.get_running_loop()

        def safe() -> None:
            if journal is not None:
                _put_aside(journal, report_id)
            loop.call_soon_threadsafe(self._made_good, report_id)

        await asyncio.to_thread(self._unsaved.add, signed, safe)
        self._unsaved.tell()

    def _made_good(self, report_id: UUID) -> None:
        """The faces know already (see UnsavedEvent); the checklist, from which they hear again, must as well."""
        became = self._unsaved.became(report_id)
        delivered = became is not None and became.status is Delivery.DELIVERED
        for step_id in (self._report, self._delivery) if delivered else (self._report,):
            if self._checklist.step(step_id) is not None:
                self._checklist.end(step_id, Outcome.PASSED)

    async def _deliver_unsaved(self, report_id: UUID, unsafe: Message) -> None:
        self._checklist.start(self._delivery)
        state = await self._unsaved.deliver(report_id)
        if state.status is Delivery.UNSAVED:
            self._checklist.end(self._delivery, Outcome.FAILED, state.detail)
            state = state.model_copy(update={"detail": unsafe})
        else:
            self._checklist.end(
                self._delivery, Outcome.PASSED if state.status is Delivery.DELIVERED else Outcome.DEGRADED
            )
        self._tell(state)

    async def _deliver(self, report_id: UUID) -> None:
        settings = self._place.settings
        found = await asyncio.to_thread(find_workshop, settings)
        if found.url is None:
            reason = found.remark or say("No workshop is named in ordis.toml: the report stays on the stick.")
            self._checklist.end(self._delivery, Outcome.SKIPPED, reason)
            self._tell(DeliveryState(status=Delivery.SPOOLED, detail=reason))
            return
        self._checklist.start(self._delivery)
        spool = Spool(self._place.settings.spool(self._place.mode))
        try:
            outcomes = await asyncio.to_thread(outbox.deliver_all, spool, found.url, settings.workshop.ca_file)
        except SpoolError as error:
            self._waits(error.reason)
            return
        mine = next((outcome for outcome in outcomes if outcome.report_id == report_id), None)
        # What is not among those that waited was brought there before.
        receipt = mine.receipt if mine is not None else await asyncio.to_thread(spool.receipt, report_id)
        if receipt is not None:
            self._checklist.end(self._delivery, Outcome.PASSED)
            self._tell(DeliveryState(status=Delivery.DELIVERED, url=page_address(found.url, receipt)))
        else:
            self._waits(mine.problem if mine is not None else say("The report is not on the stick any more."))

    def _waits(self, problem: Message | None) -> None:
        self._checklist.end(self._delivery, Outcome.DEGRADED, problem)
        self._tell(DeliveryState(status=Delivery.SPOOLED, detail=problem))


def _put_aside(journal: Journal, report_id: UUID) -> Message | None:
    """The report is safe: nothing needs the journal any more, unless an erase in it has no end; then it stays for the
    next intake. Why it stays all the same, if it does."""
    journal.note("report", report_id=str(report_id))
    try:
        if not left_in(journal).drives:
            journal.close()
    except JournalError as error:
        return error.reason
    return None
