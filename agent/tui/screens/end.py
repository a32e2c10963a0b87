"""What the two ends of an intake, the result and the problem, have in common: what can be done next."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from agent.model.message import say
from agent.model.words import Delivery
from agent.tui.face import Detour, Leave
from agent.tui.lines.layout import wrapped
from agent.tui.lines.result import delivery_lines
from agent.tui.screens.base import ARROWS, ENTER, Go, OrdisScreen, Out
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.sheet import Sheet


class EndScreen(OrdisScreen):
    """The focus starts on the details: nothing ends by an Enter too many."""

    AUTO_FOCUS: ClassVar[str | None] = "#details"

    def next_steps(self) -> ComposeResult:
        """Where the report is, and the choices; to be yielded at the end of `body`."""
        yield Sheet(id="report")
        with Horizontal(id="next"):
            yield Choice("details", id="details")
            yield Choice("steps", id="steps")
            yield Choice("qr", id="qr")
            yield Choice("again", id="again")
            yield Choice("off", id="off")

    def fill_next(self, first: Iterable[Content] = ()) -> None:
        """`first`: what must be seen without scrolling, above where the report is."""
        tell = self.face.tell
        lines = [*first, *delivery_lines(self.face.state.delivery, self.columns, tell)]
        if self.face.can_power_off and self.face.state.delivery.status in (Delivery.SPOOLED, Delivery.DELIVERED):
            following = say("Next machine: switch this one off, plug the stick into the next one and start that.")
            lines += wrapped(tell(following), self.columns)
        self.put("#report", lines)
        off = say("Switch off") if self.face.can_power_off else say("Quit")
        labels = {"details": say("Details"), "steps": say("Steps"), "again": say("New intake"), "off": off}
        labels["qr"] = say("QR code")
        self.query_one("#qr", Choice).display = self.face.state.page is not None
        for name, label in labels.items():
            self.query_one(f"#{name}", Choice).call_it(tell(label))

    def hints(self) -> Iterable[KeyHint]:
        return ((ARROWS, say("Choose")), (ENTER, say("Confirm")))

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        ways = {"details": Detour.DETAILS, "steps": Detour.STEPS, "qr": Detour.QR, "again": Detour.START}
        if message.choice.id in ways:
            self.post_message(Go(ways[message.choice.id]))
        elif not self.face.can_power_off:
            self.post_message(Out(Leave.QUIT))
        elif self.face.state.unsaved or self.face.state.delivery.status is Delivery.UNSAVED:
            self.post_message(Go(Detour.POWER_OFF))
        else:
            self.post_message(Out(Leave.POWER_OFF))
