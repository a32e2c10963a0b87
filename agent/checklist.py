"""The checklist of an intake: one line per step, and an event for every change."""

from collections.abc import Callable

from agent.model.message import Message
from agent.model.messages import AnyEvent, StepEvent
from agent.model.state import StepState
from agent.model.words import Mode, Outcome, StepStatus


class Checklist:
    """Keeps the steps and tells every change to `emit`."""

    def __init__(self, mode: Mode, emit: Callable[[AnyEvent], None]) -> None:
        self._mode = mode
        self._emit = emit
        self._steps: dict[str, StepState] = {}

    def add(self, step_id: str, title: Message, seconds_left: float | None = None) -> None:
        self._put(StepState(id=step_id, title=title, seconds_left=seconds_left))

    def start(self, step_id: str, detail: Message | None = None) -> None:
        self._change(step_id, status=StepStatus.RUNNING, detail=detail)

    def progress(
        self, step_id: str, percent: float | None, detail: Message | None = None, seconds_left: float | None = None
    ) -> None:
        within = None if percent is None else min(100.0, max(0.0, round(percent, 1)))
        self._change(step_id, progress_percent=within, detail=detail, seconds_left=seconds_left)

    def end(self, step_id: str, outcome: Outcome, detail: Message | None = None) -> None:
        status = StepStatus.SKIPPED if outcome is Outcome.SKIPPED else StepStatus.DONE
        self._change(step_id, status=status, outcome=outcome, detail=detail, seconds_left=None, progress_percent=None)

    def _change(self, step_id: str, **update: object) -> None:
        self._put(self._steps[step_id].model_copy(update=update))

    def _put(self, step: StepState) -> None:
        self._steps[step.id] = step
        self._emit(StepEvent(mode=self._mode, step=step))
