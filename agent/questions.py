"""What only a person can answer, asked until the answer counts."""

import uuid
from collections.abc import Awaitable, Callable

from agent import selection
from agent.model.manual import ManualCheck
from agent.model.message import Message, say
from agent.model.messages import Answer
from agent.model.sanitization import DriveIdentity, Plan
from agent.model.state import (
    AnyQuestion,
    AssetTagQuestion,
    ConfirmEraseQuestion,
    EmptyBayQuestion,
    FrozenDrivesQuestion,
    ManualQuestion,
    PsidQuestion,
)
from agent.model.surroundings import no_tag
from agent.sanitize.opal.revert import checked_psid
from agent.settings import Settings

Ask = Callable[[AnyQuestion], Awaitable[Answer]]
"""Puts a question to whoever is there, and waits."""
WHICH_TAG = say("Which number is on the machine's label?")
Refused = Callable[[str], Message | None]


async def asset_tag(ask: Ask, settings: Settings, text: Message = WHICH_TAG, refused: Refused = lambda _: None) -> str:
    """The number on the label of the machine, or of whatever `text` names, of the form that the workshop uses.

    `refused` tells why one of that form is none for this.
    """
    problem: Message | None = None
    while True:
        answer = await ask(
            AssetTagQuestion(
                id=str(uuid.uuid4()),
                text=text,
                pattern=settings.asset_tag_pattern,
                problem=problem,
            )
        )
        problem = no_tag(answer.text or "")
        if answer.text and settings.is_asset_tag(answer.text):
            problem = refused(answer.text)
            if problem is None:
                return answer.text


async def drives_to_erase(ask: Ask, plans: list[Plan], tag: str | None, text: Message | None = None) -> set[str]:
    """The paths that a person confirmed. The list is frozen: what is confirmed is what was shown."""
    shown, problem = list(plans), None
    text = text or say("Erase these drives? Nothing on them can ever be read again.")
    while True:
        answer = await ask(
            ConfirmEraseQuestion(
                id=str(uuid.uuid4()),
                text=text,
                plans=shown,
                asset_tag=tag,
                problem=problem,
            )
        )
        chosen = selection.by_answer(shown, answer, tag)
        if not isinstance(chosen, Message):
            return chosen
        problem = chosen


async def bay_is_empty(ask: Ask) -> bool:
    """Whether somebody opened the drive bay and saw that nothing is in it."""
    question = EmptyBayQuestion(id=str(uuid.uuid4()), text=say("Did you open the drive bay, and is it empty?"))
    return (await ask(question)).text == "yes"


async def about_frozen(ask: Ask, drives: list[DriveIdentity], no_sleep: Message | None, problem: Message | None) -> str:
    """`sleep`, `replug` or `on`. Whatever else is answered is `on`: nothing is done then."""
    question = FrozenDrivesQuestion(
        id=str(uuid.uuid4()),
        text=say("The computer has frozen these drives: their own, better erase is blocked. What shall be done?"),
        drives=drives,
        may_sleep=no_sleep is None,
        no_sleep=no_sleep,
        problem=problem,
    )
    answer = (await ask(question)).text
    if answer == "replug" or (answer == "sleep" and no_sleep is None):
        return answer
    return "on"


LATE = say("This drive was plugged in after the start. Erase it? Nothing on it can be read again.")
AFTER_ALL = say("Erase this drive after all? Nothing on it can be read again.")


async def single_drive_to_erase(ask: Ask, plan: Plan, tag: str | None, text: Message) -> bool:
    """Whether this drive is to be erased, which nobody has confirmed before: a confirmation of its own."""
    alone = plan.model_copy(update={"single_confirmation": True})
    return plan.drive.path in await drives_to_erase(ask, [alone], tag, text)


NO_PSID = say("That is no PSID: it has 32 letters and digits. Look at the drive's label once more.")


async def psid(ask: Ask, drive: DriveIdentity) -> str | None:
    """The PSID from the label of a locked drive, as checked_psid gives it; None: the drive stays locked.

    Whether it is the right one, only the drive knows; it is told once, since some drives take no other after a few.
    """
    problem: Message | None = None
    while True:
        answer = await ask(
            PsidQuestion(
                id=str(uuid.uuid4()),
                text=say("This drive is locked by its former owner. Which number (PSID) is on its label?"),
                drive=drive,
                problem=problem,
            )
        )
        if not answer.text:
            return None
        if (found := checked_psid(answer.text)) is not None:
            return found
        problem = NO_PSID


def manual(check: ManualCheck, problem: Message | None, *, may_go_back: bool = False) -> ManualQuestion:
    """The question of a manual check; whether its answer counts, the check itself says."""
    return ManualQuestion(
        id=str(uuid.uuid4()), text=check.instruction, check=check, problem=problem, may_go_back=may_go_back
    )
