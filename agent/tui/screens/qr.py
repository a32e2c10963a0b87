"""The report's page as a QR code, as large as it gets, beside what is to be done with it."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from agent.model.message import say
from agent.model.words import Delivery
from agent.tui.lines.layout import plain, wrapped
from agent.tui.lines.qr import qr_lines
from agent.tui.screens.base import ESCAPE, Go, OrdisScreen
from agent.tui.theme import BUSY, DOUBT, STRONG
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.sheet import Sheet

BESIDE = 28
"""Columns at least for the words."""


class QrScreen(OrdisScreen):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("enter", "back", show=False),
    ]

    def body(self) -> ComposeResult:
        with Horizontal(id="code"):
            yield Sheet(id="qr")
            yield Sheet(id="beside")

    def fill(self) -> None:
        state, tell = self.face.state, self.face.tell
        page = state.page or ""
        code = qr_lines(page, self.columns - BESIDE, self.rows)
        self.put("#qr", code)
        width = self.columns - (code[0].cell_length if code else 0) - 4
        if not page:
            self.put("#beside", wrapped(tell(say("The report has no page: no workshop is known.")), width, style=DOUBT))
            return
        how = say("Take a picture of it with a telephone: it opens the report's page.")
        if not code:
            how = say("The screen is too small for the code. The report's page:")
        arrived = state.delivery.status is Delivery.DELIVERED
        later = [] if arrived else wrapped(tell(say("It is there once the report is sent.")), width, style=DOUBT)
        tag = [plain(tell(say("tag {tag}", tag=state.asset_tag)), STRONG), plain("")] if state.asset_tag else []
        self.put("#beside", [*tag, *wrapped(tell(how), width), *later, plain(""), *wrapped(page, width, style=BUSY)])

    def on_resize(self) -> None:
        self.call_after_refresh(self.update_view)

    def hints(self) -> Iterable[KeyHint]:
        return ((ESCAPE, say("Back")),)

    def action_back(self) -> None:
        self.post_message(Go(None))
