"""The one figure of a check that a person looks for first."""

from collections.abc import Callable

from agent.model.check import CheckResult
from agent.model.message import Message, say

_Value = float | int
_FIGURES: dict[str, tuple[tuple[str, Callable[[_Value], Message | None]], ...]] = {
    "processor": (("temperature_max_celsius", lambda value: say("{celsius} °C at most", celsius=round(value))),),
    "memory": (("reached_bytes", lambda value: say("{size:memory}", size=int(value))),),
    "drive_health": (("power_on_hours", lambda value: say("{hours} h of use", hours=int(value))),),
    "drive_surface": (
        ("unreadable_blocks", lambda value: say("{count} unreadable", count=int(value)) if value else None),
        ("read_mb_per_second", lambda value: say("{speed} MB/s", speed=round(value))),
    ),
    "drive_speed": (("best_mb_per_second", lambda value: say("{speed} MB/s", speed=round(value))),),
    # Rounded down: what a person promises must be there.
    "battery": (("health_percent", lambda value: say("{health:percent} of new", health=int(value))),),
    "battery_discharge": (("expected_minutes", lambda value: say("{time:duration}", time=round(value) * 60)),),
    "charging": (("power_watts", lambda value: say("{watts} W", watts=round(value))),),
    "network": (("speed_mbps", lambda value: say("{speed} Mbit/s", speed=int(value))),),
    "wifi": (("signal_best_dbm", lambda value: say("{signal} dBm", signal=round(value))),),
    "sensors": (("temperature_max_celsius", lambda value: say("{celsius} °C at most", celsius=round(value))),),
}
"""By check: names of figures, the first that is there and has something to say counts."""


def key_figure(result: CheckResult) -> Message | None:
    """None where the check has none, or it was not measured."""
    measured = {figure.name: figure.value for figure in result.figures}
    for name, told in _FIGURES.get(result.id, ()):
        value = measured.get(name)
        if isinstance(value, (int, float)) and (said := told(value)) is not None:
            return said
    return None
