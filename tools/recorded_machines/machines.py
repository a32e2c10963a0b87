"""The machines that are recorded: what their firmware says, and what is plugged into them."""

from dataclasses import dataclass, field

from battery import Battery
from smbios import (
    DDR3,
    DDR4,
    DIMM,
    LPDDR3,
    ROW_OF_CHIPS,
    SODIMM,
    Module,
    bios,
    board,
    chassis,
    memory,
    oem,
    port,
    portable_battery,
    system,
)

TO_BE_FILLED = "To be filled by O.E.M."
USB, VIDEO, NETWORK, AUDIO = 0x10, 0x1C, 0x1F, 0x1D
USB_PLUG, VGA_PLUG, RJ45, JACK = 0x12, 0x07, 0x0B, 0x1F


@dataclass(frozen=True)
class Drive:
    """A file of this size under a device of QEMU's; `device` is its `-device` without the drive."""

    device: str
    size: int


@dataclass(frozen=True)
class Recorded:
    tables: list[bytes]
    processor: str
    drives: list[Drive] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    battery: Battery | None = None
    uefi: bool = False
    tpm: str | None = None
    """1.2 or 2.0."""


AHCI = "ahci,id=sata"
NETWORK_CARD = "e1000e,netdev=net0,romfile=,mac={mac}"
SCREEN = "bochs-display,edid=on,xres={width},yres={height}"


def sata(port_number: int, size: int, rpm: int = 1, **label: str) -> Drive:
    """`rpm` 1 is a solid state drive (ACS-3, word 217); the label has model, serial, wwn and ver."""
    words = ",".join(f"{name}={text}" for name, text in label.items())
    return Drive(f"ide-hd,bus=sata.{port_number},rotation_rate={rpm},{words}", size)


def nvme(serial: str, size: int) -> Drive:
    return Drive(f"nvme,serial={serial}", size)


def usb_stick(serial: str, size: int) -> Drive:
    return Drive(f"usb-storage,bus=usb.0,removable=on,serial={serial}", size)


NOTEBOOK = Recorded(
    [
        bios("LENOVO", "GJET77WW (2.27 )", "05/20/2014"),
        system("0f3c6b81-5302-11cb-9a3f-d53e1a9d8ce2", "LENOVO", "20AQ006HFR", "ThinkPad T440s", "PF01N4TE",
               "LENOVO_MT_20AQ_BU_Think_FM_ThinkPad T440s", "ThinkPad T440s"),
        board("LENOVO", "20AQ006HFR", "SDK0E50510 PRO", "1ZSDC4691T8", "Not Available"),
        chassis("LENOVO", 10, "Not Available", "PF01N4TE", "No Asset Information"),
        port(0, "USB 1", USB_PLUG, USB), port(1, "USB 2", USB_PLUG, USB), port(2, "VGA", VGA_PLUG, VIDEO),
        port(3, "Ethernet", RJ45, NETWORK), port(4, "Headphone", JACK, AUDIO),
        *memory([
            Module("ChannelA-DIMM0", 4096, DDR3, SODIMM, 1600, "Samsung", "00000000", "M471B5173DB0-YK0"),
            Module("ChannelB-DIMM0", 4096, DDR3, SODIMM, 1600, "Micron", "2A1B9C44", "8KTF51264HZ-1G6E1"),
        ], 12288),
        portable_battery("SONY", "45N1775", 23480, 11400),
    ],
    "Intel(R) Core(TM) i5-4300U CPU @ 1.90GHz",
    [sata(0, 250059350016, model="Samsung SSD 840 EVO 250GB", serial="S1DBNSAF312456K",
          wwn="0x5002538844584d30", ver="EXT0BB0Q")],
    [AHCI, NETWORK_CARD.format(mac="28:d2:44:5e:91:0c"), SCREEN.format(width=1920, height=1080), "ich9-intel-hda",
     "hda-duplex,audiodev=silent"],
    Battery("SONY", "45N1775", "3491", 2060, 1380, 1100, 11400),
    tpm="1.2",
)  # fmt: skip

MINI = Recorded(
    [
        bios("Hewlett-Packard", "N21 Ver. 02.16", "08/18/2016"),
        system("8e1c44a2-75dc-11e6-9c43-bc0000f40000", "HP", "HP EliteDesk 800 G2 DM 65W", "", "CZC6347XQ2",
               "X6T29ET#ABF", "103C_53307F G=D"),
        board("HP", "8056", "KBC Version 05.24", "PFSKH008J3D0ZN", ""),
        chassis("HP", 3, "", "CZC6347XQ2", "CZC6347XQ2"),
        oem("FBYTE#3Q3X47676J6S6b7B7H7M7Q7W7m", "BUILDID#16WWEMAW601#SABF#DABF", "EDK2_1"),
        *memory([
            Module("DIMM1", 8192, DDR4, SODIMM, 2133, "Hynix", "1178AB05", "HMA41GS6AFR8N-TF"), Module("DIMM2"),
        ], 32768),
    ],
    "Intel(R) Core(TM) i5-6500 CPU @ 3.20GHz",
    [nvme("S2GLNXAH405187", 256060514304),
     sata(0, 500107862016, 7200, model="WDC WD5000LPLX-08ZNTT0", serial="WX41A86PN2K5",
          wwn="0x50014ee6b1c7a9d2", ver="02.01A02")],
    [AHCI, NETWORK_CARD.format(mac="ec:b1:d7:62:0f:33"), SCREEN.format(width=1280, height=1024)],
    uefi=True, tpm="2.0",
)  # fmt: skip

TOWER = Recorded(
    [
        bios("Dell Inc.", "A12", "11/07/2013"),
        system("4c4c4544-0058-4b10-8032-b7c04f44354a", "Dell Inc.", "OptiPlex 790", "01", "7XK2D5J",
               "OptiPlex 790", ""),
        board("Dell Inc.", "0HY9JP", "A00", "/7XK2D5J/CN7220024F01TR/", ""),
        chassis("Dell Inc.", 6, "", "7XK2D5J", "UNIV-00417"),
        oem("Dell System", "1[04AD]", "3[1.0]", "12[www.dell.com]", "27[17348163391]"),
        *memory([
            Module("DIMM1", 2048, DDR3, DIMM, 1333, "Samsung", "84AC1F90", "M378B5773DH0-CH9"),
            Module("DIMM3", 2048, DDR3, DIMM, 1333, "Samsung", "84AC1F91", "M378B5773DH0-CH9"),
            Module("DIMM2", form=DIMM), Module("DIMM4", form=DIMM),
        ], 16384),
    ],
    "Intel(R) Core(TM) i3-2120 CPU @ 3.30GHz",
    [sata(0, 500107862016, 7200, model="ST500DM002-1BD142", serial="Z3TQ8N4A",
          wwn="0x5000c5006c1d27b4", ver="KC45"),
     sata(1, 1000204886016, 7200, model="Hitachi HDS721010CLA332", serial="JP2940HZ3P5X1C",
          wwn="0x5000cca35dd7f0a1", ver="JP4OA3MA")],
    [AHCI, "ide-cd,bus=sata.2,serial=KLND36A2713", NETWORK_CARD.format(
        mac="d4:be:d9:9a:47:e1"), SCREEN.format(width=1280, height=1024)],
)  # fmt: skip

HOMEMADE = Recorded(
    [
        bios("American Megatrends Inc.", "P1.70", "09/29/2014"),
        system("03000200-0400-0500-0006-000700080009", *[TO_BE_FILLED] * 6),
        board("ASRock", "H81M-HDS", "", "", ""),
        chassis(TO_BE_FILLED, 3, TO_BE_FILLED, TO_BE_FILLED, TO_BE_FILLED),
        *memory([
            Module("ChannelA-DIMM0", 8192, DDR3, DIMM, 1600, "Kingston", "A91E3C27", "KHX1600C10D3/8G"),
            Module("ChannelB-DIMM0", form=DIMM),
        ], 16384),
    ],
    "Intel(R) Pentium(R) CPU G3220 @ 3.00GHz",
    [sata(0, 240057409536, model="KINGSTON SA400S37240G", serial="50026B77826F1C09",
          wwn="0x50026b77826f1c09", ver="SBFKB1D1"),
     usb_stick("AA04012700008713", 16008609792)],
    [AHCI, "qemu-xhci,id=usb", NETWORK_CARD.format(mac="bc:5f:f4:d8:30:7e"), "usb-kbd,bus=usb.0"],
)  # fmt: skip

ALL_IN_ONE = Recorded(
    [
        bios("LENOVO", "M16KT59A", "05/20/2020"),
        system("c3a95a40-5c2f-11e6-8b1e-6d2f9a4b3c00", "LENOVO", "10F3S06J00", "ThinkCentre M800z",
               "S4TG5731", "LENOVO_MT_10F3", "ThinkCentre M800z"),
        board("LENOVO", "30D8", "SDK0J40697 WIN 3305098481637", "M4ZK04C5", ""),
        chassis("LENOVO", 13, "None", "S4TG5731", ""),
        *memory([
            Module("ChannelA-DIMM0", 4096, DDR4, SODIMM, 2133, "Ramaxel", "1309BD44", "RMSA3270NE86H9F-2400"),
            Module("ChannelB-DIMM0", 4096, DDR4, SODIMM, 2133, "Ramaxel", "1309BD51", "RMSA3270NE86H9F-2400"),
        ], 32768),
    ],
    "Intel(R) Core(TM) i5-6400 CPU @ 2.70GHz",
    [nvme("0025_3859_01B0_4A7C", 512110190592)],
    [NETWORK_CARD.format(mac="6c:4b:90:1f:ae:52"), SCREEN.format(width=1920, height=1080), "qemu-xhci,id=usb",
     "usb-tablet,bus=usb.0", "ich9-intel-hda", "hda-duplex,audiodev=silent"],
    uefi=True,
)  # fmt: skip

TABLET = Recorded(
    [
        bios("Insyde Corp.", "V1.14", "08/22/2014"),
        system("9e5c12f0-2a61-4d0c-9f65-3d1f0a7e5b88", "Acer", "Aspire SW5-012", "V1.14",
               "NTL4SEF0024410B3C", "Aspire Switch 10", "Bay Trail"),
        board("Acer", "Fendi2", "V1.14", "NBL4S1100144107E25", TO_BE_FILLED),
        chassis("Acer", 32, "Chassis Version", "NTL4SEF0024410B3C", ""),
        *memory([Module("A1_DIMM0", 2048, LPDDR3, ROW_OF_CHIPS, 1333, "Hynix", "", "")], 2048),
        portable_battery("LION", "AP14A4M", 24000, 3800),
    ],
    "Intel(R) Atom(TM) CPU Z3745 @ 1.33GHz",
    [Drive("sd-card", 1 << 34)],  # its own eMMC has died; a card of 16 GiB is in the slot
    ["sdhci-pci,id=slot", SCREEN.format(width=1280, height=800), "qemu-xhci,id=usb", "usb-kbd,bus=usb.0"],
    Battery("PANASONIC", "AP14A4M", "", 6320, 4100, 2000, 3800),
    uefi=True,
)  # fmt: skip

MACHINES = {
    "notebook": NOTEBOOK,
    "mini_pc": MINI,
    "desktop": TOWER,
    "homemade": HOMEMADE,
    "all_in_one": ALL_IN_ONE,
    "tablet": TABLET,
}
