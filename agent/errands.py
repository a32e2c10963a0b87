"""What the service does with the workshop by itself: reports that wait are sent, and its profiles are learnt."""

import asyncio
import logging
import time
from collections.abc import Callable

from agent.delivery import outbox
from agent.delivery.spool import Spool, SpoolError
from agent.delivery.where import workshop_address
from agent.model.message import Message
from agent.model.messages import AnyEvent, ProfilesEvent
from agent.served import Served
from agent.workplace import Workplace

log = logging.getLogger("ordis.errands")

LOOK_SECONDS = 2.0
"""Between two looks whether there is a network and a report that waits; both cost next to nothing."""
PROFILE_SECONDS = 60.0
"""Between two questions to the workshop which profiles it serves."""


class Rhythm:
    """When the reports that wait are tried. Times are seconds of one clock."""

    def __init__(self) -> None:
        self._delays = outbox.delays()
        self._due = 0.0
        self._routes: str | None = None
        self._waiting = 0

    def look(self, now: float, routes: str | None, waiting: int) -> None:
        """With another way into the network, or another report, the waiting begins anew."""
        if routes != self._routes or waiting > self._waiting:
            self._delays = outbox.delays()
            self.tried(now)
        self._routes, self._waiting = routes, waiting

    def due(self, now: float) -> bool:
        return self._waiting > 0 and now >= self._due

    def tried(self, now: float) -> None:
        self._due = now + next(self._delays)


class Errands:
    """With the workshop of one place's settings; others make others. Nothing is done while an intake is `busy`."""

    def __init__(self, place: Workplace, busy: Callable[[], bool], emit: Callable[[AnyEvent], None]) -> None:
        self._place = place
        self._busy = busy
        self._emit = emit

    @property
    def _nowhere(self) -> bool:
        workshop = self._place.settings.workshop
        return workshop.url is None and workshop.discover == "no"

    async def deliver(self) -> None:
        """Try the reports that wait in the spool again and again, ever more rarely; soon again when another one has
        come, or the network has."""
        if self._nowhere:
            return
        spool = Spool(self._place.settings.spool(self._place.mode))
        rhythm = Rhythm()
        while True:
            rhythm.look(time.monotonic(), *await asyncio.to_thread(self._at_hand, spool))
            if not self._busy() and rhythm.due(time.monotonic()):
                await asyncio.to_thread(self._try, spool)
                rhythm.tried(time.monotonic())
            await asyncio.sleep(LOOK_SECONDS)

    def _at_hand(self, spool: Spool) -> tuple[str | None, int]:
        """The ways into the network that the kernel knows (IPv4), and how many reports wait."""
        try:
            return self._place.source.text("/proc/net/route"), spool.count()
        except SpoolError as error:  # a stick that was pulled may come back
            log.info("the reports that wait cannot be counted now: %s", error)
            return None, 0

    def _try(self, spool: Spool) -> None:
        settings = self._place.settings
        if url := workshop_address(settings):
            try:
                outbox.deliver_all(spool, url, settings.workshop.ca_file)
            except SpoolError as error:
                log.info("the reports that wait cannot be sent now: %s", error)

    async def learn_profiles(self) -> None:
        """Learn which profiles the workshop serves, while nothing else is done: what an intake rests on stays as it is,
        also when a crash breaks it off."""
        if self._nowhere:
            return
        settings, mode = self._place.settings, self._place.mode
        kept, said = Served(settings, mode), None

        def learn() -> tuple[list[Message], list[str]] | None:
            remarks = kept.refresh()
            folder = settings.served_profiles(mode)
            return None if remarks is None else (remarks, sorted(file.name for file in folder.glob("*.toml")))

        while True:
            # All in the thread: a stick that stalls must not keep the screens waiting.
            if not self._busy() and (offer := await asyncio.to_thread(learn)) not in (None, said):
                said = offer
                self._emit(ProfilesEvent(mode=mode, remarks=offer[0]))
            await asyncio.sleep(PROFILE_SECONDS)
