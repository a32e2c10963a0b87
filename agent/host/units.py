"""Units of systemd that something of ours waits for."""

import logging

from agent.host.run import ToolMissing, ToolTimeout, run

log = logging.getLogger("ordis.host")


def wait_for_start(unit: str, *, seconds: float) -> None:
    """Return once systemd has started this unit, or has given it up, or after so many seconds. Never raises: whoever
    waits goes on without what the unit would have brought."""
    try:
        # "start" joins a start that is under way, and does nothing where the unit is active already.
        ran = run(["systemctl", "start", unit], timeout=seconds)
    except (ToolMissing, ToolTimeout, OSError) as error:
        log.warning("%s was not waited for: %s", unit, error)
    else:
        if ran.code != 0:
            log.warning("%s did not start: %s", unit, ran.err.strip()[-300:])
