"""What our programs read at each start, in the order in which they read it.

It lies side by side in the packed system and is read ahead while the computer starts: one by one, a thousand small
files from all over a USB stick, each of which needs a whole block unpacked, took longer than all the rest.
"""

from pathlib import Path

import debian
from environment import PLACE

LIST = "usr/local/lib/ordis/readahead"
"""In the system: one path in a line, from its root."""
MODULES = (
    "agent.service", "agent.stick.start", "agent.inventory.collect", "agent.commands.screen", "agent.tui.app",
    "agent.tui.run", "agent.tui.screens.start", "agent.profile", "agent.surroundings", "agent.intake", "pyudev",
)  # fmt: skip
SCRIPT = """
import importlib, sys
for name in sys.argv[2:]:
    importlib.import_module(name)
specs = [module.__spec__ for module in sys.modules.values() if getattr(module, "__spec__", None)]
files = [spec.origin if spec.origin.endswith(".so") else spec.cached for spec in specs if spec.has_location]
open(sys.argv[1], "w").writelines(f"{file.lstrip('/')}\\n" for file in dict.fromkeys(filter(None, files)))
"""
HIGHEST = 32767
"""mksquashfs's first place; there are more than enough below."""


def note(system: Path, epoch: int) -> None:
    """Write LIST. Raises CalledProcessError."""
    debian.in_root(system, f"/{PLACE}/bin/python", "-B", "-c", SCRIPT, f"/{LIST}", *MODULES, epoch=epoch)


def order(system: Path) -> str:
    """The same for mksquashfs (-sort)."""
    files = (system / LIST).read_text().splitlines()
    return "".join(f"{file} {HIGHEST - number}\n" for number, file in enumerate(files))
