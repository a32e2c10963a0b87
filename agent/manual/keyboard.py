"""Every key of the built-in keyboard, pressed and released, as the kernel feels it."""

from collections.abc import Sequence

from agent.manual.base import NOT_THERE, PERSON, Around, Next, beside, fails, is_not_there, result, with_lid, works
from agent.manual.layouts import layout
from agent.model.check import CheckResult, Figure
from agent.model.inventory import Inventory
from agent.model.manual import Aid, Choice, KeyboardView, ManualCheck, ManualReply
from agent.model.message import Message, say
from agent.model.words import Outcome

ID = "keyboard"
TITLE = say("Keyboard")
LOADS = PERSON

MOST_ABSENT = 6
"""Keys that a keyboard may really not have; more of them unfelt means that not all were pressed."""

_CHECK = ManualCheck(
    id=ID,
    title=TITLE,
    instruction=say(
        "Start, then press A, then every other key once. Meanwhile no key does anything else. To end, hold Esc, Enter "
        "or the space bar for two seconds, or press nothing for a while."
    ),
    aid=Aid.KEYBOARD,
    actions=[
        Choice(key="e", value="start", label=say("Start")),
        Choice(key="f", value="azerty", label=say("It is an AZERTY keyboard")),
        Choice(key="u", value="qwerty", label=say("It is a QWERTY keyboard")),
    ],
    answers=[
        works(say("All keys work and none is worn off")),
        Choice(key="d", value="fewer", label=say("All keys work; those named do not exist on this keyboard")),
        fails(say("Keys are dead, stuck or missing")),
        is_not_there(say("This computer has no keyboard of its own")),
    ],
    seconds=60,
)
_WORKS = say("All keys work.")
_FAILED = say("Keys are dead, stuck or missing. Replace the keyboard, or add one on USB.")
_BY_WORD = {
    "passed": (Outcome.PASSED, _WORKS),
    "fewer": (Outcome.PASSED, _WORKS),
    "failed": (Outcome.FAILED, _FAILED),
    "absent": (Outcome.SKIPPED, NOT_THERE),
}
_START = say("Start the test and press every key first.")


def applies(inventory: Inventory) -> bool:
    built_in = any(device.kind == "keyboard" and device.internal for device in inventory.inputs)
    return with_lid(inventory) or built_in


def proceed(replies: Sequence[ManualReply], around: Around) -> Next:
    """Nobody can say "all keys work" of keys that were not felt, where they could be."""
    return beside(KeyboardView, judge, _START, "passed", "fewer", "failed")(_CHECK, replies, around, _BY_WORD)


def judge(replies: Sequence[ManualReply], view: KeyboardView) -> CheckResult | Message:
    """The last answer beside what the keys themselves told; a message: it cannot be right."""
    keys = layout(view.layout)
    missing, stuck = keys.wanted(view.seen) - set(view.seen), keys.keys & set(view.stuck)
    figures = _figures(view, missing)
    match replies[-1].value:
        case "failed":
            reason = _FAILED
            if missing or stuck:
                named = keys.named(missing | stuck)
                reason = say(
                    "These keys are dead or stuck: {keys}. Replace the keyboard, or add one on USB.", keys=named
                )
            return result(_CHECK, replies, Outcome.FAILED, reason, figures)
        case _ if stuck:
            return say("These keys are held down or stuck: {keys}. Free them and start again.", keys=keys.named(stuck))
        case "fewer" if len(missing) <= MOST_ABSENT:
            reason = _WORKS
            if missing:
                reason = say("All keys work that this keyboard has. It has none of these: {keys}.",
                             keys=keys.named(missing))  # fmt: skip
            return result(_CHECK, replies, Outcome.PASSED, reason, figures)
        case _ if missing:
            return say("These keys were not felt: {keys}. Start again and press them.", keys=keys.named(missing))
    return result(_CHECK, replies, Outcome.PASSED, _WORKS, figures)


def _figures(view: KeyboardView, missing: frozenset[int]) -> list[Figure]:
    keys = layout(view.layout)
    wanted = keys.wanted(view.seen)
    lists = {
        "keys_missing": missing,
        "keys_stuck": keys.keys & set(view.stuck),
        "other_keys_not_felt": keys.keys - wanted - set(view.seen),
    }
    named = [Figure(name=name, value=keys.named(codes)) for name, codes in lists.items() if codes]
    seen = Figure(name="keys_felt", value=len(set(view.seen) & wanted), threshold=len(wanted))
    return [Figure(name="layout", value=view.layout), seen, *named]
