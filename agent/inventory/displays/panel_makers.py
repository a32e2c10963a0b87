"""Who made a display: the three letters of its description (PNP id) → the name as people say it.

After the list that the UEFI Forum keeps (uefi.org/PNP_ID_List). Many makers of panels and televisions never asked for
their letters or use those of a company that they bought; then what they write on the product counts.
"""

# Makers of panels: what sits behind the glass of a portable or all-in-one computer.
_PANELS = {
    "AUO": "AU Optronics", "BOE": "BOE", "CMI": "InnoLux", "CMN": "Chimei Innolux", "CMO": "Chi Mei Optoelectronics",
    "CPT": "Chunghwa", "CSO": "CSOT", "CSW": "CSOT", "EDO": "EverDisplay", "HIQ": "Kaohsiung Opto-Electronics",
    "HYD": "Hydis", "INL": "InnoLux", "INX": "InnoLux", "IVO": "InfoVision", "JDI": "Japan Display",
    "KDB": "Kingdisplay", "KDX": "Kingdisplay", "LCD": "Toshiba Matsushita Display", "LGD": "LG Display",
    "LGP": "LG Philips", "LPL": "LG Philips", "MDT": "MDT", "NCP": "PANDA", "QDS": "Quanta Display",
    "SDC": "Samsung Display", "TMA": "Tianma", "TMX": "Tianma", "TPO": "TPO Displays",
}  # fmt: skip

# Brands that portables carry as well as their makers' own monitors: SEC and SHP stand for both kinds.
_COMPUTERS = {
    "ACI": "ASUS", "ACR": "Acer", "ANX": "Acer", "API": "Acer", "APP": "Apple", "ASU": "ASUS", "AUS": "ASUS",
    "CHE": "Acer", "CPQ": "Compaq", "DEC": "Digital", "DEL": "Dell", "ECS": "ECS", "FIC": "FIC", "FJC": "Fujitsu",
    "FUJ": "Fujitsu", "FUS": "Fujitsu Siemens", "GBT": "Gigabyte", "GET": "Getac", "GGL": "Google", "GWY": "Gateway",
    "HPC": "HP", "HPD": "HP", "HPN": "HP", "HPQ": "HP", "HTC": "Hitachi", "HWP": "HP", "HWV": "Huawei", "IBM": "IBM",
    "ICL": "Fujitsu ICL", "LEN": "Lenovo", "LEO": "Lenovo", "LIN": "Lenovo", "LNV": "Lenovo", "MEC": "Medion",
    "MED": "Medion", "MSH": "Microsoft", "MSI": "MSI", "NVD": "Nvidia", "PBN": "Packard Bell", "PKB": "Packard Bell",
    "POS": "Positivo", "QCI": "Quanta", "RZR": "Razer", "SEC": "Samsung", "SGI": "SGI", "SGX": "SGI",
    "SIE": "Siemens", "SNI": "Siemens Nixdorf", "SUN": "Sun", "TOS": "Toshiba", "TSB": "Toshiba", "TWH": "Twinhead",
    "UNM": "Unisys", "VLV": "Valve", "VOB": "Maxdata", "WIP": "Wipro", "WNX": "Wincor Nixdorf", "WOR": "Compal",
    "WYS": "Wyse", "XMI": "Xiaomi", "ZDS": "Zenith",
}  # fmt: skip

_MONITORS = {
    "ADI": "ADI", "AIC": "AG Neovo", "AMR": "Amtran", "AMW": "AMW", "AOC": "AOC", "AVO": "Avocent", "BCD": "Barco",
    "BEL": "Belinea", "BMD": "Blackmagic Design", "BNQ": "BenQ", "CDG": "Christie", "CIS": "Cisco", "CMT": "Compal",
    "CTL": "CTL", "CTX": "CTX", "CVT": "Cvte", "DPC": "Delta", "DWE": "Daewoo", "EGD": "Eizo", "EHJ": "Epson",
    "EIZ": "Eizo", "ELO": "Elo", "ENC": "Eizo", "EPI": "Envision", "FCM": "Funai", "FDT": "Fujitsu", "GEC": "Gechic",
    "GNR": "Gericom", "GSM": "LG", "HCM": "HCL", "HEI": "Hyundai", "HIT": "Hitachi", "HKC": "HKC", "HSD": "HannStar",
    "HSG": "HannStar", "HSL": "Hansol", "HSP": "HannStar", "HYO": "HYC", "HYU": "Hyundai", "IFS": "InFocus",
    "IOD": "I-O Data", "IQT": "Hyundai ImageQuest", "ITE": "ITE", "IVM": "Iiyama", "KDM": "KDS", "KDS": "KDS",
    "KOA": "Konka", "KTC": "KTC", "LGE": "LG", "LGS": "LG", "LKM": "Likom", "LTM": "LiteMax", "LTN": "Lite-On",
    "MAG": "MAG", "MAX": "Maxdata", "MEL": "Mitsubishi", "MGC": "MAG", "MTX": "Matrox", "MXD": "Maxdata",
    "NEC": "NEC", "NEX": "Nexgen", "NMV": "NEC", "NOK": "Nokia", "OEC": "Orion", "OQI": "Optiquest", "OTM": "Optoma",
    "PGS": "Princeton", "PHI": "Philips", "PHL": "Philips", "PLN": "Planar", "PNR": "Planar", "PTS": "Proview",
    "PVG": "Proview", "SAM": "Samsung", "SDI": "Samtron", "SEM": "Samsung", "SHP": "Sharp", "SKG": "KTC",
    "SMI": "Smile", "SNC": "Sentronic", "SPO": "Sampo", "SPT": "Sceptre", "STN": "Samsung", "TAT": "Tatung",
    "TAX": "Taxan", "TPV": "TPV", "TRL": "Royal", "VES": "Vestel", "VSC": "ViewSonic", "VTK": "Viewteck",
    "WAC": "Wacom", "WDE": "Westinghouse", "WET": "Westinghouse", "XER": "Xerox",
}  # fmt: skip

_TELEVISIONS = {
    "AIW": "Aiwa", "BBK": "BBK", "BBY": "Insignia", "BEK": "Beko", "BNO": "Bang & Olufsen", "BSE": "Bose",
    "CAS": "Casio", "CHD": "Changhong", "CHO": "Changhong", "COB": "Coby", "DON": "Denon",
    "DPL": "Digital Projection", "EGA": "Elgato", "ELE": "Element", "ELT": "Element", "FNI": "Funai", "GFN": "Gefen",
    "GRU": "Grundig", "GSV": "G-Story", "HAI": "Haier", "HAR": "Haier", "HCE": "Hitachi", "HEC": "Hisense",
    "HRE": "Haier", "HVR": "HTC", "INZ": "Insignia", "JVC": "JVC", "KON": "Konka", "LOE": "Loewe", "MCE": "Metz",
    "MEI": "Panasonic", "MJI": "Marantz", "ONK": "Onkyo", "ONN": "Onn", "ORN": "Orion", "PIO": "Pioneer",
    "PVR": "Pimax", "RCA": "RCA", "SAN": "Sanyo", "SEK": "Seiki", "SKW": "Skyworth", "SKY": "Skyworth",
    "SNO": "Sinosun", "SNY": "Sony", "SON": "Sony", "SVR": "Sensics", "SYL": "Sylvania", "TAI": "Toshiba",
    "TCL": "TCL", "TOP": "Orion", "VIT": "Visitech", "VIZ": "Vizio", "VRT": "Varjo", "YMH": "Yamaha", "ZTE": "ZTE",
}  # fmt: skip

# What stands between: converters, remote consoles, and displays that no hand can touch.
_OTHERS = {
    "AMI": "AMI", "ICO": "Intel", "LNX": "Linux", "PRT": "Parade", "QDI": "Quantum Data", "RHT": "Red Hat",
    "RTK": "Realtek", "VBX": "VirtualBox", "VMW": "VMware",
}  # fmt: skip

_NAMES = {**_OTHERS, **_TELEVISIONS, **_MONITORS, **_COMPUTERS, **_PANELS}


def name(pnp_id: str | None) -> str | None:
    """The maker's name; None for letters that are not known here."""
    return _NAMES.get(pnp_id or "")


def only_panels(pnp_id: str | None) -> bool:
    """Whether these letters stand on nothing but panels, which are built into something."""
    return (pnp_id or "") in _PANELS
