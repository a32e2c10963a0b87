"""Batteries from the firmware (SMBIOS type 22), for where no kernel was asked, and their charge from the kernel."""

from pathlib import Path

import pytest
from fake_tree import Tree
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.inventory import batteries
from agent.inventory.dmidecode import Record
from agent.model.inventory import Battery


def record(**more: str) -> Record:
    fields = {"Location": "Front", "Manufacturer": "SANYO", "Name": "45N1773", "Design Capacity": "23200 mWh",
              "Design Voltage": "11100 mV", "SBDS Chemistry": "LION", "SBDS Serial Number": "04D2"}  # fmt: skip
    return Record(9, 22, fields=fields | {name.replace("_", " "): value for name, value in more.items()})


def read(*records: Record) -> list[Battery]:
    return batteries.read(Tree(Path("/nonexistent")), records)


def test_a_battery() -> None:
    assert read(record()) == [
        Battery(name="Front", manufacturer="SANYO", model="45N1773", serial="04D2", technology="Li-ion", design_wh=23.2)
    ]


def test_the_kernel_knows_which_are_there(tree: Tree) -> None:
    tree.folder("/sys/class/power_supply")
    assert batteries.read(tree, [record()]) == []


@pytest.mark.parametrize(
    ("capacity", "volts", "expected"),
    [
        ("47520 mWh", "10800 mV", 47.52), ("47520 mWh", "Unknown", 47.52), ("4400 mWh", "10800 mV", 47.52),
        ("5100 mWh", "14400 mV", 73.44), ("1000 mWh", "19 mV", None), ("232 mWh", "5000 mV", None), ("0 mWh", "", None),
        ("165240 mWh", "10800 mV", None), ("9" * 20 + " mWh", "", None), ("Unknown", "Unknown", None), ("", "", None),
    ],
)  # fmt: skip
def test_capacities(capacity: str, volts: str, expected: float | None) -> None:
    assert [one.design_wh for one in read(record(Design_Capacity=capacity, Design_Voltage=volts))] == (
        [] if expected is None else [expected]
    )


@pytest.mark.parametrize("place", ["Fake", "Location of the battery"])
def test_patterns_that_nobody_filled_in(place: str) -> None:
    assert read(record(Location=place)) == []


@pytest.mark.parametrize(("told", "expected"), [("333-54-2A-A", None), ("13-24", None), ("LGC", "LGC"), ("", None)])
def test_makers(told: str, expected: str | None) -> None:
    assert read(record(Manufacturer=told))[0].manufacturer == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [("LION", "Li-ion"), ("LiP", "Li-poly"), ("Li-I", "Li-ion"), ("NiMH", "NiMH"), ("06h", None), ("", None)],
)
def test_technologies(told: str, expected: str | None) -> None:
    # "Chemistry" is left alone: patterns say zinc air.
    assert read(record(SBDS_Chemistry=told, Chemistry="Zinc Air"))[0].technology == expected


def test_a_battery_without_a_place_has_a_name() -> None:
    assert [one.name for one in read(record(), record(Location="Not Specified"))] == ["Front", "battery 2"]


NAMES = st.sampled_from(["Location", "Manufacturer", "Name", "Design Capacity", "Design Voltage", "SBDS Chemistry"])
VALUES = st.text(max_size=30) | st.sampled_from(
    ["47520 mWh", "1 mV", "9999999999 mWh", "٣ mWh", "\x1b[2J", "0x" * 5000]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.dictionaries(NAMES, VALUES), max_size=4))
def test_whatever_the_firmware_says(tables: list[dict[str, str]]) -> None:
    for found in read(*(record(**fields) for fields in tables)):
        assert 8 <= (found.design_wh or 0) <= 110
        assert found.name
        assert (found.full_wh, found.health_percent, found.cycles) == (None, None, None)


@pytest.mark.parametrize(
    ("told", "charge"), [("0", 0), ("79", 79), ("100", 100), ("101", None), ("-1", None), ("9" * 20, None), ("x", None)]
)
def test_what_the_kernel_says_of_the_charge(tree: Tree, told: str, charge: int | None) -> None:
    tree.file("/sys/class/power_supply/BAT0/type", "Battery")
    tree.file("/sys/class/power_supply/BAT0/capacity", told)
    tree.file("/sys/class/power_supply/BAT0/cycle_count", told)
    (found,) = batteries.read(tree)
    assert found.charge_percent == charge
    assert found.cycles is None or found.cycles > 0
