"""Switching this computer off."""

from agent.host.run import run

SECONDS = 30.0
"""For systemd to take the order; what follows is its own affair."""


def switch_off() -> bool:
    """Have the system end everything in good order and switch off. Whether it took the order. Raises ToolMissing,
    ToolTimeout, OSError."""
    return run(["systemctl", "poweroff"], timeout=SECONDS).code == 0
