"""The keyboard layout of the console: kbd's loadkeys(1), which changes it for all terminals at once."""

import re
from pathlib import Path

from agent.host.boot import words
from agent.host.files import write_safely
from agent.host.run import ToolMissing, ToolTimeout, run
from agent.host.source import Source

KEPT = Path("/run/ordis/keymap")
"""Read by boot/system/usr/local/lib/ordis/prepare-terminal whenever a screen starts again."""
USUAL = "fr-latin9"
"""What the boot menu gives unless somebody chooses (boot/grub/grub.cfg)."""
_WORD = re.compile(r"ordis\.keymap=([A-Za-z0-9_-]{1,40})")


def of_boot(source: Source) -> str:
    """The keymap that the boot menu named."""
    return next((found[1] for word in words(source) if (found := _WORD.fullmatch(word))), USUAL)


def load(name: str, kept: Path = KEPT) -> None:
    """Use a keymap of kbd from now on. Raises OSError where that does not work."""
    try:
        done = run(["loadkeys", "--quiet", name], timeout=10)
    except (ToolMissing, ToolTimeout) as error:
        raise OSError(str(error)) from error
    if done.code:
        raise OSError(done.err.strip().rpartition("\n")[2] or f"loadkeys: {done.code}")
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_safely(kept, f"{name}\n".encode(), mode=0o600)
