"""Which processors Microsoft supports under Windows 11: its lists of 1,456 names, condensed into families.

Source: Microsoft Learn, "Windows processor requirements" with its lists of supported Intel and AMD processors
(learn.microsoft.com/windows-hardware/design/minimum/windows-processor-requirements), as of 6 October 2025. How well
the families below agree with every name on the lists stands in docs/grading.md.
"""

import re
from collections.abc import Callable

SOURCE = "Microsoft Learn, Windows processor requirements, 2025-10-06"

_Rule = Callable[[str, str], bool]
"""From the model number's digits and the letters behind it."""


def _yes(_digits: str, _letters: str) -> bool:
    return True


def _no(_digits: str, _letters: str) -> bool:
    return False


def _from(least: int, *besides: int) -> _Rule:
    return lambda digits, _: int(digits) >= least or int(digits) in besides


def _core(digits: str, letters: str) -> bool:
    """i5-8250U is of generation 8, i5-10210U and i5-1035G1 of 10, i5-520M of the first; of 7 only some are listed."""
    generation = int(digits[:2] if digits[0] == "1" else digits[0]) if len(digits) >= 4 else 1
    return generation >= 8 or digits + letters in _CORE_7


def _ryzen(digits: str, letters: str) -> bool:
    """Of the 2000 series those without graphics; those with (2500U, 2400G) are of the generation before."""
    return int(digits) >= 3000 or (digits in ("2300", "2500", "2600", "2700") and letters in ("", "E", "X"))


_CORE_7 = ("7800X", "7820HQ", "7820X", "7900X", "7920X", "7940X", "7960X", "7980XE")
_FAMILIES: tuple[tuple[str, _Rule], ...] = (
    (r"Core Ultra \d()()", _yes),
    (r"Core i3-N\d()()", _yes),
    (r"Core [3579] N?\d{3}()()", _yes),
    (r"Core i[3579]-(\d+)([A-Z]*)", _core),
    (r"Core m3-(\d{4})()", _from(8100)),
    (r"Core()()", _no),
    (r"Celeron G(\d+)()", _from(4900)),
    (r"Celeron [JN](\d+)()", _from(4000)),
    (r"Celeron (\d{4})()", _from(4205, 3867)),
    (r"Pentium (?:Gold )?G(\d+)()", _from(5400)),
    (r"Pentium (?:Silver )?[JN](\d+)()", _from(5000)),
    (r"Pentium (?:Gold )?(\d{4})()", _from(5400, 4417, 4425)),
    (r"(?:Celeron|Pentium)()()", _no),
    (r"Atom x[67]\d{3}()()", _yes),
    (r"Atom()()", _no),
    (r"Intel (?:N\d{2,3}|U3\d\d[A-Z]*|3[01]0T?)()()$", _yes),
    (r"Xeon (?:Bronze|Silver|Gold|Platinum)()()", _yes),
    (r"Xeon (?:W\d?-\d|E-2\d|D-(?:17|18|27|28))()()", _yes),
    (r"Xeon()()", _no),
    (r"Ryzen Threadripper (?:PRO )?(\d{4})()", _from(3900)),
    (r"Ryzen (?:AI|Z\d|Embedded [RV]2)()()", _yes),
    (r"Ryzen [3579] (?:PRO )?(\d{4})([A-Z]*)", _ryzen),
    (r"Ryzen()()", _no),
    (r"Athlon (?:Gold|Silver)()()", _yes),
    (r"Athlon (?:PRO )?(?:3\d\d\d?[A-Z]+|7\d{3}[eU])()()", _yes),
    (r"AMD 30(?:15|20)e()()", _yes),
    (r"EPYC 7\d\d1()()", _no),
    (r"EPYC()()", _yes),
    (r"(?:AMD (?:[ACEGRTVZ]\w*-|FX|V\d)|Athlon|Sempron|Phenom|Turion|Opteron)()()", _no),
)  # fmt: skip
"""The first family that a name belongs to decides. Models that came after the lists count with their family."""
_PATTERNS = tuple((re.compile(rf"\b{pattern}", re.IGNORECASE), rule) for pattern, rule in _FAMILIES)


def listed(model: str | None) -> bool | None:
    """Whether the processor with this name is on the lists; None for a name that tells no family."""
    for pattern, rule in _PATTERNS:
        if found := pattern.search(model or ""):
            return rule(found[1], found[2].upper())
    return None
