"""One line to type into."""

from textual.widgets import Input


class Field(Input):
    """A plain one-line field. Scans are told from typing by the app, before they come here."""

    def __init__(self, name: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        # 64: longer than any tag or serial, short enough for one line.
        super().__init__(name=name, id=id, max_length=64, compact=True, select_on_focus=False)
        self.cursor_blink = False
