"""When nobody has pressed a key for a while, the screen turns to those who stand far away."""

from textual import events
from textual.timer import Timer

from agent.tui.overlays import OverApp
from agent.tui.rhythm import PAUSE
from agent.tui.screens.base import OrdisScreen
from agent.tui.stops import screen_afar

SECONDS = 60.0
"""Without a key."""


class Away:
    """Shows the screen seen from afar and takes it away. What lies below stays as it was, with all that was typed."""

    def __init__(self, app: OverApp) -> None:
        self._app = app
        self._timer: Timer | None = None
        self._screen: OrdisScreen | None = None
        self._swallowed = float("-inf")

    def watch(self) -> None:
        """Begin to count the seconds."""
        self._timer = self._app.set_interval(SECONDS, self.show)

    def touched(self) -> None:
        """Somebody is there."""
        if self._timer is not None:
            self._timer.reset()

    def show(self) -> None:
        face = self._app.face
        if self._screen is None and (face.heard or face.broken is not None):
            self._screen = screen_afar(face)
            self._app.push_screen(self._screen)

    def update(self) -> bool:
        """Whether it lies before the others; then it shows what is new."""
        if self._screen is not None:
            self._screen.update_view()
        return self._screen is not None

    def wakes(self, event: events.Key | events.Paste) -> bool:
        """Whether this key or pasted text did no more than to bring the screens back.

        So does all that follows without a pause: the rest of what somebody leant on, or of a scan.
        """
        self.touched()
        if self._screen is None and event.time - self._swallowed > PAUSE:
            return False
        self._swallowed = event.time
        if self._screen is not None:
            self._screen = None
            self._app.pop_screen()
        return True
