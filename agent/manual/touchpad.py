"""The touchpad (or pointing stick) and its buttons, as the kernel feels them."""

from collections.abc import Sequence

from agent.manual.base import NOT_THERE, PERSON, Around, Next, beside, fails, is_not_there, result, with_lid, works
from agent.model.check import CheckResult, Figure
from agent.model.inventory import Inventory
from agent.model.manual import Aid, Choice, ManualCheck, ManualReply, TouchpadView
from agent.model.message import Message, say
from agent.model.words import Outcome

ID = "touchpad"
TITLE = say("Touchpad and its buttons")
LOADS = PERSON

WAYS = ("left", "right", "up", "down")

_CHECK = ManualCheck(
    id=ID,
    title=TITLE,
    instruction=say("Start, then stroke over the touchpad left, right, up and down, and press each button once."),
    aid=Aid.TOUCHPAD,
    actions=[Choice(key="e", value="start", label=say("Start"))],
    answers=[
        works(say("It follows the finger, and the buttons click")),
        fails(say("It jumps, does not follow, or a button is dead")),
        is_not_there(say("This computer has no touchpad")),
    ],
    seconds=25,
)
_WORKS = say("The touchpad and its buttons work.")
_FAILED = say("The touchpad or a button does not work. Add a mouse, or replace it.")
_BY_WORD = {
    "passed": (Outcome.PASSED, _WORKS),
    "failed": (Outcome.FAILED, _FAILED),
    "absent": (Outcome.SKIPPED, NOT_THERE),
}
_START = say("Start the test and use the touchpad first.")
_NAMES = {
    "left": say("to the left"), "right": say("to the right"), "up": say("up"), "down": say("down"),
}  # fmt: skip
_BUTTONS = {"left": say("the left button"), "right": say("the right button")}


def applies(inventory: Inventory) -> bool:
    kinds = ("touchpad", "pointing_stick")
    return with_lid(inventory) or any(device.kind in kinds and device.internal for device in inventory.inputs)


def proceed(replies: Sequence[ManualReply], around: Around) -> Next:
    """Nobody can say "it works" of what was not felt, where it could be."""
    return beside(TouchpadView, judge, _START, "passed", "failed")(_CHECK, replies, around, _BY_WORD)


def judge(replies: Sequence[ManualReply], view: TouchpadView) -> CheckResult | Message:
    """The last answer beside what was felt; a message: it cannot be right."""
    figures = [
        Figure(name="directions_felt", value=", ".join(view.moved) or "none", threshold=", ".join(WAYS)),
        Figure(
            name="buttons_felt", value=", ".join(view.clicked) or "none", threshold=", ".join(view.buttons) or "none"
        ),
    ]
    if replies[-1].value == "failed":
        return result(_CHECK, replies, Outcome.FAILED, _FAILED, figures)
    if (lack := first_lack(view)) is not None:
        return lack
    return result(_CHECK, replies, Outcome.PASSED, _WORKS, figures)


def first_lack(view: TouchpadView) -> Message | None:
    """What was not felt yet; one thing at a time, so that each is a whole sentence in every language."""
    for way in WAYS:
        if way not in view.moved:
            return say("No stroke was felt {way}. Start again and make it.", way=_NAMES[way].text)
    for button in ("left", "right"):
        if button in view.buttons and button not in view.clicked:
            return say("No click was felt of {button}. Start again and press it.", button=_BUTTONS[button].text)
    return None
