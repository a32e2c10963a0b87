"""What has fallen off or been taken away."""

from collections.abc import Sequence

from agent.manual.base import PERSON, Around, Next, by_word
from agent.model.inventory import Inventory
from agent.model.manual import Choice, ManualCheck, ManualReply
from agent.model.message import say
from agent.model.words import Outcome

ID = "completeness"
TITLE = say("Nothing missing")
LOADS = PERSON

_CHECK = ManualCheck(
    id=ID,
    title=TITLE,
    instruction=say("Look all round. Are all screws, key caps, covers and feet there? Write down what is missing."),
    answers=[
        Choice(key="b", value="passed", label=say("Everything is there")),
        Choice(key="l", value="little", label=say("Small things are missing: screws, feet, a slot's cover")),
        Choice(key="p", value="failed", label=say("More is missing: key caps, a case part, the cover of the bottom")),
    ],
    seconds=20,
)
_VERDICTS = {
    "passed": (Outcome.PASSED, say("Nothing is missing.")),
    "little": (Outcome.DEGRADED, say("Small parts are missing.")),
    "failed": (Outcome.FAILED, say("Parts that are needed are missing.")),
}


def applies(inventory: Inventory) -> bool:  # noqa: ARG001
    return True


def proceed(replies: Sequence[ManualReply], around: Around) -> Next:  # noqa: ARG001
    return by_word(_CHECK, replies, _VERDICTS)
