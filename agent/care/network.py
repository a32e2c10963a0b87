"""The network as a person sees and changes it, and the reports that wait for it."""

import asyncio
import logging

from agent.care.desk import Desk, Tell
from agent.delivery import outbox
from agent.delivery.outbox import DeliveryOutcome
from agent.delivery.spool import Spool
from agent.delivery.where import find_workshop
from agent.delivery.workshop import page_address
from agent.model.care import NetworkState, Radio, Said
from agent.model.message import say
from agent.model.messages import JoinWifi, NetworkEvent, UnsavedEvent
from agent.model.problem import Problem
from agent.model.state import DeliveryState
from agent.model.words import Delivery, Phase

log = logging.getLogger("ordis.care")


class Connection:
    """One for the service. Names of networks are kept here, in memory, and go to faces that ask; nowhere else."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._net = desk.place().net()
        self._state = NetworkState()
        self._looking = asyncio.Lock()

    def _note(self, tell: Tell, **facts: object) -> None:
        self._state = self._state.model_copy(update=facts)
        tell(NetworkEvent(mode=self._desk.place().mode, network=self._state))

    async def see(self, tell: Tell, *, again: bool = False) -> None:
        """Tell how things stand, what is quick first. `again`: listen for networks and ask the workshop now."""
        if self._looking.locked():  # what it finds is told to whoever asks next
            self._note(tell)
            return
        async with self._looking:
            await self._look(tell, again)

    async def _look(self, tell: Tell, again: bool) -> None:
        wired, radio = await asyncio.to_thread(lambda: (self._net.wired(), self._net.radio()))
        ready = radio is Radio.READY
        self._note(tell, wired=wired, radio=radio, listening=ready and again)
        if ready:
            try:
                networks = await asyncio.to_thread(self._net.networks, again=again)
                self._note(tell, networks=networks, listening=False)
            except Problem as problem:
                self._note(tell, networks=[], listening=False, wifi_said=Said.of(problem))
        else:
            self._note(tell, networks=[], listening=False)
        if again:
            await self._desk.look()

    async def join(self, command: JoinWifi, tell: Tell) -> None:
        """Use a wireless network. One at a time."""
        if self._state.joining is not None:
            self._note(tell)
            return
        self._note(tell, joining=command.network, wifi_said=None)
        password = command.password.get_secret_value() if command.password else None
        try:
            name = bytes.fromhex(command.network)
            await asyncio.to_thread(self._net.join, name, password, hidden=command.hidden)
            said = Said(good=True, reason=say("The Wi-Fi network is used now."))
        except Problem as problem:
            said = Said.of(problem)
        except Exception as error:  # noqa: BLE001 - logged, but not its words: they may hold the name
            log.error("joining a network: %s", type(error).__name__)  # noqa: TRY400
            said = Said(
                reason=say("The network could not be joined because of a fault in Ordis."),
                hint=say("Use a network cable; the support file (F9) tells those who can help."),
            )
        self._note(tell, joining=None, wifi_said=said, attempt=command.attempt)
        await self.see(tell, again=said.good)

    async def deliver(self, tell: Tell) -> None:
        """Send what waits now."""
        if self._state.delivering:
            self._note(tell)
            return
        self._note(tell, delivering=True, delivery_said=None)
        said = Said(reason=say("The reports were not sent because of a fault in Ordis: they stay on the stick."))
        try:
            said = await self._delivered()
        except Problem as problem:
            said = Said.of(problem)
        finally:
            self._note(tell, delivering=False, delivery_said=said)
        await self._desk.look()

    async def _delivered(self) -> Said:
        """Raises SpoolError."""
        place = self._desk.place()
        if self._desk.state().phase in (Phase.REPORT, Phase.DELIVERY):
            return Said(good=True, reason=say("The report of this intake is being sent just now."))
        found = await asyncio.to_thread(find_workshop, place.settings)
        if found.url is None:
            return Said(
                reason=found.remark or say("No workshop is named in ordis.toml."),
                hint=say("Reports stay on the stick. Write the workshop's address into the settings (F4)."),
            )
        spool = Spool(place.settings.spool(place.mode))
        outcomes = await asyncio.to_thread(outbox.deliver_all, spool, found.url, place.settings.workshop.ca_file)
        self._tell_all(outcomes, found.url)
        return _summary(outcomes)

    def _tell_all(self, outcomes: list[DeliveryOutcome], url: str) -> None:
        """The report of the last intake may be among them: its screen says so."""
        state = self._desk.state()
        for outcome in outcomes:
            if outcome.receipt is not None and outcome.report_id == state.report_id:
                delivery = DeliveryState(status=Delivery.DELIVERED, url=page_address(url, outcome.receipt))
                about = {"report_id": outcome.report_id, "delivery": delivery}
                self._desk.emit(UnsavedEvent.model_validate({"mode": state.mode, "count": state.unsaved, **about}))


def _summary(outcomes: list[DeliveryOutcome]) -> Said:
    sent = sum(outcome.receipt is not None for outcome in outcomes)
    if not outcomes:
        return Said(good=True, reason=say("No report is waiting."))
    left = [outcome for outcome in outcomes if outcome.receipt is None]
    if not left:
        return Said(
            good=True, reason=say("All reports that waited were received by the workshop: {count}.", count=sent)
        )
    return Said(
        reason=say("Reports sent: {sent}; still waiting: {left}.", sent=sent, left=len(left)),
        why=left[0].problem,
        hint=left[0].hint,
    )
