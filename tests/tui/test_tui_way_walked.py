"""The way through an intake on the screens themselves: forwards, backwards, and with every step failing."""

import pytest
import tui_machine as machine
from tui_cases import press, screen_rows, screen_text, settled, type_keys
from tui_scenes import OF_STOP, SCENES, Scene
from tui_stage import Stage, stage

from agent.model.message import say
from agent.model.messages import (
    Answer,
    AnyEvent,
    IntakeRequest,
    PhaseEvent,
    ProblemEvent,
    QuestionEvent,
    SnapshotEvent,
    Start,
    StepEvent,
)
from agent.model.words import Mode, Outcome, Phase, StepStatus
from agent.tui.over import KEYS, Over
from agent.tui.way import Stop

TRAINING = Mode.TRAINING
FAILED = say("It failed its check.")
SIGNS = {Outcome.FAILED: "[XX]", Outcome.ERROR: "[??]"}
ASKING = [stop for stop, scene in OF_STOP.items() if scene.state.question is not None]


def where(shown: Stage) -> Stop:
    assert shown.app._place is not None
    return shown.app._place.stop


async def hear(shown: Stage, *events: AnyEvent | None) -> None:
    for event in events:
        shown.link.push(event)
    for _ in range(50):  # on a busy machine what was pushed comes later
        await settled(shown.pilot)
        if shown.link._queue.empty():
            break
    await settled(shown.pilot)


async def ask(shown: Stage, scene: str, stop: Stop, *keys: str) -> Answer:
    """Put the question of a scene, press the keys, and withdraw it; gives the one answer that was sent."""
    await hear(shown, QuestionEvent(mode=TRAINING, question=SCENES[scene].state.question))
    assert where(shown) is stop
    shown.link.sent.clear()
    await press(shown.pilot, *keys)
    [answer] = shown.link.sent
    assert isinstance(answer, Answer)
    await hear(shown, QuestionEvent(mode=TRAINING, question=None))
    assert where(shown) is Stop.CHECKLIST
    return answer


async def test_forwards_from_the_welcome_to_the_next_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(monkeypatch) as shown:
        await type_keys(shown.pilot, "PC-0042\nMairie 7\nJB\n\n")
        asked_for = IntakeRequest(profile="standard", asset_tag="PC-0042", lot="Mairie 7", volunteer="JB")
        assert shown.link.sent == [Start(mode=TRAINING, request=asked_for)]
        await hear(shown, SnapshotEvent(mode=TRAINING, state=SCENES["checklist-begun"].state))
        assert where(shown) is Stop.CHECKLIST
        assert (await ask(shown, "date", Stop.DATE, "escape")).text is None
        assert (await ask(shown, "frozen", Stop.FROZEN_DRIVES, "enter")).text == "on"
        assert (await ask(shown, "asset-tag", Stop.ASSET_TAG, *"PC-0042", "enter")).text == "PC-0042"
        await hear(shown, PhaseEvent(mode=TRAINING, phase=Phase.WORK, asset_tag="PC-0042"))
        assert "étiquette PC-0042" in screen_rows(shown.app)[0].replace("\xa0", " ")
        named = await ask(shown, "confirm", Stop.CONFIRM_ERASE, "up", *"PC-0042", "enter", "enter")
        assert (named.text, named.serial_ends) == ("PC-0042", {})
        psid = "44TZKAN71MQUF4TMJ96973BJZT9U32G8"
        assert (await ask(shown, "psid", Stop.PSID, *psid, "enter")).text == psid
        assert (await ask(shown, "manual-touchpad", Stop.MANUAL, "b", "enter")).text == "passed"
        assert (await ask(shown, "empty-bay", Stop.EMPTY_BAY, "enter")).text == "no"
        await hear(shown, SnapshotEvent(mode=TRAINING, state=machine.ERASING))
        assert "37 %" in screen_text(shown.app)
        await hear(shown, SnapshotEvent(mode=TRAINING, state=machine.FINISHED))
        assert where(shown) is Stop.RESULT
        for keys, stop in ((("enter",), Stop.DETAILS), (("down", "enter"), Stop.CHECKLIST),
                           (("down", "down", "enter"), Stop.QR)):  # fmt: skip
            await press(shown.pilot, *keys)
            assert where(shown) is stop
            await press(shown.pilot, "escape")
            assert where(shown) is Stop.RESULT
        await press(shown.pilot, "down", "down", "down", "enter")
        assert where(shown) is Stop.START


async def test_backwards_from_all_that_lies_over_or_beside_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Escape leads back to what was there, to the letter, with the focus where it was."""
    overs = list(Over)
    async with stage(monkeypatch) as shown:
        for number, (stop, scene) in enumerate(OF_STOP.items()):
            if scene.detour is not None:
                await shown.play(scene)
                assert where(shown) is stop
                await press(shown.pilot, "escape")
                assert where(shown) is not stop
                continue
            if stop is Stop.BROKEN:
                continue  # the service has to be asked for all but the help, and is not there
            await shown.play(scene)
            before = screen_text(shown.app)
            await press(shown.pilot, KEYS[overs[number % len(overs)]].lower())
            assert screen_text(shown.app) != before, stop
            await press(shown.pilot, "escape")
            assert screen_text(shown.app) == before, stop


async def test_every_step_that_fails_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(monkeypatch) as shown:
        await shown.play(Scene(machine.ERASING))
        for number, step in enumerate(machine.ERASING.steps):
            outcome = list(SIGNS)[number % len(SIGNS)]
            update = {"status": StepStatus.DONE, "outcome": outcome, "detail": FAILED, "urgent": False}
            await hear(shown, StepEvent(mode=TRAINING, step=step.model_copy(update=update)))
            await press(shown.pilot, *(["home"] if number == 0 else ["down"]))
            pointed = next(row for row in screen_rows(shown.app) if row.startswith(" │ >["))
            assert SIGNS[outcome] in pointed, step.id
            assert shown.app.face.tell(FAILED) in screen_text(shown.app), step.id
        assert not any("[>>]" in row for row in screen_rows(shown.app))


@pytest.mark.parametrize("phase", [each for each in Phase if each not in (Phase.IDLE, Phase.FINISHED)])
async def test_an_intake_that_breaks_off_says_what_to_do_and_another_can_begin(
    phase: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(monkeypatch) as shown:
        await shown.play(Scene(machine.WORKING.model_copy(update={"phase": phase})))
        await hear(shown, ProblemEvent(mode=TRAINING, problem=FAILED))
        assert where(shown) is Stop.PROBLEM
        assert "(F9)" in screen_text(shown.app)
        await press(shown.pilot, "down", "down", "enter")
        assert where(shown) is Stop.START
        await type_keys(shown.pilot, "\n\n\n\n")
        [start] = shown.link.sent
        assert isinstance(start, Start)


async def test_every_question_is_found_again_after_the_service_was_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(monkeypatch) as shown:
        for stop in ASKING:
            scene = OF_STOP[stop]
            await shown.play(scene)
            shown.link._script = (SnapshotEvent(mode=scene.state.mode, state=scene.state),)
            await hear(shown, None)
            assert where(shown) is Stop.BROKEN
            await press(shown.pilot, "enter")
            assert where(shown) is stop
            assert shown.link.sent == []
