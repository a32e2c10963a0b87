"""Asking nvme-cli for what an NVMe drive tells of itself: a second opinion beside smartctl, kept in recordings."""

import json
from collections.abc import Callable, Sequence

from agent.host.run import Ran, ToolMissing, ToolTimeout

COMMANDS = ("id-ctrl", "smart-log")
_SECONDS = 10.0


def logs(tool: Callable[..., Ran], device: str) -> dict[str, dict[str, object]]:
    """By command: the JSON object that `nvme COMMAND DEVICE` printed; left out where it printed none."""
    found = {}
    for command in COMMANDS:
        if (document := _log(tool, ["nvme", command, "--output-format=json", device])) is not None:
            found[command] = document
    return found


def _log(tool: Callable[..., Ran], argv: Sequence[str]) -> dict[str, object] | None:
    try:
        document = json.loads(tool(argv, timeout=_SECONDS).out)
    except (ToolMissing, ToolTimeout, OSError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
