"""The screen at the dock: what to do, one line for each drive, and no word about a machine."""

import pytest
import tui_cases as cases

from agent.model.inventory import Inventory
from agent.model.message import say
from agent.model.messages import FoldEvent, ProfilesEvent, StopStep
from agent.model.state import AssetTagQuestion, IntakeState, StepState
from agent.model.words import Mode, Outcome, Phase, SanitizationStatus, StepAction, StepStatus, Subject
from agent.tui.face import ProfileChoice

DRIVE = cases.drive(1)
OPEN = StepState(
    id="dock", title=say("Dock for bare drives"), status=StepStatus.RUNNING, detail=say("Plug in a drive."),
    may=StepAction.STOP,
)  # fmt: skip
OVER = StepState(
    id="drive:1", title=say("{drive}, {size:bytes}", drive="Granit (S1)", size=1 << 30), status=StepStatus.DONE,
    outcome=Outcome.PASSED, detail=say("Tag {tag}: {fate}. You may unplug it.", tag="D-7", fate="sanitized"),
)  # fmt: skip


def state(**more: object) -> IntakeState:
    facts = {"mode": Mode.TRAINING, "phase": Phase.WORK, "subject": Subject.DRIVE, "steps": [OPEN], **more}
    return IntakeState.model_validate(facts)


async def test_it_says_what_to_do_and_ends_when_told() -> None:
    async with cases.showing(state(inventory=Inventory())) as shown:
        app, pilot, link = shown.app, shown.pilot, shown.link
        text = cases.screen_text(app)
        assert "Branchez un disque." in text
        assert "jamais touché" in text
        await cases.press(pilot, "f8", "down", "enter")
        assert "jusqu’au bout" in cases.screen_text(app).replace("'", "’")
        await cases.press(pilot, "down", "enter")
        assert link.sent == [StopStep(mode=Mode.TRAINING, step_id="dock")]


async def test_a_drive_that_is_done_is_one_line() -> None:
    steps = [OPEN, cases.step("erase:/dev/sdb+1", "Erase", StepStatus.RUNNING)]
    async with cases.showing(state(steps=steps, inventory=Inventory(drives=[DRIVE]))) as shown:
        app, pilot, link = shown.app, shown.pilot, shown.link
        link.push(FoldEvent(mode=Mode.TRAINING, steps=["erase:/dev/sdb+1"], step=OVER))
        await cases.settled(pilot)
        assert [step.id for step in app.face.state.steps] == ["dock", "drive:1"]
        assert "Granit (S1)" in cases.screen_text(app)


async def test_the_tag_is_asked_for_a_drive() -> None:
    question = AssetTagQuestion(
        id="1", text=say("Which number is on the label of this drive: {drive}?", drive="Granit")
    )
    async with cases.showing(state(question=question)) as shown:
        app = shown.app
        text = cases.screen_text(app)
        assert "Granit" in text
        assert "machine" not in text


@pytest.mark.parametrize("status", [SanitizationStatus.SANITIZED, SanitizationStatus.FAILED])
async def test_the_result_speaks_of_drives(status: SanitizationStatus) -> None:
    ended = state(
        phase=Phase.FINISHED, inventory=Inventory(drives=[DRIVE]), sanitizations=[cases.erased(DRIVE, status)]
    )
    async with cases.showing(ended) as shown:
        app = shown.app
        text = cases.screen_text(app)
        assert "pas de note" in text
        assert ("mettez les autres" in text) is (status is SanitizationStatus.FAILED)
        assert "cette machine" not in text


async def test_what_the_workshop_serves_joins_the_list_and_what_it_should_not_is_told() -> None:
    waiting = IntakeState(mode=Mode.TRAINING)
    async with cases.showing(waiting) as shown:
        app, pilot, link = shown.app, shown.pilot, shown.link
        app._profiles = lambda: [*cases.PROFILES, ("ours", "À nous (atelier)", "Ours (workshop)")]
        remarks = [say("The workshop's profile {name} is not used.", name="theirs")]
        link.push(ProfilesEvent(mode=Mode.TRAINING, remarks=remarks))
        await cases.settled(pilot)
        text = cases.screen_text(app)
        assert "À nous (atelier)" in text
        assert "theirs" in text
        assert ProfileChoice("ours", "À nous (atelier)", "Ours (workshop)") in app.face.profiles
