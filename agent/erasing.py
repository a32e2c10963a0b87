"""All erases of one intake: what must hold before each begins, and what became of each drive."""

import asyncio
import functools
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agent import drivework, selection
from agent.charger import HEADLESS_SECONDS, START_AGAIN, Charger
from agent.checklist import Checklist, Line
from agent.grading.evidence import label
from agent.heat import Heat
from agent.journal import Journal
from agent.leftovers import Leftover, hand_over, interrupted, left_in, memory_of, stricter
from agent.model.erasing import EraseState
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.messages import AnyEvent, SanitizationEvent
from agent.model.sanitization import Plan, Sanitization, SanitizationRequest, ended
from agent.model.state import outcome_of
from agent.model.words import SanitizationStatus, Verify
from agent.report.naming import STATUS
from agent.restart import Restart
from agent.sanitize.evidence import TRY_AGAIN
from agent.sanitize.plan import plan
from agent.workplace import Workplace

log = logging.getLogger("ordis.erasing")

SKIPPED = say("The erase was skipped by hand: nothing was written to the drive.")


@dataclass(frozen=True)
class Around:
    """What an intake's erases need of it."""

    wanted: SanitizationRequest
    attended: bool
    """Somebody is at the screen."""
    plans: Callable[[], list[Plan]]
    drive: Callable[[Plan], Drive]
    """The drive of a plan as the inventory has it now."""
    find: Callable[[], list[Drive]] | None = None
    """Where a drive that went away is looked for; None: among all that are there."""
    may_return: bool = True
    """Whether one that went away is waited for."""


class Erasing:
    """Create one per intake. A drive has a key here that never stands for two of them."""

    def __init__(
        self,
        place: Workplace,
        checklist: Checklist,
        emit: Callable[[AnyEvent], None],
        around: Around,
    ) -> None:
        self.chosen: set[str] = set()
        """The keys of the drives that are to be erased."""
        self.psids: dict[str, str] = {}
        """By key; nowhere but in memory, until the erase has it."""
        self.results: dict[str, Sanitization] = {}
        self.surfaces: dict[str, Mapping[str, object]] = {}
        """By key: what full readings back showed of the drives' surfaces, which then need no reading of their own."""
        self.journal: Journal | None = None
        """None: nothing can be written down, so nothing is erased."""
        self.leftovers: list[Leftover] = []
        self.restart: Restart | None = None
        self._place = place
        self._checklist = checklist
        self._emit = emit
        self._around = around
        self._erases: dict[str, drivework.DriveErase] = {}
        self._stopping: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        """By step."""
        self._repeated: set[str] = set()
        self._earlier: list[Sanitization] = []
        self._charger = Charger(place.on_battery, None if around.attended else HEADLESS_SECONDS)

    def take_up(self, restart: Restart) -> None:
        """Go on where a crash broke the intake off."""
        self.restart = restart
        self._earlier = list(restart.earlier)

    def remarks(self) -> list[Message]:
        """What a repeat may not hide: how the tries before the last one ended."""
        return [
            say(
                "In an earlier try {drive} said that it had erased itself, and had not. After that only overwriting "
                "and reading back in full counts.",
                drive=label(done.drive),
            )
            if _lied(done)
            else say(
                "The erase of {drive} was repeated by hand; an earlier try ended: {status}.",
                drive=label(done.drive), status=STATUS[done.status].text,
            )
            for done in self._earlier
            if done.status is not SanitizationStatus.NOT_REQUESTED
        ]  # fmt: skip

    async def stop(self, step_id: str) -> None:
        """Stop an erase, even before it has begun. What is no erase of ours is remembered and does no harm."""
        self._stopping[step_id].set()
        if erase := self._erases.get(step_id):
            await erase.stop()

    async def run(self, step_id: str, drive_plan: Plan, key: str) -> None:
        """Erase the drive, if that is wanted and may be; in any case what is true of it is told and kept."""
        if step_id in self._repeated:
            await asyncio.to_thread(self._remember_first_try, drive_plan)
        idle = self.without_work(drive_plan, key)
        if idle is None and self._stopping[step_id].is_set():
            idle = interrupted(drive_plan, self.leftovers) or ended(
                drive_plan.drive, SanitizationStatus.NOT_REQUESTED, SKIPPED, TRY_AGAIN
            )
        result = idle or await self._carry_out(step_id, drive_plan, key)
        by_hand = self._stopping[step_id].is_set()
        if self.journal is not None and (idle is None or by_hand):
            told = result.model_dump(mode="json")
            await asyncio.to_thread(self.journal.note, "sanitization", result=told, by_hand=by_hand)
        if key in self.results:
            self._earlier.append(self.results[key])
        self.results[key] = result
        self._checklist.end(step_id, outcome_of(result.status), result.reason)
        self._emit(SanitizationEvent(mode=self._place.mode, sanitization=result))

    def _tries(self, drive_plan: Plan, key: str) -> list[Sanitization]:
        """What became of the drive in this intake so far."""
        mine = (drive_plan.drive.serial, drive_plan.drive.model)
        before = [done for done in self._earlier if (done.drive.serial, done.drive.model) == mine]
        return [*before, *([self.results[key]] if key in self.results else [])]

    def begin_again(self, step_id: str, drive_plan: Plan) -> None:
        """The erase of this drive is to be repeated: what was said of it before no longer holds it back."""
        self._stopping.pop(step_id, None)
        self._repeated.add(step_id)
        if self.restart is not None:
            self.restart = self.restart.without(drive_plan.drive)

    def _remember_first_try(self, drive_plan: Plan) -> None:
        """What it has begun must be known to the next one, as to a new intake."""
        if self.journal is not None:
            self.journal.note("repeated_erase", drive=drive_plan.drive.model_dump(mode="json"))
            others = [each for each in self.leftovers if each.journal.name != self.journal.name]
            self.leftovers = [*others, left_in(self.journal)]

    def without_work(self, drive_plan: Plan, key: str) -> Sanitization | None:
        """What is true of a drive that is not erased now; None where it is to be."""
        if self.restart is not None and (done := self.restart.result(drive_plan.drive)) is not None:
            return done
        untouched = selection.untouched(drive_plan, key in self.chosen, late=key != drive_plan.drive.path)
        if untouched is not None:
            return interrupted(drive_plan, self.leftovers) or untouched
        if self.journal is None:
            return ended(
                drive_plan.drive,
                SanitizationStatus.REFUSED,
                say("Without a journal on the stick no erase is started."),
                say("Plug in a healthy Ordis stick with free space, then start again."),
            )
        return None

    def good(self) -> bool:
        """Every drive that was to be erased is sanitized."""
        wanted = [self.results.get(key) for key in self.chosen]
        return all(done is not None and done.status is SanitizationStatus.SANITIZED for done in wanted)

    def refused(self) -> bool:
        """Some drives that were to be erased are not sanitized, and none of these was begun with."""
        left = [done for key in self.chosen if (done := self.results.get(key)) is not None]
        left = [done for done in left if done.status is not SanitizationStatus.SANITIZED]
        return bool(left) and all(done.status is SanitizationStatus.REFUSED for done in left)

    async def _carry_out(self, step_id: str, drive_plan: Plan, key: str) -> Sanitization:
        assert self.journal is not None
        psid = self.psids.pop(key, None)
        line, path = Line(self._checklist, step_id), drive_plan.drive.path
        heat = Heat(functools.partial(self._place.celsius, path))
        self._checklist.start(step_id, say("getting ready"))
        if (lacking := await self._power(line, step_id)) is not None:
            return interrupted(drive_plan, self.leftovers) or ended(
                drive_plan.drive, SanitizationStatus.REFUSED, lacking, START_AGAIN
            )
        if psid is not None:
            opened = plan(self._around.drive(drive_plan), self._around.wanted, psid=True)
            drive_plan = opened.model_copy(update={"drive": drive_plan.drive})  # as it was confirmed
        around = drivework.Around(
            record=self.journal.record,
            track=self.journal.track,
            show=functools.partial(_show, line, heat),
            find=self._around.find or functools.partial(self._place.find_drives, self._place.source),
            may_return=self._around.may_return,
            take_over=functools.partial(hand_over, self.leftovers, drive_plan.drive, self.journal),
            warn=functools.partial(line.warn, "journal"),
        )
        wanted = stricter(self._around.wanted, drive_plan, self.leftovers)
        if any(_lied(done) for done in self._tries(drive_plan, key)):
            # A firmware that lied certifies nothing more, however often it is asked again.
            wanted = wanted.model_copy(update={"verify": Verify.FULL})
            bare = self._around.drive(drive_plan).model_copy(update={"erase_offers": []})
            drive_plan = plan(bare, wanted).model_copy(update={"drive": drive_plan.drive})
        memory = memory_of(drive_plan, self._around.plans(), self.leftovers)
        erase = drivework.DriveErase(drive_plan, wanted, around, memory, psid)
        self._erases[step_id] = erase
        try:
            if self._stopping[step_id].is_set():
                await erase.stop()
            async with heat, self._charger.watched(functools.partial(line.warn, "charger")):
                return await erase.run()
        except Exception as error:  # whatever broke, nobody knows how far the drive is
            log.exception("%s broke", step_id)
            reason = say("The erase broke off: {error}.", error=f"{type(error).__name__}: {error}")
            return ended(drive_plan.drive, SanitizationStatus.INTERRUPTED, reason, TRY_AGAIN)
        finally:
            del self._erases[step_id]
            if erase.found_surface is not None:
                self.surfaces[key] = erase.found_surface
            if not erase.stopped:  # it could not be: nobody has stopped it, then
                self._stopping[step_id].clear()

    async def _power(self, line: Line, step_id: str) -> Message | None:
        """Wait for the charger; why there is none, None where there is, or needs to be none."""

        def tell(what: Message, left: float | None) -> None:
            line.show(None, None, left)
            line.warn("charger", what)

        try:
            return await self._charger.wait(tell, self._stopping[step_id])
        finally:
            line.warn("charger", None)


def _show(line: Line, heat: Heat, way: drivework.Way) -> None:
    heat.leave_alone = way.phase == "firmware"
    figures = EraseState(
        phase=way.phase,
        bytes_per_second=None if way.rate is None else round(way.rate),
        celsius=None if heat.leave_alone else heat.celsius,
        bad_places=way.bad_places,
    )
    line.show(way.percent, way.detail, way.seconds_left, figures)


def _lied(done: Sanitization) -> bool:
    """The drive said that it had erased itself, and marks or old data were still there."""
    return any(step.marks_left or step.found_left for step in done.steps)
