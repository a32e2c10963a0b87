"""The report's page as a QR code: dot for dot, with light around it, and only where there is a page."""

import pytest
import segno
import tui_cases as cases
from tui_cases import press, screen_rows, screen_text, settled, showing

from agent.model.messages import DeliveryEvent, SnapshotEvent
from agent.model.state import DeliveryState, IntakeState
from agent.model.surroundings import Surroundings, WorkshopSeen
from agent.model.words import Delivery
from agent.tui.face import Detour
from agent.tui.lines.qr import qr_lines
from agent.tui.screens.base import Go

PAGE = "https://atelier.example.org/reports/12345678-1234-4234-8234-123456789abc"
AT_HOME = Surroundings(workshop=WorkshopSeen(url="https://atelier.example.org"))


def dots(rows: list[str]) -> list[list[bool]]:
    """What is drawn, as lines of dots: light is drawn, dark is not."""
    halves = {"█": (True, True), "▀": (True, False), "▄": (False, True), " ": (False, False)}
    pairs = [[halves[char] for char in row] for row in rows]
    return [line for row in pairs for line in ([top for top, _ in row], [bottom for _, bottom in row])]


def ended(delivery: Delivery, **update: object) -> IntakeState:
    state = DeliveryState(status=delivery, url=PAGE if delivery is Delivery.DELIVERED else None)
    return cases.FINISHED.model_copy(update={"delivery": state, **update})


@pytest.mark.parametrize(("address", "rows"), [(PAGE, 21), (PAGE, 19), ("http://10.0.0.1/reports/1", 40)])
def test_it_is_drawn_dot_for_dot_with_light_around(address: str, rows: int) -> None:
    drawn = dots([line.plain for line in qr_lines(address, 76, rows)])
    matrix = [[bool(dot) for dot in row] for row in segno.make_qr(address, error="l").matrix]
    border = (len(drawn[0]) - len(matrix)) // 2
    assert border >= 2
    inner = [row[border:-border] for row in drawn[border : border + len(matrix)]]
    assert inner == [[not dot for dot in row] for row in matrix]
    assert all(all(row) for row in drawn[:border])
    assert all(all(row[:border]) and all(row[-border:]) for row in drawn[: len(matrix) + 2 * border])
    assert all(all(row) for row in drawn[border + len(matrix) : len(matrix) + 2 * border])


def test_nothing_where_it_does_not_fit_or_is_no_address() -> None:
    assert qr_lines(PAGE, 30, 40) == []
    assert qr_lines(PAGE, 76, 10) == []
    assert qr_lines("javascript:alert(1)", 76, 40) == []
    assert qr_lines("https://" + "a" * 400, 200, 200) == []


async def test_a_key_away_from_the_result_and_back() -> None:
    async with showing(ended(Delivery.DELIVERED)) as screen:
        assert "Code QR" in screen_text(screen.app)
        await press(screen.pilot, "down", "down", "enter")
        shown = screen_rows(screen.app)
        code = [row[1:42] for row in shown if row[1:5] == "████"]
        assert len(code) >= 19
        assert "étiquette PC-0042" in screen_text(screen.app)
        await press(screen.pilot, "escape")
        assert "Note B" in screen_text(screen.app)
        assert screen.link.sent == []


async def test_a_report_that_waits_says_where_it_will_be() -> None:
    async with showing(ended(Delivery.SPOOLED, surroundings=AT_HOME), "en") as screen:
        await press(screen.pilot, "down", "down", "enter")
        assert "It is there once the report" in screen_text(screen.app)
        screen.link.push(
            DeliveryEvent(mode=cases.FINISHED.mode, delivery=DeliveryState(status=Delivery.DELIVERED, url=PAGE))
        )
        await settled(screen.pilot)
        assert "It is there once the report" not in screen_text(screen.app)


@pytest.mark.parametrize("state", [ended(Delivery.SPOOLED), ended(Delivery.UNSAVED, surroundings=AT_HOME)])
async def test_no_code_without_a_page(state: IntakeState) -> None:
    async with showing(state) as screen:
        assert "Code QR" not in screen_text(screen.app)
        screen.app.post_message(Go(Detour.QR))
        await settled(screen.pilot)
        assert "█" not in screen_text(screen.app)
        assert "n'a pas de page" in screen_text(screen.app)


async def test_beside_the_result_where_there_is_room() -> None:
    async with showing(ended(Delivery.DELIVERED), "en", (124, 40)) as screen:
        assert sum("██████████" in row for row in screen_rows(screen.app)) > 2
        await screen.pilot.resize_terminal(80, 25)
        await settled(screen.pilot)
        assert "██████████" not in screen_text(screen.app)
        state = ended(Delivery.DELIVERED)
        screen.link.push(SnapshotEvent(mode=state.mode, state=state))
        await settled(screen.pilot)
        assert "Grade B" in screen_text(screen.app)


async def test_the_way_to_the_next_machine_is_said_only_where_the_report_is_safe() -> None:
    for status, said in ((Delivery.DELIVERED, True), (Delivery.SPOOLED, True), (Delivery.UNSAVED, False)):
        async with showing(ended(status), "en", can_power_off=True) as screen:
            assert ("Next machine: switch this one off" in screen_text(screen.app)) is said
