"""One drive of the list to confirm, with the field for the end of its serial."""

from textual.app import ComposeResult
from textual.containers import Vertical

from agent.model.message import say
from agent.model.sanitization import Plan
from agent.selection import MIN_SERIAL_END
from agent.tui.face import Face
from agent.tui.lines.drives import on_it, plan_lines
from agent.tui.lines.layout import paragraph
from agent.tui.widgets.field import FieldLine
from agent.tui.widgets.sheet import Sheet


class DriveBlock(Vertical):
    """A drive that cannot be erased has no field; nor has one without a serial on a machine without a tag."""

    def __init__(self, number: int, plan: Plan, tag: str | None) -> None:
        super().__init__()
        self._number = number
        self._plan = plan
        self._tag = tag

    def compose(self) -> ComposeResult:
        yield Sheet(classes="plan")
        if self._plan.steps and (self._plan.drive.serial or self._tag):
            yield FieldLine(self._plan.drive.path)

    def update(self, face: Face, columns: int) -> None:
        found = on_it(self._plan, face.state.inventory)
        lines = plan_lines(self._number, self._plan, columns, face.tell, found)
        self.query_one(".plan", Sheet).put(paragraph(lines))
        if not self._plan.drive.serial:
            label = say("Without a serial number: type the tag {tag}:", tag=self._tag or "")
        elif self._plan.single_confirmation:
            label = say("Separately: end of serial ({count} characters):", count=MIN_SERIAL_END)
        else:
            label = say("This drive only: end of serial ({count} characters):", count=MIN_SERIAL_END)
        for line in self.query(FieldLine):
            line.put(f"   {face.tell(label)}")

    def on_descendant_focus(self) -> None:
        self.scroll_visible(animate=False)
