"""Looking again and again at what is round an intake, and telling what has changed."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from agent import profile as profiles
from agent.delivery.reach import look
from agent.delivery.spool import Spool, SpoolError
from agent.model.inventory import Inventory
from agent.model.message import say
from agent.model.surroundings import ClockSeen, Proposal, Surroundings, WorkshopSeen
from agent.model.words import Chassis, Mode, Origin, Reached
from agent.report.keys import KeyProblem, PublicKey
from agent.report.naming import CHASSIS
from agent.settings import Settings
from agent.timesource import source
from agent.workplace import Workplace

log = logging.getLogger("ordis.surroundings")

LOOK_SECONDS = 3.0
"""Between two looks at stick, clock and spool: a stick that is pulled is told while the hand is still at it."""
WORKSHOP_SECONDS, AGAIN_SECONDS = 30.0, 10.0
"""Between two questions to a workshop that answered, and to one that did not."""

_NEAREST = (Origin.FOLDER, Origin.WORKSHOP, Origin.SHIPPED)
"""Of two profiles for one kind of computer, the one that is the workshop's own goes first."""


class Lookout:
    """One for the service. `tell` is called in the event loop, only where something is not as it was."""

    def __init__(
        self,
        place: Workplace,
        tell: Callable[[Surroundings], None],
        busy: Callable[[], bool],
        machine: Callable[[], Inventory | None] = lambda: None,
    ) -> None:
        """`busy`: an intake runs, which has the network for itself. `machine`: what is known of this one."""
        self._place = place
        self._tell = tell
        self._busy = busy
        self._machine = machine
        self._wake = asyncio.Event()
        self.seen = Surroundings(tag_pattern=place.settings.asset_tag_pattern)

    def use(self, place: Workplace) -> None:
        """Under new settings."""
        self._place = place
        self._changed(tag_pattern=place.settings.asset_tag_pattern)
        self.look_soon()

    async def watch(self) -> None:
        """Without end."""
        await asyncio.gather(self._near(), self._far())

    def look_soon(self) -> None:
        """Something is known that was not."""
        self._wake.set()

    async def look_near(self) -> None:
        """Once at what this computer itself knows."""
        self._changed(**await asyncio.to_thread(self._facts))

    async def look_far(self) -> None:
        """Once at the workshop."""
        self._changed(workshop=await asyncio.to_thread(self._workshop))

    async def _near(self) -> None:
        while True:
            try:
                await self.look_near()
            except Exception:  # a look that fails must not end all later ones
                log.exception("looking round")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
            self._wake.clear()

    async def _far(self) -> None:
        while True:
            if not self._busy():
                try:
                    await self.look_far()
                except Exception:
                    log.exception("looking for the workshop")
            answers = self.seen.workshop is not None and self.seen.workshop.reached is Reached.YES
            await asyncio.sleep(WORKSHOP_SECONDS if answers else AGAIN_SECONDS)

    def _changed(self, **facts: object) -> None:
        now = self.seen.model_copy(update=facts)
        if now != self.seen:
            self.seen = now
            self._tell(now)

    def _facts(self) -> dict[str, object]:
        place, key = self._place, self._key()
        stick = place.stick()
        stick = stick.model_copy(update={"key": str(key) if key else stick.key})
        local = place.clock.now().astimezone(place.settings.zone).replace(second=0, microsecond=0)
        return {
            "stick": stick,
            "clock": ClockSeen(source=source(place.clock), local=local),
            "waiting": self._waiting(),
            "proposal": proposal(self._machine(), place.settings, place.mode),
        }

    def _waiting(self) -> int | None:
        try:
            return Spool(self._place.settings.spool(self._place.mode)).count()
        except SpoolError:  # a stick that was pulled
            return None

    def _workshop(self) -> WorkshopSeen:
        return look(self._place.settings, self._key())

    def _key(self) -> PublicKey | None:
        with contextlib.suppress(KeyProblem):
            return self._place.signer.key(self._place.mode).public
        return None


def proposal(inventory: Inventory | None, settings: Settings, mode: Mode) -> Proposal:
    """Which profile suits this machine, and why; unless one says otherwise, the usual one. Never raises."""
    usual = settings.default_profile
    chassis = inventory.machine.chassis if inventory is not None else Chassis.OTHER
    if chassis is Chassis.OTHER:
        return Proposal(profile=usual, because=say("Proposed: the usual one."))
    try:
        found = profiles.available(profiles.folders(settings, mode))
    except profiles.ProfileError:
        found = []
    kind = CHASSIS[chassis].text
    fitting = [one for one in found if one.profile is not None and chassis in one.profile.proposed_for]
    if fitting:
        best = min(fitting, key=lambda one: _NEAREST.index(one.origin))
        return Proposal(profile=best.name, because=say("Proposed for this kind of computer ({kind}).", kind=kind))
    because = say("Proposed: the usual one for this kind ({kind}).", kind=kind)
    return Proposal(profile=usual, because=because)
