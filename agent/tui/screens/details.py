"""Everything about a finished intake that looking closer may need, in one long page."""

import json
from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from agent.model.message import say
from agent.model.words import Delivery
from agent.tui.charset import fit
from agent.tui.lines.layout import Lines, plain, wrapped
from agent.tui.lines.machine import subject_lines
from agent.tui.lines.result import details_lines
from agent.tui.screens.base import ARROWS, ESCAPE, Go, OrdisScreen
from agent.tui.theme import BAD
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet


class DetailsScreen(OrdisScreen):
    AUTO_FOCUS: ClassVar[str | None] = "#page"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", show=False)]

    def body(self) -> ComposeResult:
        with Scroller(id="page"):
            yield Sheet(id="lines")

    def fill(self) -> None:
        state, tell, width = self.face.state, self.face.tell, self.boxed_columns
        lines = [*subject_lines(state, width, tell), plain(""), *details_lines(state, width, tell)]
        self.put("#lines", lines + self._report())

    def _report(self) -> Lines:
        """The report itself where nothing could save it: a photograph of the screen is better than nothing."""
        if self.face.state.delivery.status is not Delivery.UNSAVED or self.face.signed is None:
            return []
        title = self.face.tell(say("The report, which could not be saved"))
        text = fit(json.dumps(self.face.signed.model_dump(mode="json"), ensure_ascii=False, sort_keys=True))
        return [plain(""), plain(title, BAD), *wrapped(text, self.boxed_columns)]

    def hints(self) -> Iterable[KeyHint]:
        return ((ESCAPE, say("Back")), (ARROWS, say("Scroll")))

    def action_back(self) -> None:
        self.post_message(Go(None))
