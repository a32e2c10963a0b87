"""Whether the computer lives on its battery now."""

from agent.host.source import Source
from agent.inventory import batteries


def on_battery(source: Source) -> bool:
    """True where there is a battery of the computer's own, and no charger that feeds it.

    A computer without a battery has none to run empty: false, whatever its mains say. Some tell nothing of a charger
    at all; there the battery itself has the word, and only one that says that it is being emptied counts.
    """
    own = batteries.read(source)
    if not own:
        return False
    mains = batteries.mains_connected(source)
    if mains is None:
        return any(battery.status == "Discharging" for battery in own)
    return not mains
