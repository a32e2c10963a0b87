"""The checklist of an intake: one line per step, and an event for every change."""

from collections.abc import Callable, Iterable

from agent.model.erasing import EraseState
from agent.model.message import Message
from agent.model.messages import AnyEvent, FoldEvent, StepEvent
from agent.model.state import StepState
from agent.model.words import Mode, Outcome, StepAction, StepStatus

_MAY = {
    StepStatus.WAITING: StepAction.SKIP,
    StepStatus.RUNNING: StepAction.STOP,
    StepStatus.DONE: StepAction.REPEAT,
    StepStatus.SKIPPED: StepAction.REPEAT,
}


class Checklist:
    """Keeps the steps and tells every change to `emit`."""

    def __init__(self, mode: Mode, emit: Callable[[AnyEvent], None]) -> None:
        self._mode = mode
        self._emit = emit
        self._steps: dict[str, StepState] = {}
        self._open: dict[str, bool] = {}

    def add(self, step_id: str, title: Message, seconds_left: float | None = None) -> None:
        self._put(StepState(id=step_id, title=title, seconds_left=seconds_left))

    def step(self, step_id: str) -> StepState | None:
        return self._steps.get(step_id)

    def steps(self) -> list[str]:
        """Their ids, in order."""
        return list(self._steps)

    def let(self, step_id: str, *, repeat: bool) -> None:
        """From now on a person may skip and stop this step, and `repeat` it when it has ended."""
        self._open[step_id] = repeat
        if step_id in self._steps:
            self._change(step_id)

    def close(self, step_ids: Iterable[str] | None = None) -> None:
        """From now on a person may do nothing to these steps; None: to any."""
        for step_id in list(self._open) if step_ids is None else step_ids:
            if self._open.pop(step_id, None) is not None and step_id in self._steps:
                self._change(step_id)

    def begin_again(self, step_id: str) -> None:
        """It waits once more."""
        if (step := self._steps.get(step_id)) is not None:
            fresh = {
                "status": StepStatus.WAITING,
                "outcome": None,
                "detail": None,
                "figure": None,
                "tries": step.tries + 1,
            }
            self._change(step_id, **fresh)

    def put_back(self, step_id: str) -> None:
        """It had begun and waits again; that was no try."""
        self._change(step_id, status=StepStatus.WAITING, detail=None)

    def start(self, step_id: str, detail: Message | None = None) -> None:
        self._change(step_id, status=StepStatus.RUNNING, detail=detail)

    def progress(
        self,
        step_id: str,
        percent: float | None,
        detail: Message | None = None,
        seconds_left: float | None = None,
        **more: object,
    ) -> None:
        """`more`: `urgent` and `erase` of StepState, where they are not as usual."""
        within = None if percent is None else min(100.0, max(0.0, round(percent, 1)))
        far = {"progress_percent": within, "detail": detail, "seconds_left": seconds_left}
        self._change(step_id, **{**far, "urgent": False, "erase": None, **more})

    def end(self, step_id: str, outcome: Outcome, detail: Message | None = None, figure: Message | None = None) -> None:
        status = StepStatus.SKIPPED if outcome is Outcome.SKIPPED else StepStatus.DONE
        over = {"seconds_left": None, "progress_percent": None, "urgent": False, "erase": None}
        self._change(step_id, status=status, outcome=outcome, detail=detail, figure=figure, **over)

    def fold(self, step: StepState | None) -> None:
        """Everything so far becomes one step, or goes."""
        self._emit(FoldEvent(mode=self._mode, steps=list(self._steps), step=step))
        self._steps = {} if step is None else {step.id: step}

    def remove(self, step_id: str) -> None:
        """It is of no interest any more."""
        del self._steps[step_id]
        self._emit(FoldEvent(mode=self._mode, steps=[step_id], step=None))

    def _change(self, step_id: str, **update: object) -> None:
        self._put(self._steps[step_id].model_copy(update=update))

    def _put(self, step: StepState) -> None:
        step = step.model_copy(update={"may": self._may(step)})
        self._steps[step.id] = step
        self._emit(StepEvent(mode=self._mode, step=step))

    def _may(self, step: StepState) -> StepAction | None:
        may = _MAY[step.status] if step.id in self._open else None
        return None if may is StepAction.REPEAT and not self._open[step.id] else may


class Line:
    """One running step of the checklist: how far it is, and what is more urgent than that."""

    def __init__(self, checklist: Checklist, step_id: str) -> None:
        self._checklist = checklist
        self._step_id = step_id
        self._warnings: dict[str, Message] = {}
        self._far: tuple[float | None, Message | None, float | None, EraseState | None] = (None, None, None, None)

    def show(
        self,
        percent: float | None,
        detail: Message | None,
        seconds_left: float | None,
        erase: EraseState | None = None,
    ) -> None:
        self._far = (percent, detail, seconds_left, erase)
        self._tell()

    def warn(self, about: str, warning: Message | None) -> None:
        """Say what somebody must do now, in place of the detail; None: it is done."""
        if warning is not None:
            self._warnings[about] = warning
        elif self._warnings.pop(about, None) is None:
            return
        self._tell()

    def _tell(self) -> None:
        percent, detail, seconds_left, erase = self._far
        warning = next(iter(self._warnings.values()), None)
        self._checklist.progress(
            self._step_id, percent, warning or detail, seconds_left, urgent=warning is not None, erase=erase
        )
