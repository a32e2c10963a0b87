"""The name of a machine as a person would say it ("ThinkPad T530", not "23931B6"), and who made what it names.

SMBIOS has four places for it (DSP0134, 7.2 and 7.3: product name, version, family, SKU; the board's product name), and
each maker uses them in his own way. The maker's name is not part of the model: it stands before it everywhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.inventory.dmidecode import Record
from agent.inventory.values import real
from agent.inventory.vendors import vendor, vendor_of_line, without_form


@dataclass(frozen=True)
class Names:
    vendor: str | None = None
    model: str | None = None
    board_vendor: str | None = None
    board_model: str | None = None


# IBM and Lenovo write the order code into the product name and the name into the version. A version is a name where it
# is no number ("1.0"), no type code ("4304E1U"), not the maker's name again, and no note of the factory ("Win8 STD").
_VERSION_NAME = re.compile(r"(?!rev\b|lenovo( product)?$|win\d|sdk\d|\d{4}[0-9a-z]{3}$)(?=.*[a-z]).{4,}", re.IGNORECASE)
_ORDER_CODE = re.compile(r"(?=.*\d)[0-9A-Z]{4}(?:[0-9A-Z]{3,6}|/[0-9A-Z]{3})?")
# Lenovo's SKU number spells out machine type, business unit and family: LENOVO_MT_81D6_BU_idea_FM_ideapad 330-15AST.
_SKU_FAMILY = re.compile(r"LENOVO_MT_.*_FM_(.{4,})")

# Product names that stand for a whole series of boards; the board's own name is the one on the box.
_SERIES = re.compile(r"All Series|MS-[0-9A-F]{4,5}", re.IGNORECASE)
# Marketing names that makers write into the family while the product name holds a bare code ("VAIO" + "VPCEB1E1E").
_BRAND = re.compile(
    r"(?:vaio|eee pc|matebook|magicbook|galaxy book|toughbook|lifebook|akoya|satellite|port[eé]g[eé]|tecra|zenbook|"
    r"vivobook|expertbook|gram)\b.*",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?=.*\d)[0-9A-Z][0-9A-Za-z./-]{3,}|[A-Z]{3}-[A-Z0-9]{3,}")

_TAILS = (
    # Order codes behind the name: "HP Compaq 6715b (GB836EA)", "System x3250 M3 -[4252K4G]-".
    re.compile(r"\s*\((?=[^)]*\d)[0-9A-Z]{5,}(?:#[0-9A-Z]+)?\)$"),
    re.compile(r"\s*-?\[[0-9A-Z-]{4,}\]-?$"),
    # HP adds what everybody sees.
    re.compile(r"\s+(?:Notebook )?PC$"),
)
_FIRMWARE_MAKERS = {"AMI", "Insyde", "Phoenix", "Award"}
"""Their name on a board means that nobody changed their example: it says less than any other name."""
_CONTRACTORS = {"Quanta", "Wistron", "Pegatron", "Compal", "Inventec", "Flextronics"}
"""They build what others sell: their name on a board is not the one on the lid where another stands there."""
# Apple's boards have a number for a name; the machine's name stands behind it, as the board's version.
_APPLE_BOARD = re.compile(r"Mac-[0-9A-F]{8,16}", re.IGNORECASE)
_APPLE_MODEL = re.compile(r"[A-Za-z]{3,16}\d{1,2},\d{1,2}")
_LEAST = 3
"""Letters and digits that a model must keep when the maker's name is cut off: "AYANEO 2" stays whole."""


def names(system: Record, board: Record, case: Record) -> Names:
    """From the records of SMBIOS types 1, 2 and 3; any may be empty."""
    board_maker = vendor(board.get("Manufacturer"))
    board_name = _not_the_maker(real(board.get("Product Name")), real(board.get("Manufacturer")))
    maker = vendor(system.get("Manufacturer"))
    if board_name and _APPLE_BOARD.fullmatch(board_name):
        version = real(board.get("Version"))
        board_name = version if version and _APPLE_MODEL.fullmatch(version) else board_name
    product = _product(system, board_name)
    model = product or board_name
    # A self-built computer, or one whose assembler did not name it, is called by its board and so by the board's maker.
    if product is None and board_name and board_maker and board_maker not in _FIRMWARE_MAKERS | _CONTRACTORS:
        maker = board_maker
    seller = vendor(case.get("Manufacturer"))
    makers = (seller, board_maker) if board_maker in _CONTRACTORS else (board_maker, seller)
    maker = next(filter(None, (maker, *makers)), None) or vendor_of_line(model)
    written = real((system if product else board).get("Manufacturer"))
    spoken = _spoken(model, (maker, written, written and without_form(written)))
    return Names(maker, spoken, board_maker, real(board.get("Product Name")))


def _product(system: Record, board_name: str | None) -> str | None:
    """What the system's own record calls the machine; None where it does not."""
    product = _not_the_maker(real(system.get("Product Name")), real(system.get("Manufacturer")))
    if vendor(system.get("Manufacturer")) in ("Lenovo", "IBM"):
        return _lenovo(product, system)
    if product is None:
        return None
    if board_name and _SERIES.fullmatch(product):
        return board_name if product.lower() in board_name.lower() else f"{board_name} ({product})"
    # ASUS: "VivoBook 15 X515EA_F515EA" names the sisters on the same board as well.
    shortened, _, sister = product.rpartition("_")
    if board_name and sister.isalnum() and shortened.lower().endswith(board_name.lower()):
        product = shortened
    family = real(system.get("Family"))
    if family and _BRAND.fullmatch(family) and _CODE.fullmatch(product):
        return f"{family} {product}"
    return product


def _lenovo(product: str | None, system: Record) -> str | None:
    if product and not _ORDER_CODE.fullmatch(product) and not re.match(r"\d", product):
        return product
    version = real(system.get("Version"))
    if version and _VERSION_NAME.fullmatch(version):
        return version
    sku = _SKU_FAMILY.fullmatch(real(system.get("SKU Number")) or "")
    return (sku and real(sku[1])) or product


def _not_the_maker(name: str | None, maker: str | None) -> str | None:
    """None for a name that only repeats the maker's."""
    return None if name and maker and name.lower() in (maker.lower(), without_form(maker).lower()) else name


def _spoken(model: str | None, makers: Sequence[str | None]) -> str | None:
    """Without the maker's name in front, and without the codes behind."""
    if model is None:
        return None
    spoken = model.replace("_", " ").strip()
    for tail in _TAILS:
        spoken = tail.sub("", spoken)
    # The longer name first: "Fujitsu Siemens" before "Fujitsu".
    for maker in sorted({maker for maker in makers if maker}, key=len, reverse=True):
        rest = spoken[len(maker) :]
        # "LENOVO3000 V100" has no space; "AOpen" is no Acer, though both begin with A.
        if spoken.lower().startswith(maker.lower()) and not rest[:1].isalpha():
            spoken = rest.strip(" -")
            # "Dell System XPS L502X"
            spoken = spoken.removeprefix("System ") if maker == "Dell" else spoken
            break
    return spoken if len(re.findall(r"\w", spoken)) >= _LEAST else model
