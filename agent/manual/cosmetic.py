"""How the computer looks: the cosmetic category C1 to C9 of the R2 Equipment Categorization (REC) by SERI, the table of
cosmetic condition that R2v3 refers to, by plain questions.

The table in short: C1 damaged, for materials only; C2 poor: heavy dents, much damage to latches, hinges or keys,
important parts missing; C3 fair: dents, discoloured areas, scratches, some damage, covers may be missing; C4 good:
scratches and small dents, no damage, nothing missing; C5 very good: minor ones only; C6 excellent: light traces,
cleaned, foreign labels removed; C7 restored to like new, with a warranty; C8 never used, without its box; C9 never
used, in its opened box. C0 is "not categorized". Told by https://certifiedusedelectronics.com/grades (REC v1.2) and
https://compucycle.com/functional-cosmetic-grading-standards/.
"""

from collections.abc import Mapping, Sequence

from agent.manual import completeness, hinges
from agent.manual.base import NO_ANSWER, PERSON, Around, Next, result, with_screen
from agent.model.check import Figure
from agent.model.inventory import Inventory
from agent.model.manual import Choice, ManualCheck, ManualReply
from agent.model.message import Message, say
from agent.model.words import Outcome

ID = "cosmetic"
TITLE = say("Looks")
LOADS = PERSON
FIGURE = "cosmetic_category"
"""The figure that the grade reads: `C1` to `C9`."""

_PASSED_FROM = 4
"""C4, "used good", is the lowest category without damage."""
_WORDS = {
    1: say("C1: damaged, only good for its materials."),
    2: say("C2: poor looks, heavily worn."),
    3: say("C3: fair looks, clearly worn."),
    4: say("C4: good looks, with scratches or small dents."),
    5: say("C5: very good looks, with minor scratches."),
    6: say("C6: excellent looks, hardly a trace of use."),
    7: say("C7: looks like new, restored and with a warranty."),
    8: say("C8: never used, without its box."),
    9: say("C9: never used, in its opened box."),
}


def _question(step: str, instruction: Message, *answers: tuple[str, str, Message], seconds: float = 10) -> ManualCheck:
    choices = [Choice(key=key, value=value, label=label) for key, value, label in answers]
    return ManualCheck(id=ID, step=step, title=TITLE, instruction=instruction, answers=choices, seconds=seconds)


_WHOLE = ("b", "whole", say("No, it is whole"))
_WRECK = ("p", "wreck", say("Yes: broken through, crushed, burnt or soaked"))
_ALL_SECONDS = 40
"""For all the questions of this check together: the first one stands for them."""
_BROKEN = _question("broken", say("Is it so damaged that nobody would want it?"), _WHOLE, _WRECK, seconds=_ALL_SECONDS)
_BROKEN_WITH_SCREEN = _question(
    "broken", say("Is it so damaged that nobody would want it?"), _WHOLE,
    ("c", "cracked", say("Only the screen is cracked")), _WRECK, seconds=_ALL_SECONDS,
)  # fmt: skip
_WEAR = _question(
    "wear",
    say("Look at the lid, the case, the screen's frame and the bottom. Which sentence fits best?"),
    ("i", "none", say("Like new: not a trace of use")),
    ("l", "light", say("Excellent: light scratches, seen only from near")),
    ("f", "minor", say("Very good: a few minor scratches or dents, or marks of labels")),
    ("d", "visible", say("Good: scratches or small dents that one sees at once")),
    ("c", "marked", say("Fair: several dents, discoloured places or deep scratches")),
    ("p", "heavy", say("Poor: many heavy dents or broken edges, it should be repaired")),
)
_DAMAGE = _question(
    "damage",
    say("Is a latch, a hinge or a key damaged, or does a part of the case miss?"),
    ("b", "none", say("No")),
    ("l", "some", say("Yes, a little: it can be used as it is")),
    ("p", "much", say("Yes, much, or something important")),
)
_CLEAN = _question(
    "clean",
    say("Is it clean all over, and are all labels off that are not the maker's?"),
    ("b", "yes", say("Yes")),
    ("n", "no", say("No, or not yet")),
)
_NEW = _question(
    "new",
    say("It looks new. What is it?"),
    ("u", "used", say("Used")),
    ("g", "warranted", say("Used, restored and sold with a warranty")),
    ("n", "unused", say("Never used, without its box")),
    ("b", "boxed", say("Never used, in its opened box")),
)
_CAPS = {
    "wear": {"heavy": 2, "marked": 3, "visible": 4, "minor": 5},
    "damage": {"some": 3, "much": 2},
    "clean": {"yes": 6, "no": 5},
    "new": {"warranted": 7, "unused": 8, "boxed": 9},
}
"""The best category that each answer leaves."""


def applies(inventory: Inventory) -> bool:  # noqa: ARG001
    return True


def proceed(replies: Sequence[ManualReply], around: Around) -> Next:
    """The next question that the category hangs on; what the checks before this one told is not asked again."""
    answers = _told_before(around)
    for reply in replies:
        question = _next(answers, around.inventory)
        if question is None or reply.value not in {choice.value for choice in question.answers}:
            return NO_ANSWER
        answers[question.step] = reply.value
    if (question := _next(answers, around.inventory)) is not None:
        return question
    number = category(answers)
    outcome = Outcome.PASSED if number >= _PASSED_FROM else Outcome.DEGRADED if number > 1 else Outcome.FAILED
    return result(_BROKEN, replies, outcome, _WORDS[number], [Figure(name=FIGURE, value=f"C{number}")])


def category(answers: Mapping[str, str]) -> int:
    """1 to 9: the lowest that any answer leaves."""
    if answers["broken"] != "whole":
        return 1 if answers["broken"] == "wreck" else 2
    return min((_CAPS[step][value] for step, value in answers.items() if value in _CAPS.get(step, {})), default=9)


def _next(answers: Mapping[str, str], inventory: Inventory) -> ManualCheck | None:
    if "broken" not in answers:
        return _BROKEN_WITH_SCREEN if with_screen(inventory) else _BROKEN
    if answers["broken"] != "whole":
        return None
    for question in (_WEAR, _DAMAGE):
        if question.step not in answers:
            return question
    if answers["damage"] != "none" or answers["wear"] not in ("none", "light"):
        return None  # traces and damage count as they are; cleaning would not lift it
    if answers["wear"] == "none" and "new" not in answers:
        return _NEW
    if answers.get("new", "used") == "used" and "clean" not in answers:
        return _CLEAN
    return None


def _told_before(around: Around) -> dict[str, str]:
    """A loose hinge is no damage: its screws can be tightened."""
    parts = around.results.get(completeness.ID)
    if parts is None or parts.outcome is Outcome.SKIPPED:
        return {}
    hinge = around.results.get(hinges.ID)
    if parts.outcome is Outcome.FAILED:
        return {"damage": "much"}
    some = parts.outcome is Outcome.DEGRADED or (hinge is not None and hinge.outcome is Outcome.FAILED)
    return {"damage": "some" if some else "none"}
