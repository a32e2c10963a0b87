"""The top of every screen: the program, the machine, the mode."""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.keys import key_to_character

from agent.model.message import say
from agent.model.words import Mode
from agent.tui.charset import fit
from agent.tui.face import Face
from agent.tui.lines.layout import plain, spread
from agent.tui.lines.machine import machine_name
from agent.tui.lines.steps import erases_running, steps_done
from agent.tui.widgets.sheet import Sheet

_APART = 4
"""Columns that belong to neither side: the margins, and a gap."""


class Band(Vertical):
    """One line on the machine; in training, and as long as a report is not saved, others that cannot be overlooked."""

    def compose(self) -> ComposeResult:
        yield Sheet(id="machine-band")
        yield Sheet(id="training-band")
        yield Sheet(id="unsaved-band")
        yield Sheet(id="stuck-band")

    _late: Face | None = None
    """What was to be shown before there was anything to show it in: on a slow computer the screen may be quicker."""

    def on_mount(self) -> None:
        if self._late is not None:
            self.update(self._late)

    def update(self, face: Face) -> None:
        if not self.query("#stuck-band"):
            self._late = face
            return
        left = " · ".join(_names(face))
        right = _at_work(face, face.width - len(left) - _APART)
        line = spread(plain(f" {left}"), plain(f"{right} "), face.width)
        self.query_one("#machine-band", Sheet).put(line)
        training = self.query_one("#training-band", Sheet)
        training.display = face.mode is Mode.TRAINING
        training.put(plain(face.tell(say("TRAINING - no real drive is touched"))))
        unsaved = self.query_one("#unsaved-band", Sheet)
        unsaved.display = face.state.unsaved > 0
        warning = say("NOT SAVED ({count}): only this computer's memory has it. Do not switch off.",
                      count=face.state.unsaved)  # fmt: skip
        unsaved.put(plain(face.tell(warning)))
        stuck = self.query_one("#stuck-band", Sheet)
        stuck.display = bool(face.stuck)
        said = say(
            "The key {key} seems stuck, so it is ignored. Free it or unplug this keyboard.", key=_key(face.stuck)
        )
        stuck.put(plain(face.tell(said)))


def _key(name: str) -> str:
    """Names of keys are in the catalogues, and so told in the reader's language."""
    known = {"enter": say("Enter"), "tab": say("Tab"), "space": say("space bar"), " ": say("space bar")}
    return known[name].text if name in known else fit(key_to_character(name) or name)


def _at_work(face: Face, room: int) -> str:
    """How far the steps are; before it, where a question hides it and there is room, that drives are being erased."""
    state = face.state
    if not face.heard or not state.steps:
        return ""
    right = face.tell(say("steps: {done} of {all}", done=steps_done(state), all=len(state.steps)))
    if state.question is None or not (erasing := erases_running(state)):
        return right
    told = face.tell(say("drives being erased: {count}", count=erasing))
    both = f"{told} · {right}"
    return both if len(both) <= room else told


def _names(face: Face) -> Iterator[str]:
    yield "ORDIS"
    if name := machine_name(face.state.inventory):
        yield name[: face.width // 2]
    if face.state.asset_tag:
        yield face.tell(say("tag {tag}", tag=face.state.asset_tag))
