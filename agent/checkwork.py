"""The checks of one intake while they run, and what they found."""

import asyncio
from collections.abc import Callable

from agent.checklist import Checklist
from agent.checks import runner
from agent.model.check import CheckResult
from agent.model.message import say
from agent.model.messages import AnyEvent, CheckEvent
from agent.model.words import Mode, Outcome


class CheckWork:
    """Runs checks, one task each; `note` puts what is good to know later into the journal."""

    def __init__(
        self, mode: Mode, checklist: Checklist, emit: Callable[[AnyEvent], None], note: Callable[..., None]
    ) -> None:
        self._mode = mode
        self._checklist = checklist
        self._emit = emit
        self._note = note
        self._jobs: dict[str, asyncio.Task[CheckResult]] = {}
        self.results: list[CheckResult] = []

    def stop(self, step_id: str) -> bool:
        """Stop one running check; false where none runs under this name."""
        job = self._jobs.get(step_id)
        return job is not None and job.cancel()

    async def run(self, step_id: str, order: runner.CheckOrder) -> None:
        """Carry one check out and keep its result."""
        self._checklist.start(step_id)
        job = asyncio.ensure_future(
            runner.run(order, lambda percent, detail, left: self._checklist.progress(step_id, percent, detail, left))
        )
        self._jobs[step_id] = job
        try:
            result = await job
        except asyncio.CancelledError:
            if not job.cancelled():
                job.cancel()
                raise
            result = CheckResult(
                id=order.check, subject=order.subject, title=order.title, outcome=Outcome.SKIPPED,
                reason=say("Stopped by hand."),
            )  # fmt: skip
        finally:
            del self._jobs[step_id]
        self.keep(step_id, result)

    def keep(self, step_id: str, result: CheckResult) -> None:
        """Note a result, whoever found it, and end its step."""
        self.results.append(result)
        self._note("check", result=result.model_dump(mode="json", exclude={"series"}))
        self._checklist.end(step_id, result.outcome, result.reason)
        self._emit(CheckEvent(mode=self._mode, check=result))
