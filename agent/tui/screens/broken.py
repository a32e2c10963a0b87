"""The link to the service broke: say so, and offer to try again."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message as ScreenMessage

from agent.model.message import say
from agent.tui.face import Leave
from agent.tui.lines.layout import plain, wrapped
from agent.tui.screens.base import ARROWS, ENTER, OrdisScreen, Out
from agent.tui.theme import BAD, QUIET
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.sheet import Sheet


class Retry(ScreenMessage):
    """Connect again."""


class BrokenScreen(OrdisScreen):
    AUTO_FOCUS: ClassVar[str | None] = "#retry"

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Sheet(id="text")
            yield Choice("retry", id="retry")
            yield Choice("quit", id="quit")

    def fill(self) -> None:
        tell, width = self.face.tell, self.boxed_columns
        lost = wrapped(tell(say("The screen has lost the intake service.")), width, style=BAD)
        goes_on = say(
            "This screen only shows what the service does. If the service runs, it goes on by itself, "
            "and nothing is lost. Do not switch the machine off."
        )
        broken = self.face.broken
        why = wrapped(tell(broken.reason), width, style=QUIET) if broken else []
        if broken and broken.hint:
            why += wrapped(tell(broken.hint), width, style=QUIET)
        self.put("#text", [*lost, plain(""), *wrapped(tell(goes_on), width), plain(""), *why, plain("")])
        self.query_one("#retry", Choice).call_it(tell(say("Try again")))
        self.query_one("#quit", Choice).call_it(tell(say("Quit")))

    def hints(self) -> Iterable[KeyHint]:
        return ((ARROWS, say("Choose")), (ENTER, say("Confirm")))

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        self.post_message(Retry() if message.choice.id == "retry" else Out(Leave.QUIT))
