"""What the live aid of a manual check has felt so far, in lines."""

from collections.abc import Callable

from textual.content import Content

from agent.manual.microphone import RISE_PERCENT
from agent.model.inventory import Inventory
from agent.model.manual import (
    AidState,
    AnyView,
    FrameView,
    KeyboardView,
    LevelView,
    PortsView,
    ToneView,
    TouchpadView,
)
from agent.model.message import Message, say
from agent.model.state import IntakeState
from agent.report.naming import PORT
from agent.tui.face import Tell
from agent.tui.lines.blocks import half_blocks, whole_blocks
from agent.tui.lines.keyboard import keyboard_lines
from agent.tui.lines.layout import Lines, plain, wrapped
from agent.tui.lines.lights import FELT, HELD, UNTRIED, Light, caps
from agent.tui.lines.touchpad import SIDES, touchpad_lines
from agent.tui.theme import BAD, BUSY, GOOD, QUIET

_LEVEL_COLUMNS = 60
_MOST_SOCKETS = 24
"""Drawn; more are told by their number alone."""
_FRAME_ROWS = 18
_GREYS = (0, 8, 7, 15)
"""The console's colours without any colour, from black to white."""

Rows = Callable[[Message, str], Lines]


def aid_lines(aid: AidState | None, columns: int, rows: int, tell: Tell) -> Lines:
    """Within so many columns and, as far as it can be, rows. Nothing, as long as nobody has started it."""
    if aid is None:
        return []

    def wrap(message: Message, style: str = "") -> Lines:
        return wrapped(tell(message), columns, style=style)

    if isinstance(aid.view, KeyboardView) and aid.problem is None:
        return keyboard_lines(aid.view, columns, rows, tell, running=aid.running or aid.starting)
    lines = _felt(aid.view, columns, rows - 1, tell, wrap) if aid.view is not None else []
    if aid.problem is not None:
        lines += wrap(Message("! {problem}", {"problem": tell(aid.problem)}), BAD)
    elif aid.starting:
        lines += wrap(say("Starting..."), BUSY)
    elif aid.running:
        lines += wrap(say("The test is running."), BUSY)
    return lines


def _felt(view: AnyView, columns: int, rows: int, tell: Tell, wrap: Rows) -> Lines:
    match view:
        case KeyboardView():
            return keyboard_lines(view, columns, rows, tell, running=False)
        case TouchpadView():
            return touchpad_lines(view, columns, rows, tell)
        case PortsView():
            return _sockets(view, columns, wrap)
        case ToneView():
            return [
                caps((tell(SIDES[side]), _speaker(view, side)) for side in ("left", "right")),
                *_playing(view, wrap),
            ]
        case LevelView():
            return _level(view, columns, wrap)
        case FrameView():
            return _picture(view, columns, rows)


def _speaker(view: ToneView, side: str) -> Light:
    if view.playing == side:
        return HELD
    return FELT if side in view.played else UNTRIED


def _playing(view: ToneView, wrap: Rows) -> Lines:
    if view.playing == "left":
        return wrap(say("The tone plays on the left now."), BUSY)
    if view.playing == "right":
        return wrap(say("The tone plays on the right now."), BUSY)
    return []


def _level(view: LevelView, columns: int, wrap: Rows) -> Lines:
    """The bar, a mark at the loudest so far, and whether that is a voice's worth above the quietest."""
    inside = min(columns, _LEVEL_COLUMNS) - 2
    filled, highest = (int(inside * percent / 100) for percent in (view.percent, view.highest_percent))
    bar = ["█" * filled, " " * max(0, highest - filled)]
    mark = "│" if filled <= highest < inside else ""
    rest = " " * (inside - filled - len(bar[1]) - len(mark))
    line = Content.assemble("[", plain(bar[0], BUSY), bar[1], plain(mark, GOOD), rest, "]")
    rise = view.highest_percent - view.lowest_percent
    heard = rise >= RISE_PERCENT
    words = say("✓ The level has risen by {rise} %.", rise=round(rise)) if heard else say("Speak, or clap your hands.")
    return [line, *wrap(words, GOOD if heard else "")]


def _picture(view: FrameView, columns: int, rows: int) -> Lines:
    """As large as there is room: a point is half a character, or two of them side by side."""
    points = view.colours if len(view.colours) == len(view.greys) else [_GREYS[grey // 64] for grey in view.greys]
    lines = [points[at : at + view.columns] for at in range(0, len(points), view.columns)][:_FRAME_ROWS]
    lines = [[*line, *[0] * (view.columns - len(line))] for line in lines]
    if not lines:
        return []
    if 2 * view.columns <= columns and len(lines) <= rows:
        return whole_blocks(lines, 2)
    return half_blocks([line[:columns] for line in lines])


def _sockets(view: PortsView, columns: int, wrap: Rows) -> Lines:
    """A list with ticks where the firmware says which sockets there are; else a count."""
    count = say("USB sockets felt: {count}", count=len(view.seen))
    known = [*view.sockets, *(name for name in view.seen if name not in view.sockets)]
    if not view.sockets or len(known) > _MOST_SOCKETS:
        return wrap(count, GOOD if view.seen else "")
    named = [(f"USB {number}", FELT if name in view.seen else UNTRIED) for number, name in enumerate(known, 1)]
    each = len(f" USB {len(known)} ") + 3
    in_row = max(1, columns // each)
    of = say("USB sockets felt: {count} of {all}", count=len(view.seen), all=len(known))
    rows = [caps(named[at : at + in_row]) for at in range(0, len(named), in_row)]
    return [*rows, *wrap(of, GOOD if len(view.seen) == len(known) else "")]


def beside(check: str, state: IntakeState, columns: int, tell: Tell) -> Lines:
    """What the computer itself found out about what a person is asked, or about what to look at."""
    if check in ("speakers", "microphone"):
        told = [result.reason for result in state.checks if result.id == "sound"]
        return _wrapped(say("The computer's own test: {found}", found=tell(told[-1])), columns, tell) if told else []
    if check == "ports" and state.inventory is not None:
        return _other_sockets(state.inventory, columns, tell)
    return []


def _other_sockets(inventory: Inventory, columns: int, tell: Tell) -> Lines:
    others = [port for port in inventory.ports if port.kind in PORT and not port.kind.startswith("usb")]
    if not others:
        return []
    names = ", ".join(tell(PORT[port.kind]) + (f" x {port.count}" if port.count > 1 else "") for port in others)
    return _wrapped(say("Look at these, too: {sockets}", sockets=names), columns, tell)


def _wrapped(message: Message, columns: int, tell: Tell) -> Lines:
    return wrapped(tell(message), columns, style=QUIET)
