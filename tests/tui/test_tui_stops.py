"""Every stop of the way has its screen, and the first picture waits for no other."""

import subprocess
import sys

import pytest

from agent.tui.over import Over
from agent.tui.screens.base import OrdisScreen
from agent.tui.stops import AFAR, OVER, SCREENS, loaded
from agent.tui.way import Stop


@pytest.mark.parametrize("stop", Stop)
def test_each_stop_has_its_screen(stop: Stop) -> None:
    assert issubclass(loaded(SCREENS[stop]), OrdisScreen)


@pytest.mark.parametrize("where", [*(OVER[over] for over in Over), AFAR])
def test_what_lies_over_has_its_screen(where: str) -> None:
    assert issubclass(loaded(where), OrdisScreen)


@pytest.mark.runs_programs
def test_the_first_picture_waits_for_no_other_screen() -> None:
    """Nor for what erases: on a slow computer each module is a tenth of a second."""
    script = "import sys, agent.commands.screen, agent.tui.app, agent.tui.screens.start; print(*sys.modules)"
    there = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    later = [place for stop, place in SCREENS.items() if stop is not Stop.START] + [*OVER.values(), AFAR]
    assert not {f"agent.tui.screens.{place.split('.')[0]}" for place in later} & set(there)
    assert not {"agent.profile", "agent.report.page", "agent.sanitize.overwrite", "cryptography"} & set(there)
