"""What makes the image is a program of its own: its modules are found in its own folder."""

import sys
from pathlib import Path

BOOT = Path(__file__).parents[2] / "boot"
sys.path[:0] = [str(BOOT / "make"), str(BOOT / "netboot")]
