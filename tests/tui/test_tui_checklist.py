"""The checklist: a row for each step, one of them closer, arrows choose; and a running erase in figures."""

import pytest
import tui_cases as cases
from hypothesis import given
from hypothesis import strategies as st
from tui_cases import press, screen_rows, screen_text, settled, showing

from agent.manual import registry
from agent.manual.base import Around
from agent.model.erasing import EraseState
from agent.model.inventory import UnseenDrive
from agent.model.manual import ManualCheck
from agent.model.message import say
from agent.model.messages import SnapshotEvent, StepEvent
from agent.model.state import IntakeState, ManualQuestion, StepState
from agent.model.words import Outcome, Phase, StepStatus
from agent.report.wording import tell as told
from agent.tui.charset import fit
from agent.tui.lines.checklist import checklist_rows, needs_looking, step_row
from agent.tui.lines.closer import closer_lines

TRAINING = cases.IDLE.mode
KEYBOARD = registry.BY_ID["keyboard"].proceed([], Around(cases.INVENTORY))
assert isinstance(KEYBOARD, ManualCheck)
LIVE = EraseState(phase="write", bytes_per_second=112_000_000, celsius=41, bad_places=2)


def tell(message: object) -> str:
    return fit(told(message, "en"))  # type: ignore[arg-type]


def with_erase(**erase: object) -> IntakeState:
    steps = [
        each.model_copy(update={"erase": LIVE.model_copy(update=erase)}) if each.id == "erase:/dev/sda" else each
        for each in cases.STEPS
    ]
    return cases.WORKING.model_copy(update={"steps": steps})


def pointed(app: object) -> str:
    """The row of the list that is pointed at."""
    return next(row for row in screen_rows(app) if row.startswith(" │ >["))  # type: ignore[arg-type]


# ---- rows


@pytest.mark.parametrize("width", [74, 68, 114])
def test_a_row_says_state_progress_time_and_figure(width: int) -> None:
    rows = [row.plain.replace("\xa0", " ") for row in checklist_rows(with_erase(), width, tell, "grade")]
    assert len(rows) == len(cases.STEPS)
    assert rows[2].startswith(" [>>] Processeur")
    assert "52%  25 s" in rows[2]
    assert "99%  2 h 05" in rows[7]
    assert "112 MB/s" in rows[7]
    assert rows[10].startswith(">[  ] Note")
    assert rows[10].endswith("waiting")
    figure = cases.STEPS[0].model_copy(update={"figure": say("{count} unreadable", count=3)})
    assert step_row(figure, width, tell).plain.rstrip().endswith("passed  3 unreadable")


@given(
    st.text(max_size=80),
    st.text(max_size=80),
    st.sampled_from(StepStatus),
    st.none() | st.sampled_from(Outcome),
    st.none() | st.floats(0, 100),
    st.none() | st.floats(0, 1e9),
    st.booleans(),
    st.integers(60, 140),
)
def test_no_row_is_wider_than_its_place(
    title: str,
    figure: str,
    status: StepStatus,
    outcome: Outcome | None,
    percent: float | None,
    left: float | None,
    urgent: bool,
    width: int,
) -> None:
    step = StepState(
        id="erase:/dev/sda", title=say("{x}", x=title), status=status, outcome=outcome, progress_percent=percent,
        seconds_left=left, urgent=urgent, figure=say("{x}", x=figure), detail=say("{x}", x=title),
        erase=EraseState(bytes_per_second=2**53 - 1, celsius=130, bad_places=64),
    )  # fmt: skip
    row = step_row(step, width, tell)
    assert row.cell_length <= width
    assert "\n" not in row.plain
    assert ("100%" in row.plain.replace("\xa0", "")) <= (percent == 100)
    state = cases.WORKING.model_copy(update={"steps": [step]})
    assert all(line.cell_length <= width for line in closer_lines(state, step, width, tell))


def test_what_needs_looking_at_goes_before_what_runs_and_that_before_what_has_ended() -> None:
    running = next(step.id for step in cases.STEPS if step.status is StepStatus.RUNNING)
    assert needs_looking(cases.WORKING) == running
    urgent = [each.model_copy(update={"urgent": each.id == "erase:/dev/sdb"}) for each in cases.STEPS]
    assert needs_looking(cases.WORKING.model_copy(update={"steps": urgent})) == "erase:/dev/sdb"
    ended = [each for each in cases.STEPS if each.status is not StepStatus.RUNNING]
    assert needs_looking(cases.WORKING.model_copy(update={"steps": ended})) == "erase:/dev/sdc"
    assert needs_looking(cases.IDLE) is None
    assert needs_looking(cases.FINISHED) == "inventory"
    bad = [each.model_copy(update={"outcome": Outcome.FAILED}) if each.id == "grade" else each for each in ended]
    bad = [each.model_copy(update={"status": StepStatus.DONE}) for each in bad if each.outcome is not Outcome.ERROR]
    finished = cases.FINISHED.model_copy(
        update={"steps": [each for each in bad if each.outcome is not Outcome.DEGRADED]}
    )
    assert needs_looking(finished) == "check:drive_health:/dev/sdb"


# ---- the screen


async def test_arrows_choose_a_step_which_stays_chosen_and_escape_follows_the_work_again() -> None:
    async with showing(cases.WORKING, "en") as screen:
        assert "Processeur" in pointed(screen.app)
        await press(screen.pilot, "up", "up", "up")
        assert "Inventaire" in pointed(screen.app)
        assert "Intel Core i5-5300U" in screen_text(screen.app)  # what the machine is stands closer
        screen.link.push(StepEvent(mode=TRAINING, step=cases.STEPS[3].model_copy(update={"status": "running"})))
        await settled(screen.pilot)
        assert "Inventaire" in pointed(screen.app)
        await press(screen.pilot, "end")
        assert "Envoi" in pointed(screen.app)
        await press(screen.pilot, "f2", "home", "f2")
        assert "Inventaire" in pointed(screen.app)
        await press(screen.pilot, "escape")
        assert "Processeur" in pointed(screen.app)
        assert screen.link.sent == []


async def test_the_chosen_step_says_why_and_what_may_be_done() -> None:
    async with showing(cases.WORKING, "en") as screen:
        await press(screen.pilot, "down", "down")
        shown = screen_text(screen.app)
        assert "2 secteurs réalloués, et encore une longue explication" in shown
        assert "F8 can repeat it." in shown


async def test_a_running_erase_shows_rate_heat_time_faults_and_its_neighbours() -> None:
    async with showing(with_erase(), "en") as screen:
        await press(screen.pilot, *["down"] * 5)
        rows = [row.replace("\xa0", " ") for row in screen_rows(screen.app)]
        table = [next(row for row in rows if f"({end})" in row) for end in ("7K2P", "345B", "F1D2")]
        assert table[0].split()[1] == ">"
        assert table[0].split(")")[1].split()[:-1] == ["99%", "112", "MB/s", "41", "°C", "2", "h", "05", "2"]
        assert table[1].split(")")[1].split()[:-1] == ["-", "-", "-", "-", "0"]
        assert "[??] error" in table[2]
        assert any("time left" in row and "faults" in row for row in rows)
        step = with_erase(celsius=None, bytes_per_second=None, bad_places=0).steps[7]
        screen.link.push(StepEvent(mode=TRAINING, step=step))
        await settled(screen.pilot)
        row = next(row for row in screen_rows(screen.app) if "(7K2P)" in row)
        assert row.replace("\xa0", " ").split(")")[1].split()[:3] == ["99%", "-", "-"]


async def test_what_somebody_must_do_is_pointed_at_and_said_in_full() -> None:
    step = cases.STEPS[8].model_copy(update={"urgent": True, "detail": say("Plug in the charger.")})
    async with showing(cases.WORKING, "en") as screen:
        screen.link.push(StepEvent(mode=TRAINING, step=step))
        await settled(screen.pilot)
        assert "! something must be done" in pointed(screen.app)
        assert "! Plug in the charger." in screen_text(screen.app)


async def test_beside_the_list_where_the_terminal_is_wide() -> None:
    async with showing(with_erase(), "en", (120, 40)) as screen:
        assert any("Inventaire" in row and "Processeur" in row for row in screen_rows(screen.app))
        await press(screen.pilot, *["down"] * 5)
        assert "99% · 112 MB/s · 41 °C · 2 h 05 left" in screen_text(screen.app)
        await screen.pilot.resize_terminal(80, 24)
        await settled(screen.pilot)
        assert "time left" in screen_text(screen.app)


def test_the_step_of_the_question_waits_for_the_person() -> None:
    steps = [
        StepState(id="confirm", title=say("Which drives to erase"), status=StepStatus.RUNNING),
        StepState(id="check:keyboard", title=say("Keyboard"), status=StepStatus.RUNNING),
        StepState(id="check:processor", title=say("Processor"), status=StepStatus.RUNNING),
    ]
    manual = ManualQuestion(id="q1", text=say("Try."), check=KEYBOARD)
    for question, asked in ((cases.CONFIRM, "confirm"), (manual, "check:keyboard"), (cases.BAY, None), (None, None)):
        state = cases.WORKING.model_copy(update={"steps": steps, "question": question})
        rows = checklist_rows(state, 74, tell, None)
        waiting = [step.id for step, row in zip(steps, rows, strict=True) if "waits for your answer" in row.plain]
        assert waiting == ([asked] if asked else [])
        closer = [step.id for step in steps if "waits for your answer" in str(closer_lines(state, step, 74, tell))]
        assert closer == waiting


async def test_signs_of_hidden_drives_stay_in_sight() -> None:
    unseen = UnseenDrive(sign=say("The disk controller hides drives."), remedy=say("Set it to AHCI."))
    inventory = cases.INVENTORY.model_copy(update={"unseen_drives": [unseen]})
    async with showing(cases.WORKING.model_copy(update={"inventory": inventory}), "en") as screen:
        assert "! The disk controller hides drives. Set it to AHCI." in screen_text(screen.app)


async def test_steps_that_vanish_are_no_trouble() -> None:
    async with showing(cases.WORKING) as screen:
        await press(screen.pilot, "end")
        for steps in (cases.STEPS[:3], [], cases.STEPS):
            state = cases.WORKING.model_copy(update={"steps": steps, "phase": Phase.WORK})
            screen.link.push(SnapshotEvent(mode=TRAINING, state=state))
            await settled(screen.pilot)
            await press(screen.pilot, "up", "down")
        assert "Processeur" in screen_text(screen.app)
