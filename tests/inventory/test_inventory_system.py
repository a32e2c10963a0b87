"""Batteries, network, graphics, TPM, processors, and signs of drives that cannot be seen."""

import pytest
from fake_tree import NVME, PCI, Tree

from agent.host.cpuid import CpuFacts
from agent.inventory import batteries, graphics, network, processors, security, unseen
from agent.model.inventory import Battery, Graphics, NetworkInterface, Processor

SUPPLY = "/sys/class/power_supply"


def supply(tree: Tree, name: str, **files: object) -> None:
    for file, value in files.items():
        tree.file(f"{SUPPLY}/{name}/{file}", str(value))


def test_a_battery_in_watt_hours(tree: Tree) -> None:
    supply(
        tree, "BAT0", type="Battery", present=1, energy_full_design=47_520_000, energy_full=40_000_000, cycle_count=312,
        capacity=57, status="Discharging", manufacturer="LGC", model_name="45N1773", serial_number=" 1234 ",
        technology="Li-poly",
    )  # fmt: skip
    assert batteries.read(tree) == [
        Battery(
            name="BAT0", manufacturer="LGC", model="45N1773", serial="1234", technology="Li-poly", design_wh=47.52,
            full_wh=40.0, cycles=312, health_percent=84.2, charge_percent=57, status="Discharging",
        )
    ]  # fmt: skip


def test_a_battery_in_ampere_hours(tree: Tree) -> None:
    supply(
        tree, "BAT1", type="Battery", charge_full_design=4_400_000, charge_full=2_910_000,
        voltage_min_design=11_100_000, cycle_count=0,
    )  # fmt: skip
    (found,) = batteries.read(tree)
    assert (found.design_wh, found.full_wh, found.health_percent, found.cycles) == (48.84, 32.3, 66.1, None)


@pytest.mark.parametrize(
    ("design", "full", "health"),
    [
        (0, 40_000_000, None),
        (50_000_000, 60_000_000, 100.0),
        (50_000_000, 0, 0.0),
        (65_535_000_000, 40_000_000, None),
        (50_000_000, -5, None),
        ("x", 40_000_000, None),
    ],
)
def test_what_batteries_claim(tree: Tree, design: object, full: object, health: float | None) -> None:
    supply(tree, "BAT0", type="Battery", energy_full_design=design, energy_full=full)
    assert batteries.read(tree)[0].health_percent == health


def test_no_batteries_of_this_machine(tree: Tree) -> None:
    supply(tree, "hidpp_battery_0", type="Battery", scope="Device", capacity=50)
    supply(tree, "BAT1", type="Battery", present=0)
    supply(tree, "AC", type="Mains", online=1)
    assert batteries.read(tree) == []


@pytest.mark.parametrize(("online", "expected"), [([], None), ([0], False), ([0, 1], True)])
def test_mains(tree: Tree, online: list[int], expected: bool | None) -> None:
    for number, value in enumerate(online):
        supply(tree, f"AC{number}", type="Mains", online=value)
    supply(tree, "BAT0", type="Battery", online=1)
    assert batteries.mains_connected(tree) is expected


def test_network(tree: Tree) -> None:
    for name, files in {
        "eth0": {"address": "AA:bb:cc:dd:ee:01", "carrier": 1, "speed": 1000},
        "wlan0": {"address": "00:00:00:00:00:00", "speed": -1},
    }.items():
        tree.folder(f"{PCI}/{name}")
        tree.links(f"/sys/class/net/{name}/device", f"{PCI}/{name}")
        for file, value in files.items():
            tree.file(f"/sys/class/net/{name}/{file}", str(value))
    tree.folder("/sys/bus/pci/drivers/e1000e")
    tree.links(f"{PCI}/eth0/driver", "/sys/bus/pci/drivers/e1000e")
    tree.folder("/sys/class/ieee80211/phy0")
    tree.links("/sys/class/net/wlan0/phy80211", "/sys/class/ieee80211/phy0")
    tree.file("/sys/class/net/lo/address", "00:00:00:00:00:00")
    assert network.read(tree) == [
        NetworkInterface(name="eth0", mac="aa:bb:cc:dd:ee:01", driver="e1000e", link=True, speed_mbps=1000),
        NetworkInterface(name="wlan0", wireless=True),
    ]


def function(tree: Tree, address: str, kind: str, pci_id: str, driver: str | None = None) -> str:
    folder = f"/sys/bus/pci/devices/{address}"
    vendor, device = pci_id.split(":")
    for file, value in {"class": kind, "vendor": f"0x{vendor}", "device": f"0x{device}"}.items():
        tree.file(f"{folder}/{file}", value)
    if driver:
        tree.folder(f"/sys/bus/pci/drivers/{driver}")
        tree.links(f"{folder}/driver", f"/sys/bus/pci/drivers/{driver}")
    return folder


def test_graphics(tree: Tree) -> None:
    function(tree, "0000:00:02.0", "0x030000", "8086:0a16", "i915")
    function(tree, "0000:01:00.0", "0x030200", "abcd:0001")
    function(tree, "0000:02:00.0", "0x020000", "8086:155a", "e1000e")
    tree.file("/run/udev/data/+pci:0000:01:00.0", "E:ID_VENDOR_FROM_DATABASE=Small Maker\nE:ID_MODEL_FROM_DATABASE=G1")
    assert graphics.read(tree) == [
        Graphics(vendor="Intel", driver="i915", pci_id="8086:0a16"),
        Graphics(vendor="Small Maker", model="G1", pci_id="abcd:0001"),
    ]


def test_tpm(tree: Tree) -> None:
    assert security.tpm_version(tree) is None
    tree.file("/sys/class/tpm/tpm0/device/caps", "Manufacturer: 0x1\nTCG version: 1.2\nFirmware version: 1")
    assert security.tpm_version(tree) == "1.2"
    tree.file("/sys/class/tpm/tpm0/tpm_version_major", "2")
    assert security.tpm_version(tree) == "2.0"


def test_the_windows_key_is_seen_and_not_read(tree: Tree) -> None:
    assert security.windows_key_present(tree) is None
    tree.file("/sys/firmware/acpi/tables/DSDT")
    assert security.windows_key_present(tree) is False
    tree.folder("/sys/firmware/acpi/tables/MSDM")  # a folder: reading it would fail
    assert security.windows_key_present(tree) is True


# Processors

V1 = "lm cmov cx8 fpu fxsr mmx syscall sse sse2"
V2 = V1 + " cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3"
V3 = V2 + " avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"
V4 = V3 + " avx512f avx512bw avx512cd avx512dq avx512vl"


@pytest.mark.parametrize(
    ("flags", "level"),
    [("fpu sse sse2", 0), (V1, 1), (V2, 2), (V2 + " avx avx2", 2), (V3, 3), (V4, 4), (V4.replace("popcnt", ""), 1)],
)
def test_levels(flags: str, level: int) -> None:
    assert processors.level(flags.split()) == level


def thread(number: int, core: int, socket: int = 0, flags: str = V3 + " vmx") -> str:
    return (
        f"processor\t: {number}\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Core(TM) i5-4300U CPU @ 1.90GHz\n"
        f"physical id\t: {socket}\ncore id\t\t: {core}\nflags\t\t: {flags}\n"
    )


def test_a_processor(tree: Tree) -> None:
    tree.file("/proc/cpuinfo", "\n".join(thread(number, number // 2) for number in range(4)))
    tree.file("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", 2900000)
    assert processors.read(tree) == [
        Processor(
            vendor="Intel", model="Intel Core i5-4300U", cores=2, threads=4, x86_64_level=3, max_mhz=2900,
            virtualization=True,
        )
    ]  # fmt: skip


def test_two_sockets(tree: Tree) -> None:
    tree.file("/proc/cpuinfo", "\n".join(thread(number, number % 2, number // 2) for number in range(4)))
    assert [(one.cores, one.threads) for one in processors.read(tree)] == [(2, 2), (2, 2)]


def test_an_old_processor(tree: Tree) -> None:
    tree.file(
        "/proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Pentium III\nflags\t: fpu sse\n"
    )
    (found,) = processors.read(tree)
    assert (found.cores, found.x86_64_level, found.virtualization, found.max_mhz) == (1, 0, False, None)


def test_another_architecture(tree: Tree) -> None:
    tree.file("/proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd\nCPU part\t: 0xd08\n")
    (found,) = processors.read(tree)
    assert (found.x86_64_level, found.virtualization, found.threads) == (None, None, 1)


def test_no_cpuinfo(tree: Tree) -> None:
    assert processors.read(tree) == []


def test_slow_facts_fill_gaps_only(tree: Tree) -> None:
    facts = CpuFacts("AuthenticAMD", "AMD EPYC", frozenset(V2.split()), 2_445_000_000)
    known = Processor(vendor="Intel", x86_64_level=3)
    (found,) = processors.completed([known], facts)
    assert found == Processor(vendor="Intel", model="AMD EPYC", x86_64_level=3, max_mhz=2445, virtualization=False)
    assert processors.completed([], facts)[0].vendor == "AMD"
    assert processors.completed([known], CpuFacts()) == [known]


# Drives that cannot be seen


def signs(tree: Tree) -> list[str]:
    return [str(one.sign) for one in unseen.read(tree)]


def test_nothing_is_hidden(tree: Tree) -> None:
    ahci = function(tree, "0000:00:17.0", "0x010601", "8086:9c03", "ahci")
    tree.file(f"{ahci}/remapped_nvme", 0)
    function(tree, "0000:00:0e.0", "0x010400", "8086:9a0b", "vmd")
    function(tree, "0000:00:1f.2", "0x010400", "8086:2822", "ahci")
    function(tree, "0000:00:1f.6", "0x020000", "8086:15be")
    tree.nvme()
    tree.file(f"{NVME}/state", "live")
    assert signs(tree) == []


def test_remapped_nvme(tree: Tree) -> None:
    tree.file(function(tree, "0000:00:17.0", "0x010601", "8086:282a", "ahci") + "/remapped_nvme", 2)
    (found,) = unseen.read(tree)
    assert "2 NVMe" in str(found.sign)
    assert "AHCI" in str(found.remedy)


def test_a_controller_without_a_driver(tree: Tree) -> None:
    function(tree, "0000:02:00.0", "0x010700", "1000:0072")
    assert "1000:0072" in signs(tree)[0]


def test_vmd_without_its_driver(tree: Tree) -> None:
    function(tree, "0000:00:0e.0", "0x010400", "8086:9a0b")
    (found,) = unseen.read(tree)
    assert "VMD" in str(found.sign)
    assert "VMD" in str(found.remedy)


def test_a_raid_controller(tree: Tree) -> None:
    function(tree, "0000:02:00.0", "0x010400", "1000:005b", "megaraid_sas")
    assert "megaraid_sas" in signs(tree)[0]


@pytest.mark.parametrize("state", ["dead", "resetting"])
def test_a_silent_nvme(tree: Tree, state: str) -> None:
    tree.nvme(model="KXG60ZNV512G")
    tree.file(f"{NVME}/state", state)
    assert "KXG60ZNV512G" in signs(tree)[0]


def test_an_nvme_without_a_namespace(tree: Tree) -> None:
    tree.file(f"{NVME}/transport", "pcie")
    tree.links("/sys/class/nvme/nvme0", NVME)
    assert len(signs(tree)) == 1
    subsystem = "/sys/devices/virtual/nvme-subsystem/nvme-subsys0"
    tree.links(f"{subsystem}/nvme0", NVME)
    tree.links("/sys/class/nvme-subsystem/nvme-subsys0", subsystem)
    assert len(signs(tree)) == 1
    tree.folder(f"{subsystem}/nvme0n1")
    assert signs(tree) == []
