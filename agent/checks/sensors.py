"""Whether temperatures and fans can be read, and make sense, while the computer has nothing to do."""

import re
from time import sleep

from agent.checks.base import Bench, Recorder, against, figures
from agent.host.fans import Fan, Fans
from agent.host.sensors import Sensors, thermometers
from agent.model.check import CheckResult
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.profile import Checks
from agent.model.words import Outcome

ID = "sensors"
TITLE = say("Sensors and fans")
LOADS = frozenset({"processor"})
"""Nothing else may heat the processor meanwhile."""

_LOOKS = 6
_PAUSE_SECONDS = 0.5


def applies(_inventory: Inventory) -> bool:
    return True


def expected_seconds(_checks: Checks, _inventory: Inventory) -> float:
    return _LOOKS * _PAUSE_SECONDS + 2


def check(bench: Bench) -> CheckResult:
    """Never raises."""
    sensors, fans = Sensors(bench.source), Fans(bench.source)
    heat, turning = Recorder("temperature_celsius"), Recorder("fan_rpm")
    for look in range(_LOOKS):
        celsius = sensors.celsius()
        heat.add(look * _PAUSE_SECONDS, celsius)
        turning.add(look * _PAUSE_SECONDS, fans.fastest())
        seen = None if celsius is None else say("{celsius} °C", celsius=round(celsius))
        bench.report(100 * look / _LOOKS, seen, (_LOOKS - look) * _PAUSE_SECONDS)
        sleep(_PAUSE_SECONDS)
    sane, absurd = thermometers(bench.source)
    hot = bench.checks.sensors.hot_celsius
    outcome, reason = _verdict(sane, absurd, heat, fans.read(), hot)
    return CheckResult(
        id=ID,
        title=TITLE,
        outcome=outcome,
        reason=reason,
        figures=[
            *against("temperature_max_celsius", heat.highest, hot),
            *figures(thermometers=sane, absurd_thermometers=absurd),
            *figures(fans=len(fans.read()), fan_max_rpm=turning.highest),
        ],
        series=heat.series() + turning.series(),
        seconds=_LOOKS * _PAUSE_SECONDS,
    )


def _verdict(sane: int, absurd: int, heat: Recorder, fans: list[Fan], hot: int) -> tuple[Outcome, Message]:
    celsius = 0 if heat.lowest is None else round(heat.lowest)
    warm = heat.lowest is not None and heat.lowest >= hot
    turning = [fan.rpm for fan in fans if fan.rpm is not None]
    if broken := next((fan for fan in fans if fan.broken), None):
        return Outcome.FAILED, say(
            "The fan “{fan}” is reported broken. Free or replace it.", fan=re.sub(r"[^\w .#-]", "", broken.name)
        )
    if warm and turning and not any(turning):
        return Outcome.FAILED, say(
            "The processor is at {celsius} °C without work, and no fan turns. Free or replace the fan before anything "
            "else is tested.", celsius=celsius,
        )  # fmt: skip
    if warm:
        return Outcome.DEGRADED, say(
            "The processor is at {celsius} °C without work, which is too hot. Clean the fan, renew the thermal paste.",
            celsius=celsius,
        )
    if fans and not turning:
        return Outcome.DEGRADED, say("What the fans tell of their speed makes no sense. Listen whether they turn.")
    if not sane:
        if absurd:
            return Outcome.ERROR, say("What the temperature sensors tell makes no sense: the heat cannot be watched.")
        return Outcome.SKIPPED, say("This computer shows no temperature: put your hand to the air outlet under load.")
    if heat.lowest is None:
        return Outcome.DEGRADED, say(
            "There are temperature sensors, but none of the processor can be read: its heat cannot be watched."
        )
    if not fans:
        return Outcome.PASSED, say(
            "{celsius} °C without work. No fan tells its speed: listen whether one turns under load.", celsius=celsius
        )
    return Outcome.PASSED, say(
        "{celsius} °C without work; the fastest fan turns {rpm} times a minute.", celsius=celsius, rpm=max(turning)
    )
