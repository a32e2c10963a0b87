"""How hot a drive is, where a kernel driver tells without a program of ours asking the drive (nvme, drivetemp)."""

from agent.host.source import Source, integer

_HWMON = "/sys/class/hwmon"
DRIVERS = frozenset({"nvme", "drivetemp"})
"""What hwmon calls the sensors of drives. Reading one sends the drive a command."""
_PLAUSIBLE_CELSIUS = (-40, 130)
_MOST = 256
"""Sensors that are looked at."""


def drive_celsius(source: Source, path: str) -> int | None:
    """The temperature that the kernel reads for the drive at this node (`/dev/sda`); None where it has no sensor.
    May block as long as the drive does. Never raises."""
    device = source.link(f"/sys/class/block/{path.rsplit('/', 1)[-1]}/device")
    if device is None:
        return None
    for name in source.names(_HWMON)[:_MOST]:
        folder = f"{_HWMON}/{name}"
        if source.text(f"{folder}/name") in DRIVERS and source.link(f"{folder}/device") == device:
            told = integer(source, f"{folder}/temp1_input")
            celsius = None if told is None else round(told / 1000)  # Documentation/hwmon/sysfs-interface: millidegrees
            low, high = _PLAUSIBLE_CELSIUS
            return celsius if celsius is not None and low <= celsius <= high else None
    return None
