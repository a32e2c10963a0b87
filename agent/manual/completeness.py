"""What has fallen off or been taken away; and, since it is seen by the same look, a battery that has swollen."""

from collections.abc import Sequence

from agent.manual.base import PERSON, Around, Next, by_word, result
from agent.model.check import Figure
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
_SWOLLEN = Choice(
    key="g", value="swollen", label=say("The case bulges or the touchpad is pushed up: a swollen battery")
)
_WITH_BATTERY = _CHECK.model_copy(update={"answers": [*_CHECK.answers, _SWOLLEN]})


def applies(inventory: Inventory) -> bool:  # noqa: ARG001
    return True


def proceed(replies: Sequence[ManualReply], around: Around) -> Next:
    inventory = around.inventory
    # A battery that is worn out may not be told of at all.
    check = _WITH_BATTERY if inventory.batteries or inventory.machine.chassis.portable else _CHECK
    if check is _WITH_BATTERY and replies and replies[-1].value == _SWOLLEN.value:
        reason = say("The battery is swollen, which is dangerous: switch the machine off and remove the battery.")
        return result(check, replies, Outcome.FAILED, reason, [Figure(name="swollen", value="yes")])
    return by_word(check, replies, _VERDICTS)
