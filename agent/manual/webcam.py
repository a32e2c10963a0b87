"""The camera's picture, by eye. It is shown as large squares and kept nowhere."""

from collections.abc import Sequence

from agent.manual.base import NOT_THERE, PERSON, Around, Next, beside, fails, is_not_there, result, works
from agent.model.check import CheckResult
from agent.model.inventory import Inventory
from agent.model.manual import Aid, Choice, FrameView, ManualCheck, ManualReply
from agent.model.message import say
from agent.model.words import Outcome

ID = "webcam"
TITLE = say("Picture of the camera")
LOADS = PERSON | {"camera"}

_CHECK = ManualCheck(
    id=ID,
    title=TITLE,
    instruction=say("Show the camera's picture and move a hand before it. Does the picture follow?"),
    aid=Aid.FRAME,
    actions=[Choice(key="e", value="start", label=say("Show the picture"))],
    answers=[
        works(say("The picture follows my hand")),
        fails(say("It is black, still, or full of faults")),
        is_not_there(say("This computer has no camera")),
    ],
    seconds=20,
)
_VERDICTS = {
    "passed": (Outcome.PASSED, say("The camera shows a good picture.")),
    "failed": (Outcome.FAILED, say("The camera shows no good picture. Look for a cover or a switch over it.")),
    "absent": (Outcome.SKIPPED, NOT_THERE),
}


def applies(inventory: Inventory) -> bool:
    """Many computers never had one, so only where one was found."""
    return any(camera.internal is not False for camera in inventory.cameras)


_LOOK = say("Show the picture first.")


def proceed(replies: Sequence[ManualReply], around: Around) -> Next:
    """Nobody can praise a picture that was not shown, where it can be."""
    return beside(FrameView, judge, _LOOK, "passed")(_CHECK, replies, around, _VERDICTS)


def judge(replies: Sequence[ManualReply], _view: FrameView) -> CheckResult:
    """The picture was shown; what it was worth, only the person knows."""
    return result(_CHECK, replies, *_VERDICTS["passed"])
