"""What the system's log (journald) holds of our own units; never of others, in whose lines people's networks stand."""

from agent.host.run import OUTPUT_LIMIT, ToolMissing, ToolTimeout, run_in_memory

_SECONDS = 20.0
_UNITS = "ordis*"


def own_lines(most: int) -> list[str]:
    """The last lines since the computer was started, at most `most`; none where there is no such log. Never raises."""
    argv = ["journalctl", "--boot", "--no-pager", "--output", "short-iso", "--lines", str(most), "--unit", _UNITS]
    try:
        ran, told = run_in_memory(argv, timeout=_SECONDS)
    except (ToolMissing, ToolTimeout, OSError):
        return []
    if ran.code != 0:
        return []
    return told[-OUTPUT_LIMIT:].decode("utf-8", "replace").splitlines()[-most:]
