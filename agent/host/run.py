"""The one gate for other programs: argv only, stdin closed, C locale, bounded time and output, logged."""

import logging
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

log = logging.getLogger("ordis.host")

OUTPUT_LIMIT = 4 * 1024 * 1024
"""Bytes kept of each stream; the largest honest answer (smartctl -x as JSON) is below 200 kB."""

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Searched after PATH: an ordinary user's PATH on Debian lacks sbin, where smartctl and dmidecode are."""


class ToolMissing(Exception):
    """The program is not installed."""


class ToolTimeout(Exception):
    """The program did not end in its time; it and its children were killed."""


@dataclass(frozen=True)
class Ran:
    """A program that ended by itself. Negative `code`: ended by that signal."""

    code: int
    out: str
    err: str
    seconds: float


class Run(Protocol):
    """The gate itself, or what stands for one program in training."""

    def __call__(self, argv: Sequence[str], *, timeout: float, tick: Callable[[float], bool] | None = None) -> Ran: ...


def find(program: str) -> str:
    """Return the full path of `program`. Raises ToolMissing."""
    found = shutil.which(program, path=os.environ.get("PATH", "") + ":" + SYSTEM_PATH)
    if found is None:
        raise ToolMissing(program)
    return found


def environment() -> dict[str, str]:
    """The environment of every program that we start: ours, in the C locale, so that output can be parsed."""
    return {**os.environ, "LC_ALL": "C", "LANGUAGE": "C"}


def run_in_memory(argv: Sequence[str], *, timeout: float) -> tuple[Ran, bytes]:
    """As `run`, for answers that are no text or must never come near a disk: they are kept in memory only, and given
    as bytes. Raises ToolMissing, ToolTimeout, OSError."""
    with open(os.memfd_create("ordis", os.MFD_CLOEXEC), "w+b") as kept:
        ran = run(argv, timeout=timeout, out=kept)
        kept.seek(0)
        return ran, kept.read(OUTPUT_LIMIT)


def run(
    argv: Sequence[str],
    *,
    timeout: float,
    tick: Callable[[float], bool] | None = None,
    out: IO[bytes] | None = None,
) -> Ran:
    """Run a program to its end.

    `timeout` is in seconds. `tick`, if given, is called about twice a second with the seconds gone by, and
    ends the program by returning False. Output beyond OUTPUT_LIMIT is dropped. `out` takes the output, if given.
    Raises ToolMissing, ToolTimeout, OSError.
    """
    command = [find(argv[0]), *argv[1:]]
    log.info("run: %s", shlex.join(command))
    started = time.monotonic()
    # Files, not pipes: a talkative program cannot block on us, and a hung reader cannot hang us.
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out or file, stderr=err, env=environment(), start_new_session=True
        )
        try:
            _wait(process, started, timeout, tick)
        finally:
            end(process)
        seconds = time.monotonic() - started
        log.info("ended: %s after %.1f s", process.returncode, seconds)
        return Ran(process.returncode, _text(file), _text(err), seconds)


def _wait(
    process: subprocess.Popen[bytes], started: float, timeout: float, tick: Callable[[float], bool] | None
) -> None:
    while True:
        left = timeout - (time.monotonic() - started)
        if left <= 0:
            raise ToolTimeout(f"{process.args[0]!r} after {timeout:.0f} s")  # type: ignore[index]
        try:
            process.wait(min(left, 0.5) if tick else left)
            return
        except subprocess.TimeoutExpired:
            if tick and not tick(time.monotonic() - started):
                return


def end(process: subprocess.Popen[bytes], grace: float = 2.0) -> None:
    """End a program and everything in its session: politely, then by force. Never raises."""
    for kill, wait in ((signal.SIGTERM, grace), (signal.SIGKILL, grace)):
        if process.poll() is not None:
            return
        try:
            os.killpg(process.pid, kill)
            process.wait(wait)
        except (OSError, subprocess.TimeoutExpired):
            continue


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read(OUTPUT_LIMIT).decode("utf-8", "replace")
