"""The inventory of an intake: fast facts first, then the drives, then what takes longer."""

import asyncio

from agent import hotplug, probing, questions, unfreezing
from agent.dossier import Dossier
from agent.inventory import collect
from agent.model.inventory import Drive, Inventory, UnseenDrive
from agent.model.message import say
from agent.model.messages import InventoryEvent
from agent.model.sanitization import Plan
from agent.model.words import Mode, Outcome

UNFREEZE = "unfreeze"


class Gathering:
    """Fills the dossier's inventory and plans."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self._place = dossier.place
        self._ask_drives = probing.ask_all
        mode = dossier.place.mode
        self.watch = hotplug.Watch(lambda: self._place.machines_drives(self._place.source), hear=mode is Mode.REAL)
        self._lost: list[UnseenDrive] = []
        self._unfreezing: unfreezing.Unfreezing | None = None

    async def begin(self, *, anew: bool) -> None:
        """All that is known fast, and the drives. `anew`: the intake begins, and does not go on after a crash."""
        checklist = self._dossier.checklist
        checklist.add("inventory", say("What this machine is"))
        checklist.start("inventory")
        if anew:
            await asyncio.to_thread(self._place.prepare)
        loop = asyncio.get_running_loop()

        def tell(early: Inventory) -> None:
            loop.call_soon_threadsafe(self._tell_early, early)

        found = await asyncio.to_thread(collect.fast, self._place.source, self._place.machines_drives, tell=tell)
        self._know(found)
        # The facts are on the screen before the drives are asked, which takes a sleeping disk half a minute.
        self._know(found.model_copy(update={"drives": await self._ask_drives(found.drives)}))

    def _tell_early(self, found: Inventory) -> None:
        """Some part keeps the others waiting: the screen gets what there is."""
        self._dossier.emit(InventoryEvent(mode=self._place.mode, inventory=found, plans=[]))

    def _know(self, found: Inventory) -> None:
        self._dossier.inventory = found
        self._dossier.plans = [self._dossier.planned(drive) for drive in found.drives]
        self._dossier.tell_inventory()

    async def unfreeze(self, ask: questions.Ask | None) -> None:
        """Before anything else is done: nothing runs yet, and what is confirmed later is what is there then. `ask`:
        None where nobody is there."""
        dossier, checklist = self._dossier, self._dossier.checklist
        drives, planned = dossier.inventory.drives, dossier.planned
        if dossier.request.erase == "none" or not any(unfreezing.gains(drive, planned) for drive in drives):
            return
        checklist.add(UNFREEZE, say("Free frozen drives"))
        checklist.let(UNFREEZE, repeat=False)
        checklist.start(UNFREEZE)
        means = unfreezing.Means(
            planned=planned,
            list_drives=self.watch.look,
            ask_drives=self._ask_drives,
            no_sleep=self._place.no_sleep,
            sleep=self._place.sleep,
            tell=lambda what, left: checklist.progress(UNFREEZE, None, what, left),
        )
        self._unfreezing = unfreezing.Unfreezing(means, ask, alone=self._place.settings.unattended_sleep)
        end = await self._unfreezing.run(drives)
        dossier.learn(drives=end.drives)
        dossier.plans = [unfreezing.explained(drive, planned(drive), end.why, planned) for drive in end.drives]
        checklist.end(UNFREEZE, Outcome.SKIPPED if end.why else Outcome.PASSED, end.why)
        dossier.tell_inventory()

    def stop_unfreezing(self) -> None:
        """Go on without. It cannot be repeated later: a sleep would break off whatever runs then."""
        if self._unfreezing is not None:
            self._unfreezing.stop()

    async def complete(self) -> None:
        """What takes longer to find out."""
        dossier = self._dossier
        dossier.checklist.start("inventory")
        slow = await asyncio.to_thread(collect.slow, self._place.source, dossier.inventory)
        # Drive health arrives beside this: keep the drives as they are now.
        kept = {"drives": dossier.inventory.drives, "unseen_drives": dossier.inventory.unseen_drives}
        dossier.inventory = slow.model_copy(update=kept)
        dossier.tell_inventory()
        dossier.checklist.end("inventory", Outcome.PASSED)

    async def noticed(self, new: list[Drive], lost: list[UnseenDrive]) -> list[Plan]:
        """Take in drives that came while the work goes on, and those that are lost now; the plans of the new ones."""
        late = await self._ask_drives(new)
        others = [sign for sign in self._dossier.inventory.unseen_drives if sign not in self._lost]
        self._lost = lost
        self._dossier.learn(drives=[*self._dossier.inventory.drives, *late], unseen_drives=[*others, *lost])
        return [self._dossier.planned(drive) for drive in late]
