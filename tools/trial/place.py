"""Where the trial takes place: a folder that goes away, a workshop on loopback, the laptop's service, a person."""

import contextlib
import os
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from laptop import KEYS
from person import Person

BIN = Path(sys.executable).parent
HERE = Path(__file__).resolve().parent
START_SECONDS, END_SECONDS = 60.0, 20.0
HOLD_SECONDS = 0.05
LOG_SHOWN = 4000
_EVENT = struct.Struct("@llHHi")
"""struct input_event (linux/input.h); its times are not looked at."""
_KEY = 1


class NoStart(Exception):
    """A part of the trial does not start; the text is what it said."""


class Keyboard:
    """The laptop's own: the kernel tells which keys go down and up."""

    def __init__(self, pipe: Path) -> None:
        self._pipe = pipe

    def press(self, *codes: int) -> None:
        """Down and up, one after the other, by their numbers in linux/input-event-codes.h."""
        for code in codes:
            self.hold(code)
            self._tell(code, 0)

    def hold(self, code: int) -> None:
        self._tell(code, 1)

    def _tell(self, code: int, value: int) -> None:
        with self._pipe.open("wb", buffering=0) as pipe:
            pipe.write(_EVENT.pack(0, 0, _KEY, code, value))
        time.sleep(HOLD_SECONDS)


@contextlib.contextmanager
def place(size: tuple[int, int]) -> Iterator[tuple[Person, Keyboard]]:
    """All of it, running. Raises NoStart, OSError, CalledProcessError."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ordis-trial.")))
        config, pipe = folder / "ordis.toml", folder / "keys"
        os.mkfifo(pipe, 0o600)
        ordis = [str(BIN / "ordis"), "--config", str(config), "--training"]
        data = ["--data", str(folder / "workshop")]
        stack.enter_context(_program(folder, [str(BIN / "ordis-workshop"), "serve", *data, "--port", "0"], "http"))
        address = _said(folder, "ordis-workshop").split()[0].rstrip("/")
        config.write_text(f'language = "fr"\nstate_dir = "state"\n\n[workshop]\nurl = "{address}"\n')
        key = subprocess.run([*ordis, "key"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        subprocess.run([str(BIN / "ordis-workshop"), "enrol", key, *data], check=True, stdout=subprocess.DEVNULL)
        service = [sys.executable, str(HERE / "laptop.py"), "--config", str(config)]
        environment = {"PYTHONPATH": str(HERE), KEYS: str(pipe)}
        stack.enter_context(_program(folder, service, "ready", environment))
        try:
            yield stack.enter_context(Person(folder, ordis, size)), Keyboard(pipe)
        except Exception:
            print(f"What the service said:\n{_said(folder, 'laptop.py')[-LOG_SHOWN:]}", file=sys.stderr)
            raise


@contextlib.contextmanager
def _program(
    folder: Path, command: Sequence[str], word: str, environment: dict[str, str] | None = None
) -> Iterator[None]:
    """A program in a session of its own that has said this word and is ended behind us. Raises NoStart."""
    name = Path(command[1] if command[0] == sys.executable else command[0]).name
    log = folder / f"{name}.log"
    with log.open("wb") as out:
        running = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip
    try:
        end = time.monotonic() + START_SECONDS
        while word not in (said := log.read_text()):
            if running.poll() is not None or time.monotonic() > end:
                raise NoStart(f"{name} does not start. It said: {said or 'nothing'}")
            time.sleep(0.05)
        yield
    finally:
        running.terminate()
        try:
            running.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _said(folder: Path, name: str) -> str:
    return (folder / f"{name}.log").read_text()
