"""A part of the screen that may hold more than fits. The console's font has no scroll bar, so words say it."""

from typing import ClassVar

from textual.containers import VerticalScroll
from textual.content import Content

from agent.model.message import say
from agent.tui.face import Face


class Scroller(VerticalScroll):
    """Its lower border says how many lines are hidden above and below."""

    face: Face | None = None
    BY_PAGES: ClassVar[bool] = True
    """Whether the keys for pages scroll it."""

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.hint()

    def watch_virtual_size(self) -> None:
        """What is in it has become longer or shorter."""
        self.hint()

    def on_resize(self) -> None:
        self.hint()

    def hint(self) -> None:
        """Tell what is hidden, in words."""
        if self.face is None:
            return
        above = round(self.scroll_y)
        below = max(0, self.virtual_size.height - self.scrollable_content_region.height - above)
        parts = []
        if above:
            keyed = say("more above: {lines} (PgUp)", lines=above)
            parts.append(self.face.tell(keyed if self.BY_PAGES else say("more above: {lines}", lines=above)))
        if below:
            keyed = say("more below: {lines} (PgDn)", lines=below)
            parts.append(self.face.tell(keyed if self.BY_PAGES else say("more below: {lines}", lines=below)))
        self.border_subtitle = Content(" · ".join(parts))
