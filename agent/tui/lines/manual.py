"""What the live aid of a manual check has felt so far, in lines."""

from collections.abc import Callable, Sequence

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
from agent.tui.face import Tell
from agent.tui.lines.keyboard import keyboard_lines
from agent.tui.lines.layout import Lines, plain, wrapped
from agent.tui.lines.steps import bar
from agent.tui.theme import BAD, BUSY, GOOD

_GREYS = " .:-=+*%#@"
"""From black to white; the console's font has no shades."""
_LEVEL_COLUMNS = 40
_WORDS = {"left": say("left"), "right": say("right"), "up": say("up"), "down": say("down"), "middle": say("middle")}

Rows = Callable[[Message, str], Lines]


def aid_lines(aid: AidState | None, columns: int, rows: int, tell: Tell) -> Lines:
    """Within so many columns and, as far as it can be, rows. Nothing, as long as nobody has started it."""
    if aid is None:
        return []

    def wrap(message: Message, style: str = "") -> Lines:
        return wrapped(tell(message), columns, style=style)

    if isinstance(aid.view, KeyboardView) and aid.problem is None:
        return keyboard_lines(aid.view, columns, rows, tell, running=aid.running or aid.starting)
    lines = _felt(aid.view, columns, rows, tell, wrap) if aid.view is not None else []
    if aid.problem is not None:
        lines += wrap(Message("! {problem}", {"problem": tell(aid.problem)}), BAD)
    elif aid.starting:
        lines += wrap(say("Starting..."), BUSY)
    elif aid.running:
        lines += wrap(say("The test is running."), BUSY)
    return [*lines, plain("")]


def _felt(view: AnyView, columns: int, rows: int, tell: Tell, wrap: Rows) -> Lines:
    match view:
        case KeyboardView():
            return keyboard_lines(view, columns, rows, tell, running=False)
        case TouchpadView():
            return _touchpad(view, tell, wrap)
        case PortsView():
            return wrap(say("USB sockets felt: {count}", count=len(view.seen)), GOOD if view.seen else "")
        case ToneView():
            side = _WORDS.get(view.playing or "")
            return wrap(say("The tone plays: {side}", side=tell(side)), GOOD) if side else []
        case LevelView():
            return [bar(view.percent, min(columns, _LEVEL_COLUMNS))]
        case FrameView():
            return [plain(row[:columns]) for row in _picture(view)]


def _touchpad(view: TouchpadView, tell: Tell, wrap: Rows) -> Lines:
    def marks(names: Sequence[str], done: Sequence[str]) -> str:
        return "  ".join(f"[{'x' if name in done else ' '}] {tell(_WORDS[name])}" for name in names if name in _WORDS)

    buttons = [name for name in ("left", "right") if name in view.buttons]
    return [
        *wrap(say("Strokes: {marks}", marks=marks(["left", "right", "up", "down"], view.moved)), ""),
        *(wrap(say("Buttons: {marks}", marks=marks(buttons, view.clicked)), "") if buttons else []),
    ]


def _picture(view: FrameView) -> list[str]:
    shades = [_GREYS[grey * len(_GREYS) // 256] for grey in view.greys]
    return ["".join(shades[at : at + view.columns]) for at in range(0, len(shades), view.columns)]
