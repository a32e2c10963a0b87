"""The files that the stick starts from, compared with the list that its image was made with."""

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from agent.host.files import read_bounded
from agent.model.message import say
from agent.stick.finding import Finding

MANIFEST = "live/manifest.sha256"
LIMIT = 1024 * 1024
"""Bytes of the list; a line has about 100."""
_LINE = re.compile(r"([0-9a-f]{64}) [ *]((?:[^/\\\s][^/\\]*/)*[^/\\\s][^/\\]*)")
_BLOCK = 1024 * 1024

Progress = Callable[[int], None]


def manifest(folder: Path) -> dict[str, str]:
    """Name → SHA-256, as sha256sum writes them. Raises OSError, ValueError for what is no such list."""
    found = {}
    for line in read_bounded(folder / MANIFEST, LIMIT).decode("utf-8").splitlines():
        match = _LINE.fullmatch(line)
        if match is None or ".." in match[2].split("/"):
            raise ValueError(line[:80])
        found[match[2]] = match[1]
    return found


def check_files(folder: Path, progress: Progress = lambda _: None) -> Iterator[Finding]:
    """Read everything on the list, from the stick and not from memory, and say which files are not as they were made.
    `progress` is told the bytes read so far."""
    try:
        wanted = manifest(folder)
    except (OSError, ValueError):
        yield Finding(
            what="files", good=False, text=say("The list of the stick's files is missing or damaged."),
            hint=say("Write the image to the stick anew: ordis stick write IMAGE DEVICE --keep-data"),
        )  # fmt: skip
        return
    began, total, wrong = time.monotonic(), 0, []
    for name, digest in sorted(wanted.items()):
        try:
            found, size = _digest(folder / name, lambda done, before=total: progress(before + done))  # type: ignore[misc]
            total += size
        except OSError:
            found = ""
        if found != digest:
            wrong.append(name)
    seconds = max(time.monotonic() - began, 0.001)
    yield _judged(wanted, wrong)
    yield Finding(
        what="rate", good=None,
        text=say("{size:bytes} were read, {rate:bytes} each second.", size=total, rate=int(total / seconds)),
    )  # fmt: skip


def _judged(wanted: dict[str, str], wrong: list[str]) -> Finding:
    if not wrong:
        return Finding(
            what="files",
            good=True,
            text=say("All {count} files of the system are as they were made.", count=len(wanted)),
        )
    return Finding(
        what="files", good=False,
        text=say("{count} files of the system are missing, damaged or changed: {names}.",
                 count=len(wrong), names=", ".join(wrong[:3]) + (" …" if len(wrong) > 3 else "")),
        hint=say("Write the image to the stick anew: ordis stick write IMAGE DEVICE --keep-data"),
    )  # fmt: skip


def _digest(path: Path, progress: Progress) -> tuple[str, int]:
    """SHA-256 and size. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        # What is in memory would be judged in place of what is on the stick. (What a running system has mapped stays.)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        while part := os.read(descriptor, _BLOCK):
            digest.update(part)
            size += len(part)
            progress(size)
    finally:
        os.close(descriptor)
    return digest.hexdigest(), size
