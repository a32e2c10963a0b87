"""One line to type into, with what is wanted before it."""

from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from agent.tui.lines.layout import plain
from agent.tui.widgets.sheet import Sheet


class Field(Input):
    """A plain one-line field. Scans are told from typing by the app, before they come here."""

    def __init__(self, name: str, *, id: str | None = None, value: str | None = None) -> None:  # noqa: A002 - Textual's own name
        # 64: longer than any tag or serial, short enough for one line.
        super().__init__(value, name=name, id=id, max_length=64, compact=True, select_on_focus=False)
        self.cursor_blink = False

    @property
    def _value(self) -> Any:
        """The console's font has no such dot as Textual puts for the letters of a password."""
        shown = super()._value
        if self.password:
            shown.plain = "*" * len(self.value)
        return shown

    async def take(self, text: str, *, enter: bool) -> None:
        """Hold this text instead of what was there; `enter`: and go on, as by the Enter key."""
        self.value = text[: self.max_length]
        self.cursor_position = len(self.value)
        if enter:
            await self.action_submit()

    async def untype(self, char: str) -> None:
        """Take away what a stuck key has left at the end."""
        await self.take(self.value.rstrip(char), enter=False)


class FieldLine(Horizontal):
    """`What is wanted [          ]`: the brackets show where to type without colour, too."""

    def __init__(
        self, name: str, *, field_id: str | None = None, value: str | None = None, secret: bool = False
    ) -> None:
        """`value`: what stands in it at first. `secret`: asterisks stand for what is typed."""
        super().__init__()
        self.key = name
        self._field = Field(name, id=field_id, value=value)
        self._field.password = secret

    def compose(self) -> ComposeResult:
        yield Sheet()
        yield self._field
        yield Static("]", markup=False)

    def put(self, label: str) -> None:
        self.query_one(Sheet).put(plain(f"{label} ["))
