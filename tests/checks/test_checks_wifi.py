"""Wi-Fi: radio, switch, firmware, what it hears; never a name."""

import pytest
from fake_tree import PCI, Tree

from agent.checks import wifi
from agent.host.rfkill import Switches
from agent.host.wifi import Around, look_around
from agent.model.check import CheckResult
from agent.model.inventory import Inventory, Machine, NetworkInterface
from agent.model.part_checks import WifiCheck
from agent.model.words import Chassis, Outcome

CARD = NetworkInterface(name="wlan0", wireless=True, driver="iwlwifi")
SCAN = """BSS 00:11:22:33:44:55(on wlan0)
\tTSF: 0 usec (0d, 00:00:00)
\tfreq: 2437
\tsignal: -71.00 dBm
\tSSID: Livebox de la voisine
BSS 66:11:22:33:44:55(on wlan0)
\tsignal: -48.00 dBm
\tSSID: BSS 00:00:00:00:00:00
BSS 77:11:22:33:44:55(on wlan0)
\tsignal: 60/100
"""


def card(tree: Tree, driver: str | None = "iwlwifi") -> None:
    tree.pci("0000:03:00.0", "0x028000", "8086:095a", driver)
    if driver:
        tree.file("/sys/class/net/wlan0/type", 1)
        tree.folder("/sys/class/net/wlan0/wireless/x")
        tree.links("/sys/class/net/wlan0/device", f"{PCI}/0000:03:00.0")


def hears(monkeypatch: pytest.MonkeyPatch, *arounds: Around) -> list[str]:
    """What each look gives, the last one for all others; returns the radios that were asked."""
    asked: list[str] = []

    def look(name: str) -> Around:
        asked.append(name)
        return arounds[min(len(asked), len(arounds)) - 1]

    monkeypatch.setattr(wifi, "look_around", look)
    return asked


def test_a_good_radio(part_bench, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    card(tree)
    hears(monkeypatch, Around(networks=3, signals_dbm=[-71, -48]))
    result = wifi.check(part_bench("wlan0"))
    assert result.outcome is Outcome.PASSED
    assert [(one.name, one.value) for one in result.figures] == [
        ("driver", "iwlwifi"), ("networks", 3), ("signal_best_dbm", -48)
    ]  # fmt: skip


@pytest.mark.parametrize(("best", "outcome"), [(-75, Outcome.PASSED), (-75.5, Outcome.DEGRADED)])
def test_both_sides_of_the_weakest_signal(best: float, outcome: Outcome) -> None:
    around = Around(networks=2, signals_dbm=[-90, best])
    assert wifi.judge(CARD, False, Switches(), around, WifiCheck(weak_dbm=-75))[0] is outcome


def test_a_deaf_radio_is_asked_again_and_fails(part_bench, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    card(tree)
    asked = hears(monkeypatch, Around())
    assert wifi.check(part_bench("wlan0", wifi={"looks": 3})).outcome is Outcome.FAILED
    assert asked == ["wlan0"] * 3


def test_a_busy_radio_is_asked_again(part_bench, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    card(tree)
    waits: list[float] = []
    monkeypatch.setattr("agent.checks.wifi.time.sleep", waits.append)
    hears(monkeypatch, Around(error=-16), Around(networks=1, signals_dbm=[-50]))
    assert wifi.check(part_bench("wlan0")).outcome is Outcome.PASSED
    assert waits == [3]


def test_another_error_is_no_fault_of_the_radio(part_bench, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    card(tree)
    asked = hears(monkeypatch, Around(error=-5))
    result = wifi.check(part_bench("wlan0"))
    assert (result.outcome, len(asked)) == (Outcome.ERROR, 1)
    assert "(error 5)" in str(result.reason)


def switch(tree: Tree, hard: int, soft: int) -> None:
    for name, value in {"type": "wlan", "hard": hard, "soft": soft}.items():
        tree.file(f"/sys/class/rfkill/rfkill0/{name}", value)


def test_a_hard_switch_is_said_and_nothing_is_tried(part_bench, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    card(tree)
    switch(tree, 1, 0)
    asked = hears(monkeypatch, Around(networks=1))
    result = wifi.check(part_bench("wlan0"))
    assert (result.outcome, asked) == (Outcome.ERROR, [])
    assert "switch or key" in str(result.reason)


def test_a_soft_switch_is_on_for_as_long_as_it_takes(part_bench, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    card(tree)
    switch(tree, 0, 1)
    done: list[str] = []

    def rfkill(argv: list[str], **_: object) -> None:
        done.append(" ".join(argv))

    monkeypatch.setattr(tree, "tool", rfkill)
    monkeypatch.setattr(wifi, "look_around", lambda name: done.append(f"look {name}") or Around(networks=1))
    wifi.check(part_bench("wlan0"))
    assert done == ["rfkill unblock wlan", "look wlan0", "rfkill block wlan"]


MISSING = "3,iwlwifi 0000:03:00.0: no suitable firmware found!"


def test_missing_firmware_is_said(part_bench, tree: Tree) -> None:
    card(tree, driver=None)
    result = wifi.check(part_bench("0000:03:00.0", MISSING))
    assert result.outcome is Outcome.FAILED
    assert "firmware is not on this stick" in str(result.reason)
    assert "No driver" in str(wifi.check(part_bench("0000:03:00.0")).reason)


def test_firmware_that_came_in_another_version_is_not_missing(part_bench, tree: Tree, monkeypatch) -> None:
    card(tree)
    hears(monkeypatch, Around())
    line = "4,iwlwifi 0000:03:00.0: Direct firmware load for iwlwifi-7265D-29.ucode failed with error -2"
    assert "hears no network" in str(wifi.check(part_bench("wlan0", line)).reason)


def test_a_card_that_went_away(part_bench) -> None:
    assert wifi.check(part_bench("wlan0")).outcome is Outcome.ERROR


def test_which_parts() -> None:
    desktop, laptop = (Inventory(machine=Machine(chassis=one)) for one in (Chassis.DESKTOP, Chassis.NOTEBOOK))
    assert wifi.missed(desktop) is None
    assert wifi.missed(laptop) is not None
    found = Inventory(network=[CARD, NetworkInterface(name="eth0")])
    assert wifi.applies(found)
    assert wifi.subjects(found) == ["wlan0"]


# ---- iw itself


@pytest.mark.runs_programs
def test_iws_answer_is_counted_and_its_names_are_dropped(stand_in, tmp_path) -> None:
    program = stand_in("")
    (tmp_path / "scan").write_text(SCAN)
    program.with_name("iw").write_text(f'#!/bin/sh\n[ "$*" = "dev wlan0 scan" ] && cat {tmp_path}/scan\n')
    program.with_name("iw").chmod(0o755)
    assert look_around("wlan0") == Around(networks=3, signals_dbm=[-71.0, -48.0])


@pytest.mark.runs_programs
def test_an_interface_that_is_off_is_on_meanwhile(stand_in, tmp_path) -> None:
    program = stand_in("")
    up = tmp_path / "up"
    say = "echo 'command failed: Network is down (-100)' >&2; exit 156"
    program.with_name("iw").write_text(f"#!/bin/sh\n[ -e {up} ] || {{ {say}; }}\n")
    program.with_name("ip").write_text(f'#!/bin/sh\n[ "$5" = up ] && touch {up} || rm {up}\n')
    for name in ("iw", "ip"):
        program.with_name(name).chmod(0o755)
    assert look_around("wlan0") == Around()
    assert not up.exists()


def test_no_result_holds_a_name(part_bench, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    card(tree)
    hears(monkeypatch, Around(networks=3, signals_dbm=[-48]))
    result: CheckResult = wifi.check(part_bench("wlan0"))
    assert {one.name for one in result.figures} == {"driver", "networks", "signal_best_dbm"}
