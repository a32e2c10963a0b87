"""Starts the programs that race, one figure each. Every device is proved to be ours right before."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Self

from loops import Loop

ROOT = Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 1800
_COPIED = re.compile(r"copied, ([0-9.]+(?:e-?[0-9]+)?) s\b")
_PRNGS = (
    "mersenne", "isaac", "isaac64", "add_lagg_fibonacci_prng", "xoroshiro256_prng", "splitmix64", "aes_ctr_prng",
    "chacha20",
)  # fmt: skip


class Broken(Exception):
    """A program did not do what it was started for."""


class Run(NamedTuple):
    seconds: float
    cpu_seconds: float | None = None


@contextlib.contextmanager
def _started(*command: str, **more: object) -> Iterator[subprocess.Popen[str]]:
    """In a session of its own: Ctrl-C reaches us alone, and we end it."""
    process: subprocess.Popen[str] = subprocess.Popen(  # type: ignore[call-overload]
        command,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "LC_ALL": "C", "PYTHONPATH": str(ROOT)}, **more,
    )  # fmt: skip
    try:
        with process:
            try:
                yield process
            except BaseException:
                process.kill()
                raise
    finally:
        process.kill()


def copied_seconds(text: str) -> float:
    """What dd says it took. Raises Broken."""
    if not (found := _COPIED.search(text)):
        raise Broken(f"dd said: {text.strip()}")
    return float(found[1])


def _dd(loops: list[Loop], *, reading: bool) -> Run:
    with contextlib.ExitStack() as stack:
        running = []
        for loop in loops:
            device = loop.own()
            ends = (
                (f"if={device}", "of=/dev/null", "iflag=direct")
                if reading
                else ("if=/dev/zero", f"of={device}", "oflag=direct", f"count={loop.file.stat().st_size >> 22}")
            )
            running.append(stack.enter_context(_started("dd", "bs=4M", *ends, stderr=subprocess.PIPE)))
        return Run(max(copied_seconds(each.communicate(timeout=LIMIT_SECONDS)[1]) for each in running))


def dd_write(*loops: Loop) -> Run:
    return _dd(list(loops), reading=False)


def dd_read(*loops: Loop) -> Run:
    return _dd(list(loops), reading=True)


class Ours:
    """Our overwrite and reading back of one or more devices at once. Use as a context manager."""

    def __init__(self, pattern: str, *loops: Loop) -> None:
        self._stack = contextlib.ExitStack()
        self._command = [sys.executable, "-P", str(Path(__file__).with_name("ours.py")), pattern]
        self._loops = loops
        self._running: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            for loop in self._loops:
                self._running.append(stack.enter_context(_started(*self._command, loop.own())))
            for process in self._running:
                _line(process)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running:
            with contextlib.suppress(OSError):
                process.stdin.close()  # type: ignore[union-attr]
        self._stack.close()

    def next(self) -> Run:
        """Writing at the first call, reading back at the second. Raises Broken."""
        for process in self._running:
            process.stdin.write("go\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
        told = [json.loads(_line(process)) for process in self._running]
        seconds = max(each["ended"] for each in told) - min(each["began"] for each in told)
        return Run(seconds, sum(each["cpu"] for each in told))


def _line(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline()  # type: ignore[union-attr]
    if not line:
        raise Broken(f"our process ended with {process.wait()}")
    return line


def version(text: str) -> str:
    """The number in what nwipe says of its version; nothing where it says none (0.42 does not, into a pipe)."""
    found = re.search(r"\b\d+\.\d+[\w.-]*", text)
    return found[0] if found else ""


def prngs(help_text: str) -> list[str]:
    """The generators that this nwipe's help names, of those that any version has had up to 0.42."""
    return [name for name in _PRNGS if re.search(rf"\b{name}\b", help_text)]


def nwipe(program: str, loop: Loop, prng: str, scratch: Path) -> Run:
    """One pass of random data, from nwipe's own line that the pass starts to the one that it is finished: what it does
    before and after (asking smartctl and dmidecode, a certificate) is not counted. Raises Broken."""
    device = loop.own()
    # With a device named, --autonuke takes that one and no other (nwipe(1)).
    command = [program, "--autonuke", "--nogui", "--noblank", "--nosignals", "--method=random", "--verify=off"]
    with _started(*command, f"--prng={prng}", device, cwd=scratch, stderr=subprocess.STDOUT) as process:
        text, marks = "", {}
        descriptor = process.stdout.fileno()  # type: ignore[union-attr]
        # Its lines come without their end, which it writes before the next one: so no reading by lines.
        while part := os.read(descriptor, 65536):
            text += part.decode(errors="replace")
            for mark in ("Starting pass", "Finished pass"):
                if mark in text and mark not in marks:
                    marks[mark] = (time.monotonic(), _cpu(process.pid))
        process.wait(LIMIT_SECONDS)
    if len(marks) < 2 or "| Erased |" not in text:
        raise Broken(f"{program} did not erase {device}:\n{text[-2000:]}")
    (began, before), (ended, after) = marks["Starting pass"], marks["Finished pass"]
    return Run(ended - began, after - before)


def _cpu(pid: int) -> float:
    """Seconds of processor time so far (proc(5), stat: fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fastest_prng(program: str, loop: Loop, scratch: Path) -> str:
    """The generator that is fastest here."""
    text = subprocess.run([program, "--help"], check=False, capture_output=True, text=True).stdout
    runs = {}
    for name in prngs(text):
        with contextlib.suppress(Broken):  # the kernel may lack what one of them needs
            runs[name] = nwipe(program, loop, name, scratch).seconds
    if not runs:
        raise Broken(f"{program} erases with none of its generators")
    return min(runs, key=lambda name: runs[name])


def worker_memory(pattern: str, loop: Loop, serial: dict[str, object]) -> int:
    """Bytes of memory that a real worker held at its peak (VmHWM) for a whole erase with full verification."""
    order = {
        "order": "sanitize", "level": "clear", "verify": "full", "earlier": [], "reveal": False,
        "steps": [{"technique": "overwrite", "passes": [pattern]}],
        "drive": {**serial, "path": loop.own(), "virtual": True},
    }  # fmt: skip
    with _started(sys.executable, "-P", "-m", "agent.worker") as process:
        assert process.stdin is not None
        event: dict[str, object] = {"event": "checkpoint"}
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        while (event := json.loads(_line(process)))["event"] in ("checkpoint", "ready", "progress", "silent"):
            if event["event"] in ("checkpoint", "ready"):
                process.stdin.write('{"order": "go"}\n')
                process.stdin.flush()
        status = Path(f"/proc/{process.pid}/status").read_text()
        process.stdin.close()
    done = event.get("sanitization")
    if not isinstance(done, dict) or done.get("status") != "sanitized":
        raise Broken(f"the worker said: {event}")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024  # type: ignore[index]
