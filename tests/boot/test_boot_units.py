"""What the system's own files say to systemd."""

import re
from pathlib import Path

import pytest

from agent.host import heat
from agent.service import UNREADY_SECONDS

BOOT = Path(__file__).parents[2] / "boot"
SYSTEM = BOOT / "system/etc/systemd"
KEYS = ("Power", "Reboot", "Suspend", "Hibernate")


@pytest.mark.parametrize("key", [f"Handle{name}Key{press}" for name in KEYS for press in ("", "LongPress")])
def test_no_key_ends_the_work(key: str) -> None:
    """Held for five seconds, systemd 257 lets the key for a restart switch off, and that for sleep hibernate. The power
    key alone keeps its long press: the computer's own firmware switches off by it anyway."""
    told = re.findall(rf"^{key}=(\w+)$", (SYSTEM / "logind.conf.d/ordis.conf").read_text(), re.MULTILINE)
    assert told == ["poweroff" if key == "HandlePowerKeyLongPress" else "ignore"]


def test_the_root_console_needs_no_package_of_login() -> None:
    """It is not in the image: agetty would end at once, again and again."""
    packages = (BOOT / "packages/system.txt").read_text().split()
    unit = (SYSTEM / "system/ordis-console.service").read_text()
    assert "login" in packages or "agetty" not in unit
    assert "ConditionKernelCommandLine=ordis.console" in unit


def test_a_pulled_stick_does_not_end_the_service() -> None:
    """systemd takes away what depends on a device that has gone; the order alone does no harm."""
    unit = (SYSTEM / "system/ordis.service").read_text()
    assert re.search(r"^After=.*\bvar-lib-ordis\.mount\b", unit, re.MULTILINE)
    assert not re.search(r"^(Requires|BindsTo|PartOf|Requisite|RequiresMountsFor)=", unit, re.MULTILINE)


def test_the_service_has_time_for_the_stick() -> None:
    """It makes the stick ready itself; systemd must not end it meanwhile."""
    service = (SYSTEM / "system/ordis.service").read_text()
    assert " --stick" in service
    [seconds] = re.findall(r"^TimeoutStartSec=(\d+)$", service, re.MULTILINE)
    assert int(seconds) > UNREADY_SECONDS + 60


def test_the_sensors_of_sata_drives_are_loaded() -> None:
    """No device asks for them by itself."""
    loaded = (BOOT / "system/etc/modules-load.d/ordis.conf").read_text().splitlines()
    assert "drivetemp" in loaded
    assert "drivetemp" in heat.DRIVERS
