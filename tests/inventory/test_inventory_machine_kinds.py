"""What kind of computer it is, for machines as donors bring them."""

from collections.abc import Callable

import pytest
from fake_tree import Tree
from hypothesis import given
from hypothesis import strategies as st

from agent.inventory import machine
from agent.inventory.dmidecode import BATTERY, BOARD, CHASSIS, MEMORY_DEVICE, PROCESSOR, SYSTEM, Record
from agent.inventory.machine.chassis import chassis
from agent.inventory.machine.chassis_evidence import Evidence
from agent.inventory.machine.processor_kind import ProcessorKind, processor_kind
from agent.model.words import Chassis

NOTEBOOK, CONVERTIBLE, TABLET, DESKTOP = Chassis.NOTEBOOK, Chassis.CONVERTIBLE, Chassis.TABLET, Chassis.DESKTOP
ALL_IN_ONE, MINI_PC, STICK_PC, SERVER, OTHER = (
    Chassis.ALL_IN_ONE,
    Chassis.MINI_PC,
    Chassis.STICK_PC,
    Chassis.SERVER,
    Chassis.OTHER,
)


def described(
    maker: str,
    product: str,
    kind: str | None,
    *,
    version: str = "",
    family: str = "",
    board: str = "",
    processor: str = "",
    memory: str = "",
    battery: bool = False,
) -> list[Record]:
    system = {"Manufacturer": maker, "Product Name": product, "Version": version, "Family": family}
    records = [
        Record(1, SYSTEM, fields=system),
        Record(2, BOARD, fields={"Manufacturer": maker, "Product Name": board}),
        Record(3, CHASSIS, fields={} if kind is None else {"Type": kind}),
        Record(4, PROCESSOR, fields={"Version": processor}),
    ]
    if memory:
        records.append(Record(5, MEMORY_DEVICE, fields={"Form Factor": memory}))
    if battery:
        records.append(Record(6, BATTERY))
    return records


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("Notebook", NOTEBOOK), ("10", NOTEBOOK), ("138", NOTEBOOK), ("Sub Notebook", NOTEBOOK),
        ("Mini Tower", DESKTOP),
        ("Low Profile Desktop", DESKTOP), ("All In One", ALL_IN_ONE), ("35", MINI_PC), ("Stick PC", STICK_PC),
        ("Convertible", CONVERTIBLE), ("Detachable", TABLET), ("Hand Held", TABLET), ("Rack Mount Chassis", SERVER),
        ("Blade", SERVER), ("Other", OTHER), (None, OTHER), ("", OTHER), ("0", OTHER), ("99", OTHER), ("2²", OTHER),
        ("<OUT OF SPEC>", OTHER), ("Bus Expansion Chassis", OTHER),
    ],
)  # fmt: skip
def test_the_type_alone(kind: str | None, expected: Chassis) -> None:
    assert chassis(Evidence(kind=kind)) is expected


@pytest.mark.parametrize(
    ("maker", "product", "kind", "expected"),
    [
        # Apple's type is wrong in every way.
        ("Apple Inc.", "iMac18,2", "Laptop", ALL_IN_ONE), ("Apple Inc.", "iMac14,4", "Notebook", ALL_IN_ONE),
        ("Apple Inc.", "iMacPro1,1", "Desktop", ALL_IN_ONE), ("Apple Inc.", "Macmini7,1", "Notebook", MINI_PC),
        ("Apple Inc.", "MacBookAir6,2", "Laptop", NOTEBOOK), ("Apple Inc.", "MacBook4,1", "Unknown", NOTEBOOK),
        ("Apple Inc.", "MacPro5,1", "Laptop", DESKTOP),
        # Microsoft's, too.
        ("Microsoft Corporation", "Surface Pro 6", "Laptop", TABLET),
        ("Microsoft Corporation", "Surface with Windows 8 Pro", "Main Server Chassis", TABLET),
        ("Microsoft Corporation", "Surface Go", "Laptop", TABLET),
        ("Microsoft Corporation", "Surface Book 2", "Laptop", TABLET),
        ("Microsoft Corporation", "Surface Laptop 2", "Laptop", NOTEBOOK),
        ("Microsoft Corporation", "Surface Laptop Studio", "Laptop", CONVERTIBLE),
        ("Microsoft Corporation", "Surface Studio", "Desktop", ALL_IN_ONE),
        # All-in-ones.
        ("Dell Inc.", "OptiPlex 9020 AIO", "Desktop", ALL_IN_ONE),
        ("Dell Inc.", "OptiPlex 7440 AIO", "Mini Tower", ALL_IN_ONE),
        ("Hewlett-Packard", "HP Pro 3420 AiO PC", "Desktop", ALL_IN_ONE),
        ("HP", "HP ProOne 400 G2 20-in Non-Touch", "Desktop", ALL_IN_ONE),
        ("HP", "HP EliteOne 800 G3 23.8-in", "Notebook", ALL_IN_ONE),
        ("HP", "HP All-in-One 24-df0xxx", "Desktop", ALL_IN_ONE),
        ("Acer", "Veriton Z4631G", "Desktop", ALL_IN_ONE), ("Acer", "Aspire Z5610", "Desktop", ALL_IN_ONE),
        ("FUJITSU", "ESPRIMO K557", "Desktop", ALL_IN_ONE), ("LENOVO", "IdeaCentre B320", "Desktop", ALL_IN_ONE),
        # Small computers.
        ("HP", "HP EliteDesk 800 G2 DM 35W", "Space-saving", MINI_PC),
        ("HP", "HP ProDesk 400 G5 Desktop Mini", "Mini Tower", MINI_PC),
        ("HP", "HP Elite Mini 800 G9", "Desktop", MINI_PC),
        ("HP", "HP Z2 Mini G4 Workstation", "Desktop", MINI_PC),
        ("Dell Inc.", "OptiPlex Micro 7010", "Desktop", MINI_PC),
        ("FUJITSU", "ESPRIMO Q920", "Lunch Box", MINI_PC), ("FUJITSU", "FUTRO S720", "Desktop", MINI_PC),
        ("Intel(R) Client Systems", "NUC8i5BEH", "Desktop", MINI_PC), ("ZOTAC", "ZBOX-CI527/CI547", "Laptop", MINI_PC),
        ("Hewlett-Packard", "HP t610 WW Thin Client", "Low Profile Desktop", MINI_PC),
        ("Dell Inc.", "Wyse 5070 Thin Client", "Desktop", MINI_PC),
        ("GIGABYTE", "GB-BXi5-4200", "Notebook", MINI_PC),
        ("HP", "HP 260 G1 DM", "Desktop", MINI_PC), ("Hewlett-Packard", "HP Mini 110-3100", "Notebook", NOTEBOOK),
        ("Intel(R) Client Systems", "LAPKC71F", "Notebook", NOTEBOOK),
        # Larger ones of the same lines.
        ("HP", "HP EliteDesk 800 G3 SFF", "Desktop", DESKTOP), ("HP", "HP ProDesk 600 G1 TWR", "Mini Tower", DESKTOP),
        ("Dell Inc.", "OptiPlex 7010", "Low Profile Desktop", DESKTOP), ("FUJITSU", "ESPRIMO P520", "Desktop", DESKTOP),
        ("Dell Inc.", "Precision WorkStation T3500", "Mini Tower", DESKTOP),
        # What turns over, and what only sounds so.
        ("HP", "HP Pavilion x360 Convertible 14-ba2xx", "Notebook", CONVERTIBLE),
        ("Dell Inc.", "Latitude 7400 2-in-1", "Notebook", CONVERTIBLE),
        ("Dell Inc.", "XPS 13 9315 2-in-1", "Detachable", TABLET),
        ("Acer", "Spin SP513-51", "Notebook", CONVERTIBLE), ("ASRock", "P67 Transformer", "Desktop", DESKTOP),
        # Servers.
        ("Dell Inc.", "PowerEdge T30", "Mini Tower", SERVER), ("HP", "ProLiant ML110 G6", "Tower", SERVER),
        ("HPE", "ProLiant MicroServer Gen10", "Other", SERVER), ("Supermicro", "SYS-6029P-WTR", "Other", SERVER),
        ("FUJITSU", "PRIMERGY TX1310 M1", "Desktop", SERVER), ("IBM", "System x3250 M3 -[4252K4G]-", "Other", SERVER),
        # Chromebooks are notebooks whose coreboot says desktop; Chromeboxes are not.
        ("Google", "Nautilus", "Desktop", NOTEBOOK), ("Google", "Panther", "Desktop", MINI_PC),
        # Lines whose numbers tell, where the case says little.
        ("Sony Corporation", "VPCL21S1E", "Desktop", ALL_IN_ONE), ("Sony Corporation", "VGC-RC102", "Desktop", DESKTOP),
        ("Acer", "Aspire 7600U", "Notebook", ALL_IN_ONE), ("Gateway", "ZX4931", "Desktop", ALL_IN_ONE),
        ("SAMSUNG ELECTRONICS CO., LTD.", "700A3D/700A7D", "Desktop", ALL_IN_ONE),
        ("LG Electronics", "22V240-L.AS31P1", "Notebook", ALL_IN_ONE),
        ("LG Electronics", "15Z960-G", "Other", NOTEBOOK),
        ("Hewlett-Packard", "HP TouchSmart 520-1000", "Desktop", ALL_IN_ONE),
        ("Hewlett-Packard", "HP TouchSmart tm2 Notebook PC", "Notebook", NOTEBOOK),
        ("Hewlett-Packard", "23-q110ng", "Other", ALL_IN_ONE),
        ("Hewlett-Packard", "Pavilion dv6-3100", "Other", NOTEBOOK),
        ("Hewlett-Packard", "Presario CQ61", "Other", NOTEBOOK), ("Hewlett-Packard", "p6-2100", "Other", OTHER),
        ("Dell Inc.", "Inspiron 24-3455", "Desktop", ALL_IN_ONE), ("Dell Inc.", "Vostro 330", "Desktop", ALL_IN_ONE),
        ("Dell Inc.", "XPS 13 9350", "Other", NOTEBOOK), ("Dell Inc.", "XPS 8700", "Desktop", DESKTOP),
        ("Dell Inc.", "Precision M4600", "Other", NOTEBOOK), ("Dell Inc.", "Precision 3620", "Desktop", DESKTOP),
        ("ASUSTeK COMPUTER INC.", "X541UAK", "Desktop", NOTEBOOK),
        ("ASUSTeK COMPUTER INC.", "K31CD", "Desktop", DESKTOP),
        ("ASUSTeK COMPUTER INC.", "G11CD", "Desktop", DESKTOP), ("ASUSTeK COMPUTER INC.", "X99-A", "Desktop", DESKTOP),
        ("Acer", "Aspire E5-575G", "Desktop", NOTEBOOK), ("Acer", "Aspire M3970", "Desktop", DESKTOP),
        ("CHUWI Innovation", "GemiBook Pro", "Desktop", NOTEBOOK), ("CLEVO CO.", "W65_67SZ", "Desktop", NOTEBOOK),
        ("FUJITSU SIEMENS", "AMILO Pi 3560", "Other", NOTEBOOK), ("FUJITSU", "STYLISTIC Q704", "Other", TABLET),
        ("AZW", "U59", "Notebook", MINI_PC), ("Beelink", "GTi12", "Other", MINI_PC),
        ("Intel Corporation", "S1200RP", "Other", SERVER), ("Cisco Systems Inc", "N20-B6625-1", "Other", SERVER),
        ("GEO", "GeoFlex 240", "Other", CONVERTIBLE), ("IBM", "Flex System x220", "Other", OTHER),
        ("IBM", "System X iDataPlex dx360 M3", "Rack Mount Chassis", SERVER),
        ("ASUSTeK COMPUTER INC.", "ROG Strix G713QM", "Other", NOTEBOOK),
        ("ASUSTeK COMPUTER INC.", "ROG STRIX B450-F GAMING", "Desktop", DESKTOP),
        ("ASUSTeK COMPUTER INC.", "TUF GAMING B550M-PLUS", "Desktop", DESKTOP),
        ("ASUSTeK COMPUTER INC.", "ASUS TUF Gaming F15 FX507ZM", "Desktop", NOTEBOOK),
        ("ASUSTeK COMPUTER INC.", "S400CA", "Other", NOTEBOOK), ("ASUSTeK COMPUTER INC.", "S300MA", "Desktop", DESKTOP),
        ("Micro-Star International Co., Ltd.", "MS-16J9", "Other", NOTEBOOK),
        ("Intel(R) Client Systems", "LAPBC510", "Other", NOTEBOOK),
        ("System76", "Oryx Pro", "Desktop", NOTEBOOK), ("System76", "Thelio", "Desktop", DESKTOP),
        ("TUXEDO", "TUXEDO InfinityBook Pro 14", "Other", NOTEBOOK),
        # Stick and appliance.
        ("Intel Corporation", "Compute Stick STK1AW32SC", "Desktop", STICK_PC),
        ("Sophos", "SG", "Expansion Chassis", OTHER),
    ],
)  # fmt: skip
def test_by_name(tree: Tree, maker: str, product: str, kind: str, expected: Chassis) -> None:
    assert machine.read(tree, described(maker, product, kind)).chassis is expected


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("ThinkCentre M90z", "Desktop", ALL_IN_ONE), ("ThinkCentre M93p Tiny", "Desktop", MINI_PC),
        ("ThinkCentre M710q", "Desktop", MINI_PC), ("ThinkStation P330 Tiny", "Desktop", MINI_PC),
        ("ThinkCentre M93p", "Desktop", DESKTOP), ("ThinkCentre M720s", "Desktop", DESKTOP),
        ("Lenovo Yoga 2 Pro", "Notebook", CONVERTIBLE), ("ThinkPad X1 Yoga 2nd", "Notebook", CONVERTIBLE),
        ("Yoga Slim 7 15IIL05", "Notebook", NOTEBOOK), ("ThinkPad R500", "Other", NOTEBOOK),
        ("Legion 5 15ACH6H", "Other", NOTEBOOK), ("Legion T5 26AMR5", "Desktop", DESKTOP),
        ("3000 V200", "Other", NOTEBOOK), ("3000 J115", "Desktop", DESKTOP), ("C260", "Notebook", ALL_IN_ONE),
        ("ThinkPad X1 Tablet", "Detachable", TABLET), ("ThinkSystem ST50", "Tower", SERVER),
    ],
)  # fmt: skip
def test_by_lenovos_version(tree: Tree, name: str, kind: str, expected: Chassis) -> None:
    assert machine.read(tree, described("LENOVO", "10AYA037LM", kind, version=name)).chassis is expected


@pytest.mark.parametrize(("maker", "board"), [("LENOVO", "LNVNB161216"), ("SAMSUNG ELECTRONICS", "NP905S3G-K01DE")])
def test_a_board_may_say_that_it_is_a_notebooks(tree: Tree, maker: str, board: str) -> None:
    for kind in ("Desktop", "Other"):
        assert machine.read(tree, described(maker, "X1", kind, board=board)).chassis is NOTEBOOK


def test_notebook_memory_tells_the_smallest_case_of_a_line(tree: Tree) -> None:
    for product in ("OptiPlex 3070", "ThinkCentre M73"):
        small = described("X", product, "Desktop", processor="Intel(R) Core(TM) i5-9500T CPU", memory="SODIMM")
        large = described("X", product, "Desktop", processor="Intel(R) Core(TM) i5-9500 CPU", memory="DIMM")
        assert machine.read(tree, small).chassis is MINI_PC
        assert machine.read(tree, large).chassis is DESKTOP


@pytest.mark.parametrize(
    ("processor", "memory", "battery", "expected"),
    [
        ("Intel(R) Core(TM)2 Duo CPU     T5750  @ 2.00GHz", "DIMM", False, NOTEBOOK),
        ("Intel(R) Atom(TM) CPU N270   @ 1.60GHz", "DIMM", False, NOTEBOOK),
        ("Not Specified", "DIMM", True, NOTEBOOK), ("A0", "SODIMM", False, NOTEBOOK),
        ("Intel(R) Pentium(R) 4 CPU 3.06GHz", "DIMM", False, DESKTOP),
        ("AMD Athlon(tm) 64 Processor 3500+", "", False, DESKTOP), ("Intel(R) Celeron(R) CPU", "DIMM", False, DESKTOP),
        ("AMD EPYC 7502 32-Core Processor", "DIMM", False, SERVER), ("", "", False, OTHER),
    ],
)  # fmt: skip
def test_a_case_that_says_nothing(tree: Tree, processor: str, memory: str, battery: bool, expected: Chassis) -> None:
    for kind in ("Other", "Unknown", None):
        records = described("Noname", "X550", kind, processor=processor, memory=memory, battery=battery)
        assert machine.read(tree, records).chassis is expected


def test_a_described_battery_is_believed_beside_a_mobile_processor_only(tree: Tree) -> None:
    mobile = described("Noname", "X1", "Desktop", processor="Intel(R) Celeron(R) N5105 @ 2.00GHz", battery=True)
    socketed = described("MSI", "MS-7512", "Desktop", processor="Intel(R) Core(TM)2 Quad CPU Q9550", battery=True)
    assert machine.read(tree, mobile).chassis is NOTEBOOK
    assert machine.read(tree, socketed).chassis is DESKTOP


@pytest.mark.parametrize(
    "part",
    [
        Record(7, 21, fields={"Type": "Touch Pad"}), Record(7, 21, fields={"Type": "Track Point"}),
        Record(7, 9, fields={"Type": "32-bit PC Card (PCMCIA)", "Designation": "J6C1"}),
        Record(7, 9, fields={"Type": "x1 PCI Express", "Designation": "ExpressCard Slot"}),
    ],
)  # fmt: skip
def test_a_touch_pad_or_a_card_slot_is_in_a_notebook(tree: Tree, part: Record) -> None:
    unnamed = described("Noname", "X1", "Other")
    desktop = described("Noname", "X1", "Desktop", processor="Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz")
    socketed = described("Noname", "X1", "Desktop", processor="Intel(R) Core(TM) i5-3570K CPU @ 3.40GHz")
    assert machine.read(tree, [*unnamed, part]).chassis is NOTEBOOK
    assert machine.read(tree, [*desktop, part]).chassis is NOTEBOOK
    assert machine.read(tree, [*socketed, part]).chassis is DESKTOP


def test_an_external_mouse_and_a_common_slot_tell_nothing(tree: Tree) -> None:
    parts = [Record(7, 21, fields={"Type": "Mouse"}), Record(8, 9, fields={"Type": "x16 PCI Express"})]
    assert machine.read(tree, described("Noname", "X1", "Other") + parts).chassis is OTHER


def test_a_battery_on_a_board_with_a_socket_is_a_mistake_also_without_a_type(tree: Tree) -> None:
    records = described("Noname", "X1", "Other", processor="Intel(R) Core(TM)2 Quad CPU Q9550", battery=True)
    assert machine.read(tree, records).chassis is DESKTOP


def test_a_servers_processor_makes_a_server_of_a_desktop(tree: Tree) -> None:
    for name, expected in (("AMD EPYC 7313P 16-Core Processor", SERVER), ("Intel(R) Xeon(R) CPU E5-1620 v3", DESKTOP)):
        assert machine.read(tree, described("Noname", "X1", "Desktop", processor=name)).chassis is expected


def test_a_board_with_the_letters_of_the_thin_ones_is_behind_a_panel(tree: Tree) -> None:
    processor = "Intel(R) Core(TM) i5-4570S CPU @ 2.90GHz"
    for kind in ("Desktop", "Notebook"):
        thin = described("ECS", "H87H3-TI", kind, processor=processor, memory="SODIMM")
        assert machine.read(tree, thin).chassis is ALL_IN_ONE
    thick = described("ECS", "H87H3-M", "Desktop", processor=processor, memory="DIMM")
    assert machine.read(tree, thick).chassis is DESKTOP


def test_a_notebook_with_a_battery_is_portable_whatever_its_name(tree: Tree) -> None:
    records = described("Dell Inc.", "Wyse 5470", "Notebook", battery=True)
    assert machine.read(tree, records).chassis is NOTEBOOK


def has_battery(tree: Tree) -> None:
    tree.file("/sys/class/power_supply/BAT0/type", "Battery")


def has_panel(tree: Tree) -> None:
    tree.file("/sys/class/drm/card0-eDP-1/status", "connected")


def has_panel_and_lid(tree: Tree) -> None:
    has_panel(tree)
    tree.file("/proc/acpi/button/lid/LID0/state", "state: open")


def has_mouse_and_monitor(tree: Tree) -> None:
    tree.file("/sys/class/power_supply/hidpp_battery_0/type", "Battery")
    tree.file("/sys/class/power_supply/hidpp_battery_0/scope", "Device")
    tree.file("/sys/class/power_supply/ups/type", "UPS")
    tree.file("/sys/class/drm/card0-HDMI-A-1/status", "connected")
    tree.file("/sys/class/drm/card0-LVDS-1/status", "disconnected")


@pytest.mark.parametrize(
    ("prepare", "expected"),
    [
        (has_battery, NOTEBOOK), (has_panel, ALL_IN_ONE), (has_panel_and_lid, NOTEBOOK),
        (has_mouse_and_monitor, DESKTOP),
    ],
)  # fmt: skip
def test_what_the_running_system_sees_corrects_a_desktop(
    tree: Tree, prepare: Callable[[Tree], None], expected: Chassis
) -> None:
    prepare(tree)
    assert machine.read(tree, described("Noname", "X1", "Desktop")).chassis is expected


def test_a_battery_makes_a_machine_without_smbios_portable(tree: Tree) -> None:
    assert machine.read(tree, []).chassis is OTHER
    has_battery(tree)
    assert machine.read(tree, []).chassis is NOTEBOOK


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz", ProcessorKind.MOBILE),
        ("Intel(R) Core(TM) i7-7Y75 CPU @ 1.30GHz", ProcessorKind.MOBILE),
        ("Intel(R) Core(TM) i3-6098P CPU @ 3.60GHz", ProcessorKind.DESKTOP),
        ("12th Gen Intel(R) Core(TM) i5-1240P", ProcessorKind.MOBILE),
        ("11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", ProcessorKind.MOBILE),
        ("Intel(R) Core(TM) i5 CPU       M 520  @ 2.40GHz", ProcessorKind.MOBILE),
        ("Intel(R) Core(TM) Ultra 7 155H", ProcessorKind.MOBILE),
        ("AMD Ryzen 5 PRO 4650U with Radeon Graphics", ProcessorKind.MOBILE),
        ("AMD Turion(tm) 64 X2 Mobile TL-60", ProcessorKind.MOBILE),
        ("Intel(R) Xeon(R) E-2286M  CPU @ 2.40GHz", ProcessorKind.MOBILE),
        ("Intel(R) Atom(TM) CPU N270   @ 1.60GHz", ProcessorKind.NETBOOK),
        ("Intel(R) Core(TM) i5-3570K CPU @ 3.40GHz", ProcessorKind.DESKTOP),
        ("12th Gen Intel(R) Core(TM) i5-12400", ProcessorKind.DESKTOP),
        ("Intel(R) Core(TM)2 Duo CPU     E7500  @ 2.93GHz", ProcessorKind.DESKTOP),
        ("AMD Ryzen 5 8500G w/ Radeon 740M Graphics", ProcessorKind.DESKTOP),
        ("Intel(R) Xeon(R) CPU E5-2690 v4 @ 2.60GHz", ProcessorKind.DESKTOP),
        ("Intel(R) Xeon(R) Silver 4114 CPU @ 2.20GHz", ProcessorKind.SERVER),
        ("Intel(R) Celeron(R) J4125 CPU @ 2.00GHz", None), ("AMD E-350 Processor", None), ("C1", None), ("", None),
    ],
)  # fmt: skip
def test_processors(name: str, kind: ProcessorKind | None) -> None:
    assert processor_kind(Record(1, PROCESSOR, fields={"Version": name})) is kind


TEXT = st.text(max_size=60) | st.text(alphabet="i57-0U (), ", max_size=30).map(lambda text: text * 400)


@given(
    st.builds(
        described, TEXT, TEXT, st.none() | TEXT, version=TEXT, family=TEXT, board=TEXT, processor=TEXT, memory=TEXT,
        battery=st.booleans(),
    )
)  # fmt: skip
def test_any_record_has_a_kind(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> None:
    tree = Tree(tmp_path_factory.getbasetemp() / "nothing")
    assert machine.read(tree, records).chassis in Chassis
