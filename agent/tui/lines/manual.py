"""What the live aid of a manual check has felt so far, in lines."""

from collections.abc import Callable, Sequence

from agent.manual.layouts import layout
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
from agent.tui.lines.layout import Lines, plain, wrapped
from agent.tui.lines.steps import bar
from agent.tui.theme import BAD, BUSY, GOOD

_GREYS = " .:-=+*%#@"
"""From black to white; the console's font has no shades."""
_LEVEL_COLUMNS = 40
_WORDS = {"left": say("left"), "right": say("right"), "up": say("up"), "down": say("down"), "middle": say("middle")}

Rows = Callable[[Message, str], Lines]


def aid_lines(aid: AidState | None, width: int, tell: Tell) -> Lines:
    """Nothing, as long as nobody has started it."""
    if aid is None:
        return []

    def rows(message: Message, style: str = "") -> Lines:
        return wrapped(tell(message), width, style=style)

    lines = _felt(aid.view, width, tell, rows) if aid.view is not None else []
    if aid.problem is not None:
        lines += rows(Message("! {problem}", {"problem": tell(aid.problem)}), BAD)
    elif aid.starting:
        lines += rows(say("Starting..."), BUSY)
    elif aid.running:
        lines += rows(say("The test is running."), BUSY)
    return [*lines, plain("")]


def _felt(view: AnyView, width: int, tell: Tell, rows: Rows) -> Lines:
    match view:
        case KeyboardView():
            return _keyboard(view, rows)
        case TouchpadView():
            return _touchpad(view, tell, rows)
        case PortsView():
            return rows(say("USB sockets felt: {count}", count=len(view.seen)), GOOD if view.seen else "")
        case ToneView():
            side = _WORDS.get(view.playing or "")
            return rows(say("The tone plays: {side}", side=tell(side)), GOOD) if side else []
        case LevelView():
            return [bar(view.percent, min(width, _LEVEL_COLUMNS))]
        case FrameView():
            return [plain(row[:width]) for row in _picture(view)]


def _keyboard(view: KeyboardView, rows: Rows) -> Lines:
    keys = layout(view.layout)
    missing = keys.required - set(view.seen)
    count = say("Keys felt: {felt} of {all}", felt=len(keys.required) - len(missing), all=len(keys.required))
    lines = rows(count, "" if missing else GOOD)
    if missing:
        lines += rows(say("Still to be pressed: {keys}", keys=keys.named(missing)), "")
    if stuck := keys.named(view.stuck):
        lines += rows(say("Held down or stuck: {keys}", keys=stuck), BAD)
    return lines


def _touchpad(view: TouchpadView, tell: Tell, rows: Rows) -> Lines:
    def marks(names: Sequence[str], done: Sequence[str]) -> str:
        return "  ".join(f"[{'x' if name in done else ' '}] {tell(_WORDS[name])}" for name in names if name in _WORDS)

    buttons = [name for name in ("left", "right") if name in view.buttons]
    return [
        *rows(say("Strokes: {marks}", marks=marks(["left", "right", "up", "down"], view.moved)), ""),
        *(rows(say("Buttons: {marks}", marks=marks(buttons, view.clicked)), "") if buttons else []),
    ]


def _picture(view: FrameView) -> list[str]:
    shades = [_GREYS[grey * len(_GREYS) // 256] for grey in view.greys]
    return ["".join(shades[at : at + view.columns]) for at in range(0, len(shades), view.columns)]
