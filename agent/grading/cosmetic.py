"""The axis `cosmetic`: how the machine looks, by the C-categories of the R2v3 REC (SERI, REC v1.2).

On screens and pages it is told as "5/9", never as C5 beside a grade C.
"""

import re

from agent.grading.evidence import figure
from agent.grading.scale import better, place
from agent.model.check import CheckResult
from agent.model.grade import AxisGrade
from agent.model.message import Message, say
from agent.model.profile import CosmeticThresholds
from agent.model.words import GradeLetter

BEST = 9


def category(checks: list[CheckResult]) -> int | None:
    """1 (damaged) to 9 (as new), from the last answer of a person; None where nobody answered, or nonsense."""
    told = figure([result for result in checks if result.id == "cosmetic"], "cosmetic_category")
    found = re.fullmatch(r"C([1-9])", told) if isinstance(told, str) else None
    return int(found[1]) if found else None


def judge(checks: list[CheckResult], limits: CosmeticThresholds) -> AxisGrade:
    """Grade by section 7 of the design: C1 is for recycling, C2 is D."""
    found = category(checks)
    least = {
        GradeLetter.A: limits.a_category,
        GradeLetter.B: limits.b_category,
        GradeLetter.C: limits.c_category,
        GradeLetter.D: 2,
    }
    if found is None:
        return AxisGrade(
            axis="cosmetic",
            letter=None,
            tested=False,
            value=say("not tested"),
            next_threshold=_of_nine(limits.a_category),
            reason=say("Nobody has said yet how the machine looks."),
        )
    letter = place(found, least, GradeLetter.RECYCLE)
    wanted = GradeLetter.D if letter is GradeLetter.RECYCLE else better(letter)
    if letter is GradeLetter.RECYCLE:
        reason = say("Damaged beyond use (aspect {category}/{best}): for recycling.", category=found, best=BEST)
    elif wanted is None:
        reason = say("It looks good (aspect {category}/{best}).", category=found, best=BEST)
    else:
        reason = say(
            "Aspect {category}/{best}; grade {letter} needs {least}/{best}.",
            category=found, best=BEST, letter=wanted, least=least[wanted],
        )  # fmt: skip
    return AxisGrade(
        axis="cosmetic",
        letter=letter,
        value=_of_nine(found),
        threshold=_of_nine(least[letter]) if letter in least else None,
        next_threshold=_of_nine(least[wanted]) if wanted else None,
        reason=reason,
    )


def _of_nine(number: int) -> Message:
    return say("aspect {category}/{best}", category=number, best=BEST)
