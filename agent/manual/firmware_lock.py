"""What keeps a computer in its donor's hand: a password of the firmware (BIOS, UEFI), a company's management of it."""

from collections.abc import Sequence

from agent.manual.base import PERSON, Around, Next, by_word, result
from agent.model.inventory import Inventory
from agent.model.manual import Choice, ManualCheck, ManualReply
from agent.model.message import say
from agent.model.words import Outcome

ID = "firmware_lock"
TITLE = say("Password of the firmware (BIOS)")
LOADS = PERSON

_CHECK = ManualCheck(
    id=ID,
    title=TITLE,
    instruction=say(
        "Did this computer ask for a password before the stick started, or when its set-up (BIOS) was opened?"
    ),
    answers=[
        Choice(key="b", value="passed", label=say("No: its set-up opened without a password")),
        Choice(key="r", value="removed", label=say("Yes, and it has been removed")),
        Choice(key="p", value="failed", label=say("Yes, and it is still set")),
        Choice(key="c", value="managed", label=say("A company or school still manages it: its sign-in showed")),
        Choice(key="i", value="untried", label=say("Nobody has opened its set-up")),
    ],
    seconds=10,
)
_LOCKED = say("The firmware is locked with a password. Ask the donor for it and remove it.")
_VERDICTS = {
    "passed": (Outcome.PASSED, say("The firmware's set-up opens without a password.")),
    "removed": (Outcome.PASSED, say("The firmware's password has been removed.")),
    "failed": (Outcome.FAILED, _LOCKED),
    "managed": (
        Outcome.FAILED,
        say("A company or school still manages this computer. Ask the donor to release it from their management."),
    ),
    "untried": (Outcome.SKIPPED, say("Nobody has opened the firmware's set-up. Open it once and see.")),
}


def applies(inventory: Inventory) -> bool:  # noqa: ARG001
    return True


def proceed(replies: Sequence[ManualReply], around: Around) -> Next:
    """Where the firmware itself says so, nobody is asked."""
    told = around.inventory.firmware_password
    if told is None:
        return by_word(_CHECK, replies, _VERDICTS)
    if told:
        return result(_CHECK, (), Outcome.FAILED, _LOCKED)
    return result(_CHECK, (), Outcome.PASSED, say("The firmware says that no password is set."))
