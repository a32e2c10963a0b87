"""The screen that the system starts, as early as it can: before the stick is mounted, and until the power is off."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from agent import client
from agent.commands import screen
from agent.commands.options import Options
from agent.model.messages import SnapshotEvent
from agent.model.problem import Problem
from agent.settings import Settings, SettingsError
from agent.tui import run
from agent.tui.app import OrdisApp
from agent.tui.face import Leave
from tests.support import tui_cases as cases
from tests.support.tui_cases import screen_text, settled


async def test_profiles_are_asked_for_once_the_service_answers() -> None:
    """The workshop's own lie on the stick, which the service has waited for."""
    link, asked = cases.FakeLink(), []

    def profiles() -> list[tuple[str, str, str]]:
        asked.append(True)
        return [("ours", "Les nôtres", "Ours")]

    app = OrdisApp(link, cases.IDLE.mode, "en", None, profiles)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "Looking for the intake service" in screen_text(app)
        assert not asked
        link.push(SnapshotEvent(mode=cases.IDLE.mode, state=cases.IDLE))
        await settled(pilot)
        assert "│   Ours " in screen_text(app)
        assert len(asked) == 1


@pytest.fixture
def on_the_stick(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """`leave`: how the person leaves the screen; `takes`: whether the system takes the order to switch off."""
    seen = SimpleNamespace(leave=Leave.QUIT, takes=True, orders=0, app=None)

    def show(make: Callable[[], OrdisApp], _log: object) -> Leave:
        seen.app = make()
        return seen.leave

    def switch_off() -> bool:
        seen.orders += 1
        return bool(seen.takes)

    monkeypatch.setenv(client.SYSTEM_SERVICE, "running")
    monkeypatch.setattr(run, "show", show)
    monkeypatch.setattr(screen, "switch_off", switch_off)
    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr(screen, "sys", SimpleNamespace(stdin=terminal, stdout=terminal))
    monkeypatch.setattr(client.Client, "screen_log", None)
    return seen


@pytest.mark.parametrize(("leave", "orders"), [(Leave.QUIT, 0), (Leave.CRASHED, 0), (Leave.POWER_OFF, 1)])
def test_the_computer_is_switched_off_by_the_screen_alone(
    on_the_stick: SimpleNamespace, leave: Leave, orders: int
) -> None:
    on_the_stick.leave = leave
    screen.run(Options({"training": True}))
    assert on_the_stick.app.face.can_power_off
    assert on_the_stick.orders == orders


def test_a_computer_that_does_not_switch_off_is_told_of(on_the_stick: SimpleNamespace) -> None:
    on_the_stick.leave, on_the_stick.takes = Leave.POWER_OFF, False
    with pytest.raises(Problem, match="does not switch off"):
        screen.run(Options({"training": True}))


def test_elsewhere_the_screen_switches_nothing_off(
    on_the_stick: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(client.SYSTEM_SERVICE)
    screen.run(Options({"training": True}))
    assert not on_the_stick.app.face.can_power_off


@pytest.mark.parametrize("default", ["standard", "quick"])
def test_the_workshops_default_is_proposed(
    on_the_stick: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, default: str
) -> None:
    monkeypatch.setattr(screen.settings_file, "load", lambda *_: Settings(default_profile=default))
    screen.run(Options({"training": True}))
    names = [name for name, _, _ in on_the_stick.app._profiles()]
    assert names[0] == default
    assert {"standard", "quick", "donor-contract"} <= set(names)


def test_wrong_settings_do_not_end_the_screen(on_the_stick: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system would start it again each second; the link tells what is wrong (see test_client_waits)."""

    def wrong(_: object = None) -> Settings:
        raise SettingsError(screen.say("wrong"))

    monkeypatch.setattr(screen.settings_file, "load", wrong)
    assert screen.run(Options({"training": True, "lang": "fr"})) == 0
    assert on_the_stick.app is not None
