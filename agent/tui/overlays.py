"""The app's way with screens that lie over the others (see over.py)."""

from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from agent.model.care import SettingsState
from agent.model.messages import CareEvent, NetworkEvent, SettingsEvent, SupportEvent
from agent.tui.face import Face, Leave
from agent.tui.over import KEYS, Over
from agent.tui.screens.base import OrdisScreen
from agent.tui.stops import help_for, screen_over
from agent.tui.way import Place


class OverApp(App[Leave]):
    """What lies over stays whatever happens below, apart from a broken link: what was typed on either is not lost."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.lower(), f"over('{over}')", show=False, priority=True) for over, key in KEYS.items()
    ]
    face: Face
    _place: Place | None

    def __init__(self) -> None:
        super().__init__()
        self._over: list[Over] = []

    def _show(self) -> None:
        raise NotImplementedError

    def _covered(self) -> bool:
        """Whether something lies over the screen that the state asks for; it is brought up to date."""
        if self.face.broken is not None:
            while self._over:
                self._uncover()
        if self._over and isinstance(self.screen, OrdisScreen):
            self.screen.update_view()
        return bool(self._over)

    def _uncover(self) -> None:
        self._over.pop()
        self.pop_screen()

    def action_over(self, which: str) -> None:
        """Lay a screen over the others; its key again takes it away."""
        over = Over(which)
        if self._over and self._over[-1] is over:
            self.on_close()
        elif over not in self._over and self._place is not None and isinstance(self.screen, OrdisScreen):
            if over is Over.HELP:
                about = self._over[-1] if self._over else self._place.stop
                screen = help_for(self.face, about, self.screen)
            elif self.face.heard:
                screen = screen_over(self.face, over)
            else:
                return  # the service has to be asked, and is not there
            self._over.append(over)
            self.push_screen(screen)

    def _hear_answer(self, event: CareEvent) -> None:
        """What this face asked the service for, beside the intake."""
        match event:
            case NetworkEvent():
                self.face.network = event.network
            case SettingsEvent():
                self._hear_settings(event.settings)
            case SupportEvent():
                self.face.support = event.support

    def _hear_settings(self, settings: SettingsState) -> None:
        """A language that was saved is spoken at once."""
        before, self.face.settings = self.face.settings, settings
        language = settings.fields.get("language", "")
        changed = before is not None and before.file is not None and before.fields.get("language", "") != language
        if changed and language in ("fr", "en"):
            self.face.language = language

    def on_close(self) -> None:
        """Escape on a screen that lies over the others."""
        if self._over:
            self._uncover()
            self._show()
