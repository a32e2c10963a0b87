"""The microphone: the level must follow a voice. Nothing of what is heard is kept."""

from collections.abc import Sequence

from agent.manual.base import NOT_THERE, PERSON, Around, Next, by_word, fails, is_not_there, with_screen, works
from agent.model.inventory import Inventory
from agent.model.manual import Aid, Choice, ManualCheck, ManualReply
from agent.model.message import say
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


def proceed(replies: Sequence[ManualReply], around: Around) -> Next:  # noqa: ARG001
    return by_word(_CHECK, replies, _VERDICTS)
