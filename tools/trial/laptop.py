"""A training service on a laptop that is not there: what the recorded ThinkPad of the tests told, simulated drives, and
keys that come from a pipe, since a terminal tells no program which key of which keyboard went down.

    python tools/trial/laptop.py --config ordis.toml     the service
    python -m laptop                                     one live aid of it (agent/manual/__main__.py)
"""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from agent import settings as settings_file
from agent.host import evdev
from agent.host.notify import Manager
from agent.host.recorded import Recorded
from agent.host.run import Ran
from agent.host.sockets import claimed
from agent.host.source import READ_LIMIT, Live, Source
from agent.manual import __main__ as child
from agent.manual.aids import KeyboardAid
from agent.manual.felt import Order
from agent.model.manual import Aid
from agent.model.words import Mode
from agent.service import Service
from agent.training.aids import PLAYED
from agent.workplace import workplace

MACHINE = Path(__file__).resolve().parents[2] / "tests/inventory/machines/notebook"
KEYS = "ORDIS_TRIAL_KEYS"
"""Names the pipe: a FIFO, written to in events of linux/input.h."""


class Laptop:
    """What the recorded machine is; what is attached to it is what this computer has, since the checks look for it."""

    _OWN = ("/sys/class/dmi", "/sys/firmware/dmi", "/sys/devices/system/cpu", "/proc/cpuinfo", "/proc/meminfo")

    def __init__(self) -> None:
        self._machine, self._here = Recorded(MACHINE), Live()

    def _of(self, path: str) -> Source:
        return self._machine if path.startswith(self._OWN) else self._here

    def text(self, path: str) -> str | None:
        return self._of(path).text(path)

    def raw(self, path: str, limit: int = READ_LIMIT) -> bytes | None:
        return self._of(path).raw(path, limit)

    def names(self, path: str) -> list[str]:
        return self._of(path).names(path)

    def link(self, path: str) -> str | None:
        return self._of(path).link(path)

    def tool(self, argv: Sequence[str], *, timeout: float) -> Ran:
        return (self._machine if argv[0] == "dmidecode" else self._here).tool(argv, timeout=timeout)


class Keyboard(evdev.Device):
    """The end of the pipe that a keyboard is heard at."""

    def __init__(self, pipe: str) -> None:
        # For writing, too: without another writer it would tell its end, as if the keyboard was pulled out.
        self._descriptor = os.open(pipe, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def grab(self) -> bool:
        return True

    def down(self) -> set[int]:
        return set()


def _keyboard(_source: Source, order: Order) -> KeyboardAid:
    return KeyboardAid([Keyboard(os.environ[KEYS])], order.do, order.before)


class Told(Manager):
    """Whoever waits for the service reads that it is there."""

    def ready(self) -> None:
        print("ready", flush=True)


def serve(config: Path) -> None:
    """Until it is told to end."""
    settings = settings_file.load(config)
    place = workplace(Mode.TRAINING, settings).changed(source=Laptop(), aids="laptop")
    with claimed(settings.socket(Mode.TRAINING)):
        asyncio.run(Service(place, config).run(on_demand=False, manager=Told()))


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(child.main({**PLAYED, Aid.KEYBOARD: _keyboard}))
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=Path, required=True)
    logging.basicConfig(level=logging.INFO)
    serve(parser.parse_args().config)
