"""Displays: what stands on each connector of the graphics adapters (/sys/class/drm), and what it says of itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.host.source import Source
from agent.inventory.displays import panel_makers
from agent.inventory.displays.edid import Edid, parse
from agent.inventory.values import real
from agent.model.inventory import Display

_CLASS = "/sys/class/drm"
_CONNECTOR = re.compile(
    r"(?:(card\d{1,3})-)?((?:eDP|LVDS|DSI|DPI|DP|HDMI(?:-[AB])?|DVI(?:-[ADI])?|VGA|TV|SVIDEO|Composite|Component|DIN|USB|"
    r"SPI|Virtual|Unknown)(?:-?\d{1,3}){1,4})"
)
"""As Linux names them, with or without the adapter: card0-eDP-1."""
_INTERNAL = re.compile(r"eDP|LVDS|DSI|DPI|SPI")
_UNTOLD = re.compile(r"Unknown|Virtual")
_EDID_LIMIT = 32 * 1024
"""256 blocks of 128 bytes are the most that E-EDID knows."""
_EARLIEST_TODAY = 2026
"""A donated computer's clock may be years behind."""


@dataclass(frozen=True)
class _Shown:
    adapter: str
    data: bytes
    edid: Edid | None
    display: Display


def read(source: Source) -> list[Display]:
    """Every connected display, each once. An old graphics driver may show one without a description."""
    found: list[_Shown] = []
    for adapter, connector, data in _connected(source):
        edid = parse(data)
        shown = _Shown(adapter, data, edid, _display(connector, edid))
        if not any(_same(shown, other) for other in found):
            found.append(shown)
    return [shown.display for shown in found]


def from_edid(connector: str | None, data: bytes) -> Display | None:
    """The display of one recorded description. `connector` may be any name, as of a file: what is no connector's
    name is left out. None where neither the name nor the description says anything."""
    match = _CONNECTOR.fullmatch(connector or "")
    edid = parse(data)
    return _display(match[2] if match else None, edid) if match or edid else None


def _connected(source: Source) -> Iterator[tuple[str, str, bytes]]:
    for entry in source.names(_CLASS):
        connector = _CONNECTOR.fullmatch(entry)
        if not connector or not connector[1]:
            continue
        status = source.text(f"{_CLASS}/{entry}/status")
        data = source.raw(f"{_CLASS}/{entry}/edid", _EDID_LIMIT) or b""
        # "unknown" is what old adapters say of a socket that cannot feel a plug; a description came from a display.
        if status == "connected" or (status == "unknown" and data):
            yield connector[1], connector[2], data


def _display(connector: str | None, edid: Edid | None) -> Display:
    if edid is None:
        return Display(connector=connector, internal=_internal(connector, None))
    maker = edid.manufacturer
    return Display(
        connector=connector,
        manufacturer=maker,
        manufacturer_name=panel_makers.name(maker),
        model=real(edid.name) or _number(edid),
        serial=edid.serial,
        year=_past(edid.year),
        diagonal_inches=edid.diagonal_inches,
        width_px=edid.width_px,
        height_px=edid.height_px,
        internal=_internal(connector, maker),
    )


def _number(edid: Edid) -> str | None:
    """The PNP id and the product number name a model that says nothing else, as in CMN1742."""
    known = edid.manufacturer is not None and edid.product is not None
    return f"{edid.manufacturer}{edid.product:04X}" if known else None


def _past(year: int | None) -> int | None:
    """Models may be named after the year to come; what is said to be younger still is no year."""
    latest = max(datetime.now(tz=UTC).year, _EARLIEST_TODAY) + 1
    return year if year and year <= latest else None


def _internal(connector: str | None, maker: str | None) -> bool | None:
    """From the connector's kind; where that is not known, from letters that only stand on panels."""
    if connector and not _UNTOLD.match(connector):
        return _INTERNAL.match(connector) is not None
    return True if panel_makers.only_panels(maker) else None


def _same(one: _Shown, other: _Shown) -> bool:
    """Whether two connectors show one display.

    The same serial number says so (two cables, a hub, the halves of a tiled panel). Panels inside mostly have none:
    there it is the same description on two adapters, as laptops with two graphics processors have. Two alike on one
    adapter are two panels: there are laptops with two screens.
    """
    if one.edid is None or other.edid is None:
        return False
    if one.edid.serial or (one.edid.tiled and other.edid.tiled):
        return _identity(one.edid) == _identity(other.edid)
    inside = bool(one.display.internal and other.display.internal)
    return inside and one.adapter != other.adapter and one.data == other.data


def _identity(edid: Edid) -> tuple[str | None, int | None, str | None]:
    return edid.manufacturer, edid.product, edid.serial
