"""The keyboard, drawn: each key lights up while it is held, and keeps a sign once it was felt."""

from collections.abc import Callable, Iterable

from textual.content import Content

from agent.manual.layouts import has_pad, is_known, layout
from agent.model.manual import KeyboardView
from agent.model.message import Message, say
from agent.tui.face import Tell
from agent.tui.lines.keycaps import WIDTH, Cap, main_rows, pad_rows
from agent.tui.lines.layout import Lines, plain, wrapped
from agent.tui.lines.lights import FELT, HELD, LOST, STUCK, UNTRIED, Light
from agent.tui.theme import BAD, BUSY, DOUBT, GOOD, STRONG

_MOST_NAMED = 20
"""Keys still to be pressed are named once they are so few; before, the drawing shows them better."""
_HIGH = 30
"""Rows of room from which on a key is two rows high."""


def keyboard_lines(view: KeyboardView, columns: int, rows: int, tell: Tell, *, running: bool) -> Lines:
    """What is drawn and said within so many columns and, as far as it can be, rows. When the test has ended, keys that
    were not felt get a sign, too."""
    felt = frozenset(view.seen) | frozenset(view.down)
    unit = max(3, int(columns / WIDTH))
    cap = _styles(view, frozenset() if running else _missing(view))
    head, main, pad = _head(view, columns, tell), main_rows(view.layout, felt, unit), pad_rows(view.layout, felt, unit)
    if not running and len(head) + len(main) + len(pad) > rows:
        pad = []  # the answers need its room; what it lacks is named
    beside_pad = round(WIDTH * unit) - 4 * unit - 2 if pad else columns
    words = list(_words(view, beside_pad, tell, running=running))
    below = max(len(words), len(pad))
    high = 2 if rows >= _HIGH else 1
    spaced = running and len(head) + (high + 1) * len(main) + below <= rows
    lines = [*head]
    for row in main:
        lines += [_drawn(row, cap)] + [_drawn(row, cap, legend=False)] * (high - 1) + [plain("")] * spaced
    return [*lines, *_side_by_side(words, pad, cap)]


def _styles(view: KeyboardView, lost: frozenset[int]) -> Callable[[int], Light]:
    seen, down, stuck = set(view.seen), set(view.down), set(view.stuck)

    def style(code: int) -> Light:
        if code in stuck:
            return STUCK
        if code in down:
            return HELD
        if code in seen:
            return FELT
        return LOST if code in lost else UNTRIED

    return style


def _drawn(row: list[Cap], cap: Callable[[int], Light], *, legend: bool = True) -> Content:
    parts: list[Content] = []
    at = 0
    for key in row:
        light = cap(key.code)
        text = key.legend if legend else ""
        parts += [plain(" " * (key.left - at)), plain(text.center(key.columns - 1), light.style)]
        parts.append(plain(light.sign if legend else " ", light.sign_style))
        at = key.left + key.columns
    return Content.assemble(*parts)


def _side_by_side(words: Lines, pad: list[list[Cap]], cap: Callable[[int], Light]) -> Lines:
    lines = []
    for number in range(max(len(words), len(pad))):
        left = words[number] if number < len(words) else plain("")
        right = pad[number] if number < len(pad) else []
        shifted = [Cap(key.code, key.left - left.cell_length, key.columns, key.legend) for key in right]
        lines.append(Content.assemble(left, _drawn(shifted, cap)))
    return lines


def _missing(view: KeyboardView) -> frozenset[int]:
    return layout(view.layout).wanted(view.seen) - set(view.seen)


def _head(view: KeyboardView, columns: int, tell: Tell) -> Lines:
    wanted, missing = layout(view.layout).wanted(view.seen), _missing(view)
    count = say("Keys felt: {felt} of {all}", felt=len(wanted) - len(missing), all=len(wanted))
    lines = wrapped(tell(count), columns, style=STRONG if missing else GOOD)
    return lines if is_known(view.layout) else [*lines, *wrapped(tell(_OTHER), columns, style=DOUBT)]


_OTHER = say(
    "This keyboard is neither AZERTY nor QWERTY. It is drawn as QWERTY: the places count, whatever is printed on them."
)


_FIRST = {
    "A": say("First press the letter A: its place tells which keyboard this is."),
    "Z": say("Now press the letter Z."),
}


def _words(view: KeyboardView, columns: int, tell: Tell, *, running: bool) -> Iterable[Content]:
    known, missing = layout(view.layout), _missing(view)

    def rows(message: Message, style: str = "") -> Lines:
        return wrapped(tell(message), columns, style=style)

    if stuck := known.named(view.stuck):
        yield from rows(say("Held down or stuck: {keys}", keys=stuck), BAD)
    if missing and len(missing) <= _MOST_NAMED:
        left = say("Still to be pressed: {keys}", keys=known.named(missing))
        yield from rows(left if running else say("Not felt: {keys}", keys=known.named(missing)), "" if running else BAD)
    elif missing and not running:
        yield from rows(
            say("Not felt: {count} keys, marked with ✗. Start again and press them.", count=len(missing)), BAD
        )
    if not running:
        return
    yield from _signs(tell)
    if view.letter in _FIRST:
        yield from rows(_FIRST[view.letter], BUSY)
    elif not has_pad(view.seen):
        yield from rows(say("Is there a block of digits on the right? Press its keys, too: it is drawn then."))
    end = say("To end: hold Esc, Enter or the space bar for 2 seconds, then let go. Or wait: {seconds} s.",
              seconds=view.seconds_left)  # fmt: skip
    yield from rows(end, BUSY)


def _signs(tell: Tell) -> Lines:
    pairs = ((FELT, say("felt")), (HELD, say("held")), (STUCK, say("stuck")))
    parts = [Content.assemble(plain(light.sign, light.sign_style), f" {tell(word)}   ") for light, word in pairs]
    return [Content.assemble(*parts)]
