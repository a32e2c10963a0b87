"""A made-up machine: files below a folder, where the real one has /sys and /proc."""

from collections.abc import Mapping
from pathlib import Path

from agent.host.source import Live


def put(root: Path, files: Mapping[str, object]) -> Live:
    """Write files, by their path without the first slash, each with one line; the machine that has them."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    return Live(str(root))
