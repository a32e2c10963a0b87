"""A donated laptop as its firmware describes it, with drives of every kind."""

from pathlib import Path

from stick_machine import smbios
from stick_machine.drives import MIB, Drive
from stick_machine.parts import compiled_acpi

NOTEBOOK = 10
MODULES = (
    smbios.Module("ChannelA-DIMM0", 1024, "Samsung", "18A3F2C1", "M471B2873GB0-CH9", 1600),
    smbios.Module("ChannelB-DIMM0", 512, "SK Hynix", "4D1B77E0", "HMT164S6AFR6C-H9", 1333),
)
MEMORY_MIB = sum(module.mebibytes for module in MODULES)
BIOS = {"vendor": "LENOVO", "version": "JBET54WW (1.19 )", "date": "11/06/2015", "release": "1.19"}
SYSTEM = {
    "manufacturer": "LENOVO", "product": "20BVS00D00", "version": "ThinkPad T450", "serial": "PC0TEST7",
    "uuid": "b2a1f3c4-5d6e-4f70-8192-a3b4c5d6e7f8", "sku": "LENOVO_MT_20BV", "family": "ThinkPad T450",
}  # fmt: skip
BOARD = {"manufacturer": "LENOVO", "product": "20BVS00D00", "serial": "L1HF5AB0123", "asset": "Not Available"}
ACPI = Path(__file__).with_name("battery.asl")


def options(folder: Path, *, charger: bool = True) -> list[str]:
    """What makes a computer of QEMU's this laptop."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = [
        ",".join([f"type={kind}", *(f"{name}={value}" for name, value in fields.items())])
        for kind, fields in enumerate((BIOS, SYSTEM, BOARD))
    ]
    tables = [
        smbios.chassis(NOTEBOOK, "LENOVO", "PC0TEST7", "A-0815"),
        smbios.memory_array(len(MODULES), 16),
        *(smbios.memory_device(number, module) for number, module in enumerate(MODULES)),
    ]
    acpi = compiled_acpi(ACPI, folder, CHARGER=int(charger))
    plain = [option for text in texts for option in ("-smbios", text)]
    return [*plain, *smbios.options(folder, tables), "-acpitable", f"file={acpi}"]


def drives(folder: Path) -> list[Drive]:
    """One of each kind, full of old data."""
    made = [
        Drive("nvme", folder / "nvme.img", "S3TESTNVME01", 48 * MIB),
        Drive("sata", folder / "sata.img", "WD-TESTSATA02", 40 * MIB,
              {"model": "WDC WD5000LPCX-24C6HT0", "ver": "01.01A01", "rotation_rate": 5400, "wwn": 0x50014EE6AABBCCDD}),
        Drive("usb", folder / "usb.img", "4C530001USB03", 32 * MIB),
        Drive("sd", folder / "sd.img", "", 32 * MIB),
    ]  # fmt: skip
    for drive in made:
        drive.fill(drive.file.stem)
    return made
