"""What happens to the stick at the computer's start, and when one is plugged in later."""

import contextlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from agent.host.files import locked
from agent.host.mounts import mounted_at, vanished
from agent.host.source import Source, integer
from agent.model.message import say
from agent.model.problem import Problem
from agent.model.words import Mode
from agent.report import keys
from agent.settings import Settings
from agent.stick import keyboard, wifi
from agent.stick import status as status_file
from agent.stick.find import Wanted
from agent.stick.ready import AGAIN, Places, Readying
from agent.stick.status import State, StickStatus, Trouble

WAIT_SECONDS = 15.0
"""For the stick that the kernel's command line names: USB hubs of old computers need several seconds."""

log = logging.getLogger("ordis.stick")
LoadSettings = Callable[[], Settings]
"""Reads ordis.toml, which may lie on the stick: asked only once that is mounted. Raises SettingsError."""


def prepare(
    source: Source, settings: LoadSettings, places: Places | None = None, *, virtual: bool = False
) -> StickStatus:
    """Once at each start, before everything else of ours: the stick's partitions, its key, its Wi-Fi. May be repeated.

    Never raises, and ends in bounded time.
    """
    places = places or Places()
    work = Readying(source, places)
    with _one_at_a_time(places):
        return _finished(work, places, lambda: _all(work, settings, Wanted(None, virtual, WAIT_SECONDS)))


def attach(
    source: Source, settings: LoadSettings, name: str | None, places: Places | None = None, *, virtual: bool = False
) -> StickStatus:
    """A stick was plugged in while the computer runs. It is used where none is, or the one before was pulled.

    `name` is the drive's kernel name (`sdb`), or None for the only one that is there. Never raises.
    """
    places = places or Places()
    with _one_at_a_time(places):
        before = status_file.load(places.status)
        if before is not None and (_in_use(source, places) or _given_up(source, before, name)):
            return before
        work = Readying(source, places)
        return _finished(work, places, lambda: _all(work, settings, Wanted(name, virtual)))


def _in_use(source: Source, places: Places) -> bool:
    now = mounted_at(source, places.state)
    return now is not None and not vanished(source, now) and "ro" not in now.options


def _given_up(source: Source, before: StickStatus, name: str | None) -> bool:
    """Whether this very stick was found damaged already. Looking again would change nothing but tell udev of a change,
    which would have us look again, and so on without end."""
    device = (before.device or "").rsplit("/", 1)[-1]
    same = before.diskseq is not None and integer(source, f"/sys/class/block/{device}/diskseq") == before.diskseq
    return before.state is State.DAMAGED and same and name in (None, device)


@contextlib.contextmanager
def _one_at_a_time(places: Places) -> Iterator[None]:
    """At the start udev may tell of the stick while it is being made ready."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):
            places.status.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            held.enter_context(locked(places.status.parent))
        yield


def _all(work: Readying, settings: LoadSettings, wanted: Wanted) -> None:
    source, places = work.source, work.places
    work.bring_up(wanted)
    with work.step():
        loaded = settings()
        if work.status.state is State.MOUNTED:
            with work.step():
                work.note(key=str(keys.load_or_make(_keys(loaded), Mode.REAL).public))
        with work.step():
            work.note(wifi=len(loaded.wifi))
            if wifi.hand_on(loaded.wifi, places.wifi):
                wifi.take_notice()
        if loaded.keyboard:
            with work.step():
                keyboard.at_start(source, loaded.keyboard, places.keymap)
        if loaded.wifi_country:
            with work.step():
                wifi.use_country(loaded.wifi_country)


def _finished(work: Readying, places: Places, carry_out: Callable[[], None]) -> StickStatus:
    # Should the system end us before we are ready, this is what stands there.
    unfinished = Trouble(reason=say("The stick was not made ready in its time."), hint=say("Try another USB port."))
    with contextlib.suppress(OSError):
        status_file.save(StickStatus(problems=(unfinished,)), places.status)
    try:
        carry_out()
    except Exception as error:
        # A fault of ours must not keep a computer from starting; what it was is told.
        log.exception("the stick")
        unexpected = Problem(
            say("Something unexpected happened: {error}.", error=f"{type(error).__name__}: {error}"), AGAIN
        )
        work.note(problems=(*work.status.problems, Trouble.of(unexpected)))
    with contextlib.suppress(OSError):
        status_file.save(work.status, places.status)
    return work.status


def _keys(settings: Settings) -> Path:
    settings.make_folder(Mode.REAL)
    return settings.keys(Mode.REAL)
