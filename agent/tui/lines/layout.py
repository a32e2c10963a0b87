"""Lines of styled text and how they are laid out. Nothing here knows about markup: text stays text."""

import textwrap
from collections.abc import Iterable

from textual.content import Content

from agent.report.cells import tied

Lines = list[Content]


def plain(text: str, style: str = "") -> Content:
    """One piece of text in one style; what it says is never read as markup."""
    return Content.styled(text, style) if style else Content(text)


def wrapped(text: str, width: int, indent: int = 0, style: str = "") -> Lines:
    """The text in lines of at most `width` columns, every one moved `indent` columns to the right."""
    pad = " " * indent
    rows = textwrap.wrap(
        tied(text), max(width, indent + 10), initial_indent=pad, subsequent_indent=pad, break_on_hyphens=False
    )
    return [plain(row, style) for row in rows]


def marked(mark: str, style: str, text: str, width: int, text_style: str = "") -> Lines:
    """The text after a mark like `[ok]`; its other lines stand below the first one's text."""
    rows = wrapped(text, width, len(mark) + 1, text_style) or [plain("")]
    first = Content.assemble(plain(mark, style), " ", plain(rows[0].plain.lstrip(), text_style))
    return [first, *rows[1:]]


def spread(left: Content, right: Content, width: int) -> Content:
    """`left` at the left edge and `right` at the right edge, at least one column between them."""
    gap = max(1, width - left.cell_length - right.cell_length)
    return Content.assemble(left, " " * gap, right)


def paragraph(lines: Iterable[Content]) -> Content:
    """The lines as one content, for a widget."""
    return Content("\n").join(lines)
