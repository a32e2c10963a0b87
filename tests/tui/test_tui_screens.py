"""Every screen once, with keys typed and what was sent looked at."""

import re

import pytest
import tui_cases as cases
from tui_cases import press, screen_rows, screen_text, settled, showing, type_keys

from agent.model.message import say
from agent.model.messages import (
    Answer,
    DeliveryEvent,
    GradeEvent,
    IntakeRequest,
    ProblemEvent,
    QuestionEvent,
    SnapshotEvent,
    Start,
    StepEvent,
    UnsavedEvent,
)
from agent.model.report import Signature, SignedReport
from agent.model.state import DeliveryState
from agent.model.words import Delivery, Mode, Outcome, Phase, StepStatus
from agent.tui.app import OrdisApp
from agent.tui.face import Leave

TRAINING = cases.IDLE.mode


async def test_a_request_that_was_given_starts_by_itself_and_only_once() -> None:
    link = cases.FakeLink(SnapshotEvent(mode=TRAINING, state=cases.IDLE))
    request = IntakeRequest(profile="quick", asset_tag="PC-0001")
    app = OrdisApp(link, TRAINING, "fr", request, lambda: cases.PROFILES)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        link.push(SnapshotEvent(mode=TRAINING, state=cases.IDLE))
        await settled(pilot)
    assert link.sent == [Start(mode=TRAINING, request=request)]


async def test_nothing_is_started_where_an_intake_runs() -> None:
    link = cases.FakeLink(SnapshotEvent(mode=TRAINING, state=cases.WORKING))
    app = OrdisApp(link, TRAINING, "fr", IntakeRequest(), lambda: cases.PROFILES)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "PC-0042" in screen_text(app)
    assert link.sent == []


async def test_the_checklist_follows_the_events() -> None:
    async with showing(cases.WORKING, "en") as screen:
        before = screen_text(screen.app)
        assert "steps: 6 of 13" in before
        assert "Report: not written yet." in before
        done = cases.step("check:processor", "Processeur", StepStatus.DONE, Outcome.FAILED)
        screen.link.push(StepEvent(mode=TRAINING, step=done))
        unsaved = DeliveryState(status=Delivery.UNSAVED)
        screen.link.push(DeliveryEvent(mode=TRAINING, delivery=unsaved))
        await settled(screen.pilot)
        await press(screen.pilot, "home")
        after = screen_text(screen.app)
        assert "steps: 7 of 13" in after
        assert "[XX] Processeur" in after
        assert "NOT SAVED" in after


async def test_the_running_step_is_in_sight() -> None:
    steps = [cases.step(f"s{n}", f"Step {n}", StepStatus.DONE, Outcome.PASSED) for n in range(30)]
    steps += [cases.step("last", "The last step", StepStatus.RUNNING, progress_percent=1)]
    async with showing(cases.WORKING.model_copy(update={"steps": steps})) as screen:
        assert "The last step" in screen_text(screen.app)


async def test_a_tag_is_sent_and_a_problem_with_it_shown() -> None:
    async with showing(cases.WORKING.model_copy(update={"question": cases.TAG_QUESTION})) as screen:
        await type_keys(screen.pilot, "PC-42\n")
        again = cases.TAG_QUESTION.model_copy(update={"problem": cases.say("No such tag here.")})
        screen.link.push(QuestionEvent(mode=TRAINING, question=again))
        await settled(screen.pilot)
        assert "! No such tag here." in screen_text(screen.app)
        assert "PC-42" in screen_text(screen.app)
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="q1", text="PC-42")]


async def test_a_scanner_may_give_the_tag() -> None:
    async with showing(cases.WORKING.model_copy(update={"question": cases.TAG_QUESTION})) as screen:
        await type_keys(screen.pilot, "PC-0042\n", gap=0.005)
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="q1", text="PC-0042")]


async def test_an_empty_tag_is_no_answer() -> None:
    async with showing(cases.WORKING.model_copy(update={"question": cases.TAG_QUESTION})) as screen:
        await press(screen.pilot, "enter", "escape")
    assert screen.link.sent == []


async def test_the_empty_bay_starts_on_no() -> None:
    async with showing(cases.WORKING) as screen:
        for number, keys in enumerate((["enter"], ["escape"], ["down", "enter"], ["down", "escape"])):
            question = cases.BAY.model_copy(update={"id": f"q{number}"})
            screen.link.push(QuestionEvent(mode=TRAINING, question=question))
            await settled(screen.pilot)
            await press(screen.pilot, *keys)
    assert screen.link.sent == [
        Answer(mode=TRAINING, question_id=f"q{number}", text=text)
        for number, text in enumerate(("no", "no", "yes", "no"))
    ]


async def test_an_answered_question_gives_way() -> None:
    async with showing(cases.WORKING.model_copy(update={"question": cases.BAY}), "en") as screen:
        screen.link.push(QuestionEvent(mode=TRAINING, question=None))
        await settled(screen.pilot)
        assert "[>>] Processeur" in screen_text(screen.app)


async def test_the_result_shows_grade_drives_and_report() -> None:
    async with showing(cases.FINISHED, "en") as screen:
        shown = screen_text(screen.app)
    assert "Grade B" in shown
    assert "Provisional" in shown
    assert "71%" in shown
    assert "[ok] Every drive is erased." in shown
    assert "received by the workshop" in shown
    assert "http://127.0.0.1:8321/reports/12345678" in shown


async def test_what_became_of_the_drives_is_seen_without_scrolling() -> None:
    grade = cases.GRADE.model_copy(update={"reasons": [say("Reason {number}.", number=n) for n in range(30)]})
    for size in ((80, 24), (120, 40)):
        async with showing(cases.FINISHED.model_copy(update={"grade": grade}), "en", size=size) as screen:
            assert "[ok] Every drive is erased." in screen_text(screen.app)


async def test_what_stands_side_by_side_is_reached_by_left_and_right() -> None:
    async with showing(cases.FINISHED, "en") as screen:
        await press(screen.pilot, "right")
        assert "> Steps <" in screen_text(screen.app)
        await press(screen.pilot, "left", "enter")
        assert "What the grade rests on" in screen_text(screen.app)


async def test_while_a_question_hides_them_the_top_tells_of_erases() -> None:
    async with showing(cases.WORKING.model_copy(update={"question": cases.BAY}), "en") as screen:
        assert "drives being erased: 2" in screen_rows(screen.app)[0]
    async with showing(cases.FINISHED, "en") as screen:
        assert "being erased" not in screen_text(screen.app)


async def test_a_grade_that_comes_later_is_shown() -> None:
    async with showing(cases.FINISHED.model_copy(update={"grade": None}), "en") as screen:
        assert "No grade" in screen_text(screen.app)
        screen.link.push(GradeEvent(mode=TRAINING, grade=cases.GRADE))
        await settled(screen.pilot)
        assert "Grade B" in screen_text(screen.app)


async def test_details_steps_and_a_new_intake_are_a_key_away() -> None:
    async with showing(cases.FINISHED, "en") as screen:
        await press(screen.pilot, "enter")
        assert "What the grade rests on" in screen_text(screen.app)
        await press(screen.pilot, "escape")
        await press(screen.pilot, "down", "enter")
        assert "[ok] Inventaire" in screen_text(screen.app)
        await press(screen.pilot, "escape")
        await press(screen.pilot, "down", "down", "down", "enter")
        assert "Which profile?" in screen_text(screen.app)
        assert screen.link.sent == []
        await press(screen.pilot, "enter", "enter", "enter", "enter")  # past the three fields
        again = IntakeRequest(profile="standard", asset_tag="PC-0042")
        assert screen.link.sent == [Start(mode=TRAINING, request=again)]
        screen.link.push(SnapshotEvent(mode=TRAINING, state=cases.WORKING))
        await settled(screen.pilot)
        assert "[>>] Processeur" in screen_text(screen.app)


async def test_a_problem_says_what_happened_what_it_means_and_what_next() -> None:
    async with showing(cases.BROKEN_OFF, "en") as screen:
        shown = screen_text(screen.app)
    assert "The journal cannot be written." in shown
    assert "This intake is not complete" in shown
    assert "Use another stick." in shown
    assert "nothing is recorded" in shown
    assert "[ok]" not in shown


async def test_a_start_that_was_refused_says_that_nothing_was_begun() -> None:
    refused = ProblemEvent(mode=TRAINING, problem=cases.say("An intake is running already."), refused=True)
    async with showing(cases.IDLE, "en") as screen:
        screen.link.push(refused)
        await settled(screen.pilot)
        shown = screen_text(screen.app)
    assert "Nothing was begun" in shown
    assert "This intake is not complete" not in shown
    assert "save a support file (F9)" in shown


async def test_the_screen_says_quit_where_it_cannot_switch_off() -> None:
    async with showing(cases.FINISHED, "en") as screen:
        assert "Switch off" not in screen_text(screen.app)
        await press(screen.pilot, "up", "enter")
    assert screen.app.return_value is Leave.QUIT


async def test_switching_off_is_asked_about_while_the_report_is_not_saved() -> None:
    unsaved = cases.FINISHED.model_copy(update={"delivery": DeliveryState(status=Delivery.UNSAVED)})
    async with showing(unsaved, "en", can_power_off=True) as screen:
        await press(screen.pilot, "up", "enter")
        assert "NOT SAVED. Switch off all the same?" in screen_text(screen.app)
        await press(screen.pilot, "enter")
        assert "Grade B" in screen_text(screen.app)
        await press(screen.pilot, "up", "enter", "down", "enter")
    assert screen.app.return_value is Leave.POWER_OFF


async def test_switching_off_is_a_key_where_the_report_is_safe() -> None:
    async with showing(cases.FINISHED, can_power_off=True) as screen:
        await press(screen.pilot, "up", "enter")
    assert screen.app.return_value is Leave.POWER_OFF


async def test_a_report_that_nothing_could_save_is_on_the_screen() -> None:
    unsaved = cases.FINISHED.model_copy(update={"delivery": DeliveryState(status=Delivery.UNSAVED)})
    signed = SignedReport(
        report={"schema": "ordis/report/1", "remark": "[b]kept[/b]"}, signature=Signature(key="ordis-key", value="c2ln")
    )
    async with showing(unsaved, "en", signed=signed) as screen:
        await press(screen.pilot, "enter", "end")
        shown = screen_text(screen.app)
    assert "The report, which could not be saved" in shown
    assert '"[b]kept[/b]"' in shown


async def test_a_start_that_is_refused_twice_says_so_twice() -> None:
    refused = ProblemEvent(mode=TRAINING, problem=cases.say("No such profile."), refused=True)
    async with showing(cases.IDLE, "en") as screen:
        for _ in range(2):
            screen.app.screen.query("Choice").first().focus()
            await press(screen.pilot, "enter")
            screen.link.push(refused)
            await settled(screen.pilot)
            assert "No such profile." in screen_text(screen.app)
            await press(screen.pilot, "down", "down", "enter")
            assert "Which profile?" in screen_text(screen.app)
    assert len(screen.link.sent) == 2


@pytest.mark.parametrize("mode", Mode)
async def test_training_cannot_be_overlooked_and_is_never_claimed(mode: Mode) -> None:
    question = cases.WORKING.model_copy(update={"question": cases.BAY})
    async with showing(cases.IDLE.model_copy(update={"mode": mode})) as screen:
        for state in (cases.WORKING, cases.FINISHED, cases.BROKEN_OFF, question, cases.IDLE):
            screen.link.push(SnapshotEvent(mode=mode, state=state.model_copy(update={"mode": mode})))
            await settled(screen.pilot)
            said = "ENTRAÎNEMENT - aucun vrai disque n'est touché" in screen_text(screen.app)
            assert said is (mode is Mode.TRAINING)


async def test_the_language_changes_at_one_key_and_what_was_typed_stays() -> None:
    # Before the work: while F7 works, the line of keys has no room to name F2 in French, and F1 does.
    state = cases.WORKING.model_copy(update={"question": cases.CONFIRM, "phase": Phase.INVENTORY})
    async with showing(state) as screen:
        await press(screen.pilot, "up")
        await type_keys(screen.pilot, "PC-0")
        french = screen_text(screen.app)
        await press(screen.pilot, "f2")
        english = screen_text(screen.app)
        assert re.search("F2 +English", french)
        assert re.search("F2 +Français", english)
        assert "type the tag PC-0042: [PC-0 " in english
        await press(screen.pilot, "f2")
        assert screen_text(screen.app) == french


async def test_f10_leaves_the_screen_from_anywhere() -> None:
    async with showing(cases.WORKING.model_copy(update={"question": cases.CONFIRM})) as screen:
        await press(screen.pilot, "f10")
    assert screen.app.return_value is Leave.QUIT
    assert screen.link.sent == []


async def test_an_unsaved_report_is_on_every_screen_also_under_the_next_intake() -> None:
    working = cases.WORKING.model_copy(update={"unsaved": 2})
    async with showing(working) as screen:
        assert "NON ENREGISTRÉ" in screen_text(screen.app)
        screen.link.push(UnsavedEvent(mode=TRAINING, count=0))
        await settled(screen.pilot)
        assert "NON ENREGISTRÉ" not in screen_text(screen.app)


async def test_switching_off_warns_of_reports_of_earlier_intakes() -> None:
    async with showing(cases.FINISHED.model_copy(update={"unsaved": 2}), "en", can_power_off=True) as screen:
        screen.app.screen.query_one("#off").focus()
        await press(screen.pilot, "enter")
        assert "2 reports are NOT SAVED. Switch off all the same?" in screen_text(screen.app)
