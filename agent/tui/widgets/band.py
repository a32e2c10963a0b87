"""The top of every screen: the program, the machine, the mode."""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from agent.model.message import say
from agent.model.words import Mode
from agent.tui.face import Face
from agent.tui.lines.layout import plain, spread
from agent.tui.lines.machine import machine_name
from agent.tui.lines.steps import steps_done


class Band(Vertical):
    """One line on the machine; in training a second one that cannot be overlooked."""

    def compose(self) -> ComposeResult:
        yield Static(id="machine-band", markup=False)
        yield Static(id="training-band", markup=False)

    def update(self, face: Face) -> None:
        left = " · ".join(_names(face))
        right = ""
        if face.heard and face.state.steps:
            done = say("steps: {done} of {all}", done=steps_done(face.state), all=len(face.state.steps))
            right = face.tell(done)
        line = spread(plain(f" {left}"), plain(f"{right} "), face.width)
        self.query_one("#machine-band", Static).update(line)
        training = self.query_one("#training-band", Static)
        training.display = face.mode is Mode.TRAINING
        training.update(Content(face.tell(say("TRAINING - no real drive is touched"))))


def _names(face: Face) -> Iterator[str]:
    yield "ORDIS"
    if name := machine_name(face.state.inventory):
        yield name[: face.width // 2]
    if face.state.asset_tag:
        yield face.tell(say("tag {tag}", tag=face.state.asset_tag))
