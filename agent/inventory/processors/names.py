"""What people call a processor, from the name that it carries itself (CPUID) or that the firmware gives it."""

import re

_VENDORS = (
    (r"intel", "Intel"), (r"\bamd\b|advanced micro|authenticamd", "AMD"), (r"centaur|\bvia\b", "VIA"),
    (r"hygon", "Hygon"), (r"transmeta|genuinetm", "Transmeta"),
)  # fmt: skip
_MAKERS = tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in _VENDORS)
# What is no part of the name: marks, the clock, the generation, the graphics, the number of cores.
_NOISE = re.compile(
    r"\((r|tm|c)\)|\bCPU\b|\bProcessor\b|@.*|\bAPU\b( with.*)?|\bw(ith|/) ?Radeon\b.*|(\bRADEON )?\bR\d, \d+ COMPUTE.*|"
    r"^\s*\d+th Gen\b|\b(\d+|dual|triple|quad|six|eight|twelve|sixteen)[- ]cores?\b|\bgenuine\b|0000%",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(intel|amd|via)?\s*((version|type|0000|model|unknown|i\d86)\s*|engineering sample.*)*", re.IGNORECASE
)
# The first Core i: "i5 M 520" is the i5-520M, "i7 Q 740" the i7-740QM.
_FIRST_CORE = re.compile(r"\b(Core i\d) +([MQLUXKS]?) ?(\d{3})\b")
_LETTERS = {"Q": "QM", "L": "LM", "U": "UM"}
_CLOCK = re.compile(r"@ *(\d{1,2})\.(\d{1,3}) *GHz", re.IGNORECASE | re.ASCII)


def vendor(*texts: str | None) -> str | None:
    """The maker that the first text names that names one of those we know."""
    return next((name for text in texts if text for pattern, name in _MAKERS if pattern.search(text)), None)


def model(text: str | None) -> str | None:
    """ "Intel(R) Core(TM) i5-4300U CPU @ 1.90GHz" is an Intel Core i5-4300U; None for what names no model."""
    joined = re.sub(r"\((r|tm|c)\)-", "-", text or "", flags=re.IGNORECASE)
    name = re.sub(r"\s+", " ", _NOISE.sub(" ", joined)).strip(" ,")
    if _NO_NAME.fullmatch(name):
        return None
    name = re.sub(r"\bCore2\b", "Core 2", name)
    name = re.sub(r"\b(E[357]-\d{4}\w?) 0$", r"\1", name)
    return _FIRST_CORE.sub(lambda found: f"{found[1]}-{found[3]}{_LETTERS.get(found[2], found[2])}", name)


def clock_mhz(text: str | None) -> int | None:
    """The clock that stands in the name: what it runs at when all cores work."""
    found = _CLOCK.search(text or "")
    return int(found[1]) * 1000 + int(found[2].ljust(3, "0")) if found else None
