"""The axis `functions`: screen, keyboard, sound, charging and the rest that only a person can try."""

from agent.model.grade import AxisGrade
from agent.model.message import say


def judge() -> AxisGrade:
    """Never tested yet: the manual checks come with a later issue, and untested is not passed."""
    return AxisGrade(
        axis="functions",
        letter=None,
        tested=False,
        value=say("not tested"),
        next_threshold=say("all functions work"),
        reason=say("Screen, keyboard, touchpad, sound, camera and ports were not tested."),
    )
