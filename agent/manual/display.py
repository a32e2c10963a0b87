"""The screen: colour fields show dead pixels, stains, stripes and a weak backlight."""

from collections.abc import Sequence

from agent.manual.base import NOT_THERE, PERSON, Around, Next, by_word, fails, is_not_there, with_screen, works
from agent.model.inventory import Inventory
from agent.model.manual import Aid, Choice, ManualCheck, ManualReply
from agent.model.message import say
from agent.model.words import Outcome

ID = "display"
TITLE = say("Screen")
LOADS = PERSON

_CHECK = ManualCheck(
    id=ID,
    title=TITLE,
    instruction=say(
        "Look at the screen filled with one colour after the other. Are there dots of another colour, stains, stripes "
        "or dark corners?"
    ),
    aid=Aid.COLOURS,
    actions=[Choice(key="c", value="colours", label=say("Show the colours"))],
    answers=[
        works(say("The picture is flawless")),
        Choice(key="d", value="degraded", label=say("A few dots or a faint stain: it can be used")),
        fails(say("Stripes, large stains, cracks or darkness: it cannot be used")),
        is_not_there(say("This computer has no screen of its own")),
    ],
    seconds=25,
)
_VERDICTS = {
    "passed": (Outcome.PASSED, say("The screen shows a flawless picture.")),
    "degraded": (Outcome.DEGRADED, say("The screen has a few bad dots or a faint stain.")),
    "failed": (Outcome.FAILED, say("The screen cannot be used. Replace the panel, or use the computer for parts.")),
    "absent": (Outcome.SKIPPED, NOT_THERE),
}


def applies(inventory: Inventory) -> bool:
    return with_screen(inventory) or any(display.internal for display in inventory.displays)


def proceed(replies: Sequence[ManualReply], around: Around) -> Next:  # noqa: ARG001
    return by_word(_CHECK, replies, _VERDICTS)
