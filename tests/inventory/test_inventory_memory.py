"""Memory from SMBIOS: sockets that are only in the firmware, chips on the board, limits, and the names of modules."""

from pathlib import Path

import pytest
from fake_tree import Tree
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.inventory import dmidecode, memory
from agent.inventory.dmidecode import Record
from agent.inventory.memory.makers import maker
from agent.model.inventory import Memory, MemoryModule

GIB = 1 << 30
NONE = "No Module Installed"
CPU = Record(4, 4, fields={"Type": "Central Processor", "Status": "Populated, Enabled"})


def array(most: str = "32 GB", number: int = 2, handle: int = 1, use: str = "System Memory", **more: str) -> Record:
    fields = {"Use": use, "Error Correction Type": "None", "Maximum Capacity": most, "Number Of Devices": str(number)}
    return Record(handle, 16, fields=fields | {name.replace("_", " "): value for name, value in more.items()})


def device(
    size: str = "8 GB", locator: str = "DIMM A", form: str = "SODIMM", kind: str = "DDR4", **more: str
) -> Record:
    fields = {"Array Handle": "0x0001", "Size": size, "Form Factor": form, "Locator": locator, "Type": kind}
    fields |= {"Total Width": "64 bits", "Data Width": "64 bits"}
    return Record(100, 17, fields=fields | {name.replace("_", " "): value for name, value in more.items()})


def pattern(*sizes: str, form: str = "SODIMM") -> list[Record]:
    """The four sockets of Intel's pattern."""
    names = ["ChannelA-DIMM0", "ChannelA-DIMM1", "ChannelB-DIMM0", "ChannelB-DIMM1"]
    return [device(size, names[place], form, Bank_Locator=f"BANK {place}") for place, size in enumerate(sizes)]


def read(*records: Record) -> Memory:
    return memory.read(Tree(Path("/nonexistent")), records)


def slots(*records: Record) -> tuple[int | None, int | None]:
    found = read(*records)
    assert found.slots_total in (None, len(found.modules))
    return found.slots_total, found.slots_free


def module(**fields: str) -> MemoryModule:
    return read(array(), device(**fields)).modules[0]


def test_the_modules_are_summed() -> None:
    found = read(array(), device("8192 MB"), device("4 GB"))
    assert (found.installed_bytes, found.max_bytes, found.soldered_bytes) == (12 * GIB, 32 * GIB, None)


@pytest.mark.parametrize("size", ["Unknown", "-1 GB", "9999999999 TB", "8 XB", "", "٣ GB"])
def test_a_sum_with_an_unknown_part_is_unknown(size: str) -> None:
    found = read(array(), device("8 GB"), device(size))
    assert (found.installed_bytes, found.slots_total, found.slots_free) == (None, 2, 0)


def test_a_machine_without_any_memory_does_not_know() -> None:
    found = read(array(), device(NONE), device(NONE))
    assert (found.installed_bytes, found.slots_total, found.slots_free) == (None, 2, None)


def test_only_arrays_of_working_memory_count() -> None:
    rom = device("4096 kB", "SYSTEM ROM", "Chip", "Flash", Array_Handle="0x0002")
    found = read(array(number=1), array("4 MB", 1, 2, "Flash Memory"), device(), rom)
    assert (found.installed_bytes, found.max_bytes, found.slots_total) == (8 * GIB, 32 * GIB, 1)


def test_several_arrays_are_added() -> None:
    second = device("16 GB", Array_Handle="0x0002")
    found = read(array(), array(handle=2), device("16 GB"), second)
    assert (found.installed_bytes, found.max_bytes, found.slots_total) == (32 * GIB, 64 * GIB, 2)


def test_a_device_of_no_array_is_a_leftover() -> None:
    assert slots(array(number=1), device(), device(NONE, Array_Handle="0x0099")) == (1, 0)


def test_where_every_handle_is_wrong_all_devices_count() -> None:
    assert slots(array(), device(Array_Handle="0x0099"), device(NONE, Array_Handle="0x0099")) == (2, 1)


def test_a_table_written_twice_is_read_once() -> None:
    text = "Handle 0x{0:04X}, DMI type {1}, 15 bytes\nX\n\tUse: System Memory\n\tArray Handle: 0x0001\n\tSize: 4 GB\n\n"
    table = text.format(1, 16) + text.format(2, 17)
    assert read(*dmidecode.parse(table + table)).installed_bytes == 4 * GIB


def test_phantom_sockets_of_notebooks() -> None:
    one, both = pattern("8 GB", NONE, NONE, NONE), pattern("8 GB", NONE, "8 GB", NONE)
    assert slots(array(number=4), CPU, *one) == (2, 1)
    assert slots(array(number=4), CPU, *both) == (2, 0)
    # The maximum was counted with them.
    assert read(array("64 GB", 4), CPU, *one).max_bytes == 32 * GIB
    assert read(array("16 GB", 4), CPU, *both).max_bytes == 16 * GIB


def test_sockets_that_are_there() -> None:
    assert slots(array(number=4), CPU, *pattern("8 GB", "8 GB", NONE, NONE)) == (4, 2)
    assert slots(array(number=4), CPU, *pattern(NONE, NONE, NONE, "8 GB")) == (4, 3)
    assert slots(array(number=4), CPU, *pattern("8 GB", NONE, NONE, NONE, form="DIMM")) == (4, 3)
    apple = Record(2, 1, fields={"Manufacturer": "Apple Inc."})
    assert slots(apple, array(number=4), CPU, *pattern("8 GB", NONE, "8 GB", NONE)) == (4, 2)
    named = [device(one, f"Top-Slot {place}(left)", Bank_Locator=f"BANK {place}") for place, one in
             enumerate(["8 GB", NONE, NONE, NONE])]  # fmt: skip
    assert slots(array(number=4), CPU, *named) == (4, 3)


def test_the_array_knows_how_many() -> None:
    desktop = pattern("8 GB", NONE, NONE, NONE, form="DIMM")
    found = read(array(number=2), CPU, *desktop)
    assert [one.slot for one in found.modules] == ["ChannelA-DIMM0", "ChannelB-DIMM0"]
    # More modules than that: it counts those of one controller. Two processors: likewise.
    assert slots(array(number=2), CPU, *pattern("8 GB", "8 GB", "8 GB", NONE, form="DIMM")) == (4, 1)
    assert slots(array(number=2), CPU, Record(5, 4), *desktop) == (4, 3)


def test_lpddr_leaves_no_socket() -> None:
    found = read(array(number=4), device("4 GB", kind="LPDDR4"), device(NONE), device("4 GB", kind="LPDDR4"))
    assert (found.slots_total, found.slots_free, found.soldered_bytes) == (2, 0, 8 * GIB)


def test_channels_that_only_lpddr_has() -> None:
    names = [f"Controller{one}-Channel{two}-DIMM0" for one in "01" for two in "ABCD"]
    sizes = ["16 GB", *[NONE] * 7]
    assert slots(array(number=8), CPU, *map(device, sizes, names)) == (2, 1)


def test_fewer_than_the_array_has() -> None:
    assert slots(array(number=4), device("8 GB"), device(NONE)) == (2, 1)
    # Some firmware leaves out the empty ones, some counts one that is not there.
    assert slots(array(number=2), device("8 GB")) == (None, None)
    assert slots(array(number=2), device("8 GB", form="Row Of Chips")) == (1, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"form": "Row Of Chips"}, {"form": "Chip"}, {"form": "TSOP"}, {"kind": "LPDDR3"},
        {"locator": "Bottom - on board"}, {"locator": "Bottom-OnBoard 1"}, {"locator": "System Board Memory"},
        {"locator": "Motherboard"}, {"Part_Number": "K4A8G165WC-BCTD"}, {"Part_Number": "H5AN8G6NCJR-XNC"},
        {"Part_Number": "MT40A1G16KNR-075:E"}, {"Part_Number": "0x483943434E4E4E424C54424C41522D4E5544"},
    ],
)  # fmt: skip
def test_chips_on_the_board(fields: dict[str, str]) -> None:
    found = read(array(number=2), device("4 GB", **fields), device("8 GB"))
    assert (found.soldered_bytes, found.installed_bytes) == (4 * GIB, 12 * GIB)


@pytest.mark.parametrize(
    "fields",
    [
        {"locator": "ONBOARD DIMM_A1"}, {"form": "CAMM", "kind": "LPDDR5"}, {"Part_Number": "M471A1K43CB1-CRC"},
        {"Part_Number": "HMA81GS6AFR8N-UH"}, {"Part_Number": "MT8KTF51264HZ"}, {"Part_Number": "KHX1600C10D3/4G"},
    ],
)  # fmt: skip
def test_modules_in_sockets(fields: dict[str, str]) -> None:
    assert read(array(), device("4 GB", **fields)).soldered_bytes is None


def test_an_empty_place_for_chips_is_no_socket() -> None:
    assert slots(array(), device(), device("4 GB"), device(NONE, form="Row Of Chips")) == (2, 0)


@pytest.mark.parametrize(
    ("most", "devices", "expected"),
    [
        ("128 GB", [device(), device()], 64), ("128 GB", [device(), device(form="Row Of Chips")], 40),
        ("4048 GB", [device("2 GB", kind="LPDDR4")] * 8, 16), ("64 GB", [device(form="Row Of Chips")] * 2, 64),
        ("32 GB", [device(kind="DDR2")] * 2, 16), ("4 GB", [device(), device()], None), ("Unknown", [device()], None),
        ("0 kB", [device(form="Chip")] * 2, 16), ("4096 TB", [device()], None),
        ("9 TB", [device(form="DIMM", Total_Width="72 bits")] * 12, None),
        ("1536 GB", [device(form="DIMM", Total_Width="72 bits")] * 12, 1536),
    ],
)  # fmt: skip
def test_the_maximum(most: str, devices: list[Record], expected: int | None) -> None:
    found = read(array(most, len(devices)), *devices)
    assert found.max_bytes == (None if expected is None else expected * GIB)


def test_the_older_structure_helps_where_the_array_cannot_be() -> None:
    older = {"Maximum Memory Module Size": "4096 MB", "Maximum Total Memory Size": "8192 MB"}
    modules = [device("4 GB", kind="DDR2", form="DIMM")] * 2
    assert read(Record(9, 5, fields=older), array("4 GB"), *modules).max_bytes == 8 * GIB
    older["Maximum Memory Module Size"] = "1024 MB"
    assert read(Record(9, 5, fields=older), array("4 GB"), *modules).max_bytes is None


def test_machines_from_before_arrays() -> None:
    controller = {"Maximum Memory Module Size": "512 MB", "Maximum Total Memory Size": "1536 MB"}
    full = {"Socket Designation": "DIMM1", "Type": "DIMM SDRAM", "Installed Size": "256 MB (Single-bank Connection)"}
    empty = {"Socket Designation": "DIMM2", "Type": "DIMM", "Installed Size": "Not Installed"}
    found = read(*(Record(place, kind, fields=fields) for place, (kind, fields) in
                   enumerate([(5, controller), (6, full), (6, empty)])))  # fmt: skip
    assert (found.installed_bytes, found.max_bytes, found.slots_total, found.slots_free) == (GIB // 4, 1536 << 20, 2, 1)
    assert (found.modules[0].type, found.modules[0].form_factor, found.modules[1].slot) == ("SDRAM", "DIMM", "DIMM2")


@pytest.mark.parametrize(
    ("board", "widths", "expected"),
    [
        ("Multi-bit ECC", ("72 bits", "64 bits"), True), ("Single-bit ECC", ("64 bits", "64 bits"), False),
        ("None", ("64 bits", "64 bits"), False), ("None", ("72 bits", "64 bits"), None),
        ("Unknown", ("64 bits", "64 bits"), None), ("Multi-bit ECC", ("Unknown", "64 bits"), True),
    ],
)  # fmt: skip
def test_error_correction(board: str, widths: tuple[str, str], expected: bool | None) -> None:
    width = {"Total_Width": widths[0], "Data_Width": widths[1]}
    assert read(array(Error_Correction_Type=board), device(**width)).ecc is expected


@pytest.mark.parametrize(
    ("kind", "own", "runs", "expected"),
    [
        ("DDR4", "2667 MT/s", "2400 MT/s", 2400), ("DDR4", "2667 MT/s", "Unknown", 2667),
        ("DDR3", "1333 MT/s", "667 MT/s", 1333), ("DDR4", "2133 MT/s", "1067 MT/s", 2133),
        ("DDR2", "333 MHz", "", 667), ("DDR3", "1333 MT/s", "58785 MT/s", 1333), ("DDR3", "1 MT/s", "6 MT/s", None),
        ("DDR3", "1600 MHz (0.6 ns)", "", 1600), ("LPDDR5", "6400 MT/s", "7500 MT/s", 7500),
        ("DDR4", "9" * 15, "", None),
    ],
)  # fmt: skip
def test_speed(kind: str, own: str, runs: str, expected: int | None) -> None:
    for name in ("Configured_Memory_Speed", "Configured_Clock_Speed"):
        assert module(kind=kind, Speed=own, **{name: runs}).speed_mts == expected


@pytest.mark.parametrize(
    ("kind", "size", "speed", "expected"),
    [
        ("SDRAM", "2048 MB", "Unknown", None), ("SDRAM", "256 MB", "133 MHz", "SDRAM"),
        ("DDR", "2 GB", "800 MT/s", None), ("DDR", "1 GB", "400 MT/s", "DDR"),
        ("DRAM", "1 GB", "", None), ("Reserved", "1 GB", "", None),
        ("<OUT OF SPEC>", "1 GB", "", None), ("Other", "1 GB", "", None), ("DDR2 FB-DIMM", "1 GB", "", "DDR2 FB-DIMM"),
    ],
)  # fmt: skip
def test_types(kind: str, size: str, speed: str, expected: str | None) -> None:
    assert module(kind=kind, size=size, Speed=speed).type == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("0x484D54343147533641465238412D50422020", "HMT41GS6AFR8A-PB"), ("M471B5273DH0-CK0   ", "M471B5273DH0-CK0"),
        ("Array1_PartNumber0", None), ("PartNum0", None), ("SODIMM000", None), (". ..   ..     ..", None),
        ("123456789012345678", None), ("0x2020202020202020202020202020", None), ("<BAD INDEX>", None),
        ("99U5428-046.A00LF", "99U5428-046.A00LF"),
    ],
)  # fmt: skip
def test_part_numbers(told: str, expected: str | None) -> None:
    assert module(Part_Number=told).part_number == expected


@pytest.mark.parametrize(
    ("told", "number", "expected"),
    [
        ("Hynix/Hyundai", None, "SK hynix"), ("Samsung", None, "Samsung"), ("80CE000080CE", None, "Samsung"),
        ("0x80AD", None, "SK hynix"), ("7F7F7F0B00000000", None, "Nanya"), ("029E", None, "Corsair"),
        ("JEDEC ID:7F 7F FE 00 00 00 00 00", None, "Elpida"), ("AD80", None, "SK hynix"), ("859B", None, "Crucial"),
        ("CE00000000000000", None, "Samsung"), ("Unknown - [0x9B85]", None, "Crucial"), ("V-GEN", None, "V-GEN"),
        ("Manufacturer00", None, None), ("0000", None, None), ("1315", None, None), ("48spaces", None, None),
        ("<BAD INDEX>", "Bank 1, Hex 0x2C", "Micron"), ("Unknown", "Bank 99, Hex 0xFF", None), (None, None, None),
        ("HP", None, "HP"), ("7F7F7F7F", None, None),
    ],
)  # fmt: skip
def test_makers(told: str | None, number: str | None, expected: str | None) -> None:
    assert maker(told, number) == expected


FIELDS = ["Array Handle", "Size", "Form Factor", "Locator", "Bank Locator", "Type", "Speed", "Part Number", "Use",
          "Manufacturer", "Total Width", "Data Width", "Number Of Devices", "Maximum Capacity", "Installed Size",
          "Configured Memory Speed", "Module Manufacturer ID", "Maximum Total Memory Size", "Error Correction Type",
          "Maximum Memory Module Size"]  # fmt: skip
VALUES = st.text(max_size=40) | st.sampled_from(
    ["8 GB", NONE, "0x0001", "System Memory", "LPDDR4", "SODIMM", "BANK 1", "ChannelA-DIMM1", "Controller0-ChannelB",
     "72 bits", "99999999999999 TB", "-5 GB", "2", "0", "DDR3", "Row Of Chips", "0x" + "41" * 5000, "7F" * 12, "9" * 15,
     "\x1b[2J[red]<script>", "MT/s 1", "²", "Bank ٣, Hex 0x٣٣"]
)  # fmt: skip
RECORDS = st.lists(
    st.builds(
        Record,
        st.integers(0, 3),
        st.sampled_from([1, 4, 5, 6, 16, 17, 17, 17]),
        fields=st.dictionaries(st.sampled_from(FIELDS), VALUES),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(RECORDS)
def test_whatever_the_firmware_says(records: list[Record]) -> None:
    found = read(*records)
    sizes = [one.size_bytes or 0 for one in found.modules]
    assert found.installed_bytes in (None, sum(sizes))
    assert (found.installed_bytes or 0) <= (found.max_bytes or 1 << 46)
    assert (found.soldered_bytes or 0) <= sum(sizes)
    assert found.slots_total in (None, len(found.modules))
    assert 0 <= (found.slots_free or 0) <= len(found.modules)
    assert all(one.speed_mts is None or 66 <= one.speed_mts <= 12_800 for one in found.modules)
