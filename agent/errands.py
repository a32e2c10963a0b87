"""What the service does with the workshop by itself: reports that wait are sent, and its profiles are learnt."""

import asyncio
import logging
from collections.abc import Callable

from agent.delivery import outbox
from agent.delivery.spool import Spool, SpoolError
from agent.delivery.where import workshop_address
from agent.model.message import Message
from agent.model.messages import AnyEvent, ProfilesEvent
from agent.served import Served
from agent.workplace import Workplace

log = logging.getLogger("ordis.errands")

PROFILE_SECONDS = 60.0
"""Between two questions to the workshop which profiles it serves."""


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
        """Try the reports that wait in the spool again and again, ever more rarely."""
        if self._nowhere:
            return
        settings = self._place.settings
        spool = Spool(settings.spool(self._place.mode))
        for delay in outbox.delays():
            await asyncio.sleep(delay)
            if not self._busy() and (url := await asyncio.to_thread(workshop_address, settings)):
                try:
                    await asyncio.to_thread(outbox.deliver_all, spool, url, settings.workshop.ca_file)
                except SpoolError as error:  # a stick that was pulled may come back
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
