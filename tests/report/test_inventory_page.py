"""The page of `ordis inventory`: what a person reads on it."""

import re

import pytest
from inventory_samples import GB, GIB, SAMPLES, desktop, laptop, module, server, strange

from agent.model.inventory import (
    Battery,
    Display,
    Drive,
    Inventory,
    Machine,
    Memory,
    MemoryModule,
    NetworkInterface,
    Processor,
    SmartCounters,
    Unreadable,
)
from agent.model.message import say
from agent.model.words import Chassis, Health, Transport
from agent.report.naming import called
from agent.report.page import page

COLOUR = re.compile(r"\x1b\[[\d;]*m")


def shown(inventory: Inventory, language: str = "en", width: int = 80) -> str:
    return "\n".join(page(inventory, language, colour=False, width=width))


def told(inventory: Inventory, language: str = "en") -> str:
    """Without the lines' ends, to look for sentences."""
    return " ".join(shown(inventory, language, 200).split())


def section(text: str, title: str) -> str:
    """The rows of the section up to the first empty line."""
    return text.partition(f"── {title} ")[2].partition("\n")[2].partition("\n\n")[0]


def test_memory_stands_in_columns_with_the_units_of_the_shop() -> None:
    assert section(shown(laptop()), "Memory") == (
        "  Total           16 GB DDR4-2666, 2 of 4 slots used, up to 64 GB\n"
        "  DIMM A1         8 GB  DDR4-2666  SODIMM  Samsung  M471A1K43CB1-CTD\n"
        "  DIMM B1         8 GB  DDR4-2666  SODIMM  Samsung  M471A1K43CB1-CTD\n"
        "  Free            DIMM A2, DIMM B2"
    )
    assert "16 Go DDR4-2666" in shown(laptop(), "fr")
    assert "GiB" not in shown(laptop())


def test_a_drive_is_a_block_of_its_own() -> None:
    assert section(shown(laptop()), "Drives") == (
        "  Drive 1         Samsung SSD 970 EVO 500GB\n"
        "  Size            500 GB, SSD, NVMe, /dev/nvme0n1\n"
        "  Serial number   S466NX0K123456A\n"
        "  Health          good, as the drive itself says\n"
        "  Use             switched on for 12345 h (17 months), started 3210 times, 7%\n"
        "                  worn, 38 °C"
    )
    assert "unreadable sectors: 2, sectors replaced by spare ones: 8" in told(laptop())
    assert "1 TB, hard disk, SATA or IDE, 5400 turns a minute, 2.5 inches, /dev/sda" in told(laptop())


def test_a_narrow_line_goes_on_in_its_column_and_a_wide_one_needs_not() -> None:
    network = NetworkInterface(name="enp0s31f6", mac="54:ee:75:aa:bb:cc", vendor="Intel", model="Ethernet I219-LM 17",
                               link=True, speed_mbps=1000)  # fmt: skip
    inventory = Inventory(network=[network])
    narrow = section(shown(inventory, width=60), "Network").split("\n")
    assert [line.strip() for line in narrow] == [
        "Wired          enp0s31f6  54:ee:75:aa:bb:cc  1 Gbit/s", "Intel Ethernet I219-LM 17",
    ]  # fmt: skip
    assert narrow[1].index("Intel") == narrow[0].index("enp0s31f6")
    assert "1 Gbit/s  Intel Ethernet I219-LM 17" in section(shown(inventory, width=120), "Network")


@pytest.mark.parametrize("width", [80, 120])
def test_labels_share_one_column(width: int) -> None:
    starts = {
        re.match(r"(?:! |  )\S+(?: \S+)*  +", line).end()  # type: ignore[union-attr]
        for line in shown(laptop(), width=width).split("\n")
        if re.match(r"(?:! |  )\S+(?: \S+)*  +\S", line)
    }
    assert len(starts) == 1


def test_what_is_to_be_seen_to_has_a_sign_and_is_named_at_the_end() -> None:
    text = shown(desktop())
    assert "\n! 1 NVMe drive(s) are hidden behind Intel RST.\n! => Set the disk controller to AHCI" in text
    assert "! Password " in text
    assert "! Lock " in text
    assert text.endswith('! Lines marked "!" need somebody to look at them: Machine, Drives')
    assert "marked" not in shown(server())


def test_missing_things_are_said_plainly() -> None:
    text = told(desktop())
    for words in ("no battery", "no display", "no Wi-Fi", "no TPM", "no Windows key in the firmware"):
        assert words in text
    assert "no camera" not in text, "it could not be read, so nobody knows"
    assert "camera, keyboard and touchpad: It was not recorded." in text


def test_a_portable_without_a_battery_is_told_at_the_battery() -> None:
    text = shown(Inventory(machine=Machine(chassis=Chassis.NOTEBOOK)))
    assert section(text, "Battery").startswith("! ")
    assert "no battery" not in text
    failed = Inventory(
        machine=Machine(chassis=Chassis.NOTEBOOK), unreadable=[Unreadable(part="batteries", reason=say("It hangs."))]
    )
    assert "It hangs." in section(shown(failed), "Battery")


def test_a_slot_that_does_not_tell_is_not_called_free() -> None:
    modules = [module("A", 8), MemoryModule(slot="B")]
    told_free = Inventory(memory=Memory(installed_bytes=8 * GIB, slots_total=2, slots_free=1, modules=modules))
    assert "Free B" in told(told_free)
    assert "Free" not in told(Inventory(memory=Memory(modules=modules)))


def test_a_battery_that_only_the_firmware_tells_of() -> None:
    battery = Battery(name="Front", manufacturer="SMP", design_wh=45.6)
    text = told(Inventory(machine=Machine(chassis=Chassis.NOTEBOOK), batteries=[battery]))
    assert "Front 45.6 Wh when new, what is left is not known SMP" in text


def test_why_health_is_not_known_stands_at_the_drive_and_nowhere_else() -> None:
    text = shown(desktop())
    assert "! Health" in text
    assert "not readable: The program smartctl is not installed." in told(desktop())
    assert text.count("smartctl") == 1


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"health": Health.FAILED}, "FAILING"),
        ({"smart_supported": False}, "no SMART"),
        ({"locked": True}, "locked by a password or key"),
        ({"frozen": True}, "frozen until it has been without power"),
        ({"obstacles": [say("This drive is write-protected.")]}, "Erasing This drive is write-protected."),
        ({"smart": SmartCounters(available_spare_percent=3, spare_threshold_percent=10)}, "run out: 3% left"),
        ({"smart": SmartCounters(critical_warning=4)}, "critical warning"),
        ({"wear_percent": 130}, "worn out (130%)"),
        ({"power_on_hours": 0}, "switched on for 0 h"),
        ({"power_on_hours": 1_400, "wear_percent": 1}, "switched on for 1400 h, 1% worn"),
        ({"power_on_hours": 1_500}, "switched on for 1500 h (2 months)"),
        ({"power_on_hours": 17_532}, "switched on for 17532 h (2 years)"),
        ({"power_on_hours": 20_000}, "switched on for 20000 h (2.3 years)"),
        ({"power_cycles": 1}, "started once"),
        ({"transport": Transport.MMC}, "eMMC"),
        ({"transport": Transport.MMC, "external": True}, "memory card"),
        ({"simulated": True}, "simulated"),
    ],
)
def test_what_a_drive_tells(facts: dict[str, object], words: str) -> None:
    plainer = Inventory(drives=[Drive(path="/dev/sda", size_bytes=GB)])
    with_facts = Inventory(drives=[Drive(path="/dev/sda", size_bytes=GB, **facts)])  # type: ignore[arg-type]
    assert words in told(with_facts)
    assert words not in told(plainer)


def test_french_has_a_space_before_the_colon() -> None:
    assert "Absolute (Computrace) : " in told(desktop(), "fr")
    assert "Absolute (Computrace): " in told(desktop())


def test_zero_errors_are_no_errors() -> None:
    drive = Drive(path="/dev/sda", smart=SmartCounters(reallocated=0, pending=0))
    assert "Errors" not in shown(Inventory(drives=[drive]))


@pytest.mark.parametrize(
    ("memory", "words"),
    [
        (Memory(), "! not known"),
        (Memory(usable_bytes=8 * GIB), "8 GB that the system can use"),
        (Memory(installed_bytes=GIB // 2), "512 MB"),
        (Memory(installed_bytes=GIB, slots_total=1, slots_free=0), "1 GB, its only slot is used"),
        (Memory(installed_bytes=GIB, slots_total=2, slots_free=3), "Total 1 GB Drives"),
        (Memory(installed_bytes=8 * GIB, soldered_bytes=4 * GIB), "4 GB of it soldered in"),
        (Memory(installed_bytes=8 * GIB, ecc=True), "error correction"),
        (
            Memory(installed_bytes=GIB, modules=[module("A", 1).model_copy(update={"size_bytes": None})]),
            "A ? DDR4-2666",
        ),
    ],
)
def test_memory_of_every_kind(memory: Memory, words: str) -> None:
    assert words in re.sub("[─ ]+", " ", told(Inventory(memory=memory)))


def test_equal_processors_are_told_once() -> None:
    text = told(server())
    assert "2 × Intel Xeon E5-2640 v4" in text
    assert text.count("10 cores") == 1
    assert "1 core, 1 thread" in told(Inventory(processors=[Processor(cores=1, threads=1)]))


def test_a_useless_processor_is_marked() -> None:
    assert "! Class" in shown(Inventory(processors=[Processor(x86_64_level=0)]))
    assert "! Class" not in shown(Inventory(processors=[Processor(x86_64_level=3)]))


@pytest.mark.parametrize(
    ("date", "english", "french"),
    [
        ("04/06/2021", "2021-04-06", "06/04/2021"),
        ("04/06/99", "1999-04-06", "06/04/1999"),
        ("2021-04-06", "2021-04-06", "06/04/2021"),
        ("31/31/2021", "31/31/2021", "31/31/2021"),
    ],
)
def test_dates_of_the_firmware(date: str, english: str, french: str) -> None:
    firmware = laptop().firmware.model_copy(update={"date": date})
    inventory = laptop().model_copy(update={"firmware": firmware})
    assert f"(1.36), {english}\n" in shown(inventory)
    assert f"(1.36), {french}\n" in shown(inventory, "fr")


def test_a_display_in_inches() -> None:
    assert "15.6 inches, 1920 × 1080, HDMI-A-1" in told(
        Inventory(displays=[Display(diagonal_inches=15.6, width_px=1920, height_px=1080, connector="HDMI-A-1")])
    )
    assert "14 inches" in told(laptop())


@pytest.mark.parametrize(
    ("vendor", "model", "name"),
    [
        ("HP", "HP EliteBook 840", "HP EliteBook 840"),
        ("Lenovo", "ThinkPad T480", "Lenovo ThinkPad T480"),
        (None, "T480", "T480"),
        ("Lenovo", None, "Lenovo"),
        (" ", None, ""),
        (None, None, ""),
    ],
)
def test_the_maker_is_not_said_twice(vendor: str | None, model: str | None, name: str) -> None:
    assert called(vendor, model) == name


def test_what_hardware_says_is_never_translated() -> None:
    """A catalogue knows “free” and “none”; a model of that name stays what it is."""
    odd = Drive(path="/dev/sda", vendor="none", model="free", serial="failed")
    machine = Machine(vendor="desktop", model="A", serial="none", board_model="memory")
    text = shown(Inventory(machine=machine, drives=[odd], network=[NetworkInterface(name="usb")]), "fr")
    assert text.startswith("desktop A\n")
    assert re.search(r" none\n", text)
    assert "none free\n" in text
    assert " failed\n" in text
    assert " memory\n" in text
    assert " usb " in text


@pytest.mark.parametrize("name", SAMPLES)
def test_colours_add_nothing_but_colours(name: str) -> None:
    inventory = SAMPLES[name]()
    coloured = page(inventory, "en", colour=True, width=80)
    bare = page(inventory, "en", colour=False, width=80)
    assert [COLOUR.sub("", line) for line in coloured] == bare
    assert coloured != bare
    assert "\x1b" not in "".join(bare)
    for line in coloured:
        codes = COLOUR.findall(line)
        assert not codes or (codes[-1] == "\x1b[0m" and len(codes) == 2), "each line ends what it begins"


def test_bad_news_are_red_and_marked_and_good_ones_green() -> None:
    lines = page(laptop(), "en", colour=True, width=80)
    assert any(line.startswith("\x1b[1;31m! Health") for line in lines)
    assert any("\x1b[32mgood" in line for line in lines)


def test_nothing_dangerous_reaches_the_terminal() -> None:
    for colour in (True, False):
        text = COLOUR.sub("", "\n".join(page(strange(), "fr", colour=colour, width=80)))
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)


@pytest.mark.parametrize("width", [40, 80])
def test_no_letter_of_a_long_name_is_lost(width: int) -> None:
    serial = "".join(chr(0x41 + number % 26) for number in range(200))
    model = "M" + "0123456789" * 19
    text = shown(Inventory(drives=[Drive(path="/dev/sda", model=model, serial=serial)]), width=width)
    assert serial in re.sub(r"\s", "", text)
    assert model in re.sub(r"\s", "", text)


def test_nothing_at_all_is_a_page_too() -> None:
    assert shown(Inventory()).split("\n")[:10] == [
        "unknown machine",
        "",
        "── Machine " + "─" * 69,
        "  Kind           computer",
        "  Serial number  none that can be read",
        "! Identity       nothing tells this machine from others of its model",
        "",
        "── Processor " + "─" * 67,
        "! not known",
        "",
    ]


def test_items_of_a_list_stay_whole() -> None:
    text = shown(server())
    assert re.search(r"^  Free +PROC 1 DIMM 2, ", text, re.MULTILINE)
    assert not re.search(r"\bPROC$|\bDIMM$|\bno$", text, re.MULTILINE)
