"""Displays: what stands on each connector of the graphics adapters."""

import re

from agent.host.source import Source
from agent.inventory.edid import parse
from agent.inventory.values import real
from agent.model.inventory import Display

_CLASS = "/sys/class/drm"
_CONNECTOR = re.compile(r"card\d+-([A-Za-z]+(?:-[A-Z])?(?:-\d+)?)")
_INTERNAL = re.compile(r"(eDP|LVDS|DSI)\b")
_EDID_LIMIT = 32 * 1024
"""256 blocks of 128 bytes are the most that E-EDID knows."""

# PNP ids (uefi.org/PNP_ID_List) of what stands on French desks and in laptops.
_MAKERS = {
    "ACI": "ASUS", "ACR": "Acer", "AOC": "AOC", "APP": "Apple", "AUO": "AU Optronics", "AUS": "ASUS", "BNQ": "BenQ",
    "BOE": "BOE", "CMN": "Chimei Innolux", "CMO": "Chi Mei", "CPT": "Chunghwa", "CSO": "CSOT", "DEL": "Dell",
    "ENC": "Eizo", "EIZ": "Eizo", "FUJ": "Fujitsu", "FUS": "Fujitsu Siemens", "GSM": "LG", "HPN": "HP",
    "HSD": "HannStar", "HWP": "HP", "IBM": "IBM", "INL": "InnoLux", "IVM": "Iiyama", "IVO": "InfoVision",
    "LEN": "Lenovo", "LGD": "LG Display", "LPL": "LG Philips", "MEI": "Panasonic", "MSI": "MSI", "NEC": "NEC",
    "PHL": "Philips", "QDS": "Quanta Display", "SAM": "Samsung", "SDC": "Samsung Display", "SEC": "Samsung",
    "SHP": "Sharp", "SNY": "Sony", "TOS": "Toshiba", "VSC": "ViewSonic",
}  # fmt: skip


def read(source: Source) -> list[Display]:
    """Every connected display. An old graphics driver may show one without a description."""
    found = []
    for entry in source.names(_CLASS):
        connector = _CONNECTOR.fullmatch(entry)
        folder = f"{_CLASS}/{entry}"
        if not connector or source.text(f"{folder}/status") != "connected":
            continue
        edid = parse(source.raw(f"{folder}/edid", _EDID_LIMIT) or b"")
        internal = _INTERNAL.match(connector[1]) is not None
        if edid is None:
            found.append(Display(connector=connector[1], internal=internal))
            continue
        found.append(
            Display(
                connector=connector[1],
                manufacturer=_MAKERS.get(edid.manufacturer, edid.manufacturer),
                # The PNP id and the product number name a model that says nothing else, as in CMN1742.
                model=real(edid.name) or f"{edid.manufacturer}{edid.product:04X}",
                diagonal_inches=edid.diagonal_inches,
                width_px=edid.width_px,
                height_px=edid.height_px,
                internal=internal,
            )
        )
    return found


def from_edid(name: str, data: bytes) -> Display | None:
    edid = parse(data)
    return Display(connector=name, manufacturer=edid.manufacturer) if edid else None
