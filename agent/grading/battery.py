"""The axis `battery`: what a portable computer's battery still holds."""

import math

from agent.grading.evidence import conclude, figure, worst
from agent.grading.scale import better, place
from agent.model.check import CheckResult
from agent.model.grade import AxisGrade
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.profile import BatteryThresholds
from agent.model.words import GradeLetter, Outcome


def judge(inventory: Inventory, checks: list[CheckResult], limits: BatteryThresholds) -> AxisGrade:
    """Grade the battery by section 7 of the design; of several, the weakest counts.

    The axis applies to what is portable, and to any machine with a battery: the chassis type in the firmware is
    sometimes wrong.
    """
    batteries = inventory.batteries
    if swollen(checks):
        return AxisGrade(
            axis="battery",
            letter=GradeLetter.PARTS,
            value=say("swollen"),
            next_threshold=say("no swollen battery"),
            reason=say("The battery is swollen, which is dangerous: switch the machine off and remove the battery."),
        )
    if not batteries and not inventory.machine.chassis.portable:
        return AxisGrade(
            axis="battery",
            letter=None,
            applies=False,
            value=say("none, by design"),
            reason=say("This machine runs on mains power."),
        )
    if not batteries:
        return _low(
            say("absent"), _percent(limits.c_percent), say("No battery: the machine works on mains power only.")
        )
    found = [
        worst(conclude(checks, check, [battery.name]) for check in ("battery", "battery_discharge"))
        for battery in batteries
    ]
    healths = [battery.health_percent for battery in batteries if battery.health_percent is not None]
    tested = [conclude(checks, "battery", [battery.name]) for battery in batteries]
    complete = None not in tested and len(healths) == len(batteries)
    axis = _by_health(min(healths), limits) if healths else _unknown()
    failed = any(result and result.outcome is Outcome.FAILED for result in found)
    if failed and axis.letter is not GradeLetter.D:
        reason = say("The battery failed its check: the machine works on mains power only.")
        axis = _low(axis.value, _percent(limits.c_percent), reason)
    if complete:
        return axis
    missing = say("Not every battery was tested.") if axis.letter else None
    return axis.model_copy(update={"tested": False, "missing": missing})


def swollen(checks: list[CheckResult]) -> bool:
    """Whether a person says so. A figure "no", "false" or 0 says that it is not."""
    return str(figure(checks, "swollen") or "no").lower() not in ("no", "false", "0", "0.0", "none")


def _unknown() -> AxisGrade:
    return AxisGrade(
        axis="battery",
        letter=None,
        tested=False,
        value=say("not readable"),
        reason=say("What the battery still holds could not be read."),
    )


def _by_health(health: float, limits: BatteryThresholds) -> AxisGrade:
    least = {
        GradeLetter.A: limits.a_percent,
        GradeLetter.B: limits.b_percent,
        GradeLetter.C: limits.c_percent,
    }
    letter = place(health, least, GradeLetter.D)
    wanted = better(letter)
    health = math.floor(health * 10) / 10  # never shown rounded up: "80 %; grade A needs 80 %"
    if wanted is None:
        reason = say("The battery still holds {health:percent} of its capacity.", health=health)
    else:
        reason = say(
            "The battery still holds {health:percent} of its capacity; grade {letter} needs {least:percent}.",
            health=health,
            letter=wanted,
            least=least[wanted],
        )
    return AxisGrade(
        axis="battery",
        letter=letter,
        value=_percent(health),
        threshold=_percent(least[letter]) if letter in least else None,
        next_threshold=_percent(least[wanted]) if wanted else None,
        reason=reason,
    )


def _low(value: Message, needed: Message, reason: Message) -> AxisGrade:
    return AxisGrade(axis="battery", letter=GradeLetter.D, value=value, next_threshold=needed, reason=reason)


def _percent(value: float) -> Message:
    return say("{health:percent}", health=value)
