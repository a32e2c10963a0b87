"""Batteries and the mains, from /sys/class/power_supply (kernel: Documentation/ABI/testing/sysfs-class-power).

Where no kernel was asked, batteries from the firmware: SMBIOS portable battery (DSP0134, 7.23).
"""

from collections.abc import Sequence

from agent.host.source import Source, integer
from agent.inventory.batteries import portable
from agent.inventory.dmidecode import Record
from agent.inventory.values import real
from agent.model.inventory import Battery

CLASS = "/sys/class/power_supply"
_LARGEST_WH = 1000.0
"""Ten times what an aeroplane allows; above, the firmware talks nonsense."""
_MOST_CYCLES = 20_000
_MICRO = 1e-6


def read(source: Source, records: Sequence[Record] = ()) -> list[Battery]:
    """The machine's own batteries, not those of mice and headsets. The firmware (`records`) knows the capacity they
    were made with, never what is left of it; the kernel knows better which of them are there."""
    if not source.names(CLASS) and not source.names("/sys/class"):
        return portable.read(records)
    return [_battery(source, name) for name in source.names(CLASS) if _own_battery(source, name)]


def mains_connected(source: Source) -> bool | None:
    """Whether a charger is plugged in; None where there is no such thing to ask."""
    online = [
        integer(source, f"{CLASS}/{name}/online")
        for name in source.names(CLASS)
        if source.text(f"{CLASS}/{name}/type") in ("Mains", "USB", "Wireless")
        and source.text(f"{CLASS}/{name}/scope") != "Device"
    ]
    told = [value for value in online if value is not None]
    return any(told) if told else None


def _own_battery(source: Source, name: str) -> bool:
    folder = f"{CLASS}/{name}"
    return (
        source.text(f"{folder}/type") == "Battery"
        and source.text(f"{folder}/scope") != "Device"
        and source.text(f"{folder}/present") != "0"
    )


def _battery(source: Source, name: str) -> Battery:
    folder = f"{CLASS}/{name}"
    design, full = _capacity(source, folder, "full_design"), _capacity(source, folder, "full")
    cycles = integer(source, f"{folder}/cycle_count")
    charge = integer(source, f"{folder}/capacity")
    return Battery(
        name=name,
        manufacturer=real(source.text(f"{folder}/manufacturer")),
        model=real(source.text(f"{folder}/model_name")),
        serial=real(source.text(f"{folder}/serial_number")),
        technology=real(source.text(f"{folder}/technology")),
        design_wh=design,
        full_wh=full,
        # 0 is what the kernel shows where the battery does not count.
        cycles=cycles if cycles is not None and 0 < cycles <= _MOST_CYCLES else None,
        health_percent=min(100.0, round(100 * full / design, 1)) if design and full is not None else None,
        charge_percent=charge if charge is not None and 0 <= charge <= 100 else None,
        status=real(source.text(f"{folder}/status")),
    )


def _capacity(source: Source, folder: str, which: str) -> float | None:
    """Watt-hours from microwatt-hours, or from microampere-hours and the design voltage in microvolts."""
    energy = integer(source, f"{folder}/energy_{which}")
    if energy is not None:
        return _plausible(energy * _MICRO, which)
    charge = integer(source, f"{folder}/charge_{which}")
    volts = integer(source, f"{folder}/voltage_min_design") or integer(source, f"{folder}/voltage_now")
    return None if charge is None or not volts else _plausible(charge * _MICRO * volts * _MICRO, which)


def _plausible(watt_hours: float, which: str) -> float | None:
    # A dead battery may well hold nothing; none was designed to.
    least = 0.1 if which == "full_design" else 0.0
    return round(watt_hours, 2) if least <= watt_hours <= _LARGEST_WH else None
