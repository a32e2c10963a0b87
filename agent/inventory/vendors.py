"""A maker's name as people say it, from the names that firmware carries (SMBIOS types 0 to 3, DSP0134 7.1 to 7.4).

What stands there is a company's registered name, in whatever capitals ("ASUSTeK COMPUTER INC."); known makers get
the name on their lids, and all others lose their legal form.
"""

import re

from agent.inventory.values import real

# How people call them, by how their names begin in the firmware. The longer beginning stands before the shorter.
_NAMES = {
    "hewlett packard enterprise": "HPE", "hpe": "HPE", "hewlett": "HP", "hp": "HP", "compaq": "Compaq",
    "asustek": "ASUS", "asus": "ASUS", "asrockrack": "ASRock Rack", "asrock rack": "ASRock Rack", "asrock": "ASRock",
    "lenovo": "Lenovo", "ibm": "IBM", "international business machines": "IBM", "dell": "Dell",
    "alienware": "Alienware", "wyse": "Wyse", "toshiba": "Toshiba", "dynabook": "Dynabook",
    "fujitsu siemens": "Fujitsu Siemens", "fujitsu": "Fujitsu", "siemens": "Siemens", "samsung": "Samsung",
    "micro-star": "MSI", "micro star": "MSI", "msi": "MSI", "gigabyte": "Gigabyte", "giga-byte": "Gigabyte",
    "medion": "Medion", "acer": "Acer", "packard bell": "Packard Bell", "packardbell": "Packard Bell",
    "emachines": "eMachines", "gateway": "Gateway", "sony": "Sony", "vaio": "VAIO", "intel": "Intel",
    "huawei": "Huawei", "honor": "Honor", "timi": "Timi", "xiaomi": "Xiaomi", "apple": "Apple",
    "microsoft": "Microsoft", "google": "Google", "chuwi": "Chuwi", "lg": "LG", "panasonic": "Panasonic",
    "matsushita": "Panasonic", "nec": "NEC", "sharp": "Sharp", "supermicro": "Supermicro",
    "super micro": "Supermicro", "biostar": "Biostar", "elitegroup": "ECS", "ecs": "ECS", "foxconn": "Foxconn",
    "hon hai": "Foxconn", "epox": "EPoX", "abit": "ABIT", "zotac": "ZOTAC", "shuttle": "Shuttle", "clevo": "Clevo",
    "positivo": "Positivo", "getac": "Getac", "pegatron": "Pegatron", "quanta": "Quanta", "wistron": "Wistron",
    "tyan": "Tyan", "mitac": "MiTAC", "nvidia": "NVIDIA", "terra": "TERRA", "wortmann": "Wortmann",
    "tarox": "TAROX", "sun microsystems": "Sun", "oracle": "Oracle", "american megatrends": "AMI", "ami": "AMI",
    "insyde": "Insyde", "phoenix": "Phoenix", "award": "Award", "via": "VIA", "azw": "AZW", "beelink": "Beelink",
    "igel": "IGEL", "hannspree": "Hannspree", "razer": "Razer", "framework": "Framework", "archos": "Archos",
    "thomson": "Thomson", "schneider": "Schneider", "maxdata": "Maxdata", "benq": "BenQ", "averatec": "Averatec",
    "everex": "Everex", "olidata": "Olidata", "durabook": "Durabook",
    "inventec": "Inventec", "flextronics": "Flextronics", "soyo": "Soyo", "dfi": "DFI", "aopen": "AOpen",
    "evga": "EVGA", "colorful": "Colorful", "pcchips": "PCChips", "first international computer": "FIC",
    "jetway": "Jetway", "digibras": "Digibras", "itautec": "Itautec", "haier": "Haier", "vestel": "Vestel",
    "casper": "Casper", "hasee": "Hasee", "mechrevo": "MECHREVO", "tongfang": "Tongfang",
    "tsinghua tongfang": "Tongfang",
    "schenker": "Schenker", "slimbook": "SLIMBOOK", "gpd": "GPD", "jumper": "Jumper", "teclast": "Teclast",
    "minisforum": "Minisforum", "geekom": "GEEKOM", "gmktec": "GMKtec", "trigkey": "Trigkey", "purism": "Purism",
    "mediacom": "Mediacom", "digma": "Digma", "irbis": "Irbis", "dexp": "DEXP", "prestigio": "Prestigio",
    "cisco": "Cisco", "inspur": "Inspur", "unisys": "Unisys", "bull": "Bull", "olivetti": "Olivetti",
    "novatech": "Novatech", "hyundai": "Hyundai", "infinix": "Infinix", "tecno": "TECNO", "valve": "Valve",
}  # fmt: skip
_KNOWN = re.compile(
    "|".join(f"(?P<n{number}>{re.escape(start)})" for number, start in enumerate(_NAMES)).join(("(?:", r")(?![a-z])"))
)
_BY_NUMBER = list(_NAMES.values())

_MARKS = re.compile(r"\((?:r|tm)\)", re.IGNORECASE)
# What follows a name without being part of it: legal forms of the countries where computers are made and sold, and
# the words that go with them. Only at the end: "Micro Computer (HK) Tech Limited" keeps its second word.
_FORM = re.compile(
    r"[\s,.]+(?:inc|incorporated|corp|corporation|co|company|ltd|ltda|limited|llc|gmbh|gmbh ?& ?co\.? ?kg|ag|sa|s\.a|"
    r"sas|sarl|srl|spa|s\.p\.a|kg|bv|b\.v|nv|ab|oy|as|a\.s|a/s|pty|plc|sp\.? z ?o\.?o|kk|k\.k|computers?|comput|"
    r"electronics|technology|technologies|international|group)[.,\s]*$",
    re.IGNORECASE,
)
_MOST_FORMS = 4
"""Words cut from one name: "Computer Co., Ltd." is three."""

# Lines of products that one maker alone sells, for records that name the machine and not who made it.
_LINES = (
    (re.compile(r"\bthink(?:pad|centre|station|book|system)|\bidea(?:pad|centre)", re.IGNORECASE), "Lenovo"),
    (re.compile(r"\b(?:optiplex|latitude|inspiron|vostro|poweredge)\b", re.IGNORECASE), "Dell"),
    (re.compile(r"\b(?:elite|pro)(?:book|desk|one)\b|\bproliant\b|\bzbook\b", re.IGNORECASE), "HP"),
    (re.compile(r"\b(?:lifebook|esprimo|celsius|primergy)\b", re.IGNORECASE), "Fujitsu"),
    (re.compile(r"\b(?:macbook|macmini|imac|macpro)", re.IGNORECASE), "Apple"),
    (re.compile(r"\bzbox", re.IGNORECASE), "ZOTAC"),
)


def vendor(text: str | None) -> str | None:
    """A maker's name without its legal form, as people say it; None for a placeholder."""
    name = real(text)
    if name is None:
        return None
    known = _KNOWN.match(_MARKS.sub("", name).lower())
    if known is not None and known.lastgroup is not None:
        return _BY_NUMBER[int(known.lastgroup[1:])]
    return real(without_form(name)) or name


def without_form(name: str) -> str:
    """A company's name without what only its lawyers write."""
    bare = _MARKS.sub("", name).strip(" ,.")
    for _ in range(_MOST_FORMS):
        shorter = _FORM.sub("", bare).strip(" ,.")
        if shorter == bare or not shorter:
            break
        bare = shorter
    return bare


def vendor_of_line(model: str | None) -> str | None:
    """The maker whose line of products the model's name is; None where the name tells nothing."""
    return next((name for pattern, name in _LINES if model and pattern.search(model)), None)
