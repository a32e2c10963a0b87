"""Which start of this computer this is, and what the boot menu said."""

from pathlib import Path

from agent.host.files import read_bounded
from agent.host.source import Source

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boot_id() -> str | None:
    """The kernel's name of this start; None where it does not tell."""
    try:
        return read_bounded(_BOOT_ID, 100).decode("ascii", "replace").strip() or None
    except (OSError, ValueError):
        return None


def words(source: Source) -> list[str]:
    """The kernel's command line."""
    return (source.text("/proc/cmdline") or "").split()
