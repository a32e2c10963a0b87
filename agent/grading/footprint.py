"""What a second life of this machine avoids, quoted from those who published it, and what it draws, as measured."""

from agent.model.check import CheckResult
from agent.model.grade import Footprint, Power
from agent.model.message import Message, say
from agent.model.words import Chassis, Outcome

_MAKING = "ADEME, Impact CO2 (impactco2.fr), 2026-07"
_USING = "ADEME, Évaluation de l’impact environnemental d’un ensemble de produits reconditionnés, 2022-09"
LAPTOP_KG, DESKTOP_KG, MONITOR_KG = 170.3, 202.6, 64.6
"""kg CO2e of making one, without transport, use and end: repository incubateur-ademe/impactco2,
src/data/categories/numerique.json, 1 July 2026, from ADEME and Arcep's study of the digital world in France. Of the two
desktop computers there it is the office's, which is the smaller figure (a household's: 258.6)."""
REFURBISHED_LAPTOP_KG = 27.0
"""kg CO2e a year, a refurbished laptop against a new one."""

_KINDS = {
    Chassis.NOTEBOOK: Footprint(
        manufacture_kg=LAPTOP_KG, yearly_kg=REFURBISHED_LAPTOP_KG, source=f"{_MAKING}; {_USING}"
    ),
    Chassis.CONVERTIBLE: Footprint(
        manufacture_kg=LAPTOP_KG, yearly_kg=REFURBISHED_LAPTOP_KG, source=f"{_MAKING}; {_USING}"
    ),
    Chassis.DESKTOP: Footprint(manufacture_kg=DESKTOP_KG, source=_MAKING),
    Chassis.ALL_IN_ONE: Footprint(manufacture_kg=DESKTOP_KG + MONITOR_KG, source=_MAKING),
}


def avoided(chassis: Chassis) -> Footprint | None:
    """None for kinds of machines that nobody published a figure for (tablets, mini computers, servers)."""
    return _KINDS.get(chassis)


_WORDS: dict[str, Message] = {
    "processor": say("Processor under full load"),
    "battery_discharge": say("Whole machine on battery under load"),
}


def measured(checks: list[CheckResult]) -> list[Power]:
    """The highest power that the processor's own counter (RAPL) or the battery told in each check. Watts."""
    found = {}
    for result in checks:
        watts = [
            float(each.value)
            for each in result.figures
            if each.name.endswith("_watts") and isinstance(each.value, (int, float)) and 0 < each.value < _ABSURD_WATTS
        ]
        if watts and result.id in _WORDS and result.outcome in (Outcome.PASSED, Outcome.DEGRADED):
            found[result.id] = Power(what=_WORDS[result.id], watts=max(watts))
    return list(found.values())


_ABSURD_WATTS = 2000
"""More than any power supply of a PC."""
