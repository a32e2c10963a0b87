"""Who vouches for the time: nothing that a report calls its date is better than that."""

from agent.host.clock import Clock, within
from agent.model.report import TimeSource


def believable(clock: Clock) -> bool:
    """Whether the clock on the battery may be right. Where no image says when it was built, nothing speaks against."""
    built = clock.built()
    if built is None:
        return True
    battery = clock.battery()
    return battery is not None and within(battery, built)


def source(clock: Clock) -> TimeSource:
    """Who vouches for the system's clock at this moment."""
    if clock.synchronised():
        return "network"
    if clock.by_hand:
        return "volunteer"
    return "machine_clock" if believable(clock) else "unconfirmed"
