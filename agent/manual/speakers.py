"""The loudspeakers, left and right, by ear."""

from collections.abc import Sequence

from agent.manual.base import NOT_THERE, PERSON, Around, Next, beside, is_not_there, result, with_screen, works
from agent.model.check import CheckResult
from agent.model.inventory import Inventory
from agent.model.manual import Aid, Choice, ManualCheck, ManualReply, ToneView
from agent.model.message import Message, say
from agent.model.words import Outcome

ID = "speakers"
TITLE = say("Loudspeakers")
LOADS = PERSON | {"sound"}

_SIDES = {"left", "right"}
_CHECK = ManualCheck(
    id=ID,
    title=TITLE,
    instruction=say("Play the tone on the left and on the right. Is it clear, and does it come from that side?"),
    aid=Aid.TONE,
    actions=[
        Choice(key="g", value="left", label=say("Play on the left")),
        Choice(key="d", value="right", label=say("Play on the right")),
    ],
    answers=[
        works(say("Both sides are clear")),
        Choice(key="u", value="one", label=say("Only one side, or it rattles")),
        Choice(key="p", value="failed", label=say("Nothing is heard")),
        is_not_there(say("This computer has no loudspeakers")),
    ],
    seconds=20,
)
_VERDICTS = {
    "passed": (Outcome.PASSED, say("Both loudspeakers are clear.")),
    "one": (Outcome.DEGRADED, say("One loudspeaker is silent, or they rattle.")),
    "failed": (Outcome.FAILED, say("The loudspeakers are silent. Headphones may still work.")),
    "absent": (Outcome.SKIPPED, NOT_THERE),
}


def applies(inventory: Inventory) -> bool:
    return with_screen(inventory)


_PLAY = say("Play the tone on both sides first.")


def proceed(replies: Sequence[ManualReply], around: Around) -> Next:
    """Nobody can say that both sides are clear before both have played, where they can."""
    return beside(ToneView, judge, _PLAY, "passed")(_CHECK, replies, around, _VERDICTS)


def judge(replies: Sequence[ManualReply], view: ToneView) -> CheckResult | Message:
    """Praise of both sides; a message: one has not played yet."""
    return result(_CHECK, replies, *_VERDICTS["passed"]) if set(view.played) == _SIDES else _PLAY
