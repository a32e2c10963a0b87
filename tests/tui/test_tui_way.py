"""Which screen is due follows from the state alone."""

import pytest
import tui_cases as cases

from agent.model.problem import Problem
from agent.model.state import IntakeState, PsidQuestion
from agent.model.words import Phase
from agent.tui.face import Detour, Face
from agent.tui.way import Stop, due, place

QUESTIONS = [
    (cases.TAG_QUESTION, Stop.ASSET_TAG),
    (cases.CONFIRM, Stop.CONFIRM_ERASE),
    (cases.BAY, Stop.EMPTY_BAY),
    (PsidQuestion(id="q4", text=cases.BAY.text, drive=cases.identity(cases.EXTERNAL)), Stop.PSID),
]


def face(state: IntakeState, **changes: object) -> Face:
    made = Face(state, heard=True)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("phase", "stop"),
    [(phase, Stop.CHECKLIST) for phase in Phase if phase not in (Phase.IDLE, Phase.FINISHED)]
    + [(Phase.IDLE, Stop.START), (Phase.FINISHED, Stop.RESULT)],
)
def test_phases(phase: Phase, stop: Stop) -> None:
    assert due(face(cases.WORKING.model_copy(update={"phase": phase}))).stop is stop


@pytest.mark.parametrize(("question", "stop"), QUESTIONS)
def test_a_question_goes_first(question: object, stop: Stop) -> None:
    state = cases.BROKEN_OFF.model_copy(update={"question": question})
    assert due(face(state)) == (stop, question.id)  # type: ignore[attr-defined]


def test_a_problem_goes_before_the_checklist() -> None:
    assert due(face(cases.BROKEN_OFF)).stop is Stop.PROBLEM


def test_a_broken_link_goes_before_everything() -> None:
    state = cases.WORKING.model_copy(update={"question": cases.CONFIRM})
    assert due(face(state, broken=Problem(cases.say("gone")))).stop is Stop.BROKEN
    assert due(face(state, heard=False)).stop is Stop.START


@pytest.mark.parametrize("detour", Detour)
def test_a_detour_leads_away_and_back(detour: Detour) -> None:
    away = face(cases.FINISHED, detour=detour)
    assert place(away).stop is not Stop.RESULT
    away.detour = None
    assert place(away).stop is Stop.RESULT
