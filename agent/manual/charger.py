"""Whether the donor gave the charger, too: the one that it runs on now may be the workshop's."""

from collections.abc import Sequence

from agent.manual.base import PERSON, Around, Next, by_word
from agent.model.inventory import Inventory
from agent.model.manual import Choice, ManualCheck, ManualReply
from agent.model.message import say
from agent.model.words import Chassis, Outcome

ID = "charger"
TITLE = say("Charger")
LOADS = PERSON

_CHECK = ManualCheck(
    id=ID,
    title=TITLE,
    instruction=say("Did a charger come with this computer, one that fits and has a sound cable?"),
    answers=[
        Choice(key="b", value="passed", label=say("Yes, it is here and sound")),
        Choice(key="d", value="worn", label=say("Yes, but its cable or plug is damaged")),
        Choice(key="n", value="failed", label=say("No")),
        Choice(key="i", value="absent", label=say("It needs none: it has a mains socket")),
    ],
    seconds=10,
)
_VERDICTS = {
    "passed": (Outcome.PASSED, say("The charger is there.")),
    "worn": (Outcome.DEGRADED, say("The charger is damaged: do not give it away, replace it.")),
    "failed": (Outcome.FAILED, say("The charger is missing: add one that fits.")),
    "absent": (Outcome.SKIPPED, say("This computer needs no charger.")),
}


def applies(inventory: Inventory) -> bool:
    chassis = inventory.machine.chassis
    return chassis.portable or chassis in (Chassis.MINI_PC, Chassis.STICK_PC)


def proceed(replies: Sequence[ManualReply], around: Around) -> Next:  # noqa: ARG001
    return by_word(_CHECK, replies, _VERDICTS)
