"""Playing the scenes of tui_scenes in one app, one after the other: cheaper by far than an app for each."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import fields

import pytest
from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from tui_cases import FakeLink, press, settled, showing, type_keys
from tui_machine import IDLE, PROFILES
from tui_scenes import Scene

from agent.tui.app import OrdisApp
from agent.tui.face import Face, ProfileChoice
from agent.tui.way import Place, Stop
from agent.tui.widgets.colours import Colours

PAUSE = 1.0
"""Seconds after which something new is typed or scanned."""
SCAN_SECONDS = 0.005
"""Between the keys of a scanner."""
_NOWHERE = Place(Stop.BROKEN, "another scene")


class Stage:
    """The app with whatever scene it shows."""

    def __init__(self, app: OrdisApp, pilot: Pilot[object], link: FakeLink) -> None:
        self.app = app
        self.pilot = pilot
        self.link = link
        self._clock = 0.0
        """Of the keys of `hurry`, in seconds."""

    async def play(self, scene: Scene, size: tuple[int, int] | None = None, unsaved: int = 0) -> None:
        """Show the scene as if nothing had been shown before. `unsaved`: so many more reports are not saved."""
        app = self.app
        if size is not None:
            self._terminal_is(size)
            app._size = Size(*size)
            app.face.width, app.face.height = size
        if app._away._screen is not None:
            app._away._screen = None
            app.pop_screen()
        while app._over:
            app._uncover()
        app._away._swallowed = float("-inf")
        self._know(scene, unsaved)
        app._place = _NOWHERE  # a screen of its own, also where the scene before had the same place
        app._show()
        await settled(self.pilot)
        if scene.over is not None:
            app.action_over(str(scene.over))
        if scene.afar:
            app._away.show()
        if scene.keys or scene.over is not None or scene.afar:
            await press(self.pilot, *scene.keys)
        if scene.scan:
            await type_keys(self.pilot, scene.scan, gap=SCAN_SECONDS)

    def _know(self, scene: Scene, unsaved: int) -> None:
        face = self.app.face
        state = scene.state.model_copy(update={"unsaved": scene.state.unsaved + unsaved})
        profiles = [ProfileChoice(*each) for each in PROFILES]
        fresh = Face(state, face.language, profiles, heard=True, width=face.width, height=face.height)
        for each in fields(Face):
            setattr(face, each.name, scene.face.get(each.name, getattr(fresh, each.name)))
        face.detour, face.about = scene.detour, scene.about

    async def speak(self, language: str) -> None:
        if self.app.face.language != language:
            self.app.action_language()
            await settled(self.pilot)

    def strips(self) -> list[Strip]:
        """What stands on the terminal now."""
        return self.app.screen._compositor.render_strips()

    async def hurry(self, keys: Iterable[str], gap: float = 1.0) -> None:
        """Press keys, and look only once all is done; `gap`: seconds between them by their own clock."""
        for name in keys:
            key = events.Key(
                name, {"space": " ", "enter": "\r", "tab": "\t"}.get(name, name if len(name) == 1 else None)
            )
            self._clock += gap
            key.time = self._clock
            self.app.post_message(key)
        self._clock += PAUSE
        await settled(self.pilot)

    def _terminal_is(self, size: tuple[int, int]) -> None:
        assert isinstance(self.app._driver, HeadlessDriver)
        self.app._driver._size = Size(*size)

    async def resize(self, size: tuple[int, int], *, unsaved: int | None = None) -> None:
        """Make the terminal another size; `unsaved`: so many reports are not saved any more, or not yet."""
        if unsaved is not None:
            self.app.face.state = self.app.face.state.model_copy(update={"unsaved": unsaved})
        if self.app.size != size:
            self._terminal_is(size)
            self.app.post_message(events.Resize(Size(*size), Size(*size)))
            while self.app.screen._compositor.size != size:  # noqa: ASYNC110 - the app takes some milliseconds
                await asyncio.sleep(0.002)
            await settled(self.pilot)


def _not_drawn(screen: Screen[None]) -> None:
    """A third of the time would go into drawing on a terminal that nobody looks at."""
    screen._dirty_widgets.clear()
    screen._compositor._dirty_regions.clear()


@asynccontextmanager
async def stage(monkeypatch: pytest.MonkeyPatch, size: tuple[int, int] = (80, 25)) -> AsyncIterator[Stage]:
    """Independent of the terminal that the tests run on, and of how long they take: nothing comes by itself."""
    for name in ("NO_COLOR", "COLORTERM", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(Colours, "HINT_SECONDS", 1e6)
    monkeypatch.setattr(Screen, "_compositor_refresh", _not_drawn)
    # Each screen is some thousands of objects: looking for garbage among them takes longer than drawing them.
    gc.disable()
    try:
        async with showing(IDLE, size=size) as screen:
            screen.app._profiles = lambda: PROFILES
            yield Stage(screen.app, screen.pilot, screen.link)
    finally:
        gc.enable()
