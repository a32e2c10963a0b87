"""What on a screen a person cannot read: characters that the console's font lacks, and text that is cut off."""

from collections.abc import Iterator, Sequence

from textual.app import App
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from agent.tui.charset import ALLOWED
from agent.tui.screens.base import OrdisScreen
from agent.tui.widgets.colours import Colours
from agent.tui.widgets.field import Field
from agent.tui.widgets.keys import Keys
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet

LEAST_FIELD = 6
"""Columns of a field in which somebody can see what they type."""
LEAST_ROWS = 2
"""Of a part that scrolls."""


def unreadable(app: App[object], strips: Sequence[Strip]) -> list[str]:
    """One sentence for each thing; `strips` are what is drawn."""
    rows = ["".join(segment.text for segment in strip) for strip in strips]
    return [*_strange(rows, app.size.width), *_hidden(app), *_unnamed(app, rows[-1])]


def _strange(rows: list[str], width: int) -> Iterator[str]:
    if lacking := {char for row in rows for char in row} - ALLOWED:
        yield f"the font lacks {sorted(lacking)}"
    if {len(row) for row in rows} != {width}:
        yield "a row is not as wide as the terminal"


def _unnamed(app: App[object], line: str) -> Iterator[str]:
    """The line of keys names all that this screen has of its own, the help and the way out, and nothing half."""
    screen = app.screen
    if (
        not isinstance(screen, OrdisScreen)
        or not screen.query(Keys)
        or any(each.display for each in screen.query(Colours))
    ):
        return  # left alone, or a colour fills the screen
    tell = screen.face.tell
    named = [(tell(key), tell(what)) for key, what in screen.hints()]
    helping = "Aide" if screen.face.language == "fr" else "Help"
    ending = "Quitter" if screen.face.language == "fr" else "Quit"
    flat = " ".join(line.split())
    for key, what in (*named, ("F1", helping), ("F10", ending)):
        if f"{key} {what}" not in flat:
            yield f"the line of keys does not say “{key} {what}”: {flat}"


def _hidden(app: App[object]) -> Iterator[str]:
    screen = app.screen
    for widget, place in screen._compositor.full_map.items():
        what = f"{type(widget).__name__} #{widget.id or widget.name}"
        if isinstance(widget, Scroller) or widget.has_class("box"):
            if place.region.intersection(place.clip).size != place.region.size:
                yield f"{what} is not seen whole"
        elif isinstance(widget, Static | Field):
            yield from _cut(widget, place.region, place.clip, what)
        if isinstance(widget, Scroller):
            yield from _scroller(widget, what)
    if (focused := screen.focused) is not None and not focused.region.overlaps(screen.region):
        yield f"what has the focus, {focused}, cannot be seen"


def _cut(widget: Widget, region: Region, clip: Region, what: str) -> Iterator[str]:
    seen = region.intersection(clip)
    if seen.width < region.width:
        yield f"{what} goes {region.width - seen.width} columns beyond the edge: {_said(widget)}"
    if seen.height < region.height and not _scrolled(widget):
        yield f"{what} has {region.height - seen.height} rows that nobody can get to: {_said(widget)}"
    if isinstance(widget, Field) and widget.content_size.width < LEAST_FIELD:
        yield f"{what} has {widget.content_size.width} columns for what is typed"
    if isinstance(widget, Sheet):
        yield from _sheet(widget, what)


def _sheet(sheet: Sheet, what: str) -> Iterator[str]:
    shown, room = sheet._shown, sheet.content_size
    if shown is None or not shown.plain:
        return
    lines = shown.split("\n", allow_blank=True)
    if (widest := max(line.cell_length for line in lines)) > room.width:
        yield f"{what} needs {widest} columns and has {room.width}: {_said(sheet)}"
    if len(lines) > room.height:
        yield f"{what} needs {len(lines)} rows and has {room.height}: {_said(sheet)}"


def _scroller(scroller: Scroller, what: str) -> Iterator[str]:
    """It must hold some rows, and say when there are more."""
    inside = scroller.scrollable_content_region
    more = scroller.virtual_size.height - inside.height
    if more > 0 and inside.height < LEAST_ROWS:
        yield f"{what} shows {inside.height} of {scroller.virtual_size.height} rows"
    if more > 0 and not str(scroller.border_subtitle or ""):
        yield f"{what} does not say that {more} rows are hidden"


def _scrolled(widget: Widget) -> bool:
    """Whether it can be brought into sight."""
    return any(isinstance(each, Scroller) and each.max_scroll_y > 0 for each in widget.ancestors)


def _said(widget: Widget) -> str:
    """The beginning of what it says."""
    shown = getattr(widget, "_shown", None)
    return shown.plain[:60].partition("\n")[0] if shown is not None else ""
