"""The app's way with keys, before any screen sees them: scans are told from typing, and who comes back is noticed."""

from textual import events
from textual.timer import Timer

from agent.tui.away import Away
from agent.tui.overlays import OverApp
from agent.tui.scans import SETTLED, Hand, Scans
from agent.tui.screens.base import OrdisScreen


class KeyedApp(OverApp):
    def __init__(self) -> None:
        super().__init__()
        self.scans = Scans()
        self._away = Away(self)
        self._scanning: Timer | None = None

    async def on_event(self, event: events.Event) -> None:
        """What a scanner types confirms nothing; the key that takes the screen seen from afar away does no more."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded and self._is_kept_back(event):
            return
        await super().on_event(event)

    def _is_kept_back(self, event: events.Key | events.Paste) -> bool:
        """Whether no screen gets to see this."""
        hand = self.scans.hears(event) if isinstance(event, events.Key) else None
        woke = self._away.wakes(event)
        if woke:
            self._show()
        screen = self.screen
        if not isinstance(screen, OrdisScreen):
            return woke
        if hand is Hand.SCANNER and screen.accepts_scan():
            self._scan_goes_on()
            return True
        unwelcome = hand in (Hand.SCANNER, Hand.HASTY) or (hand is None and not woke)
        if unwelcome and not screen.accepts_scan():
            screen.scanned()
            return True
        return woke

    def _scan_goes_on(self) -> None:
        if self._scanning is not None:
            self._scanning.stop()
        self._scanning = self.set_timer(SETTLED, self._scanned)

    def _scanned(self) -> None:
        self._scanning = None
        if isinstance(self.screen, OrdisScreen) and self.screen.accepts_scan():
            self.screen.take_scan(self.scans.over())
