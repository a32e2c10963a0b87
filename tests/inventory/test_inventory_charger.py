"""Whether a computer lives on its battery, told from made-up trees of /sys/class/power_supply."""

from pathlib import Path

import pytest

from agent.host.source import Live
from agent.inventory.batteries.charger import on_battery

BATTERY = {"type": "Battery", "status": "Discharging"}
FULL = {"type": "Battery", "status": "Full"}
MOUSE = {"type": "Battery", "scope": "Device", "status": "Discharging"}
OUT, IN = {"type": "Mains", "online": "0"}, {"type": "Mains", "online": "1"}
USB_OUT, USB_IN = {"type": "USB", "online": "0"}, {"type": "USB", "online": "1"}
MUTE = {"type": "Mains"}


@pytest.mark.parametrize(
    ("supplies", "answer"),
    [
        ({"BAT0": BATTERY, "AC": OUT}, True),
        ({"BAT0": BATTERY, "AC": IN}, False),
        ({"BAT0": FULL, "AC": OUT}, True),
        ({"BAT0": FULL, "AC": OUT, "ucsi": USB_IN}, False),  # charged through USB-C
        ({"BAT0": BATTERY, "u0": USB_OUT, "u1": USB_OUT}, True),
        ({"BAT0": BATTERY}, True),  # which tells nothing of a charger
        ({"BAT0": FULL}, False),
        ({"BAT0": BATTERY, "AC": MUTE}, True),
        ({"BAT0": FULL, "AC": MUTE}, False),
        ({"AC": OUT}, False),  # no battery that could run empty
        ({"AC": IN}, False),
        ({"BAT0": {**BATTERY, "present": "0"}, "AC": OUT}, False),
        ({"mouse": MOUSE}, False),
        ({"mouse": MOUSE, "AC": OUT}, False),
        ({}, False),
    ],
)
def test_who_feeds_the_computer(tmp_path: Path, supplies: dict[str, dict[str, str]], answer: bool) -> None:
    (tmp_path / "sys/class/power_supply").mkdir(parents=True)
    for name, files in supplies.items():
        folder = tmp_path / "sys/class/power_supply" / name
        folder.mkdir()
        for file, text in files.items():
            (folder / file).write_text(text + "\n")
    assert on_battery(Live(str(tmp_path))) is answer
