"""The app's way with keys, before any screen sees them: each has its turn, scans are told from typing, and who comes
back is noticed."""

from textual import events
from textual.timer import Timer

from agent.tui.away import Away
from agent.tui.inturn import LOOK_SECONDS, InTurn, Settled, Typed
from agent.tui.overlays import OverApp
from agent.tui.scans import SETTLED, Hand, Scans
from agent.tui.screens.base import OrdisScreen
from agent.tui.stuck import OVER_SECONDS, Stuck
from agent.tui.widgets.field import Field


class KeyedApp(OverApp):
    def __init__(self) -> None:
        super().__init__()
        self.scans = Scans()
        self._away = Away(self)
        self._scanning: Timer | None = None
        self._in_turn = InTurn()
        self._looking: Timer | None = None
        self._stuck = Stuck()
        self._stuck_until: Timer | None = None

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and _is_with_alt(event):
            self._away.touched()
        elif isinstance(event, events.Key) and not event.is_forwarded and self._stuck.holds(event):
            self._tell_stuck(event)
        elif isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._in_turn.wait(event)
            await self._hand_on()
        else:
            await super().on_event(event)

    @property
    def keys_wait(self) -> bool:
        """Whether a key was pressed whose work is not done yet."""
        return self._in_turn.is_busy

    async def on_settled(self, message: Settled) -> None:
        self._in_turn.settled(message)
        await self._hand_on()

    async def _hand_on(self) -> None:
        # Once the app ends, there is no screen that a key could be for.
        while self.screen_stack and (event := self._in_turn.next()) is not None:
            if not self._is_kept_back(event):
                await super().on_event(event)
                self._in_turn.handed_on(event, self.focused or self.screen)
        if self._looking is None and self._in_turn.is_under_way:
            self._looking = self.set_timer(LOOK_SECONDS, self._look_again)

    def _tell_stuck(self, event: events.Key) -> None:
        """As long as the key repeats. What it typed before goes, as far as it is at the end of a field."""
        if self._stuck_until is not None:
            self._stuck_until.stop()
        self._stuck_until = self.set_timer(OVER_SECONDS, self._stuck_is_over)
        if self.face.stuck != event.key:
            self.face.stuck = event.key
            self._in_turn.forget(event.key)
            if event.character and isinstance(self.focused, Field):
                self.focused.call_later(self.focused.untype, event.character)
            self._show()

    def _stuck_is_over(self) -> None:
        self._stuck_until, self.face.stuck = None, ""
        self._show()

    async def _look_again(self) -> None:
        self._looking = None
        await self._hand_on()

    def _is_kept_back(self, event: Typed) -> bool:
        """Whether no screen gets to see this: what a scanner types confirms nothing, and the key that takes the screen
        seen from afar away does no more."""
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


def _is_with_alt(event: events.Key) -> bool:
    """Alt and a letter, which Textual's fields take for the letter: Alt and SysRq and a letter would type it."""
    return event.is_printable and "alt+" in event.key
