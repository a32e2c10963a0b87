"""Drives whose better erase the computer's firmware has frozen: freed by a short sleep or a re-plug, or left so.

Before anything else of the work: no check and no erase runs yet, and what is confirmed afterwards is what is there
then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from agent import questions
from agent.hotplug import recognise
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.sanitization import Plan, RuledOut
from agent.model.words import Method, Technique, Transport
from agent.sanitize.choice import foreign_lock
from agent.sanitize.plan import identity

REPLUG_SECONDS = 60
"""How long somebody has to pull a cable and to put it back."""
LOOK_SECONDS = 2

_FREEZABLE = frozenset({Technique.ATA_SANITIZE, Technique.ATA_SECURITY_ERASE})

_SLEPT_IN_VAIN = say(
    "A drive is still frozen: not every computer takes its drives' power away in its sleep. "
    "Re-plugging the drive helps."
)
_HOW_TO_REPLUG = say(
    "Pull the drive out of its connector, or pull its power cable; wait five seconds and put it back. "
    "The computer stays on all the while."
)

Way = tuple[Technique, Method | None]


@dataclass(frozen=True)
class Means:
    """What can be done about frozen drives at this workplace; tests and training play every part of it."""

    planned: Callable[[Drive], Plan]
    list_drives: Callable[[], Awaitable[list[Drive] | None]]
    """Which drives are there now; None where a look fails."""
    ask_drives: Callable[[Sequence[Drive]], Awaitable[list[Drive]]]
    """The drives with what each tells of itself now, its identity included; in the same order, never raises."""
    no_sleep: Callable[[], Message | None]
    """Why the computer may not sleep; None where it may. Blocks."""
    sleep: Callable[[], Message | None]
    """Sleep for some seconds. Why that failed; None where it has slept. Blocks."""
    tell: Callable[[Message, float | None], None]
    """What goes on, and the seconds left."""
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True)
class Unfrozen:
    """`drives` in the old order, each as it is now; `why` those that are still frozen stay so (None: none does)."""

    drives: list[Drive]
    why: Message | None = None


def gains(drive: Drive, planned: Callable[[Drive], Plan]) -> set[Way]:
    """The ways to erase that this drive's plan would take, and that nothing but the freeze keeps it from.

    A drive behind a USB adapter is none: there the adapter is in the way, asleep or not; and neither is one with a
    foreign lock.
    """
    if not drive.frozen or drive.transport is not Transport.ATA or foreign_lock(drive):
        return set()
    offers = [
        offer.model_copy(update={"blocked": None}) if offer.technique in _FREEZABLE else offer
        for offer in drive.erase_offers
    ]
    thawed = planned(drive.model_copy(update={"frozen": False, "erase_offers": offers}))
    return _ways(thawed) - _ways(planned(drive))


def _ways(plan: Plan) -> set[Way]:
    return {(step.technique, step.method) for step in plan.steps if step.technique in _FREEZABLE}


def explained(drive: Drive, plan: Plan, why: Message | None, planned: Callable[[Drive], Plan]) -> Plan:
    """The plan of a drive that stayed frozen, with the reason at each way that this has cost."""
    missed = gains(drive, planned) if why is not None else set()
    if not missed or why is None:
        return plan
    ruled_out = [
        RuledOut(technique=out.technique, method=out.method, reason=why)
        if (out.technique, out.method) in missed
        else out
        for out in plan.ruled_out
    ]
    return plan.model_copy(update={"ruled_out": ruled_out})


class Unfreezing:
    """For one intake. `ask` None: nobody is there, and `alone` says whether the computer may sleep all the same."""

    def __init__(self, means: Means, ask: questions.Ask | None, *, alone: bool = False) -> None:
        self._means = means
        self._ask = ask
        self._alone = alone
        self._given_up = asyncio.Event()

    def stop(self) -> None:
        """Go on with the drives as they are, once the computer is awake."""
        self._given_up.set()

    async def run(self, drives: Sequence[Drive]) -> Unfrozen:
        """Free what can be freed. Nothing is asked and nothing done where no drive would be erased better by it."""
        found = list(drives)
        problem: Message | None = None
        while frozen := self._worth_it(found):
            if self._given_up.is_set():
                return Unfrozen(found, self._left(None))
            no_sleep = await asyncio.to_thread(self._means.no_sleep)
            choice = await self._chosen(frozen, no_sleep, problem)
            if choice is None:
                return Unfrozen(found, problem or self._left(no_sleep))
            if choice == "sleep":
                self._means.tell(say("The computer sleeps for some seconds and wakes up by itself."), None)
                problem = await asyncio.to_thread(self._means.sleep)
                found = await self._anew(found)
            else:
                found = await self._replugged(found)
                problem = None
            if problem is None and self._worth_it(found):
                problem = _SLEPT_IN_VAIN if choice == "sleep" else say("Not every drive came back free in time.")
        return Unfrozen(found)

    def _worth_it(self, drives: Sequence[Drive]) -> list[Drive]:
        return [drive for drive in drives if gains(drive, self._means.planned)]

    async def _chosen(self, frozen: list[Drive], no_sleep: Message | None, problem: Message | None) -> str | None:
        """`sleep`, `replug`, or None: leave it."""
        if self._ask is None:
            # One try: a computer that did not free its drives in one sleep does not do so in the next.
            return "sleep" if self._alone and no_sleep is None and problem is None else None
        asking = asyncio.ensure_future(
            questions.about_frozen(self._ask, [identity(drive) for drive in frozen], no_sleep, problem)
        )
        given_up = asyncio.ensure_future(self._given_up.wait())
        try:
            await asyncio.wait({asking, given_up}, return_when=asyncio.FIRST_COMPLETED)
            return None if not asking.done() or asking.result() == "on" else asking.result()
        finally:
            for job in (asking, given_up):
                job.cancel()
            await asyncio.gather(asking, given_up, return_exceptions=True)

    def _left(self, no_sleep: Message | None) -> Message:
        if self._ask is not None:
            return say(
                "The computer has frozen the drive's own erase; at the screen it was decided to go on without it."
            )
        if self._alone and no_sleep is not None:
            return no_sleep
        return say(
            "The computer has frozen the drive's own erase, and nobody is there to put it to sleep "
            "(unattended_sleep in ordis.toml) or to re-plug the drive."
        )

    async def _anew(self, known: list[Drive]) -> list[Drive]:
        """Every drive as it is now, asked again: each of them was without power."""
        present = await self._means.list_drives()
        if present is None:
            return known
        pairs = recognise(known, present).same
        asked = await self._means.ask_drives([now for _, now in pairs])
        return _replaced(known, [(before, after) for (before, _), after in zip(pairs, asked, strict=True)])

    async def _replugged(self, known: list[Drive]) -> list[Drive]:
        """Wait until every frozen drive came back free, as the same drive, or the time is over."""
        found = list(known)
        waiting = {at for at, drive in enumerate(found) if gains(drive, self._means.planned)}
        for left in range(REPLUG_SECONDS, 0, -LOOK_SECONDS):
            if self._given_up.is_set():
                break
            self._means.tell(_HOW_TO_REPLUG, left)
            await self._means.pause(LOOK_SECONDS)
            present = await self._means.list_drives() or []
            there = {id(before): now for before, now in recognise(found, present).same}
            back = [(at, there[id(found[at])]) for at in sorted(waiting) if id(found[at]) in there]
            asked = await self._means.ask_drives([now for _, now in back])
            for (at, now), after in zip(back, asked, strict=True):
                # One that was plugged in again is so under a new number even while it gives no answer yet.
                if after.firmware_asked or now.diskseq != found[at].diskseq:
                    found[at] = after
            waiting = {at for at in waiting if not found[at].firmware_asked or gains(found[at], self._means.planned)}
            if not waiting:
                break
        return found


def _replaced(drives: Sequence[Drive], pairs: Sequence[tuple[Drive, Drive]]) -> list[Drive]:
    now = {id(before): after for before, after in pairs}
    return [now.get(id(drive), drive) for drive in drives]
