"""The list of steps: arrows choose one instead of scrolling, and the chosen one stays in sight."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from agent.tui.widgets.scroller import Scroller


class StepList(Scroller):
    BY_PAGES: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.choose(-1)", show=False),
        Binding("down", "screen.choose(1)", show=False),
        Binding("home", "screen.choose(-1000)", show=False),
        Binding("end", "screen.choose(1000)", show=False),
    ]

    def keep_in_sight(self, row: int) -> None:
        """Scroll no further than it takes to see this row, and one on each side of it."""
        height = self.scrollable_content_region.height
        if height <= 0:
            return
        first = round(self.scroll_y)
        if row - 1 < first:
            self.scroll_to(y=max(0, row - 1), animate=False)
        elif row + 2 > first + height:
            self.scroll_to(y=row + 2 - height, animate=False)
