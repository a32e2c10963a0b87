"""Memory errors that the memory controller has counted (kernel: Documentation/admin-guide/RAS/main.rst).

Only machines with error correction (ECC) count any: servers, some workstations.
"""

import re
from dataclasses import dataclass

from agent.host.source import Source, integer

_CONTROLLERS = "/sys/devices/system/edac/mc"
_MOST = 256
_MOST_ERRORS = 10**9


@dataclass(frozen=True)
class Errors:
    corrected: int
    uncorrected: int


Counts = dict[tuple[str, str | None], Errors]
"""(memory controller, the module's name there or None for all of the controller) → errors since the start."""


def counts(source: Source) -> Counts:
    """What was counted since the start of the system; empty where nobody counts. Never raises."""
    found: Counts = {}
    for controller in source.names(_CONTROLLERS)[:_MOST]:
        if not re.fullmatch(r"mc\d{1,3}", controller):
            continue
        folder = f"{_CONTROLLERS}/{controller}"
        if (errors := _errors(source, folder, "")) is not None:
            found[controller, None] = errors
        for entry in source.names(folder)[:_MOST]:
            if re.fullmatch(r"(dimm|rank)\d{1,3}", entry):
                errors = _errors(source, f"{folder}/{entry}", "dimm_")
                if errors is not None:
                    label = source.text(f"{folder}/{entry}/dimm_label")
                    where = source.text(f"{folder}/{entry}/dimm_location")
                    found[controller, (label or where or entry)[:60]] = errors
    return found


def risen(before: Counts, now: Counts) -> Counts:
    """What was counted in between. Where a module is named, its controller's own count is left out."""
    rise = {}
    for place, errors in now.items():
        old = before.get(place, Errors(0, 0))
        more = Errors(max(0, errors.corrected - old.corrected), max(0, errors.uncorrected - old.uncorrected))
        if more != Errors(0, 0):
            rise[place] = more
    named = {controller for controller, module in rise if module is not None}
    return {place: errors for place, errors in rise.items() if place[1] is not None or place[0] not in named}


def _errors(source: Source, folder: str, prefix: str) -> Errors | None:
    corrected = integer(source, f"{folder}/{prefix}ce_count")
    uncorrected = integer(source, f"{folder}/{prefix}ue_count")
    if corrected is None and uncorrected is None:
        return None
    told = [value if value is not None and 0 <= value <= _MOST_ERRORS else 0 for value in (corrected, uncorrected)]
    return Errors(*told)
