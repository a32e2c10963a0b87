"""Things that light up as they are tried: the cap of a key, a button, a loudspeaker, a socket."""

from collections.abc import Iterable
from typing import NamedTuple

from textual.content import Content

from agent.tui.lines.layout import plain
from agent.tui.theme import BAD, DOUBT, GOOD


class Light(NamedTuple):
    """Colour of the cap, the sign beside it, and its colour."""

    style: str
    sign: str
    sign_style: str


UNTRIED = Light("ansi_black on ansi_white", " ", "")
FELT = Light("ansi_black on ansi_green", "✓", GOOD)
HELD = Light("ansi_black on ansi_yellow", "<", DOUBT)
STUCK = Light("bold ansi_bright_white on ansi_red", "!", BAD)
LOST = Light("bold ansi_bright_white on ansi_red", "✗", BAD)


def caps(named: Iterable[tuple[str, Light]]) -> Content:
    """One after the other in a line: each name on its cap, and its sign."""
    parts = [Content.assemble(plain(f" {name} ", light.style), plain(light.sign, light.sign_style), "  ")
             for name, light in named]  # fmt: skip
    return Content.assemble(*parts)
