"""The curves: nothing measured is lost, everything fits, and what is not there says why."""

import math

import pytest
import tui_cases as cases
from hypothesis import given, settings
from hypothesis import strategies as st
from tui_cases import press, screen_rows, screen_text, settled, showing

from agent.model.check import CheckResult, Series
from agent.model.curve import StepCurves, thinned
from agent.model.message import Message, say
from agent.model.messages import CurvesEvent
from agent.model.state import IntakeState
from agent.model.words import Outcome, StepStatus
from agent.tui.charset import ALLOWED
from agent.tui.face import Face
from agent.tui.lines.closer import closer_lines
from agent.tui.lines.plot import plot_lines
from agent.tui.lines.plots import plots_lines

TELL = Face(cases.IDLE, "fr").tell
HEAT = Series(
    name="temperature_celsius", seconds=[float(n) for n in range(120)], values=[40 + 40 * n / 119 for n in range(120)]
)
CLOCK = Series(name="frequency_mhz", seconds=[0.0, 30.0, 60.0], values=[2900.0, 2900.0, 1800.0])
HISTOGRAM = Series(name="read_time_histogram", seconds=[1.0], values=[3.0])


def result(name: str, *series: Series, subject: str | None = None) -> CheckResult:
    title = say("Processor under full load")
    return CheckResult(
        id=name, subject=subject, title=title, outcome=Outcome.PASSED, reason=say("no error"), series=list(series)
    )


def drawn(series: Series, width: int = 60, height: int = 9) -> list[str]:
    lines = plot_lines(series, say("Temperature"), Message("°C"), (width, height), TELL)
    return [line.plain.replace("\xa0", " ") for line in lines]


def test_a_rise_goes_from_the_lower_left_to_the_upper_right() -> None:
    rows = drawn(HEAT)
    assert len(rows) == 9
    curve = [row.partition("┤")[2] or row.partition("│")[2] for row in rows[1:7]]
    firsts = [len(row) - len(row.lstrip()) for row in curve]
    assert firsts == sorted(firsts, reverse=True)
    assert rows[1].startswith("80 °C ┤")
    assert rows[4].startswith("60 °C ┤")
    assert rows[6].startswith("40 °C ┤")
    assert rows[7].startswith("      └──")
    assert "0 s" in rows[8]
    assert rows[8].rstrip().endswith("2 min")


def test_a_single_peak_is_not_lost_however_narrow_the_screen() -> None:
    peak = Series(name="x", seconds=[float(n) for n in range(300)], values=[1.0] * 150 + [900.0] + [1.0] * 149)
    top = drawn(peak, width=30)[1]
    assert set(top.partition("┤")[2].strip()) & set("▀█")


def test_a_flat_curve_is_a_line_in_the_middle() -> None:
    rows = drawn(Series(name="x", seconds=[0.0, 10.0], values=[50.0, 50.0]))
    full = [row for row in rows if {"▀", "▄"} & set(row)]
    assert len(full) == 1


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=12), st.integers(40, 120), st.integers(5, 20))
def test_whatever_was_measured_it_fits(points: list[tuple[float, float]], width: int, height: int) -> None:
    series = Series.model_construct(name="x", seconds=[at for at, _ in points], values=[value for _, value in points])
    rows = drawn(series, width, height)
    assert len(rows) <= height
    assert all(len(row) <= width or "." in row for row in rows[1:])
    assert ALLOWED.issuperset("".join(rows))


def test_nothing_that_can_be_drawn_says_so() -> None:
    assert drawn(Series.model_construct(name="x", seconds=[1.0], values=[math.nan]))[1] == "Rien n'a été mesuré."


def shown(state: IntakeState, language: str = "fr") -> str:
    tell = Face(state, language).tell
    return "\n".join(line.plain for line in plots_lines(state, 74, tell)).replace("\xa0", " ")


def test_each_check_has_its_curves_and_its_name() -> None:
    text = shown(cases.WORKING.model_copy(update={"checks": [result("processor", HEAT, CLOCK, HISTOGRAM)]}))
    assert "Processeur à pleine charge" in text
    assert text.count("└") == 2
    assert "MHz" in text


@pytest.mark.parametrize(
    ("status", "checks", "why"),
    [(StepStatus.WAITING, [], "n'a pas encore commencé"), (StepStatus.RUNNING, [], "rien à dessiner"),
     (StepStatus.SKIPPED, [], "n'a pas été fait"), (StepStatus.DONE, [result("processor")], "rien donné"),
     (StepStatus.DONE, [result("processor", HEAT)], None)],
)  # fmt: skip
def test_why_there_is_no_curve(status: StepStatus, checks: list[CheckResult], why: str | None) -> None:
    steps = [cases.step("check:processor", "Processeur", status)]
    text = shown(cases.WORKING.model_copy(update={"steps": steps, "checks": checks}))
    assert (f"Processeur : {why}" in text or why in text) if why else "Processeur :" not in text


def test_a_drives_curve_is_found_by_its_serial() -> None:
    worst = HEAT.model_copy(update={"name": "read_worst_ms"})
    steps = [cases.step("check:drive_surface:/dev/sda", "Lecture", StepStatus.DONE)]
    checks = [result("drive_surface", worst, subject=cases.DRIVES[0].serial)]
    assert "Lecture :" not in shown(cases.WORKING.model_copy(update={"steps": steps, "checks": checks}))


def running(*curves: Series, status: StepStatus = StepStatus.RUNNING) -> IntakeState:
    step = cases.step("check:processor", "Processeur", status, detail=say("{c} °C", c=71), seconds_left=25)
    drawn = [StepCurves(step_id="check:processor", curves=[thinned(curve) for curve in curves])]
    return cases.WORKING.model_copy(update={"steps": [cases.STEPS[0], step], "curves": drawn})


def test_a_curve_that_grows_is_shown_with_its_latest_value() -> None:
    text = shown(running(CLOCK, HEAT))
    assert text.count("└") == 2
    assert text.index("Température : 80 °C") < text.index("Fréquence du processeur : 1800 MHz")
    assert "Processeur :" not in text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("size", [(80, 25), (80, 24), (120, 40)])
async def test_the_checklist_draws_what_runs_beside_its_words(size: tuple[int, int], language: str) -> None:
    async with showing(running(CLOCK, HEAT), language, size) as screen:
        text, rows = screen_text(screen.app), screen_rows(screen.app)
        assert ALLOWED.issuperset("".join(rows))
        heat = {"fr": "Température : 80 °C", "en": "Temperature: 80 °C"}[language]
        assert heat in text.replace("\xa0", " ")
        assert "F8" in text
        assert "71 °C" in text.replace("\xa0", " ")
        assert any("└──" in row for row in rows)
        assert ("1800 MHz" in text.replace("\xa0", " ")) is (size[0] > 80)
        later = [*HEAT.values[:-1], 95.0]
        curves = [thinned(HEAT.model_copy(update={"values": later}))]
        screen.link.push(CurvesEvent(mode=cases.IDLE.mode, step_id="check:processor", curves=curves))
        await settled(screen.pilot)
        assert heat.replace("80", "95") in screen_text(screen.app).replace("\xa0", " ")


async def test_what_has_ended_keeps_its_curve_in_sight_and_loses_no_word() -> None:
    done = cases.step("check:processor", "Processeur", StepStatus.DONE, Outcome.PASSED, detail=say("no error"))
    long = done.model_copy(update={"detail": say("{what}", what="une longue explication " * 9)})
    for step, beside in ((done, True), (long, False)):
        state = cases.WORKING.model_copy(update={"steps": [step], "checks": [result("processor", HEAT)]})
        lines = closer_lines(state, step, 74, TELL)
        text = "\n".join(line.plain for line in lines).replace("\xa0", " ")
        assert "Température : 80 °C au plus" in text
        assert (len(lines) == 6) is beside
        assert text.count("longue") == (0 if beside else 9)
        assert all(line.cell_length <= 74 for line in lines)


def test_before_anything_begins_it_says_so() -> None:
    assert "Aucune courbe" in shown(cases.IDLE)
    assert "No curve" in shown(cases.IDLE, "en")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_f6_shows_them_over_what_is_there(size: tuple[int, int]) -> None:
    checks = [result("processor", HEAT, CLOCK)]
    asked = cases.WORKING.model_copy(update={"question": cases.TAG_QUESTION, "checks": checks})
    async with showing(asked, size=size) as screen:
        await press(screen.pilot, "P", "C", "f6")
        rows = screen_rows(screen.app)
        assert ALLOWED.issuperset("".join(rows))
        assert "Température" in screen_text(screen.app)
        assert "ENTRAÎNEMENT" in screen_text(screen.app)
        await press(screen.pilot, "pagedown", "f1")
        await settled(screen.pilot)
        assert "courbes" in screen_text(screen.app)
        await press(screen.pilot, "escape", "f6")
        assert "[PC" in screen_text(screen.app)
