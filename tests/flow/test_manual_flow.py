"""Manual checks within an intake: asked after what starts long work, left out, taken up again, helped by live aids."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import pytest
from bench_place import MIB, QUIET, Listener, a_drive, place
from unheard import Unheard

from agent import questions
from agent.dossier import Dossier
from agent.faces import Face
from agent.intake import Intake
from agent.journal import Journal
from agent.manual import registry
from agent.manual.base import Around
from agent.manual.felt import Felt, Order
from agent.manualwork import ManualWork
from agent.model.check import NOBODY, SKIPPED, STOPPED, CheckResult
from agent.model.inventory import Inventory, Machine
from agent.model.manual import Aid, AidState, KeyboardView, ManualCheck, ManualReply
from agent.model.message import say
from agent.model.messages import AidEvent, Answer, AnyEvent, IntakeRequest, QuestionEvent, UseAid
from agent.model.profile import ManualChecks, Profile
from agent.model.state import AnyQuestion, ManualQuestion
from agent.model.words import Chassis, Mode, Outcome, StepStatus
from agent.restart import Restart
from agent.schedule import Schedule, Task
from agent.service import Service

NONE = ManualChecks(**dict.fromkeys(ManualChecks.model_fields, False))
REQUEST = IntakeRequest(profile="quiet", asset_tag="T-1", erase="none")


def asking(*checks: str) -> Profile:
    """The quiet profile with these manual checks."""
    manual = NONE.model_copy(update={"enabled": True, **dict.fromkeys(checks, True)})
    return QUIET.model_copy(update={"checks": QUIET.checks.model_copy(update={"manual": manual})})


def kind(question: AnyQuestion) -> str:
    return question.check.id if isinstance(question, ManualQuestion) else question.kind


def results(listener: Listener) -> dict[str, CheckResult]:
    return {result.id: result for result in listener.state.checks}


async def take(
    folder: Path, profile: Profile, *answers: dict[str, object], request: IntakeRequest = REQUEST
) -> Listener:
    """An intake without drives: first of all it asks whether the bay is empty, and hears no."""
    listener = Listener({"text": "no"}, *answers)
    await Intake(place(folder), profile, request, listener.emit, listener.ask).run()
    assert listener.problem is None
    return listener


# ---- within an intake


@pytest.mark.runs_programs
async def test_they_are_asked_after_what_starts_long_work(tmp_path: Path) -> None:
    listener = Listener(
        {"text": "T-7"},
        {"text": "T-7"},
        {"text": "passed"},
        {"text": "failed", "remark": "no bottom cover"},
        {"text": "whole"},
        {"text": "visible"},
    )
    where, profile = place(tmp_path, a_drive(1, size_bytes=MIB)), asking("firmware_lock", "completeness", "cosmetic")
    await Intake(where, profile, IntakeRequest(profile="quiet"), listener.emit, listener.ask).run()
    asked = [kind(question) for question in listener.questions]
    assert asked == ["asset_tag", "confirm_erase", "firmware_lock", "completeness", "cosmetic", "cosmetic"]
    found = results(listener)
    assert found["firmware_lock"].outcome is Outcome.PASSED
    assert found["completeness"].outcome is Outcome.FAILED
    assert [(figure.name, figure.value) for figure in found["completeness"].figures] == [("remark", "no bottom cover")]
    # Completeness has told already what is missing, so the looks do not ask for it.
    assert [figure.value for figure in found["cosmetic"].figures] == ["C2"]
    steps = {step.id: step for step in listener.state.steps}
    assert steps["check:cosmetic"].outcome is Outcome.DEGRADED
    assert listener.state.question is None
    assert listener.state.aid is None


@pytest.mark.runs_programs
async def test_nobody_is_asked_where_nobody_is_there(tmp_path: Path) -> None:
    request = REQUEST.model_copy(update={"attended": False})
    listener = await take(tmp_path, asking("completeness", "cosmetic"), request=request)
    assert listener.questions == []
    found = results(listener)
    assert {name: (found[name].outcome, found[name].reason) for name in ("completeness", "cosmetic")} == {
        "completeness": (Outcome.SKIPPED, NOBODY),
        "cosmetic": (Outcome.SKIPPED, NOBODY),
    }
    assert listener.state.grade is not None
    assert listener.state.grade.provisional


@pytest.mark.runs_programs
async def test_one_or_all_may_be_left_out(tmp_path: Path) -> None:
    listener = await take(
        tmp_path, asking("ports", "firmware_lock", "completeness", "cosmetic"), {"text": "skip"}, {"text": "skip_all"}
    )
    assert [kind(question) for question in listener.questions] == ["empty_bay", "ports", "firmware_lock"]
    found = results(listener)
    for name in ("ports", "firmware_lock", "completeness", "cosmetic"):
        assert (found[name].outcome, found[name].reason) == (Outcome.SKIPPED, SKIPPED)
        assert found[name].untried


@pytest.mark.runs_programs
async def test_a_person_may_go_back_to_earlier_questions(tmp_path: Path) -> None:
    """Within a check, to the check before, and to the one before that; then all comes in its order again."""
    texts = ["failed", "passed", "whole", "back", "back", "back", "removed", "little", "whole", "minor"]
    listener = await take(
        tmp_path, asking("firmware_lock", "completeness", "cosmetic"), *({"text": text} for text in texts)
    )
    asked = [(question.check.id, question.check.step, question.may_go_back)
             for question in listener.questions if isinstance(question, ManualQuestion)]  # fmt: skip
    assert (
        asked
        == [
            ("firmware_lock", "", False),
            ("completeness", "", True),
            ("cosmetic", "broken", True),
            ("cosmetic", "wear", True),
            ("cosmetic", "broken", True),
            ("completeness", "", True),
            ("firmware_lock", "", False),
            ("completeness", "", True),
            ("cosmetic", "broken", True),
            ("cosmetic", "wear", True),
        ]
        or asked
    )
    found = results(listener)
    assert found["firmware_lock"].outcome is Outcome.PASSED
    assert [each.outcome for each in found["firmware_lock"].tries] == [Outcome.FAILED, Outcome.PASSED]
    assert found["completeness"].outcome is Outcome.DEGRADED
    assert found["cosmetic"].figures[0].value == "C3"
    steps = {step.id: step for step in listener.state.steps}
    assert all(steps[f"check:{name}"].status is StepStatus.DONE for name in found if f"check:{name}" in steps)


@pytest.mark.runs_programs
async def test_what_is_no_answer_is_asked_again_with_the_reason(tmp_path: Path) -> None:
    listener = await take(tmp_path, asking("firmware_lock"), {"text": "perhaps"}, {}, {"text": "passed"})
    questions = [question for question in listener.questions if isinstance(question, ManualQuestion)]
    assert [question.problem is not None for question in questions] == [False, True, True]
    assert len({question.id for question in questions}) == 3
    assert results(listener)["firmware_lock"].outcome is Outcome.PASSED


class Waiting(Listener):
    """Leaves manual questions open until told. `all_but_one`: no other step is left."""

    def __init__(self, then: Callable[[], Awaitable[str]]) -> None:
        super().__init__()
        self._then = then
        self.all_but_one = asyncio.Event()

    def emit(self, event: AnyEvent) -> None:
        super().emit(event)
        if [step.id for step in self.state.steps if step.outcome is None] == ["check:completeness"]:
            self.all_but_one.set()

    async def ask(self, question: AnyQuestion) -> Answer:
        self.questions.append(question)
        text = await self._then() if isinstance(question, ManualQuestion) else "no"
        return Answer(mode=Mode.TRAINING, question_id=question.id, text=text)


@pytest.mark.runs_programs
async def test_a_person_who_takes_time_keeps_no_other_step_waiting(tmp_path: Path) -> None:
    """The question stays open until everything else has ended."""

    async def everything_else() -> str:
        await listener.all_but_one.wait()
        return "passed"

    listener = Waiting(everything_else)
    request = REQUEST.model_copy(update={"erase": "all"})
    where = place(tmp_path, a_drive(1, size_bytes=MIB))
    async with asyncio.timeout(60):
        await Intake(where, asking("completeness"), request, listener.emit, listener.ask).run()
    assert results(listener)["completeness"].outcome is Outcome.PASSED
    assert [done.status for done in listener.state.sanitizations] == ["sanitized"]


@pytest.mark.runs_programs
async def test_an_open_question_can_be_stopped_as_a_step(tmp_path: Path) -> None:
    async def never() -> str:
        asyncio.get_running_loop().call_soon(lambda: stops.append(asyncio.create_task(stop())))
        await asyncio.Event().wait()
        return ""

    async def stop() -> None:
        await intake.stop_step("check:completeness")

    stops: list[asyncio.Task[None]] = []
    listener = Waiting(never)
    intake = Intake(place(tmp_path), asking("completeness"), REQUEST, listener.emit, listener.ask)
    async with asyncio.timeout(60):
        await intake.run()
    result = results(listener)["completeness"]
    assert (result.outcome, result.reason) == (Outcome.SKIPPED, STOPPED)
    [step] = [step for step in listener.state.steps if step.id == "check:completeness"]
    assert step.status is StepStatus.SKIPPED


async def test_what_starts_long_work_goes_first_even_if_it_comes_later() -> None:
    order: list[str] = []

    def task(name: str, *, patient: bool = False, after: frozenset[str] = frozenset()) -> Task:
        async def run() -> None:
            order.append(name)
            if name == "display":  # a drive is plugged in while somebody looks at the screen
                schedule.add([task("confirm"), task("psid", after=frozenset({"confirm"}))])

        return Task(name, run, frozenset({"person"}), after, patient=patient)

    schedule = Schedule(Unheard())
    schedule.add([task("display", patient=True), task("keyboard", patient=True), task("asset_tag")])
    await schedule.run()
    assert order == ["asset_tag", "display", "confirm", "psid", "keyboard"]


# ---- after a crash of the service


def written(folder: Path, *records: tuple[str, dict[str, object]]) -> Restart:
    journal = Journal.create(folder, "one")
    journal.record("intake", machine_id="m", request=REQUEST.model_dump(mode="json"))
    for name, fields in records:
        journal.record(name, **fields)
    found = Restart.read(journal)
    assert found is not None
    return found


def result(check: str, outcome: Outcome) -> CheckResult:
    return CheckResult(id=check, title=say("Check"), outcome=outcome, reason=say("As it is."))


def kept(check: str, outcome: Outcome) -> tuple[str, dict[str, object]]:
    return "check", {"result": result(check, outcome).model_dump(mode="json")}


def replied(check: str, value: str) -> tuple[str, dict[str, object]]:
    return "manual", {"check": check, "reply": ManualReply(value=value, remark="r").model_dump(mode="json")}


def test_what_the_journal_tells_of_answers(tmp_path: Path) -> None:
    """What is to be repeated is asked anew."""
    found = written(
        tmp_path,
        replied("ports", "passed"),
        replied("cosmetic", "whole"),
        ("repeated", {"step_id": "check:ports"}),
        replied("cosmetic", "minor"),
    )
    assert [(check, reply.value) for check, reply in found.replies] == [("cosmetic", "whole"), ("cosmetic", "minor")]


@pytest.mark.runs_programs
async def test_a_service_that_crashed_asks_nothing_twice(tmp_path: Path) -> None:
    where = place(tmp_path)
    restart = written(
        where.settings.journal(Mode.TRAINING),
        kept("completeness", Outcome.PASSED),
        ("left_out", {"step_id": "check:ports"}),
        replied("cosmetic", "whole"),
        replied("cosmetic", "minor"),
    )
    listener = Listener({"text": "no"}, {"text": "passed"})
    profile = asking("ports", "firmware_lock", "completeness", "cosmetic")
    intake = Intake(where, profile, REQUEST, listener.emit, listener.ask)
    intake.take_up(restart)
    await intake.run()
    assert listener.problem is None
    assert [kind(question) for question in listener.questions] == ["empty_bay", "firmware_lock"]
    found = results(listener)
    assert found["completeness"].outcome is Outcome.PASSED
    assert found["ports"].reason == SKIPPED
    assert found["cosmetic"].figures[0].value == "C5"


def test_an_answer_that_was_taken_back_is_none(tmp_path: Path) -> None:
    found = written(
        tmp_path, replied("cosmetic", "whole"), replied("ports", "passed"), replied("cosmetic", "heavy"),
        replied("cosmetic", "back"), replied("cosmetic", "minor"), replied("charger", "back"),
    )  # fmt: skip
    assert [(check, reply.value) for check, reply in found.replies] == [
        ("cosmetic", "whole"), ("ports", "passed"), ("cosmetic", "minor"),
    ]  # fmt: skip


async def test_there_is_no_way_back_from_the_first_question(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    job = asyncio.create_task(bench.carry_out("hinges"))
    question, future = await bench.asked.get()
    future.set_result(answer(question, "back"))  # of a face that asks for it all the same
    again, future = await bench.asked.get()
    assert (question.may_go_back, again.may_go_back, again.problem is not None) == (False, False, True)
    future.set_result(answer(again, "skip"))
    await job


@pytest.mark.runs_programs
async def test_each_answer_is_in_the_journal_before_the_next_question(tmp_path: Path) -> None:
    where = place(tmp_path)
    seen: list[list[str]] = []
    texts = iter(["nonsense", "whole", "minor", "none"])

    async def answer() -> str:
        [journal] = where.settings.journal(Mode.TRAINING).glob("*.jsonl")
        noted = [record for record in Journal(journal).records() if record["record"] == "manual"]
        seen.append([str(record["reply"]["value"]) for record in noted])  # type: ignore[index]
        return next(texts)

    listener = Waiting(answer)
    await Intake(where, asking("cosmetic"), REQUEST, listener.emit, listener.ask).run()
    assert seen == [[], [], ["whole"], ["whole", "minor"]]


# ---- live aids


class Bench:
    """Manual work with an aid that feels what the test says."""

    def __init__(self, folder: Path, *felt: Felt) -> None:
        self.listener = Listener()
        where = place(folder)
        self.dossier = Dossier(where, QUIET, REQUEST, self.listener.emit)
        self.dossier.inventory = Inventory(machine=Machine(chassis=Chassis.NOTEBOOK))
        self.asked: asyncio.Queue[tuple[ManualQuestion, asyncio.Future[Answer]]] = asyncio.Queue()
        self.orders: list[Order] = []
        self.ended = 0
        self._felt = felt
        self.work = ManualWork(self.dossier, self._ask, list, self._feel)

    async def carry_out(self, check: str) -> CheckResult:
        return await self.work.carry_out(f"check:{check}", registry.BY_ID[check])

    async def _ask(self, question: AnyQuestion) -> Answer:
        assert isinstance(question, ManualQuestion)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        await self.asked.put((question, future))
        return await future

    async def _feel(self, order: Order) -> AsyncGenerator[Felt, None]:
        self.orders.append(order)
        try:
            for one in self._felt:
                yield one
            await asyncio.Event().wait()
        finally:
            self.ended += 1

    @property
    def aid(self) -> AidState | None:
        return self.listener.state.aid

    async def use(self, question: ManualQuestion, do: str) -> None:
        await self.work.use_aid(UseAid(mode=Mode.TRAINING, question_id=question.id, do=do))
        for _ in range(5):
            await asyncio.sleep(0)


def answer(question: ManualQuestion, text: str) -> Answer:
    return Answer(mode=Mode.TRAINING, question_id=question.id, text=text)


@pytest.mark.parametrize(("keyboard", "shape"), [("us", "qwerty"), ("be", "azerty"), ("ch", "other")])
async def test_the_keyboard_of_the_settings_is_the_first_guess(tmp_path: Path, keyboard: str, shape: str) -> None:
    bench = Bench(tmp_path)
    settings = bench.dossier.place.settings.model_copy(update={"keyboard": keyboard})
    bench.dossier.place = bench.dossier.place.with_settings(settings)
    job = asyncio.create_task(bench.carry_out("keyboard"))
    question, future = await bench.asked.get()
    await bench.use(question, "start")
    assert bench.orders == [Order(aid=Aid.KEYBOARD, do="start", before=KeyboardView(layout=shape))]
    future.set_result(answer(question, "failed"))
    await job


async def test_an_aid_tells_all_faces_and_decides_with_the_person(tmp_path: Path) -> None:
    bench = Bench(tmp_path, Felt(view=KeyboardView(layout="azerty", seen=[16])))
    job = asyncio.create_task(bench.carry_out("keyboard"))
    question, future = await bench.asked.get()
    await bench.use(question, "azerty")
    assert bench.orders == [Order(aid=Aid.KEYBOARD, do="azerty")]
    assert bench.aid == AidState(
        question_id=question.id, running=True, view=KeyboardView(layout="azerty", seen=[16])
    )  # fmt: skip

    future.set_result(answer(question, "passed"))  # of one key that was felt
    again, future = await bench.asked.get()
    assert again.problem is not None
    assert "not felt" in str(again.problem)
    assert bench.ended == 1
    assert bench.aid is not None
    assert (bench.aid.question_id, bench.aid.running) == (again.id, False)

    await bench.use(again, "azerty")  # what was felt before goes on counting
    assert bench.orders[-1].before == KeyboardView(layout="azerty", seen=[16])
    future.set_result(answer(again, "failed"))
    result = await job
    assert result.outcome is Outcome.FAILED
    assert bench.ended == 2
    assert bench.aid is None


async def test_an_aid_that_cannot_help_leaves_the_word_to_the_person(tmp_path: Path) -> None:
    bench = Bench(tmp_path, Felt(problem=say("No keyboard here.")))
    job = asyncio.create_task(bench.carry_out("keyboard"))
    question, future = await bench.asked.get()
    await bench.use(question, "qwerty")
    assert bench.aid is not None
    assert bench.aid.problem == say("No keyboard here.")
    future.set_result(answer(question, "passed"))
    assert (await job).outcome is Outcome.PASSED


async def test_an_aid_is_stopped_by_hand_by_another_start_and_with_its_question(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    job = asyncio.create_task(bench.carry_out("touchpad"))
    question, _ = await bench.asked.get()
    await bench.use(question, "start")
    assert bench.aid == AidState(question_id=question.id, starting=True)  # it has not felt anything yet
    await bench.use(question, "stop")
    assert bench.ended == 1
    assert bench.aid is not None
    assert (bench.aid.running, bench.aid.starting) == (False, False)
    await bench.use(question, "start")
    await bench.use(question, "start")
    assert (len(bench.orders), bench.ended) == (3, 2)
    job.cancel()
    await asyncio.gather(job, return_exceptions=True)
    assert bench.ended == 3
    assert bench.aid is None


@pytest.mark.parametrize("do", ["", "rm", "azerty", "stop"])
async def test_what_belongs_to_no_open_question_starts_nothing(do: str, tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    foreign = UseAid(mode=Mode.TRAINING, question_id="other", do="start")
    await bench.work.use_aid(foreign)
    job = asyncio.create_task(bench.carry_out("touchpad"))
    question, future = await bench.asked.get()
    await bench.work.use_aid(foreign)
    await bench.use(question, do)
    assert bench.orders == []
    assert bench.aid is None
    future.set_result(answer(question, "absent"))
    await job
    await bench.use(question, "start")
    assert bench.orders == []


async def test_colours_are_the_faces_own_affair(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    job = asyncio.create_task(bench.carry_out("display"))
    question, future = await bench.asked.get()
    await bench.use(question, "colours")
    assert bench.orders == []
    future.set_result(answer(question, "degraded"))
    assert (await job).outcome is Outcome.DEGRADED


async def test_a_check_that_is_repeated_begins_anew(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.work.restart = written(tmp_path / "journal", replied("hinges", "failed"))
    first = await bench.carry_out("hinges")
    assert first.outcome is Outcome.FAILED
    job = asyncio.create_task(bench.carry_out("hinges"))
    question, future = await bench.asked.get()
    future.set_result(answer(question, "passed"))
    assert (await job).outcome is Outcome.PASSED


async def test_leaving_out_the_rest_does_not_reach_what_is_repeated(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    for check in ("hinges", "charger"):
        job = asyncio.create_task(bench.carry_out(check))
        if check == "hinges":
            question, future = await bench.asked.get()
            future.set_result(answer(question, "skip_all"))
        assert (await job).reason == SKIPPED
    for check in ("hinges", "charger"):
        job = asyncio.create_task(bench.carry_out(check))
        question, future = await bench.asked.get()
        future.set_result(answer(question, "passed"))
        assert (await job).outcome is Outcome.PASSED


# ---- faces


async def test_every_face_sees_question_and_aid_and_the_first_answer_wins(tmp_path: Path) -> None:
    service = Service(place(tmp_path))
    faces = [Face(lambda: None), Face(lambda: None)]
    service._faces |= set(faces)
    check = registry.BY_ID["touchpad"].proceed([], Around(Inventory()))
    assert isinstance(check, ManualCheck)
    question = questions.manual(check, None)
    asking_ = asyncio.create_task(service._ask(question))
    await asyncio.sleep(0)
    aid = AidState(question_id=question.id, running=True)
    service.emit(AidEvent(mode=Mode.TRAINING, aid=aid))
    assert service._state.question == question  # what a face hears that attaches now
    assert service._state.aid == aid
    for text in ("passed", "failed"):
        service._answered(answer(question, text))
    assert (await asking_).text == "passed"
    service._answered(answer(question, "failed"))
    for face in faces:
        heard = [face.events.get_nowait() for _ in range(face.events.qsize())]
        assert [type(event) for event in heard] == [QuestionEvent, AidEvent, QuestionEvent]


async def test_a_service_without_an_intake_has_no_aid(tmp_path: Path) -> None:
    service, face = Service(place(tmp_path)), Face(lambda: None)
    await service._obey(UseAid(mode=Mode.TRAINING, question_id="q", do="start"), face)
    assert face.events.empty()
