"""Every form in which a number might hide in a recorded machine, written apart from what replaces them there."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path


def all_forms(folder: Path) -> Iterator[str]:
    """Of every file of a recording, and of the files inside system.json."""
    system = json.loads((folder / "system.json").read_text())
    packed = (base64.b64decode(one["base64"]) for one in system["files"].values() if isinstance(one, dict))
    for data in [*packed, *(path.read_bytes() for path in folder.rglob("*") if path.is_file())]:
        yield from forms(data)


def forms(data: bytes) -> Iterator[str]:
    """Every form in which a secret might hide in a file, as letters and digits."""
    views = [data, data[::-1]]
    for start in (0, 1):
        cut = data[start : start + (len(data) - start) // 2 * 2]
        views.append(bytes(byte for pair in zip(cut[1::2], cut[::2], strict=True) for byte in pair))
    runs = (run for run in re.findall(rb"[A-Za-z0-9+/]{16,}={0,2}", data) if len(run.rstrip(b"=")) % 4 != 1)
    views += [base64.b64decode(run + b"=" * (-len(run) % 4)) for run in runs]
    for run in re.findall(rb"(?:[0-9A-Fa-f]{2}[\s-]*){6,}", data):
        digits = re.sub(rb"[\s-]", b"", run).decode()
        views += [bytes.fromhex(digits[start : start + (len(digits) - start) // 2 * 2]) for start in (0, 1)]
    for view in views:
        yield "".join(char for char in view.decode("latin-1") if char.isascii() and char.isalnum()).lower()
        yield view.hex()
