"""Who made a machine and what people call it, from records as makers really fill them."""

import pytest
from fake_tree import Tree
from hypothesis import given
from hypothesis import strategies as st

from agent.inventory import machine
from agent.inventory.dmidecode import BOARD, CHASSIS, SYSTEM, Record
from agent.inventory.machine.model_name import Names, names
from agent.inventory.vendors import vendor
from agent.model.inventory import Machine


def called(system: dict[str, str], board: dict[str, str] | None = None, case: dict[str, str] | None = None) -> Names:
    return names(
        Record(1, SYSTEM, fields=system), Record(2, BOARD, fields=board or {}), Record(3, CHASSIS, fields=case or {})
    )


def system(maker: str, product: str, version: str = "", family: str = "", sku: str = "") -> dict[str, str]:
    return {"Manufacturer": maker, "Product Name": product, "Version": version, "Family": family, "SKU Number": sku}


def board(maker: str, product: str) -> dict[str, str]:
    return {"Manufacturer": maker, "Product Name": product}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hewlett-Packard", "HP"), ("HP", "HP"), ("HP-Pavilion", "HP"), ("HPE", "HPE"),
        ("ASUSTeK Computer Inc.", "ASUS"),
        ("ASUS", "ASUS"), ("Acer, inc.", "Acer"), ("ACER", "Acer"), ("Micro-Star International Co., Ltd", "MSI"),
        ("MICRO-STAR INTERNATIONAL CO.,LTD", "MSI"), ("SAMSUNG ELECTRONICS CO., LTD.", "Samsung"),
        ("Intel(R) Client Systems", "Intel"), ("intel", "Intel"), ("FUJITSU SIEMENS", "Fujitsu Siemens"),
        ("FUJITSU CLIENT COMPUTING LIMITED", "Fujitsu"), ("LENOVO", "Lenovo"), ("Dell Computer Corporation", "Dell"),
        ("Gigabyte Technology Co., Ltd.", "Gigabyte"), ("GIGABYTE", "Gigabyte"), ("PACKARD BELL BV", "Packard Bell"),
        ("American Megatrends Inc.", "AMI"), ("AMI Corporation", "AMI"), ("ECS", "ECS"), ("EliteGroup", "ECS"),
        ("TUXEDO", "TUXEDO"), ("System76, Inc.", "System76"), ("TAROX AG", "TAROX"),
        ("bluechip Computer AG", "bluechip"), ("CSL-Computer GmbH & Co. KG", "CSL-Computer"),
        ("Micro Computer (HK) Tech Limited", "Micro Computer (HK) Tech"),
        ("Login Informatica LTDA", "Login Informatica"),
        ("Nouveau Constructeur SAS", "Nouveau Constructeur"), ("Acerbis", "Acerbis"),
        ("To Be Filled By O.E.M.", None), ("System manufacturer", None), ("NA", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_makers(text: str | None, name: str | None) -> None:
    assert vendor(text) == name


@pytest.mark.parametrize(
    ("fields", "maker", "model"),
    [
        (system("LENOVO", "23931B6", "ThinkPad T530"), "Lenovo", "ThinkPad T530"),
        (system("LENOVO", "80RU", "Lenovo ideapad 700-15ISK", "IDEAPAD"), "Lenovo", "ideapad 700-15ISK"),
        (system("LENOVO", "076346G", "LENOVO3000 V100"), "Lenovo", "3000 V100"),
        (system("LENOVO", "4153/200", "Lenovo 3000 G430"), "Lenovo", "3000 G430"),
        (system("LENOVO", "20351", "Lenovo G50-70"), "Lenovo", "G50-70"),
        (system("LENOVO", "7459", "B5400"), "Lenovo", "B5400"),
        (system("LENOVO", "IdeaCentre B320", "Lenovo"), "Lenovo", "IdeaCentre B320"),
        (system("LENOVO", "81D6", "1.0", "", "LENOVO_MT_81D6_BU_idea_FM_ideapad 330"), "Lenovo", "ideapad 330"),
        (system("LENOVO", "20AQ006HFR", "1.0"), "Lenovo", "20AQ006HFR"),
        (system("LENOVO", "20AQ006HFR", "INVALID"), "Lenovo", "20AQ006HFR"),
        (system("LENOVO", "20AQ006HFR", "Lenovo Product"), "Lenovo", "20AQ006HFR"),
        (system("LENOVO", "20AQ006HFR", "4304E1U"), "Lenovo", "20AQ006HFR"),
        (system("LENOVO", "20AQ006HFR", "Win7 Std TPG0"), "Lenovo", "20AQ006HFR"),
        (system("IBM", "2373F2G", "ThinkPad T40"), "IBM", "ThinkPad T40"),
        (system("IBM", "IBM System x3400 M3 Server -[737958G]-", "09"), "IBM", "System x3400 M3 Server"),
        (system("Hewlett-Packard", "HP Compaq 6715b (GB836EA)", "F.0C"), "HP", "Compaq 6715b"),
        (system("Hewlett-Packard", "HP EliteBook 8440p"), "HP", "EliteBook 8440p"),
        (system("Hewlett-Packard", "HP Pavilion dv6 Notebook PC"), "HP", "Pavilion dv6"),
        (system("HP", "OMEN by HP Laptop 16-c0xxx"), "HP", "OMEN by HP Laptop 16-c0xxx"),
        (system("Dell Inc.", "Latitude E6430", "01"), "Dell", "Latitude E6430"),
        (system("Dell Inc.", "Dell System XPS L502X"), "Dell", "XPS L502X"),
        (system("Sony Corporation", "VPCEB1E1E", "C604CZSG", "VAIO"), "Sony", "VAIO VPCEB1E1E"),
        (system("HUAWEI", "KLVL-WXX9", "M1010", "MateBook 14"), "Huawei", "MateBook 14 KLVL-WXX9"),
        (system("FUJITSU", "CELSIUS_J550"), "Fujitsu", "CELSIUS J550"),
        (system("AYANEO", "AYANEO 2"), "AYANEO", "AYANEO 2"),
        (system("NA", "ZBOX-CI327NANO"), "ZOTAC", "ZBOX-CI327NANO"),
        (system("", "", ""), None, None),
    ],
)  # fmt: skip
def test_what_people_say(fields: dict[str, str], maker: str | None, model: str | None) -> None:
    found = called(fields)
    assert (found.vendor, found.model) == (maker, model)


def test_sisters_on_one_board_are_left_out() -> None:
    found = called(
        system("ASUSTeK COMPUTER INC.", "ROG Zephyrus G14 GA401II_GA502II"), board("ASUSTeK COMPUTER INC.", "GA401II")
    )
    assert found.model == "ROG Zephyrus G14 GA401II"


def test_a_built_computer_is_called_by_its_board() -> None:
    found = called(
        system("System manufacturer", "System Product Name"), board("ASUSTeK COMPUTER INC.", "P8H61-M LE R2.0")
    )
    assert (found.vendor, found.model) == ("ASUS", "P8H61-M LE R2.0")


def test_the_maker_belongs_to_the_name() -> None:
    """A shop wrote its own name and left the board's: it is no "Wortmann P8H61-M"."""
    found = called(system("wortmann", "System Product Name"), board("ASUSTeK COMPUTER INC.", "P8H61-M EVO"))
    assert (found.vendor, found.model) == ("ASUS", "P8H61-M EVO")


def test_a_name_that_only_repeats_the_maker_is_none() -> None:
    found = called(system("Lenovo", "Lenovo", "1.0.0"), board("Lenovo", "Lenovo ThinkSystem SR358FV2"))
    assert (found.vendor, found.model) == ("Lenovo", "ThinkSystem SR358FV2")


def test_the_example_board_of_a_firmware_maker_says_less_than_the_maker() -> None:
    found = called(system("AWOW", "To be filled by O.E.M."), board("AMI Corporation", "Cherry Trail CR"))
    assert found.vendor == "AWOW"


@pytest.mark.parametrize(
    ("product", "board_name", "model"),
    [
        ("MS-7C37", "MPG X570 GAMING PLUS (MS-7C37)", "MPG X570 GAMING PLUS (MS-7C37)"),
        ("All Series", "H87-PRO", "H87-PRO (All Series)"),
        ("MS-A912", "MS-A912", "MS-A912"),
    ],
)
def test_a_series_of_boards_is_called_by_the_board(product: str, board_name: str, model: str) -> None:
    assert called(system("MSI", product), board("MSI", board_name)).model == model


def test_the_case_may_be_all_that_names_the_maker() -> None:
    assert called(system("", "Nomade 15"), case={"Manufacturer": "Packard Bell BV"}).vendor == "Packard Bell"


def test_who_builds_for_others_is_not_the_maker_where_the_case_names_one() -> None:
    built = board("Quanta", "30CF")
    assert called({}, built, {"Manufacturer": "Hewlett-Packard"}).vendor == "HP"
    assert called({}, built, {"Manufacturer": "To be filled by O.E.M."}).vendor == "Quanta"
    assert called({}, board("Gigabyte", "B75M-D3V"), {"Manufacturer": "Zalman"}).vendor == "Gigabyte"


def test_apples_board_is_called_by_its_version() -> None:
    apple = {"Manufacturer": "Apple Inc.", "Product Name": "Mac-2BD1B31983FE1663"}
    found = called({}, apple | {"Version": "MacBookPro11,3"})
    assert (found.vendor, found.model, found.board_model) == ("Apple", "MacBookPro11,3", "Mac-2BD1B31983FE1663")
    assert called({}, apple | {"Version": "1.0"}).model == "Mac-2BD1B31983FE1663"


@pytest.mark.parametrize("word", ["CENSORED", "[REDACTED]", "redacted", "Removed by owner", "(hidden)"])
def test_what_was_taken_out_of_a_report_is_absent(word: str) -> None:
    found = called(system(word, word), board("ASRock", "B450M Pro4"))
    assert (found.vendor, found.model) == ("ASRock", "B450M Pro4")


def test_the_board_is_told_beside_the_machine(tree: Tree) -> None:
    records = [
        Record(1, SYSTEM, fields=system("Dell Inc.", "OptiPlex 7010")),
        Record(2, BOARD, fields=board("Dell Inc.", "0YXT71")),
    ]
    found = machine.read(tree, records)
    assert (found.model, found.board_vendor, found.board_model) == ("OptiPlex 7010", "Dell", "0YXT71")


TEXT = (
    st.text(max_size=60)
    | st.sampled_from(["HP", "LENOVO", "[red]", "<script>", "\x1b[31m", "_", "(", "Co., Ltd.", "MS-7C37", "All Series"])
    | st.text(alphabet="ab ,._()\t", max_size=40).map(lambda text: text * 300)
)
FIELDS = st.dictionaries(
    st.sampled_from(["Manufacturer", "Product Name", "Version", "Family", "SKU Number"]), TEXT, max_size=5
)


@given(FIELDS, FIELDS, FIELDS)
def test_any_names_give_clean_ones(one: dict[str, str], two: dict[str, str], three: dict[str, str]) -> None:
    found = called(one, two, three)
    for text in vars(found).values():
        assert text is None or (text and text.isprintable() and len(text) <= 450)
    Machine(vendor=found.vendor, model=found.model)


@given(TEXT)
def test_any_maker_has_a_clean_name_or_none(text: str) -> None:
    found = vendor(text)
    assert found is None or (found.strip() == found and found.isprintable() and found)
