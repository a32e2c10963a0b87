"""The steps of an intake that ask a person."""

import asyncio

from agent import questions
from agent.dossier import Dossier
from agent.erasing import Erasing
from agent.model.message import Message, say
from agent.model.sanitization import Plan
from agent.model.words import Outcome, Phase


class Asking:
    """Puts the questions and keeps what was answered."""

    def __init__(self, dossier: Dossier, erasing: Erasing, ask: questions.Ask) -> None:
        self._dossier = dossier
        self._checklist = dossier.checklist
        self._erasing = erasing
        self._ask = ask
        self.answered: set[str] = set()
        """The steps that asked which drives to erase, and know."""

    async def tag(self) -> None:
        """The number on the machine's label."""
        dossier = self._dossier
        self._checklist.start("asset_tag")
        dossier.tag = await questions.asset_tag(self._ask, dossier.place.settings)
        await asyncio.to_thread(dossier.note, "asset_tag", tag=dossier.tag)
        self._checklist.end("asset_tag", Outcome.PASSED, say("{tag}", tag=dossier.tag))
        dossier.phase(Phase.WORK)

    async def confirmation(self, plans: list[Plan]) -> None:
        """Of the drives that were there at the start; a later one has a question of its own."""
        self._checklist.start("confirm")
        # Not of those that were skipped meanwhile: what is confirmed is what will be done.
        plans = [each for each in plans if each.drive.path not in self._erasing.results]
        if plans:
            self._erasing.chosen |= await questions.drives_to_erase(self._ask, plans, self._dossier.tag)
        self.answered.add("confirm")
        confirmed = [each for each in plans if each.drive.path in self._erasing.chosen]
        await asyncio.to_thread(self.note_confirmed, confirmed)
        if self._erasing.chosen:
            self._checklist.end("confirm", Outcome.PASSED, say("{count} confirmed", count=len(self._erasing.chosen)))
        else:
            self._checklist.end("confirm", Outcome.SKIPPED, say("Nothing is erased."))

    async def single_drive(self, step_id: str, drive_plan: Plan, key: str, text: Message) -> None:
        """Whether a drive is to be erased, too, that came after the start or was declined before."""
        self._checklist.start(step_id)
        wanted = await questions.single_drive_to_erase(self._ask, drive_plan, self._dossier.tag, text)
        self.answered.add(step_id)
        if wanted:
            self._erasing.chosen.add(key)
            await asyncio.to_thread(self.note_confirmed, [drive_plan])
            self._checklist.end(step_id, Outcome.PASSED)
        else:
            self._checklist.end(step_id, Outcome.SKIPPED, say("Nothing is erased."))

    def note_confirmed(self, plans: list[Plan]) -> None:
        """Journal which drives are to be erased."""
        self._dossier.note("confirmed", drives=[each.drive.model_dump(mode="json") for each in plans])

    async def psid(self, step_id: str, drive_plan: Plan, key: str) -> None:
        """Of a locked drive that is to be erased; of no other one."""
        if self._erasing.without_work(drive_plan, key) is not None:
            self._checklist.end(step_id, Outcome.SKIPPED)
            return
        self._checklist.start(step_id)
        found = await questions.psid(self._ask, drive_plan.drive)
        if found is None:
            self._checklist.end(step_id, Outcome.SKIPPED, say("Nobody typed it: the drive stays locked."))
        else:
            self._erasing.psids[key] = found
            self._checklist.end(step_id, Outcome.PASSED)

    async def empty_bay(self) -> None:
        """No drive was seen: is the bay open and empty?"""
        self._checklist.start("empty_bay")
        self._dossier.bay_empty = await questions.bay_is_empty(self._ask)
        self._checklist.end("empty_bay", Outcome.PASSED if self._dossier.bay_empty else Outcome.SKIPPED)
