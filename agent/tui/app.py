"""The screen: a face of the service. It keeps the state as last heard and shows what the state asks for."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.binding import Binding, BindingType

from agent.model.message import say
from agent.model.messages import (
    AidEvent,
    AnyEvent,
    CareEvent,
    IntakeRequest,
    ProblemEvent,
    ProfilesEvent,
    ReportEvent,
    Start,
)
from agent.model.problem import Problem
from agent.model.state import IntakeState
from agent.model.words import Mode, Phase
from agent.tui.face import Detour, Face, Leave, ProfileChoice
from agent.tui.keyed import KeyedApp
from agent.tui.link import Link
from agent.tui.screens.base import Go, OrdisScreen, Out, Send
from agent.tui.stops import load_all, screen_for
from agent.tui.theme import THEME
from agent.tui.way import Place, due, place

if TYPE_CHECKING:
    from agent.tui.screens.broken import Retry

log = logging.getLogger("ordis.tui")

LATER_SECONDS = 4.0
"""After the service has spoken the other screens are loaded: first its facts are to be seen."""
_AGAIN = say("Try again in a moment. If it stays so, leave this screen (F10) and start ordis again.")


class OrdisApp(KeyedApp):
    """`request`: what to start at once where no intake runs; None: a person chooses on the start screen.

    `profiles` gives names with their French and English titles; asked once the service answers, since until then the
    stick that holds the workshop's own may not be there. `face.can_power_off`, set by whoever carries it out,
    offers to switch the machine off; `load`, set likewise, loads what `profiles` needs. `scans.listen`: see scans.py.
    Ends with a Leave. An error of its own ends it with Leave.CRASHED and is logged, never printed.
    """

    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "language", show=False, priority=True),
        Binding("f7", "steps", show=False, priority=True),
        Binding("f10", "leave", show=False, priority=True),
    ]

    def __init__(
        self,
        link: Link,
        mode: Mode,
        language: str,
        request: IntakeRequest | None = None,
        profiles: Callable[[], Sequence[tuple[str, str, str]]] = tuple,
    ) -> None:
        super().__init__()
        self.register_theme(THEME)
        self.theme = THEME.name
        self.animation_level = "none"
        self.face = Face(IntakeState(mode=mode), language)
        self._link = link
        self._profiles = profiles
        self.load: Callable[[], object] = tuple
        self._request = request
        self._place: Place | None = None
        self._drawing = self._stale = False

    # ---- hearing

    def on_mount(self) -> None:
        self._show()
        self._away.watch()
        self._listen()
        self._load_profiles()

    @work(thread=True)
    def _load_profiles(self) -> None:
        """What reads them, while the service is waited for."""
        self.load()

    @work(thread=True)
    def _load_screens(self) -> None:
        load_all()

    @work(exclusive=True)
    async def _listen(self) -> None:
        """Hear events until the link breaks; the service is to be seen again as soon as a person says so."""
        try:
            async for event in self._link.events():
                if event.mode is not self.face.mode:
                    self._break(Problem(say("The service answers in {mode} mode.", mode=event.mode.value), _AGAIN))
                    return
                self._hear(event)
                await self._start_what_was_asked()
                await asyncio.sleep(0)  # a backlog of events must not keep the keys waiting
        except (Problem, OSError) as error:
            self._break(_why(error))
        else:
            self._break(Problem(say("The service has ended."), _AGAIN))

    def _hear(self, event: AnyEvent) -> None:
        before = due(self.face)
        if not self.face.heard:
            self.set_timer(LATER_SECONDS, self._load_screens)
        if not self.face.heard or isinstance(event, ProfilesEvent):
            self.face.profiles = [ProfileChoice(*each) for each in self._profiles()]
        self.face.state = event.apply(self.face.state)
        self.face.heard = True
        if isinstance(event, CareEvent):
            self._hear_answer(event)
        if isinstance(event, AidEvent):
            self._away.touched()  # keys that are being tried do not come here
        if isinstance(event, ReportEvent):
            self.face.signed = event.signed
        elif self.face.state.report_id is None:
            self.face.signed = None  # that was the intake before
        if due(self.face) != before or isinstance(event, ProblemEvent):
            self.face.detour = None
        self._show_soon()

    async def _start_what_was_asked(self) -> None:
        request, self._request = self._request, None
        if request is not None and self.face.state.phase is Phase.IDLE:
            await self._link.send(Start(mode=self.face.mode, request=request))

    def _break(self, problem: Problem) -> None:
        log.warning("the link broke: %s", problem)
        self.face.broken = problem
        self.face.heard = False
        self.face.detour = None
        self._show()

    def on_retry(self, _message: "Retry") -> None:
        self.face.broken = None
        self._show()
        self._listen()

    async def on_send(self, message: Send) -> None:
        try:
            await self._link.send(message.command)
        except (Problem, OSError) as error:
            self._break(_why(error))

    # ---- showing

    def _show_soon(self) -> None:
        """Show what an event changed. While the last change is drawn, and as long again, those that come are gathered:
        on a slow computer that works on many steps, the screen would never get to the keys otherwise."""
        self._stale = self._drawing
        if not self._drawing:
            self._drawing = True
            self._show()
            self.call_after_refresh(self._drawn, time.monotonic())

    def _drawn(self, began: float) -> None:
        self.set_timer(max(0.001, time.monotonic() - began), self._rested)

    def _rested(self) -> None:
        self._drawing = False
        if self._stale:
            self._show_soon()

    def _show(self) -> None:
        if self._away.update() or self._covered():
            return
        wanted = place(self.face)
        if wanted == self._place and isinstance(self.screen, OrdisScreen):
            self.screen.update_view()
            return
        first = self._place is None
        self._place = wanted
        screen = screen_for(self.face, wanted.stop)
        if first:
            self.push_screen(screen)
        else:
            self.switch_screen(screen)

    def on_go(self, message: Go) -> None:
        self.face.detour, self.face.about = message.detour, message.about
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        self.face.width, self.face.height = event.size  # the app's own size is still the old one
        self._show()

    def action_language(self) -> None:
        self.face.language = "en" if self.face.language == "fr" else "fr"
        self._show()

    def action_steps(self) -> None:
        """To the steps, and by the same key back to the question that they are seen from."""
        if self.face.may_see_steps:
            self.on_go(Go(Detour.STEPS))
        elif self.face.detour is Detour.STEPS:
            self.on_go(Go(None))

    # ---- leaving

    def on_out(self, message: Out) -> None:
        self.exit(message.leave)

    def action_leave(self) -> None:
        self.exit(Leave.QUIT)

    def action_help_quit(self) -> None:
        """Textual's answer to Ctrl+C: nothing; F10 is on every screen."""

    def _handle_exception(self, error: Exception) -> None:
        """Textual's one hook for what nobody caught; its own would print a traceback over the screen."""
        log.error("the screen broke", exc_info=error)
        self.exit(Leave.CRASHED, return_code=3)


def _why(error: Problem | OSError) -> Problem:
    if isinstance(error, Problem):
        return error
    return Problem(say("The service cannot be reached: {error}.", error=error.strerror or str(error)), _AGAIN)
