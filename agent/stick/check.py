"""Is the stick healthy: its file systems, its room, how quickly it keeps what is written."""

import os
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from agent.host.mounts import mounted_at
from agent.host.source import Source
from agent.model.message import say
from agent.model.problem import Problem
from agent.model.words import Mode
from agent.report.keys import PublicKey, own_keys
from agent.settings import Settings
from agent.stick import status as status_file
from agent.stick.current import beside_image
from agent.stick.files import Progress, check_files
from agent.stick.find import Stick, Wanted, find, open_stick
from agent.stick.finding import Finding
from agent.stick.ready import Places
from agent.stick.table import ALIGNMENT, SECTOR, largest_state

LEAST_FREE_BYTES = 16 * 1024 * 1024
"""A report has some 100 kB, a day's work of a bench a few MB."""
SLOW_SECONDS = 2.0
"""To have 4 kB on the medium. A healthy stick needs 5 to 100 ms; one that wears out stalls for seconds."""
_WRITES = 5


class NothingToCheck(Problem):
    """There is no stick."""

    exit_code = 3


@dataclass(frozen=True)
class Check:
    """What to look at."""

    places: Places = field(default_factory=Places)
    virtual: bool = False
    image: Path | None = None
    """A file to compare the stick's version with."""
    progress: Progress = lambda _: None


def check(source: Source, wanted: Check) -> Iterator[Finding]:
    """Everything that the stick itself tells. Raises NothingToCheck, and WrongImage."""
    with ExitStack() as opened:
        try:
            stick = opened.enter_context(open_stick(source, find(source, Wanted(virtual=wanted.virtual))))
        except Problem as problem:
            raise NothingToCheck(problem.reason, problem.hint) from problem
        except OSError as error:
            raise NothingToCheck(
                say("The stick cannot be read ({error}).", error=error.strerror or str(error)),
                say("Take it out and plug it in again, at another port."),
            ) from error
        yield from _all(source, stick, wanted)


def _all(source: Source, stick: Stick, wanted: Check) -> Iterator[Finding]:
    # Before minutes of reading, in which a wrong file would be told too late.
    versions = [] if wanted.image is None else [beside_image(stick.volume, wanted.image)]
    places = wanted.places
    yield Finding(
        what="stick", good=True,
        text=say("{device}: an Ordis stick of {size:bytes}, {volume}.",
                 device=f"/dev/{stick.name}", size=stick.disk.size_bytes(), volume=stick.volume),
    )  # fmt: skip
    yield from versions
    yield from _start(places)
    yield _boot_volume(stick)
    yield _size(stick)
    yield from _state(source, stick, places)
    yield from check_files(places.boot, wanted.progress)


def _start(places: Places) -> Iterator[Finding]:
    """What had gone wrong when the computer started."""
    status = status_file.load(places.status)
    for trouble in status.problems if status else ():
        yield Finding(what="start", good=False, text=trouble.reason, hint=trouble.hint)


def _boot_volume(stick: Stick) -> Finding:
    """FAT specification (fatgen103): of the byte at 65 of a FAT32 volume, Windows and Linux use bits 0 (not unmounted
    cleanly) and 1 (errors)."""
    flags = stick.disk.window(stick.table.boot.first * SECTOR, SECTOR)[65]
    if not flags & 3:
        return Finding(what="boot_volume", good=True, text=say("The partition ORDIS was closed properly."))
    return Finding(
        what="boot_volume", good=False,
        text=say("The partition ORDIS was not closed properly, by a computer from which it was pulled."),
        hint=say("In Windows: open its properties, Tools, Check. From now on use “Safely Remove Hardware”."),
    )  # fmt: skip


def _size(stick: Stick) -> Finding:
    left = largest_state(stick.table, stick.disk.size_bytes() // SECTOR) - stick.table.state.count
    if left <= ALIGNMENT:
        return Finding(what="size", good=True, text=say("The data partition reaches to the end of the stick."))
    return Finding(
        what="size", good=False,
        text=say("The data partition leaves {size:bytes} of the stick unused.", size=left * SECTOR),
        hint=say("Start a computer from the stick, which makes it larger. If it stays so, replace the stick: it may be "
                 "smaller than it says."),
    )  # fmt: skip


def _state(source: Source, stick: Stick, places: Places) -> Iterator[Finding]:
    # s_error_count of the superblock (kernel: Documentation/filesystems/ext4/super.rst), and bit 1 of s_state.
    superblock = stick.disk.window(stick.table.state.first * SECTOR + 1024, 1024)
    (errors,), (state,) = struct.unpack_from("<I", superblock, 0x194), struct.unpack_from("<H", superblock, 58)
    if not stick.has_state or errors or state & 2:
        yield Finding(
            what="state_volume", good=False,
            text=say("The data partition has errors."),
            hint=say("Send the reports, then write the image to the stick anew, without --keep-data."),
        )  # fmt: skip
    else:
        yield Finding(what="state_volume", good=True, text=say("The data partition has no known errors."))
    mount = mounted_at(source, places.state)
    if mount is None or mount.number != stick.state.number or "ro" in mount.options:
        yield Finding(
            what="state_mounted", good=False,
            text=say("The data partition is not in use: what is saved now is lost when the computer is switched off."),
            hint=say("Take the stick out and plug it in again."),
        )  # fmt: skip
        return
    yield _room(places.state)
    yield _written(places.state)


def _room(folder: Path) -> Finding:
    about = os.statvfs(folder)
    free = about.f_bavail * about.f_frsize
    text = say("{free:bytes} of {size:bytes} of the data partition are free.",
               free=free, size=about.f_blocks * about.f_frsize)  # fmt: skip
    if free >= LEAST_FREE_BYTES:
        return Finding(what="room", good=True, text=text)
    return Finding(what="room", good=False, text=text, hint=say("Send the reports that wait: ordis deliver"))


def _written(folder: Path) -> Finding:
    """Write small files as a report is written, and take the slowest."""
    slowest, file = 0.0, folder / ".check"
    try:
        for _ in range(_WRITES):
            began = time.monotonic()
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            try:
                os.write(descriptor, os.urandom(4096))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            slowest = max(slowest, time.monotonic() - began)
        file.unlink()
    except OSError as error:
        return Finding(
            what="write", good=False,
            text=say("Nothing can be written to the data partition: {error}.", error=error.strerror or str(error)),
            hint=say("Replace the stick, or make room on it."),
        )  # fmt: skip
    text = say("A small file is kept within {milliseconds} ms.", milliseconds=round(slowest * 1000))
    if slowest < SLOW_SECONDS:
        return Finding(what="write", good=True, text=text)
    return Finding(
        what="write", good=False, text=text, hint=say("The stick is very slow: it may be worn out. Replace it.")
    )


def key_of(settings: Settings) -> tuple[PublicKey | None, Finding]:
    """The stick's key for real work, where it has one. Makes none."""
    found = [key for key in own_keys(settings.keys(Mode.REAL)) if key.mode is Mode.REAL]
    if found:
        return found[0], Finding(what="key", good=True, text=say("The stick's key: {key}", key=str(found[0])))
    return None, Finding(
        what="key", good=False, text=say("The stick has no key of its own yet."),
        hint=say("Start a computer from the stick, which makes one."),
    )  # fmt: skip
