"""800 displays as other people recorded them, against edid-decode's own reading beside each.

linuxhw/EDID; skipped where the corpus is not at hand. No display is named here: where a reading differs from the
text, the text itself must show why.
"""

import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from agent.inventory import displays
from agent.model.inventory import Display

Files = Callable[[str], Iterator[tuple[str, bytes]]]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Told:
    """What edid-decode's text says. `pictures`: every detailed timing, the first one first."""

    manufacturer: str
    cm: Pair | None
    mm: Pair | None
    pictures: list[Pair]
    text: str

    @property
    def inches(self) -> float | None:
        return math.hypot(*self.cm) / 2.54 if self.cm else None


@dataclass(frozen=True)
class Case:
    path: str
    told: Told
    found: Display


def pair(pattern: str, text: str) -> Pair | None:
    match = re.search(pattern, text)
    return (int(match[1]), int(match[2])) if match else None


def told(text: str) -> Told:
    maker = re.search(r"^    Manufacturer: (.*)$", text, re.MULTILINE)
    assert maker is not None
    timings = re.findall(r"^    DTD +\d+: +(\d+)x(\d+)i? ", text, re.MULTILINE)
    return Told(
        manufacturer=maker[1],
        cm=pair(r"Maximum image size: (\d+) cm x (\d+) cm", text),
        mm=pair(r"DTD +1: .*\((\d+) mm x (\d+) mm\)", text),
        pictures=[(int(width), int(height)) for width, height in timings],
        text=text,
    )


@pytest.fixture
def cases(corpus: Files) -> list[Case]:
    found = []
    for path, content in corpus("edid.tar.xz"):
        head, _, text = content.decode("utf-8", "replace").partition("-----")
        rows = re.findall(r"^(?:[0-9a-f]{2} ){15}[0-9a-f]{2}$", head, re.MULTILINE)
        display = displays.from_edid(path.rsplit("/", 1)[-1], bytes.fromhex("".join(rows)))
        assert display is not None, path
        found.append(Case(path, told(text), display))
    return found


def why_another_picture(case: Case) -> str | None:
    """Why the native picture is not the first timing, in words of the text; None where nothing there says so."""
    text, native, first = case.told.text, (case.found.width_px, case.found.height_px), case.told.pictures[0]
    extended = pair(rf"DTD: +({native[0]})x({native[1]}) ", text)
    if extended and (native[0] or 0) > 4095:
        return "wider than a timing of the first block can be, in its DisplayID block"
    if native in case.told.pictures and "First detailed timing" not in text:
        return "the first timing is not called preferred"
    if native in case.told.pictures and native == (2 * first[0], first[1]):
        return "the first timing is one half of the screen"
    return None


def why_another_size(case: Case) -> str | None:
    """Why the diagonal is not that of the centimetres in the text."""
    cm, mm, text = case.told.cm, case.told.mm, case.told.text
    assert cm is not None
    if case.found.diagonal_inches is None:
        if cm in ((16, 9), (160, 90)):
            return "the picture's ratio in the place of a size"
        return "HDMI says that it is a ratio" if "Base EDID image size is aspect ratio" in text else None
    width, height = case.told.pictures[0]
    same_as_mm = mm is not None and abs(case.found.diagonal_inches - math.hypot(*mm) / 25.4) < 0.06
    off = [abs(one[0] / one[1] * height / width - 1) for one in (cm, mm or cm)]
    if same_as_mm and off[0] > 0.03 and off[1] < 0.01:
        return "the centimetres have not the picture's shape, the millimetres have"
    return None


def report(title: str, agree: int, total: int, others: Counter[str]) -> None:
    """For `pytest -s`."""
    sys.stdout.write(f"{title}: {agree} of {total} ({agree / total:.2%}); {dict(others)}\n")


def test_manufacturer(cases: list[Case]) -> None:
    assert [case.path for case in cases if case.found.manufacturer != case.told.manufacturer] == []
    assert len(cases) == 800
    named = sum(case.found.manufacturer_name is not None for case in cases)
    report("maker known by name", named, len(cases), Counter())
    assert named >= 0.98 * len(cases)


def test_maker_is_called_what_the_recorders_call_it(cases: list[Case]) -> None:
    """Their folders say how people name a maker, but for a few whose old or legal name stands there."""
    people = {
        "Ancor Communications": "ASUS", "Goldstar": "LG", "CPT": "Chunghwa", "Mi": "Xiaomi",
        "Plain Tree Systems": "Proview", "Medion Akoya": "Medion", "Sceptre Tech": "Sceptre",
    }  # fmt: skip
    other = Counter[tuple[str, str | None]]()
    for case in cases:
        folder = case.path.split("/")[-3]
        usual, name = people.get(folder, folder).lower(), (case.found.manufacturer_name or "").lower()
        if folder != "Others" and usual not in name and name not in usual:
            other[folder, case.found.manufacturer_name] += 1
    assert sum(other.values()) <= 0.01 * len(cases), other


def test_native_resolution(cases: list[Case]) -> None:
    """The first detailed timing, which edid-decode calls preferred or native, unless the text shows another."""
    others = Counter[str]()
    unexplained = []
    for case in cases:
        if (case.found.width_px, case.found.height_px) != case.told.pictures[0]:
            if reason := why_another_picture(case):
                others[reason] += 1
            else:
                unexplained.append((case.path, case.found.width_px, case.found.height_px))
    report("native = first timing", len(cases) - others.total() - len(unexplained), len(cases), others)
    assert unexplained == []
    assert others.total() <= 0.005 * len(cases)


def test_size(cases: list[Case]) -> None:
    """Within the rounding of whole centimetres (0.6 inch), unless the text shows why not."""
    others = Counter[str]()
    unexplained = []
    sized = [case for case in cases if case.told.inches]
    for case in sized:
        inches = case.found.diagonal_inches
        if inches is None or abs(inches - (case.told.inches or 0)) > 0.6:
            if reason := why_another_size(case):
                others[reason] += 1
            else:
                unexplained.append((case.path, case.told.cm, case.told.mm, inches))
    report("size = maximum image size", len(sized) - others.total() - len(unexplained), len(sized), others)
    assert unexplained == []
    assert others.total() <= 0.03 * len(sized)


def test_size_that_varies(cases: list[Case]) -> None:
    for case in cases:
        if "Image size is variable" in case.told.text:
            assert case.found.diagonal_inches is None, case.path


def test_name_and_year(cases: list[Case]) -> None:
    for case in cases:
        if (name := re.search(r"Display Product Name: '(.*?) *'", case.told.text)) and name[1].isalnum():
            assert case.found.model == name[1], case.path
        year = re.search(r"(?:Made in: (?:week \d+ of )?|Model year: )(\d{4})", case.told.text)
        if year and int(year[1]) < 2026:
            assert case.found.year == int(year[1]), case.path
