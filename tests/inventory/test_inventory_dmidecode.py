"""dmidecode's text, and the machine, its case, memory and firmware from it."""

from collections.abc import Callable, Iterator

import pytest
from fake_tree import PCI, Tree
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.host.run import ToolMissing
from agent.inventory import dmidecode, firmware, machine, memory, security
from agent.inventory.dmidecode import Record
from agent.inventory.parts import CannotRead
from agent.inventory.values import real
from agent.model.words import Chassis

GIB = 1 << 30

LAPTOP = """# dmidecode 3.4
Getting SMBIOS data from sysfs.
SMBIOS 2.7 present.

Handle 0x0000, DMI type 0, 24 bytes
BIOS Information
\tVendor: LENOVO
\tVersion: GJET99WW (2.49 )
\tRelease Date: 03/10/2020
\tCharacteristics:
\t\tPCI is supported
\t\tUEFI is supported
\tFirmware Revision: 1.16

Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: LENOVO
\tProduct Name: 20AQ006HFR
\tVersion: ThinkPad T440s
\tSerial Number: PC01ABCD
\tUUID: 8C9B4C01-5210-11CB-A1B6-E7D0C9E1A0B2
\tWake-up Type: Power Switch
\tFamily: ThinkPad T440s

Handle 0x0002, DMI type 2, 15 bytes
Base Board Information
\tManufacturer: LENOVO
\tProduct Name: 20AQ006HFR
\tSerial Number: L1HF43R00AB
\tAsset Tag: Not Available

Handle 0x0003, DMI type 3, 22 bytes
Chassis Information
\tManufacturer: LENOVO
\tType: Notebook
\tSerial Number: PC01ABCD
\tAsset Tag: No Asset Information

Handle 0x0005, DMI type 16, 23 bytes
Physical Memory Array
\tLocation: System Board Or Motherboard
\tUse: System Memory
\tMaximum Capacity: 16 GB
\tNumber Of Devices: 2

Handle 0x0006, DMI type 17, 34 bytes
Memory Device
\tArray Handle: 0x0005
\tSize: 4096 MB
\tForm Factor: SODIMM
\tLocator: ChannelA-DIMM0
\tType: DDR3
\tSpeed: 1600 MT/s
\tManufacturer: Samsung
\tSerial Number: 00000000
\tPart Number: M471B5173QH0-YK0

Handle 0x0007, DMI type 17, 34 bytes
Memory Device
\tArray Handle: 0x0005
\tSize: No Module Installed
\tLocator: ChannelB-DIMM0
\tType: Unknown

Handle 0x0008, DMI type 17, 34 bytes
Memory Device
\tArray Handle: 0x0099
\tSize: 8192 kB
\tLocator: Firmware

Handle 0x0020, DMI type 24, 5 bytes
Hardware Security
\tPower-On Password Status: Disabled
\tKeyboard Password Status: Enabled
\tAdministrator Password Status: Enabled
"""


def changed(text: str, replacement: str) -> list[Record]:
    name = replacement.split(":", maxsplit=1)[0]
    lines = [f"\t{replacement}" if line.startswith(f"\t{name}:") else line for line in text.splitlines()]
    return dmidecode.parse("\n".join(lines))


def test_records() -> None:
    records = dmidecode.parse(LAPTOP)
    assert [record.type for record in records] == [0, 1, 2, 3, 16, 17, 17, 17, 24]
    bios = records[0]
    assert (bios.title, bios.get("Vendor"), bios.get("Firmware Revision")) == ("BIOS Information", "LENOVO", "1.16")
    assert bios.lists == {"Characteristics": ["PCI is supported", "UEFI is supported"]}


def test_the_machine(tree: Tree) -> None:
    found = machine.read(tree, dmidecode.parse(LAPTOP))
    assert (found.vendor, found.model, found.chassis) == ("Lenovo", "ThinkPad T440s", Chassis.NOTEBOOK)
    assert (found.serial, found.board_serial, found.asset_tag) == ("PC01ABCD", "L1HF43R00AB", None)
    assert found.uuid == "8c9b4c01-5210-11cb-a1b6-e7d0c9e1a0b2"
    assert found.machine_id
    assert not found.virtual


def test_the_identity_does_not_depend_on_the_letters_case_or_on_anything_but_serials(tree: Tree) -> None:
    known = machine.read(tree, dmidecode.parse(LAPTOP)).machine_id
    other = changed(LAPTOP, "UUID: 8c9b4c01-5210-11cb-a1b6-e7d0c9e1a0b2")
    assert machine.read(tree, other).machine_id == known
    assert machine.read(tree, changed(LAPTOP, "Version: 1.0")).machine_id == known
    assert machine.read(tree, changed(LAPTOP, "UUID: 8c9b4c01-5210-11cb-a1b6-e7d0c9e1a0b3")).machine_id != known


NAMELESS = (
    "Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tSerial Number: To be filled by O.E.M.\n\tUUID: --\n"
)


def card(tree: Tree, name: str, mac: str, device: str = f"{PCI}/0000:00:19.0", assigned: int = 0) -> None:
    tree.folder(device)
    folder = f"/sys/class/net/{name}"
    for file, value in {"address": mac, "type": 1, "addr_assign_type": assigned}.items():
        tree.file(f"{folder}/{file}", value)
    tree.links(f"{folder}/device", device)


def test_without_serials_the_built_in_network_card_tells_machines_apart(tree: Tree) -> None:
    records = dmidecode.parse(NAMELESS)
    assert machine.read(tree, records).machine_id is None
    card(tree, "enx1", "aa:bb:cc:00:00:09", f"{PCI}/0000:00:14.0/usb1/1-1/1-1:1.0")
    card(tree, "wlan0", "aa:bb:cc:00:00:08")
    tree.folder("/sys/class/net/wlan0/wireless/x")
    card(tree, "eth9", "aa:bb:cc:00:00:07", assigned=1)
    assert machine.read(tree, records).machine_id is None
    card(tree, "eth0", "aa:bb:cc:00:00:01")
    known = machine.read(tree, records).machine_id
    assert known
    assert machine.read(tree, dmidecode.parse(LAPTOP)).machine_id != known


@pytest.mark.parametrize("uuid", ["03000200-0400-0500-0006-000700080009", "00000000-0000-0000-0000-000000000000",
                                  "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "Not Settable", "--"])  # fmt: skip
def test_uuids_that_many_machines_share(tree: Tree, uuid: str) -> None:
    assert machine.read(tree, changed(LAPTOP, f"UUID: {uuid}")).uuid is None


@pytest.mark.parametrize("vendor", ["QEMU", "VMware, Inc.", "innotek GmbH", "Xen", "Amazon EC2"])
def test_virtual_machines(tree: Tree, vendor: str) -> None:
    assert machine.read(tree, [Record(1, 1, fields={"Manufacturer": vendor})]).virtual


def test_a_name_that_only_begins_like_a_hypervisor(tree: Tree) -> None:
    assert not machine.read(tree, [Record(1, 1, fields={"Product Name": "XENIA 14"})]).virtual


def test_a_virtual_machine_without_smbios(tree: Tree) -> None:
    assert not machine.read(tree, []).virtual
    tree.file("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu hypervisor lm\n")
    assert machine.read(tree, []).virtual


def test_memory(tree: Tree) -> None:
    tree.file("/proc/meminfo", "MemTotal:        3950000 kB\nMemFree: 1 kB")
    found = memory.read(tree, dmidecode.parse(LAPTOP))
    assert (found.installed_bytes, found.max_bytes, found.usable_bytes) == (4 * GIB, 16 * GIB, 3950000 * 1024)
    assert (found.slots_total, found.slots_free) == (2, 1)
    module, empty = found.modules
    assert (module.slot, module.type, module.form_factor, module.speed_mts) == (
        "ChannelA-DIMM0",
        "DDR3",
        "SODIMM",
        1600,
    )
    assert (module.manufacturer, module.part_number, module.serial) == ("Samsung", "M471B5173QH0-YK0", None)
    assert (empty.slot, empty.size_bytes, empty.type) == ("ChannelB-DIMM0", None, None)


@pytest.mark.parametrize("maximum", ["2 GB", "Unknown", "4096 TB"])
def test_a_maximum_that_cannot_be(tree: Tree, maximum: str) -> None:
    assert memory.read(tree, changed(LAPTOP, f"Maximum Capacity: {maximum}")).max_bytes is None


def test_memory_without_smbios(tree: Tree) -> None:
    found = memory.read(tree, [])
    assert (found.installed_bytes, found.slots_total, found.slots_free, found.modules) == (None, None, None, [])


def test_firmware(tree: Tree) -> None:
    tree.folder("/sys/firmware/acpi")
    found = firmware.read(tree, dmidecode.parse(LAPTOP))
    assert (found.vendor, found.version, found.date) == ("Lenovo", "GJET99WW (2.49 )", "2020-03-10")
    assert (found.uefi, found.secure_boot) == (False, None)


@pytest.mark.parametrize(("value", "on"), [(b"\x06\0\0\0\x01", True), (b"\x06\0\0\0\x00", False), (b"\x06\0", None)])
def test_secure_boot(tree: Tree, value: bytes, on: bool | None) -> None:
    tree.file("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", value)
    found = firmware.read(tree, [])
    assert (found.uefi, found.secure_boot) == (True, on)


def test_passwords(tree: Tree) -> None:
    assert security.firmware_password(tree, []) is None
    assert security.firmware_password(tree, dmidecode.parse(LAPTOP)) is True
    assert security.firmware_password(tree, changed(LAPTOP, "Administrator Password Status: Disabled")) is False
    assert (
        security.firmware_password(tree, [Record(1, 24, fields={"Administrator Password Status": "Unknown"})]) is None
    )
    tree.file("/sys/class/firmware-attributes/thinklmi/authentication/Admin/is_enabled", 0)
    assert security.firmware_password(tree, []) is False
    tree.file("/sys/class/firmware-attributes/thinklmi/authentication/System/is_enabled", 1)
    assert security.firmware_password(tree, []) is True


def test_dmidecode_is_missing(tree: Tree) -> None:
    with pytest.raises(ToolMissing):
        dmidecode.read(tree)


def test_dmidecode_finds_nothing(tree: Tree) -> None:
    tree.answers("dmidecode", "# dmidecode 3.4\nScanning /dev/mem for entry point.\n")
    with pytest.raises(CannotRead, match="no description"):
        dmidecode.read(tree)
    tree.answers("dmidecode", "# dmidecode 3.4\n", "/dev/mem: Permission denied\n", 1)
    with pytest.raises(CannotRead, match="Permission denied"):
        dmidecode.read(tree)


def test_the_kernels_files_help_out(tree: Tree) -> None:
    for file, text in {"sys_vendor": "LENOVO", "product_version": "ThinkPad X230", "chassis_type": "10"}.items():
        tree.file(f"/sys/class/dmi/id/{file}", text)
    found = machine.read(tree, dmidecode.from_kernel(tree))
    assert (found.vendor, found.model, found.chassis) == ("Lenovo", "ThinkPad X230", Chassis.NOTEBOOK)


def test_without_root_there_is_no_identity_rather_than_another_one(tree: Tree) -> None:
    card(tree, "eth0", "aa:bb:cc:00:00:01")
    tree.file("/sys/class/dmi/id/sys_vendor", "LENOVO")
    tree.folder("/sys/class/dmi/id/product_uuid")  # there, and not to be read
    assert machine.read(tree, dmidecode.from_kernel(tree)).machine_id is None


@pytest.mark.parametrize(
    "text",
    [
        "To be filled by O.E.M.", "Default string", "0123456789", "--", "00000000", "...", "System Serial Number",
        "None", "Not Specified", "ModulePartNumber00", "123456789", "Chassis Serial Number", "FFFFFFFF", "", " ",
        "0x0000", "N/A",
    ],
)  # fmt: skip
def test_placeholders(text: str) -> None:
    assert real(text) is None


@pytest.mark.parametrize("text", ["PC01ABCD", "Aspire 5050", "7", "X", "S21NNXAG123456A", "0x1a2b3c4d", "20AQ006HFR"])
def test_no_placeholders(text: str) -> None:
    assert real(text) == text


@example("Handle 0x0001, DMI type 1, 27 bytes\nX\n\t: value without a name\n\t:\n\t\t\n")
@given(st.text() | st.text(alphabet="\t\n :ahHndle0x12DMItyp,bs").map(lambda text: LAPTOP[:300] + text))
def test_any_text_is_read(text: str) -> None:
    records = dmidecode.parse(text)
    assert len(records) <= 2000


@settings(max_examples=50)
@given(st.lists(st.sampled_from(LAPTOP.splitlines()) | st.text(max_size=30), max_size=60))
def test_torn_tables_are_read(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    tree = Tree(tmp_path_factory.getbasetemp() / "nothing")
    records = dmidecode.parse("\n".join(lines))
    machine.read(tree, records)
    memory.read(tree, records)
    firmware.read(tree, records)
    security.firmware_password(tree, records)


def test_recorded_machines(tree: Tree, corpus: Callable[[str], Iterator[tuple[str, bytes]]]) -> None:
    """A twelfth of them, spread evenly: all take too long for every day."""
    seen = sized = 0
    for number, (_, content) in enumerate(corpus("dmi.tar.xz")):
        if number % 12:
            continue
        seen += 1
        records = dmidecode.parse(content.decode("utf-8", "replace"))
        sized += memory.read(tree, records).installed_bytes is not None
    assert seen > 200
    assert sized / seen > 0.97


def test_donated_machines(tree: Tree, corpus: Callable[[str], Iterator[tuple[str, bytes]]]) -> None:
    texts = {}
    for name, content in corpus("donated-pcs.tar.xz"):
        if name.endswith(("baseboard.txt", "chassis.txt")):
            who = name.split("/")[-2]
            texts[who] = texts.get(who, "") + content.decode("utf-8", "replace") + "\n\n"
    found = {who: machine.read(tree, dmidecode.parse(text)) for who, text in texts.items()}
    assert len(found) >= 10
    assert all(one.vendor and one.model for one in found.values())
    assert found["Thinkpad-R500"].chassis is Chassis.NOTEBOOK
    assert found["castes-SurfacePro4"].chassis is Chassis.TABLET
