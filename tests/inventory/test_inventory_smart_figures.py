"""Hours and temperatures in the forms in which drives give them."""

import pytest

from agent.inventory.smart import with_smart
from agent.model.inventory import Drive

DRIVE = Drive(path="/dev/sda")


def table(number: int, name: str, text: object, value: object = None) -> dict[str, object]:
    entry = {"id": number, "name": name, "value": 90, "raw": {"string": text, "value": value}}
    return {"ata_smart_attributes": {"table": [entry]}}


@pytest.mark.parametrize(
    ("document", "hours"),
    [
        ({"power_on_time": {"hours": 1338, "minutes": 5}}, 1338),
        ({"power_on_time": {"hours": 0}}, 0),
        ({"power_on_time": {"hours": 0x0000_1234_0000_2FA5}}, 12197),  # Seagate: something else above the hours
        ({"power_on_time": {"hours": 4661094}}, None),  # half-minutes that nobody divided
        ({"power_on_time": {"hours": 30}, **table(9, "Power_On_Hours", "99")}, 30),
        ({"nvme_smart_health_information_log": {"power_on_hours": 12798}}, 12798),
        (table(9, "Power_On_Hours", "2725 (151 234 0)"), 2725),
        (table(9, "Power_On_Hours", "47060h+35m+00.858s"), 47060),
        (table(9, "Power_On_Hours_and_Msec", "512h+00m+00.1s"), 512),
        (table(9, "Power_On_Seconds", "1338h+05m+52s", 4817152), 1338),
        (table(9, "Power_On_Seconds", "4817152", 4817152), None),
        (table(9, "Power_On_Minutes", "80322", 80322), None),
        (table(9, "Power_On_Hours", None, 77), 77),
        (table(9, "Unknown_Attribute", "77", 77), None),
        (table(240, "Head_Flying_Hours", "77", 77), None),
    ],
)
def test_hours(document: dict[str, object], hours: int | None) -> None:
    assert with_smart(DRIVE, document).power_on_hours == hours


@pytest.mark.parametrize(
    ("document", "celsius"),
    [
        ({"temperature": {"current": 36, "lifetime_max": 57}}, 36),
        ({"temperature": {"current": -5}}, -5),
        # What drives and adapters say that do not know.
        ({"temperature": {"current": 0, "drive_trip": 0}}, None),
        *(({"temperature": {"current": unknown}}, None) for unknown in (127, -128, 255, 65535, -273)),
        ({"nvme_smart_health_information_log": {"temperature": 44}}, 44),
        (table(194, "Temperature_Celsius", "24 (Min/Max 12/51)", 219044118552), 24),
        (table(190, "Airflow_Temperature_Cel", "34 (Min/Max 26/36)", 605683746), 34),
        (table(190, "Unknown_Attribute", "34", 34), None),
        (table(194, "Temperature_Celsius", None, 219044118552), None),
    ],
)
def test_temperature(document: dict[str, object], celsius: int | None) -> None:
    assert with_smart(DRIVE, document).temperature_celsius == celsius


@pytest.mark.parametrize(("text", "count"), [("138 (0 26)", 138), ("0 (2000 0)", 0), ("7", 7), ("", 1704074)])
def test_packed_counts(text: str, count: int) -> None:
    """Hitachi and Fujitsu put more than the sectors into attribute 5."""
    counters = with_smart(DRIVE, table(5, "Reallocated_Sector_Ct", text, 1704074)).smart
    assert counters is not None
    assert counters.reallocated == count


@pytest.mark.parametrize(("text", "value", "count"), [("0 0 2", 2, 2), ("4295032833", 4295032833, 1), ("51", 51, 51)])
def test_three_counts_of_timeouts_in_one(text: str, value: int, count: int) -> None:
    counters = with_smart(DRIVE, table(188, "Command_Timeout", text, value)).smart
    assert counters is not None
    assert counters.command_timeout == count
