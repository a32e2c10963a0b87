"""Invented machines, one of each shape, for the tests of the page that shows an inventory."""

from agent.model.inventory import (
    Battery,
    Bluetooth,
    Camera,
    Display,
    Drive,
    Firmware,
    FirmwareLock,
    Graphics,
    InputDevice,
    Inventory,
    Machine,
    Memory,
    MemoryModule,
    NetworkInterface,
    OpticalDrive,
    Port,
    Processor,
    SmartCounters,
    Sound,
    Unreadable,
    UnseenDrive,
)
from agent.model.message import say
from agent.model.words import Certainty, Chassis, Health, Transport

GIB = 1 << 30
GB = 10**9


def module(slot: str, gib: int = 0, part: str = "M471A1K43CB1-CTD") -> MemoryModule:
    if not gib:
        return MemoryModule(slot=slot)
    return MemoryModule(
        slot=slot, size_bytes=gib * GIB, type="DDR4", form_factor="SODIMM", speed_mts=2666,
        manufacturer="Samsung", part_number=part,
    )  # fmt: skip


def laptop() -> Inventory:
    """Everything is there and told."""
    return Inventory(
        machine=Machine(
            vendor="Lenovo", model="ThinkPad T480", chassis=Chassis.NOTEBOOK, serial="PF0ABCDE", asset_tag="NTS-0042",
            board_vendor="Lenovo", board_model="20L5CTO1WW", board_serial="L1HF7AB01CD",
            machine_id="3f0f9d2c7b6a41e8", machine_id_certainty=Certainty.CERTAIN,
            machine_id_from=["uuid", "system_serial"],
        ),
        firmware=Firmware(vendor="Lenovo", version="N24ET61W (1.36)", date="04/06/2021", uefi=True, secure_boot=True),
        processors=[
            Processor(vendor="Intel", model="Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz", cores=4, threads=8,
                      x86_64_level=3, max_mhz=3600, virtualization=True)
        ],
        memory=Memory(
            installed_bytes=16 * GIB, usable_bytes=16_400_000_000, max_bytes=64 * GIB, slots_total=4, slots_free=2,
            ecc=False, modules=[module("DIMM A1", 8), module("DIMM A2"), module("DIMM B1", 8), module("DIMM B2")],
        ),
        drives=[
            Drive(path="/dev/nvme0n1", transport=Transport.NVME, vendor="Samsung", model="Samsung SSD 970 EVO 500GB",
                  serial="S466NX0K123456A", size_bytes=500_107_862_016, rotational=False, health=Health.PASSED,
                  power_on_hours=12_345, power_cycles=3210, wear_percent=7, temperature_celsius=38),
            Drive(path="/dev/sda", transport=Transport.ATA, vendor="Western Digital", model="WDC WD10SPZX-08Z10",
                  serial="WD-WXK1A78R5432", size_bytes=1_000_204_886_016, rotational=True, rotation_rpm=5400,
                  form_factor="2.5 inches", health=Health.FAILED, power_on_hours=41_000, power_cycles=1,
                  temperature_celsius=44, smart=SmartCounters(reallocated=8, pending=2, command_timeout=0)),
        ],
        batteries=[
            Battery(name="BAT0", manufacturer="SMP", model="01AV424", serial="1234", technology="Li-poly",
                    design_wh=24.0, full_wh=21.4, cycles=212, health_percent=89.2, charge_percent=64),
            Battery(name="BAT1", design_wh=24.0, full_wh=9.1, cycles=1, health_percent=37.9, charge_percent=100),
        ],
        displays=[Display(connector="eDP-1", manufacturer="CMN", manufacturer_name="Chimei Innolux",
                          model="N140HCA-EAC", year=2017, diagonal_inches=14.0,
                          width_px=1920, height_px=1080, internal=True)],
        graphics=[Graphics(vendor="Intel", model="UHD Graphics 620", driver="i915", pci_id="8086:5917")],
        network=[
            NetworkInterface(name="enp0s31f6", mac="54:ee:75:aa:bb:cc", driver="e1000e", vendor="Intel",
                             model="Ethernet Connection (4) I219-LM", link=True, speed_mbps=1000),
            NetworkInterface(name="wlp3s0", wireless=True, mac="f8:94:c2:11:22:33", driver="iwlwifi", vendor="Intel",
                             model="Wireless 8265 / 8275", link=False),
        ],
        bluetooth=[Bluetooth(name="hci0", vendor="Intel", model="Bluetooth 8265", blocked=True)],
        cameras=[Camera(name="Integrated Camera", internal=True)],
        sound=[Sound(name="HDA Intel PCH", codec="Realtek ALC257", playback=True, capture=True)],
        inputs=[
            InputDevice(kind="keyboard", name="AT Translated Set 2 keyboard", internal=True),
            InputDevice(kind="touchpad", name="Synaptics TM3276-022", internal=True),
            InputDevice(kind="pointing_stick", name="TPPS/2 Elan TrackPoint", internal=True),
        ],
        ports=[Port(kind="usb_a", count=2), Port(kind="usb_c", count=2), Port(kind="hdmi", count=1),
               Port(kind="audio", count=1), Port(kind="holographic", count=1)],
        optical_drives=[OpticalDrive(name="sr0", vendor="MATSHITA", model="DVD-RAM UJ8E2", writes=True)],
        mains_connected=True,
        tpm_version="2.0",
        windows_key_present=True,
        firmware_password=False,
    )  # fmt: skip


def desktop() -> Inventory:
    """Much is wrong: drives that cannot be seen, health that nobody could ask for, locks."""
    return Inventory(
        machine=Machine(vendor="HP", model="HP EliteDesk 800 G3 SFF", chassis=Chassis.DESKTOP, serial="CZC7418ABC",
                        machine_id="77aa", machine_id_certainty=Certainty.LIKELY, machine_id_from=["macs", "board"]),
        firmware=Firmware(vendor="HP", version="P01 Ver. 02.45", date="2022-07-19", uefi=False),
        processors=[Processor(vendor="Intel", model="Intel(R) Core(TM) i5-7500 CPU @ 3.40GHz", cores=4, threads=4,
                              x86_64_level=3, max_mhz=3800, virtualization=False)],
        memory=Memory(installed_bytes=8 * GIB, max_bytes=64 * GIB, slots_total=4, slots_free=3,
                      modules=[module("DIMM1", 8), module("DIMM2"), module("DIMM3"), module("DIMM4")]),
        drives=[
            Drive(path="/dev/sda", transport=Transport.ATA, model="KINGSTON SA400S37240G", serial="50026B7782A1B2C3",
                  size_bytes=240_057_409_536, rotational=False, smart_supported=None),
            Drive(path="/dev/sdb", transport=Transport.USB, model="DataTraveler 3.0", size_bytes=31 * GB,
                  external=True, ordis_stick=True,
                  obstacles=[say("This is an Ordis stick (it has a partition named {label}). It is never erased from "
                                 "here.", label="ORDIS")]),
        ],
        graphics=[Graphics(vendor="NVIDIA", pci_id="10de:1c82")],
        network=[NetworkInterface(name="eno1", mac="10:e7:c6:00:11:22", driver="e1000e", link=False)],
        sound=[Sound(name="HDA Intel PCH", playback=True, capture=False)],
        mains_connected=True,
        windows_key_present=False,
        firmware_password=True,
        firmware_locks=[FirmwareLock(kind="absolute", active=True, source="SMBIOS")],
        unseen_drives=[
            UnseenDrive(sign=say("{count} NVMe drive(s) are hidden behind Intel RST.", count=1),
                        remedy=say("Set the disk controller to AHCI in the BIOS settings, then start again from the "
                                   "stick."))
        ],
        unreadable=[
            Unreadable(part="health of sda", reason=say("The program {program} is not installed.", program="smartctl")),
            Unreadable(part="cameras", reason=say("It was not recorded.")),
            Unreadable(part="inputs", reason=say("It was not recorded.")),
        ],
    )  # fmt: skip


def server() -> Inventory:
    """Much of everything."""
    slots = [f"PROC {number} DIMM {place}" for number in (1, 2) for place in range(1, 13)]
    return Inventory(
        machine=Machine(vendor="HPE", model="ProLiant DL380 Gen9", chassis=Chassis.SERVER, serial="CZ3647XYZ1",
                        machine_id="99", machine_id_certainty=Certainty.CERTAIN, machine_id_from=["uuid"]),
        processors=[Processor(vendor="Intel", model="Intel(R) Xeon(R) CPU E5-2640 v4 @ 2.40GHz", cores=10, threads=20,
                              x86_64_level=3, max_mhz=3400, virtualization=True)] * 2,
        memory=Memory(installed_bytes=128 * GIB, max_bytes=3072 * GIB, slots_total=24, slots_free=16, ecc=True,
                      modules=[module(slot, 16 if number % 3 == 0 else 0) for number, slot in enumerate(slots)]),
        drives=[Drive(path=f"/dev/sd{letter}", transport=Transport.SCSI, vendor="HGST", model="HUC101812CSS204",
                      serial=f"08G{letter.upper()}9XYZ", size_bytes=1_200 * GB, rotational=True, rotation_rpm=10_000,
                      health=Health.PASSED, power_on_hours=9_000) for letter in "abcd"],
        network=[NetworkInterface(name=f"eno{number}", mac=f"30:e1:71:00:00:0{number}", vendor="Broadcom",
                                  model="NetXtreme BCM5719", link=number == 1, speed_mbps=2500 if number == 1 else None)
                 for number in range(1, 5)],
    )  # fmt: skip


def strange() -> Inventory:
    """Long and wide texts, and what would be dangerous if a terminal or a catalogue believed it."""
    evil = "\x1b[31mred\x1b]0;title\x07[red]<script>\u202e\x9b2J"
    return Inventory(
        machine=Machine(vendor="株式会社", model="ノートパソコン" * 12, chassis=Chassis.TABLET, serial="7" * 200),
        processors=[Processor(model=evil, x86_64_level=0, cores=1, threads=1, max_mhz=2**53 - 1)],
        memory=Memory(installed_bytes=4 * GIB, soldered_bytes=4 * GIB, slots_total=1, slots_free=0,
                      modules=[module("Ch\x1b[2JA" * 30, 4, part="模块" * 60)]),
        drives=[Drive(path="/dev/mmcblk0", transport=Transport.MMC, model="free", serial="none" + evil,
                      size_bytes=64 * GB, locked=True), Drive(path="/dev/sdz", model="m" * 200, serial="s" * 200)],
        network=[NetworkInterface(name="wlan0" + evil, wireless=True, vendor="무선" * 50)],
        unreadable=[Unreadable(part=evil, reason=say("It could not be read: {error}", error=evil * 20))],
    )  # fmt: skip


SAMPLES = {"laptop": laptop, "desktop": desktop, "server": server, "strange": strange, "empty": Inventory}
