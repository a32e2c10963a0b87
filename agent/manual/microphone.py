"""The microphone: the level must follow a voice. Nothing of what is heard is kept."""

from collections.abc import Sequence

from agent.manual.base import NOT_THERE, PERSON, Around, Next, beside, fails, is_not_there, result, with_screen, works
from agent.model.check import CheckResult, Figure
from agent.model.inventory import Inventory
from agent.model.manual import Aid, Choice, LevelView, ManualCheck, ManualReply
from agent.model.message import Message, say
from agent.model.words import Outcome

ID = "microphone"
TITLE = say("Microphone")
LOADS = PERSON | {"sound"}

_CHECK = ManualCheck(
    id=ID,
    title=TITLE,
    instruction=say("Start listening and speak. Does the level rise with your voice? Nothing is recorded."),
    aid=Aid.LEVEL,
    actions=[Choice(key="e", value="start", label=say("Start listening"))],
    answers=[
        works(say("The level follows my voice")),
        fails(say("It does not, or it crackles")),
        is_not_there(say("This computer has no microphone")),
    ],
    seconds=20,
)
_VERDICTS = {
    "passed": (Outcome.PASSED, say("The microphone hears a voice.")),
    "failed": (Outcome.FAILED, say("The microphone does not hear a voice, or crackles.")),
    "absent": (Outcome.SKIPPED, NOT_THERE),
}


def applies(inventory: Inventory) -> bool:
    return with_screen(inventory)


RISE_PERCENT = 10
"""Of the level's scale, which is 60 dB: a voice stands 6 dB and more above a room without one."""
_LISTEN = say("Start listening and speak first.")
_FLAT = say("The level did not move. Start listening again, and speak loudly before the screen.")


def proceed(replies: Sequence[ManualReply], around: Around) -> Next:
    """Nobody can say that the level follows a voice while it did not move, where there is one."""
    return beside(LevelView, judge, _LISTEN, "passed", "failed")(_CHECK, replies, around, _VERDICTS)


def judge(replies: Sequence[ManualReply], view: LevelView) -> CheckResult | Message:
    """The last answer beside the level; a message: it cannot be right."""
    rise = round(view.highest_percent - view.lowest_percent, 1)
    if replies[-1].value == "passed" and rise < RISE_PERCENT:
        return _FLAT
    figures = [Figure(name="level_rise_percent", value=rise, threshold=RISE_PERCENT)]
    return result(_CHECK, replies, *_VERDICTS[replies[-1].value], figures)
