"""Reports that only this computer's memory holds, until the workshop has them or an Ordis stick is there again."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from agent.delivery import outbox
from agent.delivery.errors import DeliveryError
from agent.delivery.spool import Spool, Waiting
from agent.delivery.where import find_workshop
from agent.delivery.workshop import deliver, page_address
from agent.host.files import make_folder, read_bounded, write_safely
from agent.model.message import Message, say
from agent.model.messages import AnyEvent, UnsavedEvent
from agent.model.problem import Problem
from agent.model.report import SignedReport
from agent.model.state import DeliveryState
from agent.model.words import Delivery
from agent.report.canonical import LIMIT
from agent.report.sign import to_bytes
from agent.report.verify import read, report_id
from agent.workplace import Workplace

log = logging.getLogger("ordis.unsaved")

LOOK_SECONDS = 5.0
"""Between two looks whether there is a stick again."""

IN_MEMORY = say("There is no Ordis stick: the report is only in this computer's memory. Do not switch off.")


@dataclass
class _Held:
    signed: SignedReport
    saved: Callable[[], object]
    """Called once the report is safe, wherever."""
    delays: Iterator[float] = field(default_factory=outbox.delays)
    due: float = 0.0
    """When the workshop is tried next, on the monotonic clock."""


class Unsaved:
    """One for the service: another intake changes nothing about the reports of those before it."""

    def __init__(self, place: Workplace, emit: Callable[[AnyEvent], None]) -> None:
        self._place = place
        self._emit = emit
        self._held: dict[UUID, _Held] = {}
        self._became: dict[UUID, DeliveryState] = {}
        """Of those that are held no more."""
        self._wanted = asyncio.Event()
        self._trying = asyncio.Lock()

    def use(self, place: Workplace) -> None:
        """Under new settings."""
        self._place = place

    @property
    def count(self) -> int:
        return len(self._held)

    @property
    def _copies(self) -> Path:
        """In memory as well, but not in this process's: the next life of the service finds them."""
        return self._place.settings.socket(self._place.mode).with_suffix(".unsaved")

    def add(self, signed: SignedReport, saved: Callable[[], object] = lambda: None) -> None:
        """Hold a report that could not be saved; `saved` is called, in a thread, once it is safe. Blocks."""
        number = report_id(signed)
        self._held[number] = _Held(signed, saved)
        with contextlib.suppress(OSError, Problem):  # where there is no room either, this process has it
            make_folder(self._copies)
            write_safely(self._copies / f"{number}.json", to_bytes(signed))

    def became(self, number: UUID) -> DeliveryState | None:
        """Where one is that was held; None for one that still is."""
        return self._became.get(number)

    def load(self) -> None:
        """Take over what an earlier life of the service held. Blocks."""
        with contextlib.suppress(Problem, OSError):
            for waiting in Spool(self._copies).pending():
                if (signed := _copy(waiting)) is not None:
                    self._held.setdefault(report_id(signed), _Held(signed, lambda: None))

    def tell(self, number: UUID | None = None, delivery: DeliveryState | None = None) -> None:
        """Say how many there are, and what became of one."""
        self._emit(UnsavedEvent(mode=self._place.mode, count=self.count, report_id=number, delivery=delivery))
        if self.count:
            self._wanted.set()

    async def keep_trying(self) -> None:
        """Without end: save what can be saved, send what can be sent."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            while self._held:
                await asyncio.sleep(LOOK_SECONDS)
                for number in list(self._held):
                    try:
                        await self._try(number)
                    except Exception:  # whatever it was, the report is still there, and so is the next time
                        log.exception("the report %s", number)

    async def deliver(self, number: UUID) -> DeliveryState:
        """Try to bring one straight to the workshop. Where it is now."""
        async with self._trying:
            if (held := self._held.get(number)) is None:
                return self._became[number]  # `keep_trying` was quicker
            state = await asyncio.to_thread(self._deliver, held.signed)
            held.due = time.monotonic() + next(held.delays)
            if state.status is Delivery.DELIVERED:
                await self._let_go(number, state)
            return state

    async def _try(self, number: UUID) -> None:
        async with self._trying:
            if (held := self._held.get(number)) is None:
                return
            if await asyncio.to_thread(save, self._place, held.signed) is None:
                await self._let_go(number, DeliveryState(status=Delivery.SPOOLED))
                return
        if time.monotonic() >= held.due:
            await self.deliver(number)

    async def _let_go(self, number: UUID, state: DeliveryState) -> None:
        # First: a next life of the service must not find what this one says is held no more.
        await asyncio.to_thread(self._forget, number, self._held[number])
        del self._held[number]
        self._became[number] = state
        log.info("the report %s is %s", number, state.status)
        self.tell(number, state)

    def _forget(self, number: UUID, held: _Held) -> None:
        held.saved()
        with contextlib.suppress(OSError, Problem):
            (self._copies / f"{number}.json").unlink(missing_ok=True)

    def _deliver(self, signed: SignedReport) -> DeliveryState:
        found = find_workshop(self._place.settings)
        if found.url is None:
            reason = found.remark or say("No workshop is named in ordis.toml that could receive it.")
            return DeliveryState(status=Delivery.UNSAVED, detail=reason)
        try:
            receipt = deliver(to_bytes(signed), found.url, self._place.settings.workshop.ca_file)
        except DeliveryError as error:
            return DeliveryState(status=Delivery.UNSAVED, detail=error.reason)
        return DeliveryState(status=Delivery.DELIVERED, url=page_address(found.url, receipt))


def save(place: Workplace, signed: SignedReport) -> Message | None:
    """Put a report into the spool. Why it is not safe there; None where it is. Blocks."""
    if not place.keeps():
        return IN_MEMORY
    try:
        Spool(place.settings.spool(place.mode)).add(place.signer.settled(signed))
    except Problem as problem:
        return problem.reason
    # Again: between a stick that is taken away and one that is put in its place, a folder in memory lies there.
    return None if place.keeps() else IN_MEMORY


def _copy(waiting: Waiting) -> SignedReport | None:
    try:
        return None if waiting.report_id is None else read(read_bounded(waiting.path, LIMIT))
    except (OSError, Problem):
        return None
