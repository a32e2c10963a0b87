"""Graphics: drivers and the kernel's complaints."""

import pytest
from fake_tree import Tree

from agent.checks import gpu
from agent.model.inventory import Graphics, Inventory
from agent.model.words import Outcome

HANG = "3,i915 0000:00:02.0: [drm] GPU HANG: ecode 9:1:85dffffb, in Xorg [1234]"
ERROR = "3,amdgpu 0000:00:02.0: [drm] *ERROR* dc_dmub_srv_log_diagnostic_data"


@pytest.fixture
def adapter(tree: Tree) -> Tree:
    tree.pci("0000:00:02.0", "0x030000", "8086:5916", "i915")
    for name, status in (("card0-eDP-1", "connected"), ("card0-HDMI-A-1", "disconnected"), ("renderD128", "connected")):
        tree.file(f"/sys/class/drm/{name}/status", status)
    return tree


def test_a_good_adapter(part_bench, adapter: Tree) -> None:
    result = gpu.check(part_bench(None, "6,i915 0000:00:02.0: [drm] Initialized i915 1.6.0"))
    assert result.outcome is Outcome.PASSED
    assert {one.name: one.value for one in result.figures} == {
        "adapters": 1, "drivers": "i915", "log_errors": 0, "screens_connected": 1
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        (HANG, Outcome.FAILED),
        ("4,nouveau 0000:00:02.0: fifo: lockup, recovering", Outcome.FAILED),
        ("3,nvidia 0000:00:02.0: GPU has fell off the bus", Outcome.FAILED),
        (ERROR, Outcome.DEGRADED),
        ("3,i915 0000:00:02.0: [drm] *ERROR* CPU pipe A FIFO underrun", Outcome.PASSED),
        ("3,i915 0000:00:02.0: [drm] *ERROR* EDID checksum is invalid", Outcome.PASSED),
        ("3,xhci_hcd 0000:00:14.0: GPU HANG of somebody else", Outcome.PASSED),
        ("4,i915 0000:00:02.0: a warning", Outcome.PASSED),
    ],
)
def test_what_the_kernel_says_of_it(part_bench, adapter: Tree, line: str, outcome: Outcome) -> None:
    result = gpu.check(part_bench(None, line))
    assert result.outcome is outcome
    if outcome is not Outcome.PASSED:
        assert line.partition(",")[2] in str(result.reason)


@pytest.mark.parametrize("driver", [None, "simple-framebuffer", "efifb"])
def test_a_picture_without_acceleration(part_bench, tree: Tree, driver: str | None) -> None:
    tree.pci("0000:01:00.0", "0x030000", "10de:1c8d", driver)
    assert gpu.check(part_bench()).outcome is Outcome.DEGRADED


def test_a_start_without_drivers_is_no_fault_of_the_machine(part_bench, tree: Tree) -> None:
    tree.pci("0000:01:00.0", "0x030000", "10de:1c8d")
    tree.file("/proc/cmdline", "boot=live nomodeset quiet")
    result = gpu.check(part_bench())
    assert result.outcome is Outcome.ERROR
    assert "nomodeset" in str(result.reason)


def test_the_second_of_two_adapters_counts(part_bench, adapter: Tree) -> None:
    adapter.pci("0000:01:00.0", "0x030200", "10de:1c8d")
    assert gpu.check(part_bench()).outcome is Outcome.DEGRADED


def test_without_the_log_nothing_is_passed(part_bench, adapter: Tree, tmp_path) -> None:
    bench = part_bench()
    (tmp_path / "said").unlink()
    result = gpu.check(bench)
    assert result.outcome is Outcome.ERROR
    assert all(one.name != "log_errors" for one in result.figures)


def test_which_machines() -> None:
    assert not gpu.applies(Inventory())
    assert gpu.missed(Inventory())
    assert gpu.applies(Inventory(graphics=[Graphics()]))


def test_an_adapter_that_went_away(part_bench) -> None:
    assert gpu.check(part_bench()).outcome is Outcome.ERROR
