"""The manual checks of one intake: what is asked, what the live aids feel meanwhile, and what comes of it."""

import asyncio
import contextlib
import functools
import time
from collections.abc import AsyncGenerator, Callable

from agent import questions
from agent.dossier import Dossier
from agent.manual import felt
from agent.manual.base import BACK, SKIP, SKIP_ALL, STOP, Around, Module, unanswered
from agent.model.check import SKIPPED, CheckResult
from agent.model.keyboards import KEYBOARDS
from agent.model.manual import Aid, AidState, KeyboardView, ManualCheck, ManualReply
from agent.model.message import Message
from agent.model.messages import AidEvent, Answer, UseAid
from agent.model.state import ManualQuestion
from agent.restart import Restart

Feel = Callable[[felt.Order], AsyncGenerator[felt.Felt, None]]
"""Starts a live aid, and gives what it feels until it ends."""


class Retreat(Exception):
    """The person wants the check before this one again, and then this one."""

    def __init__(self, earlier: str) -> None:
        super().__init__(earlier)
        self.earlier = earlier


class ManualWork:
    """Asks one thing at a time: the tasks of manual checks all load the person."""

    def __init__(
        self,
        dossier: Dossier,
        ask: questions.Ask,
        results: Callable[[], list[CheckResult]],
        feel: Feel | None = None,
    ) -> None:
        """`results` are those of all checks so far."""
        self._dossier = dossier
        self._ask = ask
        self._all_results = results
        self._feel = feel or functools.partial(felt.feel, program=dossier.place.aids)
        self._question: ManualQuestion | None = None
        self._aid: AidState | None = None
        self._aiding: asyncio.Task[None] | None = None
        self._rest_skipped = False
        self._tried: set[str] = set()
        self._asked: list[str] = []
        """The steps that a person has answered or left out, the last one last."""
        self.restart: Restart | None = None

    def seconds(self, module: Module) -> float:
        """How long the person will need; nothing where the machine itself answers."""
        first = module.proceed([], Around(self._dossier.inventory))
        return first.seconds if isinstance(first, ManualCheck) and not self._rest_skipped else 0.0

    async def carry_out(self, step_id: str, module: Module) -> CheckResult:
        """Ask until there is a result. It is `skipped` where the person leaves it out. Raises Retreat."""
        began = time.monotonic()
        if self._rest_skipped and module.ID not in self._tried:  # a check that is repeated is asked all the same
            self._tried.add(module.ID)
            return await self._skipped(step_id, module)
        try:
            result = await self._answered(step_id, module)
            self._asked = [*(step for step in self._asked if step != step_id), step_id]
        finally:
            self._tried.add(module.ID)
            await self._put_away()
        return result.model_copy(update={"seconds": round(time.monotonic() - began, 1)})

    async def _skipped(self, step_id: str, module: Module) -> CheckResult:
        await asyncio.to_thread(self._dossier.note, "left_out", step_id=step_id)
        return unanswered(module, SKIPPED)

    async def _answered(self, step_id: str, module: Module) -> CheckResult:
        replies, fresh = self._before(module), False
        problem: Message | None = None
        while True:
            around = Around(self._dossier.inventory, self._aid, self._results())
            following = module.proceed(replies, around)
            if isinstance(following, Message):
                problem, replies, fresh = following, replies[:-1], False
                continue
            if fresh:
                await self._note(module, replies[-1])
            if isinstance(following, CheckResult):
                return following
            reply = await self._put(following, problem, may_go_back=bool(replies or self._asked))
            if reply.value == BACK and (replies or self._asked):
                problem, replies, fresh = None, await self._back(module, replies), False
                continue
            if reply.value in (SKIP, SKIP_ALL):
                self._rest_skipped = reply.value == SKIP_ALL
                return await self._skipped(step_id, module)
            problem, replies, fresh = None, [*replies, reply], True

    async def _back(self, module: Module, replies: list[ManualReply]) -> list[ManualReply]:
        """Without the last answer of this check. Raises Retreat where there is none."""
        if not replies:
            raise Retreat(self._asked.pop())
        await self._note(module, ManualReply(value=BACK))
        return replies[:-1]

    def _before(self, module: Module) -> list[ManualReply]:
        """What was answered before a crash of the service. It counts once: a check that is repeated begins anew."""
        if self.restart is None or module.ID in self._tried:
            return []
        return [reply for check, reply in self.restart.replies if check == module.ID]

    async def _note(self, module: Module, reply: ManualReply) -> None:
        await asyncio.to_thread(self._dossier.note, "manual", check=module.ID, reply=reply.model_dump(mode="json"))

    async def _put(self, check: ManualCheck, problem: Message | None, *, may_go_back: bool) -> ManualReply:
        self._question = questions.manual(check, problem, may_go_back=may_go_back)
        if self._aid is not None:  # what was felt so far stays to be seen, and counts
            self._show(self._aid.model_copy(update={"question_id": self._question.id}))
        answer: Answer = await self._ask(self._question)
        await self._stop_aid()
        return ManualReply(value=answer.text or "", remark=answer.remark or None)

    def _results(self) -> dict[str, CheckResult]:
        return {result.id: result for result in self._all_results() if result.subject is None}

    # ---- live aids

    async def use_aid(self, command: UseAid) -> None:
        """Start the aid of the open question, or stop it; what belongs to no open question is left alone."""
        question = self._question
        if question is None or command.question_id != question.id or question.check.aid is Aid.COLOURS:
            return
        if command.do == STOP:
            await self._stop_aid()
        elif command.do in {action.value for action in question.check.actions}:
            await self._stop_aid()
            before = self._aid.view if self._aid else self._guess(question.check.aid)
            order = felt.Order(aid=question.check.aid, do=command.do, before=before)
            self._show(AidState(question_id=question.id, starting=True, view=order.before))
            self._aiding = asyncio.create_task(self._follow(order))

    def _guess(self, aid: Aid | None) -> KeyboardView | None:
        """Until the keyboard has told its layout: the one that this stick is set to, where it is set to one."""
        name = self._dossier.place.settings.keyboard
        if aid is not Aid.KEYBOARD or name is None:
            return None
        return KeyboardView(layout=KEYBOARDS[name].shape)

    async def _follow(self, order: felt.Order) -> None:
        try:
            async with contextlib.aclosing(self._feel(order)) as news:
                async for one in news:
                    view = one.view or (self._aid.view if self._aid else None)
                    self._change(starting=False, running=True, view=view, problem=one.problem)
        finally:
            self._change(starting=False, running=False)

    async def _stop_aid(self) -> None:
        aiding, self._aiding = self._aiding, None
        if aiding is not None:
            aiding.cancel()
            await asyncio.gather(aiding, return_exceptions=True)

    def _change(self, **update: object) -> None:
        if self._aid is not None:
            self._show(self._aid.model_copy(update=update))

    def _show(self, aid: AidState | None) -> None:
        if aid != self._aid:
            self._aid = aid
            self._dossier.emit(AidEvent(mode=self._dossier.place.mode, aid=aid))

    async def _put_away(self) -> None:
        self._question = None
        await self._stop_aid()
        self._show(None)
