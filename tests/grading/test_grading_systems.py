"""Operating systems, uses and footprint: what a machine is told to be good for."""

import pytest
from graded_machines import CHECKS, DRIVE, GIB, INVENTORY, changed, check, erased, graded

from agent.grading.facts import Facts
from agent.grading.systems import fitting
from agent.grading.windows_list import listed
from agent.model.check import CheckResult, Figure
from agent.model.grade import SystemFit
from agent.model.inventory import Camera, Firmware, Inventory, Machine, Memory, NetworkInterface, Processor
from agent.model.message import say
from agent.model.words import Chassis, Outcome, SanitizationStatus

# ---- Microsoft's list


@pytest.mark.parametrize(
    ("name", "on_list"),
    [
        # both sides of each family's border
        ("Intel Core i5-8250U", True), ("Intel Core i5-7200U", False), ("Intel Core i7-7700K", False),
        ("Intel Core i7-7820HQ", True), ("Intel Core i7-7820HK", False), ("Intel Core i7-7800X", True),
        ("Intel Core i3-10110U", True), ("Intel Core i5-1035G1", True), ("Intel Core i5-520M", False),
        ("Intel Core i7-920", False), ("Intel Core m3-8100Y", True), ("Intel Core m3-7Y30", False),
        ("Intel Core M-5Y70", False), ("Intel Core 2 Duo E8400", False), ("Intel Core Ultra 5 125H", True),
        ("Intel Core 5 120U", True), ("Intel Core 3 N350", True), ("Intel Core i3-N305", True),
        ("Intel Celeron G4900", True), ("Intel Celeron G3900", False), ("Intel Celeron N4000", True),
        ("Intel Celeron N3350", False), ("Intel Celeron J4005", True), ("Intel Celeron J3455", False),
        ("Intel Celeron 3867U", True), ("Intel Celeron 3865U", False), ("Intel Celeron 4205U", True),
        ("Intel Celeron M 420", False), ("Intel Pentium Gold G5400", True), ("Intel Pentium G4560", False),
        ("Intel Pentium Silver N5000", True), ("Intel Pentium N4200", False), ("Intel Pentium Gold 4417U", True),
        ("Intel Pentium Gold 4415Y", False), ("Intel Pentium 4", False), ("Intel Atom x6425E", True),
        ("Intel Atom x7-Z8700", False), ("Intel N100", True), ("Intel Xeon W-2123", True), ("Intel Xeon W3520", False),
        ("Intel Xeon E-2124", True), ("Intel Xeon E3-1230 v6", False), ("Intel Xeon Gold 6130", True),
        ("Intel Xeon D-1541", False), ("Intel Xeon D-1718T", True),
        ("AMD Ryzen 5 2600", True), ("AMD Ryzen 5 1600", False), ("AMD Ryzen 5 2500U", False),
        ("AMD Ryzen 5 2500X", True), ("AMD Ryzen 5 2400G", False), ("AMD Ryzen 3 PRO 3300U", True),
        ("AMD Ryzen 3 PRO 2200G", False), ("AMD Ryzen Threadripper 1950X", False), ("AMD EPYC 7302", True),
        ("AMD EPYC 7251", False), ("AMD Athlon Silver 3050U", True), ("AMD Athlon 200GE", False),
        ("AMD Athlon 3000G", True), ("AMD Athlon II X2 250", False), ("AMD 3020e", True), ("AMD A8-7410", False),
        ("AMD FX-6300", False), ("AMD V140", False), ("AMD E-350", False),
        # what tells no family
        ("QEMU Virtual version 2.5+", None), ("VIA Eden", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_the_list_of_windows_11(name: str | None, on_list: bool | None) -> None:
    assert listed(name) is on_list


# ---- Windows 11

GOOD = INVENTORY.model_copy(update={"firmware": Firmware(uefi=True, secure_boot=True), "tpm_version": "2.0"})


def systems(inventory: Inventory = GOOD, done: SanitizationStatus | None = None) -> dict[str, SystemFit]:
    gone = [erased(drive, done) for drive in inventory.drives] if done else []
    return {each.name: each for each in fitting(Facts(inventory, [], gone))}


def but(**changes: object) -> Inventory:
    return GOOD.model_copy(update=changes)


def processor(**facts: object) -> list[Processor]:
    return [Processor.model_validate({"model": "Intel Core i5-8250U", "x86_64_level": 3, "cores": 4, **facts})]


OLD = processor(model="Intel Core i5-6500")
NAMELESS = processor(model=None)


@pytest.mark.parametrize(
    ("inventory", "fit", "reason"),
    [
        (GOOD, "yes", "It meets"),
        (but(processors=OLD), "no", "not on Microsoft's list"),
        (but(processors=NAMELESS), "unknown", "could not be told"),
        (but(processors=[]), "unknown", "could not be read"),
        (but(processors=processor(cores=2)), "yes", ""),
        (but(processors=processor(cores=1)), "no", "2 processor cores"),
        (but(processors=processor(cores=None)), "unknown", "number of cores"),
        (but(processors=processor(max_mhz=1000)), "yes", ""),
        (but(processors=processor(max_mhz=999)), "no", "1000 MHz"),
        (but(processors=processor(x86_64_level=0)), "no", "64-bit"),
        (but(processors=processor(x86_64_level=None)), "unknown", "could not be read"),
        (but(memory=Memory(installed_bytes=4 * GIB)), "yes", ""),
        (but(memory=Memory(installed_bytes=4 * GIB - 1)), "no", "4 GB of memory"),
        (but(memory=Memory(usable_bytes=4 * GIB - GIB // 4)), "yes", ""),
        (but(memory=Memory(usable_bytes=3 * GIB)), "no", "4 GB of memory"),
        (but(memory=Memory()), "unknown", "How much memory"),
        (but(drives=[DRIVE.model_copy(update={"size_bytes": 64 * 10**9})]), "yes", ""),
        (but(drives=[DRIVE.model_copy(update={"size_bytes": 64 * 10**9 - 1})]), "no", "64 GB"),
        (but(drives=[]), "unknown", "64 GB"),
        (but(firmware=Firmware(uefi=False)), "with_setting", "UEFI"),
        (but(firmware=Firmware(uefi=True, secure_boot=False)), "with_setting", "Secure Boot"),
        (but(firmware=Firmware(uefi=True)), "unknown", "Secure Boot"),
        (but(firmware=Firmware()), "unknown", "UEFI"),
        (but(tpm_version=None), "with_setting", "TPM 2.0, PTT"),
        (but(tpm_version="1.2"), "with_setting", "TPM 2.0, PTT"),
        (but(tpm_version=None, processors=NAMELESS), "unknown", "could not be told"),
        (but(tpm_version="1.2", processors=NAMELESS), "no", "TPM 2.0"),
        (but(firmware=Firmware(uefi=False), processors=NAMELESS), "unknown", "could not be told"),
        (but(tpm_version=None, memory=Memory(installed_bytes=2 * GIB)), "no", "4 GB of memory"),
    ],
)  # fmt: skip
def test_windows_11(inventory: Inventory, fit: str, reason: str) -> None:
    found = systems(inventory)["Windows 11"]
    assert found.fit == fit
    assert reason in str(found.reasons[0])
    assert "Microsoft" in found.source


def test_a_drive_that_was_taken_out_does_not_count() -> None:
    assert systems(done=SanitizationStatus.REMOVED)["Windows 11"].fit == "unknown"


# ---- Linux


@pytest.mark.parametrize(
    ("gib", "fitting"),
    [
        (6, {"Ubuntu 26.04 LTS", "Ubuntu 24.04 LTS", "Linux Mint 22", "Debian 13", "Debian 13 (LXQt, Xfce)"}),
        (5, {"Ubuntu 24.04 LTS", "Linux Mint 22", "Debian 13", "Debian 13 (LXQt, Xfce)"}),
        (4, {"Ubuntu 24.04 LTS", "Linux Mint 22", "Debian 13", "Debian 13 (LXQt, Xfce)"}),
        (3, {"Linux Mint 22", "Debian 13", "Debian 13 (LXQt, Xfce)"}),
        (1, {"Debian 13 (LXQt, Xfce)"}),
    ],
)
def test_linux_by_memory(gib: int, fitting: set[str]) -> None:
    found = systems(but(processors=OLD, firmware=Firmware(uefi=False), memory=Memory(installed_bytes=gib * GIB)))
    assert {name for name, system in found.items() if system.fit == "yes"} == fitting


@pytest.mark.parametrize(
    ("level", "mint", "reason"),
    [(1, "yes", "It meets"), (0, "no", "64-bit"), (None, "unknown", "could not be read")],
)
def test_linux_by_the_level_of_the_processor(level: int | None, mint: str, reason: str) -> None:
    found = systems(but(processors=processor(x86_64_level=level)))["Linux Mint 22"]
    assert (found.fit, reason in str(found.reasons[0])) == (mint, True)


def test_two_cores_and_two_ghz_for_ubuntu() -> None:
    assert systems(but(processors=processor(cores=1)))["Ubuntu 24.04 LTS"].fit == "no"
    assert systems(but(processors=processor(max_mhz=1900)))["Ubuntu 24.04 LTS"].fit == "no"
    assert systems(but(processors=processor(cores=1, max_mhz=1900)))["Debian 13"].fit == "yes"


# ---- uses

TRIED = [*CHECKS, *(check(name) for name in ("display", "charging", "keyboard", "touchpad", "sound", "webcam",
                                             "microphone", "wifi"))]  # fmt: skip
MEETING = changed(cameras=[Camera(name="c")], network=[NetworkInterface(name="w", wireless=True)])


@pytest.mark.parametrize(
    ("inventory", "checks", "reason"),
    [
        (MEETING, TRIED, "Powerful enough, and what it needs works."),
        (MEETING, [*TRIED, check("webcam", Outcome.FAILED)], "It does not work: Camera."),
        (MEETING, [*TRIED, check("speakers", Outcome.FAILED)], "It does not work: Sound."),
        (MEETING, [*TRIED, check("keyboard", Outcome.FAILED)], "It does not work: Keyboard."),
        (MEETING, [*TRIED, check("wifi", Outcome.FAILED)], "Neither Wi-Fi nor the network socket works."),
        (MEETING, [each for each in TRIED if each.id != "microphone"], "Powerful enough, but not tested: Microphone."),
        (changed(), TRIED[:-3], "It has none, but one can be plugged in: Camera."),
        (changed(network=[]), TRIED, "No network adapter was found."),
    ],
)
def test_video_calls_need_all_that_a_call_needs(inventory: Inventory, checks: list[CheckResult], reason: str) -> None:
    call = next(use for use in graded(inventory, checks).uses if str(use.name) == "Video calls")
    assert (str(call.reason), call.suitable) == (reason, reason.endswith("works.") and "Neither" not in reason)


def test_a_broken_keyboard_is_in_the_way_of_every_use() -> None:
    result = graded(MEETING, [*TRIED, check("keyboard", Outcome.FAILED)])
    assert not any(use.suitable for use in result.uses)


# ---- footprint


@pytest.mark.parametrize(
    ("chassis", "making", "yearly"),
    [(Chassis.NOTEBOOK, 170.3, 27), (Chassis.CONVERTIBLE, 170.3, 27), (Chassis.DESKTOP, 202.6, None),
     (Chassis.ALL_IN_ONE, 267.2, None), (Chassis.SERVER, None, None), (Chassis.TABLET, None, None)],
)  # fmt: skip
def test_the_footprint_is_quoted_with_its_source(chassis: Chassis, making: float | None, yearly: float | None) -> None:
    found = graded(changed(machine=Machine(chassis=chassis))).footprint
    assert (found and found.manufacture_kg, found and found.yearly_kg) == (making, yearly)
    assert found is None or "ADEME" in found.source


def measured(name: str, outcome: Outcome = Outcome.PASSED, **values: float | str) -> CheckResult:
    figures = [Figure(name=key, value=value) for key, value in values.items()]
    return CheckResult(id=name, title=say("t"), outcome=outcome, reason=say("r"), figures=figures)


@pytest.mark.parametrize(
    ("result", "watts"),
    [
        (measured("processor", power_max_watts=14.6), [14.6]),
        (measured("battery_discharge", power_watts=9), [9]),
        (measured("processor", Outcome.ERROR, power_max_watts=14.6), []),
        (measured("processor", power_max_watts=-3), []),
        (measured("processor", power_max_watts=1e9), []),
        (measured("processor", power_max_watts="much"), []),
        (measured("processor", temperature_max_celsius=70), []),
        (measured("charging", power_watts=30), []),
    ],
)
def test_power_is_told_where_it_was_measured(result: CheckResult, watts: list[float]) -> None:
    assert [power.watts for power in graded(checks=[result]).power] == watts
