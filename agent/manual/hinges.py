"""The hinges of what folds."""

from collections.abc import Sequence

from agent.manual.base import PERSON, Around, Next, by_word, with_lid
from agent.model.inventory import Inventory
from agent.model.manual import Choice, ManualCheck, ManualReply
from agent.model.message import say
from agent.model.words import Outcome

ID = "hinges"
TITLE = say("Hinges")
LOADS = PERSON

_CHECK = ManualCheck(
    id=ID,
    title=TITLE,
    instruction=say("Open the lid wide, half close it, and let go. Does it stay, without cracking and without play?"),
    answers=[
        Choice(key="b", value="passed", label=say("It stays where it is put")),
        Choice(key="l", value="loose", label=say("It is loose, or falls by itself")),
        Choice(key="p", value="failed", label=say("A hinge or the case round it is broken")),
    ],
    seconds=15,
)
_VERDICTS = {
    "passed": (Outcome.PASSED, say("The hinges hold the lid.")),
    "loose": (Outcome.DEGRADED, say("The hinges are loose. Tighten their screws.")),
    "failed": (Outcome.FAILED, say("A hinge, or the case round it, is broken. It will tear the screen's cable.")),
}


def applies(inventory: Inventory) -> bool:
    return with_lid(inventory)


def proceed(replies: Sequence[ManualReply], around: Around) -> Next:  # noqa: ARG001
    return by_word(_CHECK, replies, _VERDICTS)
