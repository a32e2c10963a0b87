"""The checks of one intake while they run, and what they found."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from agent.checklist import Checklist
from agent.checks import network, runner
from agent.checks.base import Progress
from agent.model.check import CONCLUSIVE, CheckResult, Series, counting
from agent.model.curve import MOST, thinned
from agent.model.message import Message, say
from agent.model.messages import AnyEvent, CheckEvent, CurvesEvent, GlanceEvent
from agent.model.words import Outcome, Reached
from agent.report.keyfigure import key_figure
from agent.report.naming import OUTCOME
from agent.restart import Restart
from agent.workplace import Workplace

Work = Callable[[Progress], Awaitable[CheckResult]]
"""Carries a check out. Never raises but for cancellation, which stops what it does."""

_KEPT_POINTS = 60
"""Of a series in the journal, which a restart goes on with: some kilobytes for a check."""


class CheckWork:
    """Runs checks, and keeps one result of each: `note` puts it into the journal, too. `reached` asks whether the
    workshop answers, and blocks meanwhile."""

    def __init__(
        self,
        place: Workplace,
        checklist: Checklist,
        emit: Callable[[AnyEvent], None],
        note: Callable[..., None],
        reached: Callable[[], Reached | None] = lambda: None,
    ) -> None:
        self._mode = place.mode
        self._program = place.checks
        self._checklist = checklist
        self._emit = emit
        self._note = note
        self._reached = reached
        self._results: dict[tuple[str, str | None], CheckResult] = {}
        self.restart: Restart | None = None
        """Where a crash broke this intake off: what it had found out counts, and is not asked for again."""

    @property
    def results(self) -> list[CheckResult]:
        """One of each check and part: of several tries the one that counts (see CheckResult.tries)."""
        return list(self._results.values())

    async def run(self, step_id: str, order: runner.CheckOrder) -> None:
        """Carry one check out and keep its result. Cancelling it ends its programs, and keeps none."""
        if self.known(step_id, order.check, order.subject):
            return
        self._checklist.start(step_id)
        result = await runner.run(
            order,
            runner.Ears(
                lambda percent, detail, left: self._checklist.progress(step_id, percent, detail, left),
                lambda levels: self._emit(GlanceEvent(mode=self._mode, step_id=step_id, levels=levels)),
                lambda curves: self.draw(step_id, curves),
            ),
            self._program,
        )
        if order.check == network.ID:
            result = network.completed(result, await asyncio.to_thread(self._reached))
        self.keep(step_id, result)

    async def follow(self, step_id: str, check: str, subject: str | None, work: Work) -> None:
        """The same for a check that is no child process of ours."""
        if self.known(step_id, check, subject):
            return
        self._checklist.start(step_id)
        result = await work(lambda percent, detail, left: self._checklist.progress(step_id, percent, detail, left))
        self.keep(step_id, result)

    def draw(self, step_id: str, measured: Sequence[Series]) -> None:
        """Tell what a check that runs has measured so far."""
        curves = [thinned(series) for series in measured[:MOST]]
        self._emit(CurvesEvent(mode=self._mode, step_id=step_id, curves=curves))

    def known(self, step_id: str, check: str, subject: str | None) -> bool:
        """Whether this was found out before a crash and nobody repeats it; then it is kept as it was."""
        found = None if (check, subject) in self._results else self._before_crash(check, subject)
        if found is None:
            return False
        self.keep(step_id, found)
        return self.restart is None or step_id not in self.restart.again

    def _before_crash(self, check: str, subject: str | None) -> CheckResult | None:
        return self.restart.check(check, subject) if self.restart is not None else None

    def keep(self, step_id: str, result: CheckResult) -> None:
        """Note a result, whoever found it, and end its step."""
        about = (result.id, result.subject)
        before = self._results.pop(about, None)
        found = self._before_crash(*about)
        if before is None and found is not None and found.tries and found.tries != result.tries:
            before = found  # what was tried several times before a crash stays known
        counts = counting(before, result)
        self._results[about] = counts
        kept = [thinned(series, _KEPT_POINTS) for series in counts.series]
        self._note("check", step_id=step_id, result=counts.model_copy(update={"series": kept}).model_dump(mode="json"))
        self._checklist.end(step_id, counts.outcome, counts.reason, key_figure(counts))
        self._emit(CheckEvent(mode=self._mode, check=counts))

    def remarks(self) -> list[Message]:
        """What a repeat may not hide: that an earlier try found something worse than the one that counts."""
        found = []
        for result in self.results:
            tried = [each.outcome for each in result.tries if each.outcome in CONCLUSIVE]
            worst = max(tried, key=CONCLUSIVE.index, default=result.outcome)
            if worst is not result.outcome and worst is not Outcome.PASSED:
                found.append(
                    say(
                        "{check}: repeated by hand, {count} tries. The last one counts; one before ended: {outcome}.",
                        check=result.title.text, count=len(result.tries), outcome=OUTCOME[worst].text,
                    )
                )  # fmt: skip
        return found

    def left_out(self, step_id: str, check: str, subject: str | None, title: Message, why: Message) -> None:
        """A person skipped or stopped it."""
        if self.known(step_id, check, subject):
            return
        outcome = Outcome.SKIPPED
        self.keep(step_id, CheckResult(id=check, subject=subject, title=title, outcome=outcome, reason=why))
