"""What flows into a battery or out of it at this moment."""

from dataclasses import dataclass

from agent.host.source import Source, integer
from agent.inventory.batteries import CLASS, mains_connected

_MICRO = 1e-6
_MOST_WH = 1000.0
_MOST_WATTS = 500.0
"""Chargers of the largest laptops give 330 W."""
_VOLTS = (1.0, 60.0)
_STATUSES = frozenset({"Charging", "Discharging", "Not charging", "Full", "Unknown"})
"""All that the kernel says (POWER_SUPPLY_STATUS_TEXT in drivers/power/supply/power_supply_sysfs.c)."""


@dataclass(frozen=True)
class Flow:
    """None is what is not told, or what cannot be."""

    status: str | None
    """As the kernel says it: Charging, Discharging, Not charging, Full, Unknown."""
    mains: bool | None
    percent: int | None = None
    energy_wh: float | None = None
    watts: float | None = None
    """Always positive: the status says which way."""
    holds_from_percent: int | None = None
    holds_to_percent: int | None = None
    """Somebody has set that it is charged only from below the one, and only up to the other."""
    nonsense: bool = False
    """Something that was told cannot be."""


def read(source: Source, name: str) -> Flow:
    """One battery of the computer by its name in the kernel. Never raises."""
    folder = f"{CLASS}/{name}"
    percent = integer(source, f"{folder}/capacity")
    energy, watts = _energy(source, folder), _watts(source, folder)
    plausible = _within(percent, 0, 100), _within(energy, 0, _MOST_WH), _within(watts, 0, _MOST_WATTS)
    status = source.text(f"{folder}/status")
    return Flow(
        status=status if status in _STATUSES else None,
        mains=mains_connected(source),
        percent=percent if plausible[0] else None,
        energy_wh=energy if plausible[1] else None,
        watts=watts if plausible[2] else None,
        holds_from_percent=_limit(source, f"{folder}/charge_control_start_threshold"),
        holds_to_percent=_limit(source, f"{folder}/charge_control_end_threshold"),
        nonsense=not all(plausible),
    )


def _within(value: float | None, least: float, most: float) -> bool:
    return value is None or least <= value <= most


def _energy(source: Source, folder: str) -> float | None:
    """Watt-hours; from microampere-hours by the voltage that the battery was designed for, as its capacity is."""
    if (energy := integer(source, f"{folder}/energy_now")) is not None:
        return energy * _MICRO
    charge = integer(source, f"{folder}/charge_now")
    volts = _volts(source, folder, "voltage_min_design") or _volts(source, folder, "voltage_now")
    return None if charge is None or volts is None else charge * _MICRO * volts


def _watts(source: Source, folder: str) -> float | None:
    if (power := integer(source, f"{folder}/power_now")) is not None:
        return abs(power) * _MICRO  # some drivers count what flows out below zero
    current = integer(source, f"{folder}/current_now")
    volts = _volts(source, folder, "voltage_now")
    return None if current is None or volts is None else abs(current) * _MICRO * volts


def _volts(source: Source, folder: str, name: str) -> float | None:
    microvolts = integer(source, f"{folder}/{name}")
    low, high = _VOLTS
    return microvolts * _MICRO if microvolts is not None and low <= microvolts * _MICRO <= high else None


def _limit(source: Source, path: str) -> int | None:
    percent = integer(source, path)
    return percent if percent is not None and 0 < percent <= 100 else None
