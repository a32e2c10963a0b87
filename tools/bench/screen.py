"""How quickly the screen is there, and how quickly a key shows while drives erase and the processor check runs.

On a real terminal of the kernel's, in training mode: the drives are simulated, but their workers, the service and the
load of the processor are real.
"""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from figures import Row, time_row
from loops import folder_on_disk
from runners import ROOT, Broken
from terminal import F2, Quiet, Terminal

from agent import settings as settings_file
from agent.client import Client
from agent.model.messages import IntakeRequest, ProblemEvent, Shutdown, SnapshotEvent, Start
from agent.model.state import IntakeState
from agent.model.words import Mode, StepStatus

FIRST_PAINT, KEY_TO_PAINT = 1.5, 0.1
"""Seconds (issue 7)."""
PAUSE = 0.25
"""Seconds between two keys: a person's, and time for other events to be drawn in between."""
LIMIT_SECONDS = 300.0
NAME = "screen"
_CHANGES = {
    'name = "quick"': f'name = "{NAME}"',
    "seconds = 20\n": "seconds = 90\n",
    'level = "purge"': 'level = "clear"',
    'passes = "single"': 'passes = "gutmann"',
}
"""Of the quick profile, so that small drives erase for as long as the processor check runs."""
ORDIS = str(Path(sys.executable).with_name("ordis"))


def race(folder: Path, rounds: int, tell: Callable[[str], None]) -> list[Row]:
    """All rows. Raises Broken, OSError, Problem."""
    with folder_on_disk(folder) as scratch:
        config = scratch / "ordis.toml"
        config.write_text(f'state_dir = "{scratch}/state"\nprofile_dir = "{scratch}"\n')
        (scratch / f"{NAME}.toml").write_text(_working((ROOT / "profiles/quick.toml").read_text()))
        try:
            return list(_rows(config, rounds, tell))
        except Quiet as quiet:
            raise Broken(str(quiet)) from quiet


def _working(profile: str) -> str:
    for old, new in _CHANGES.items():
        profile = profile.replace(f"\n{old}", f"\n{new}", 1)
    return profile


def _rows(config: Path, rounds: int, tell: Callable[[str], None]) -> Iterator[Row]:
    yield from _starts(config, rounds, tell)
    work = _Work(config)
    work.begin()
    try:
        with _screen(config) as screen:
            screen.until("ORDIS")
            screen.rest(2.0)
            tell("waiting for two erases beside the processor check")
            found = list(_keys(screen, work))
    finally:
        work.end()
    if not found:
        raise Broken("the processor check was over before two drives erased")
    shown = f"key to paint, {len(found)} keys while two drives erase and the processor check runs"
    yield time_row("-", f"{shown}: median", median(found), KEY_TO_PAINT)
    yield time_row("-", f"{shown}: slowest", max(found), KEY_TO_PAINT)


def _screen(config: Path) -> Terminal:
    return Terminal([ORDIS, "--config", str(config), "--training", "--lang", "fr"], {**os.environ, "TERM": "linux"})


def _starts(config: Path, rounds: int, tell: Callable[[str], None]) -> Iterator[Row]:
    """From the start of the program to the first row of the screen; the first screen starts the service, too."""
    cold, warm = [], []
    for number in range(rounds + 1):
        tell(f"first paint: round {number} of {rounds}" if number else "first paint: once to warm up")
        for found in (cold, warm):
            with _screen(config) as screen:
                painted = screen.until("ORDIS") - screen.began
                screen.until("Standard")
                if number:
                    found.append(painted)
        asyncio.run(_shut_down(config))
    yield time_row("-", "first paint, which starts the service, too", median(cold), FIRST_PAINT)
    yield time_row("-", "first paint, where the service runs", median(warm), FIRST_PAINT)


async def _shut_down(config: Path) -> None:
    client = Client(settings_file.load(config), Mode.TRAINING, config)
    async for _ in client.events():
        await client.send(Shutdown(mode=Mode.TRAINING))


class _Work:
    """An intake, started and watched by a face of its own in a thread."""

    def __init__(self, config: Path) -> None:
        self._config = config
        self._state = IntakeState(mode=Mode.TRAINING)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.problem: str | None = None

    def begin(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        self._loop.run_until_complete(self._watch())

    async def _watch(self) -> None:
        client = Client(settings_file.load(self._config), Mode.TRAINING, self._config)
        request = IntakeRequest(profile=NAME, asset_tag="BENCH-1", erase="all", attended=False)
        started = False
        async for event in client.events():
            self._state = event.apply(self._state)
            if isinstance(event, SnapshotEvent) and not started:
                started = True
                await client.send(Start(mode=Mode.TRAINING, request=request))
            if isinstance(event, ProblemEvent):
                self.problem = str(event.problem)
                return
            if self._state.phase.value == "finished":
                await client.send(Shutdown(mode=Mode.TRAINING))

    @property
    def busy(self) -> bool:
        """Two drives erase beside the processor check."""
        running = [step.id for step in self._state.steps if step.status is StepStatus.RUNNING]
        return "check:processor" in running and sum(name.startswith("erase:") for name in running) >= 2

    @property
    def over(self) -> bool:
        return self.problem is not None or self._state.phase.value == "finished" or not self._thread.is_alive()

    def end(self) -> None:
        """Wait for the end of the intake, so that nothing is left behind."""
        self._thread.join(LIMIT_SECONDS)


def _keys(screen: Terminal, work: _Work) -> Iterator[float]:
    """Seconds from F2 to the other language's line of keys, as long as the work is what it should be."""
    for _ in range(int(LIMIT_SECONDS / PAUSE)):
        if work.over:
            break
        screen.rest(PAUSE)
        if not work.busy:
            continue
        since, began = len(screen.written), time.monotonic()
        screen.type(F2)
        seconds = screen.until("English", "Français", since=since) - began
        if work.busy:
            yield seconds
    if work.problem:
        raise Broken(work.problem)
