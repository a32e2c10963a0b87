"""The axis `cosmetic`: how the machine looks, by the C-categories of the R2v3 REC."""

from agent.model.grade import AxisGrade
from agent.model.message import say


def judge() -> AxisGrade:
    """Never tested yet: a person must look, and untested is not passed."""
    return AxisGrade(
        axis="cosmetic",
        letter=None,
        tested=False,
        value=say("not tested"),
        next_threshold=say("category C6 or better"),
        reason=say("Nobody has said yet how the machine looks."),
    )
