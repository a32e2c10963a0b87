"""Grade recorded machines of which only the firmware's tables are known, and count the grades by chassis and year.

    tools/grade_table.py FILE.tar.xz            print the table
    tools/grade_table.py FILE.tar.xz --write    put it into docs/grading.md

FILE holds dmidecode's reports, one a file. What they do not tell is treated as docs/grading.md says.
"""

import argparse
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.grading.rubric import grade
from agent.host.source import Live
from agent.inventory import batteries, dmidecode, firmware, machine, memory, processors
from agent.inventory.dmidecode import Record
from agent.model.grade import Grade
from agent.model.inventory import Battery, Inventory, Processor
from agent.model.profile import GradeThresholds
from agent.model.words import Chassis, GradeLetter, Suitability

DOCS = Path(__file__).parents[1] / "docs/grading.md"
BEGIN, END = "<!-- made by tools/grade_table.py -->\n", "<!-- end of what is made -->\n"
NOTHING = Live("/nonexistent")
"""A machine of which nothing below /sys and /proc is known."""
USED = re.compile(r"DMI type (?:0|1|2|3|4|5|6|9|16|17|21|22|24),")
"""The structures that a grade can rest on; the others take as long again to parse."""
KINDS = {
    "laptop": (Chassis.NOTEBOOK,),
    "convertible, tablet": (Chassis.CONVERTIBLE, Chassis.TABLET),
    "desktop": (Chassis.DESKTOP,),
    "all-in-one": (Chassis.ALL_IN_ONE,),
    "mini": (Chassis.MINI_PC, Chassis.STICK_PC),
    "server, other": (Chassis.SERVER, Chassis.OTHER),
}
YEARS = ((0, 2007), (2008, 2010), (2011, 2013), (2014, 2016), (2017, 2019), (2020, 9999))
LETTERS = (GradeLetter.A, GradeLetter.B, GradeLetter.C, GradeLetter.D, GradeLetter.PARTS)
NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Graded:
    name: str
    inventory: Inventory
    grade: Grade

    @property
    def rated(self) -> bool:
        """Whether the processor's level is known: without it the letter would rest on the memory alone."""
        return self.grade.letter in LETTERS and self.grade.axes[0].letter is not None

    @property
    def kind(self) -> str:
        return next(name for name, kinds in KINDS.items() if self.inventory.machine.chassis in kinds)

    @property
    def years(self) -> str:
        """Of the firmware: an update makes a machine look younger than it is."""
        found = re.match(r"(19|20)\d\d", self.inventory.firmware.date or "")
        if not found:
            return NOT_KNOWN
        return next(_span(*span) for span in YEARS if span[0] <= int(found[0]) <= span[1])


def _span(first: int, last: int) -> str:
    if not first:
        return f"to {last}"
    return f"from {first}" if last == 9999 else f"{first}–{last}"


def reports(file: Path) -> Iterator[tuple[str, str]]:
    """Name and text of each report."""
    with tarfile.open(file) as tar:
        for member in tar:
            if member.isfile() and (content := tar.extractfile(member)) is not None:
                yield member.name, content.read().decode("utf-8", "replace")


def graded(name: str, text: str) -> Graded:
    """The grade without the axis of the drive, which such a report does not know."""
    found = inventory_of(text)
    return Graded(name, found, grade(found, [], [], GradeThresholds(), empty_bay_confirmed=True))


def inventory_of(text: str) -> Inventory:
    """The machine, as far as the firmware tells of it."""
    records = dmidecode.parse("\n\n".join(each for each in text.split("\n\n") if USED.search(each)))
    about = machine.read(NOTHING, records)
    told = batteries.read(NOTHING, records)
    return Inventory(
        machine=about,
        firmware=firmware.read(NOTHING, records),
        processors=_with_level(processors.read(NOTHING, records), records),
        memory=memory.read(NOTHING, records),
        # That the firmware's tables list no battery does not mean that there is none.
        batteries=told or ([Battery(name="not recorded")] if about.chassis.portable else []),
    )


def _with_level(found: list[Processor], records: Sequence[Record]) -> list[Processor]:
    signatures = [level(record) for record in dmidecode.of_type(records, dmidecode.PROCESSOR)]
    known = [signature for signature in signatures if signature is not None]
    lowest = min(known, default=None)
    return [processor.model_copy(update={"x86_64_level": lowest}) for processor in found]


_INTEL_V3_FROM = 60
_INTEL_V2 = {26, 30, 31, 37, 42, 44, 45, 46, 47, 58, 62, 55, 74, 76, 77, 90, 92, 93, 95, 122, 134, 150, 156}
"""Nehalem to Ivy Bridge, and Atoms from Silvermont to Jasper Lake, which have no AVX2."""
_INTEL_V3_ALL = {151, 154, 183, 186, 190, 191}
"""Alder and Raptor Lake, where they have it."""
_INTEL_32_BIT = {9, 13, 14}
"""Pentium M and Core Duo."""
_INTEL_V1 = {15, 22, 23, 29, 28, 38, 39, 53, 54}
"""Core 2 and the first Atoms."""


def level(record: Record) -> int | None:
    """The x86-64 level, estimated from family and model (CPUID leaf 1) and the name: these reports hold no list of
    instructions as Linux knows them. None where that cannot be told."""
    found = _family_and_model(record.get("ID") or "")
    maker = f"{record.get('Manufacturer')} {record.get('Version')}".lower()
    if found is None or not re.search("intel|amd|advanced micro", maker):
        return None
    family, model = found
    if "intel" not in maker:
        return _amd(family, model)
    if family != 6:
        return None  # Pentium 4: with 64 bits or without
    if model in _INTEL_32_BIT:
        return 0
    if model in _INTEL_V1:
        return 1
    # Until Comet Lake, Pentium and Celeron had their AVX2 switched off.
    low = re.search(r"Pentium|Celeron", record.get("Version") or "") and model not in _INTEL_V3_ALL
    if model in _INTEL_V2 or low:
        return 2
    return 3 if model >= _INTEL_V3_FROM else None


def _family_and_model(text: str) -> tuple[int, int] | None:
    """From the eight bytes of the structure: EAX, then EDX, each the low byte first; some firmware has EDX first."""
    if not re.fullmatch(r"([0-9A-F]{2} ){7}[0-9A-F]{2}", text):
        return None
    halves = bytes.fromhex(text)[:4], bytes.fromhex(text)[4:]
    first = int.from_bytes(halves[halves[0][:2] == b"\xff\xfb"], "little")
    family, model = first >> 8 & 15, first >> 4 & 15
    if family in (6, 15):
        model += (first >> 16 & 15) << 4
    return (family + (first >> 20 & 255) if family == 15 else family), model


def _amd(family: int, model: int) -> int:
    if family >= 23 or (family == 21 and model >= 96):
        return 3
    return 2 if family in (21, 22) else 1


def table(machines: Sequence[Graded]) -> list[str]:
    """Markdown: one row for each kind and span of years that there are machines of."""
    head = [
        "kind",
        "firmware of",
        "machines",
        *(letter.value for letter in LETTERS),
        "?",
        "with a module",
        "Windows 11",
    ]
    rows = [head, ["---"] * 2 + ["--:"] * (len(head) - 2)]
    for kind in KINDS:
        for years in [_span(*span) for span in YEARS] + [NOT_KNOWN]:
            here = [each for each in machines if (each.kind, each.years) == (kind, years)]
            if here:
                rows.append([kind, years, *_counts(here)])
    rows.append(["all", "", *_counts(machines)])
    return ["| " + " | ".join(row) + " |" for row in rows]


def _counts(machines: Sequence[Graded]) -> list[str]:
    letters = Counter(each.grade.letter for each in machines if each.rated)
    helped = sum(_module_helps(each.grade) for each in machines if each.rated)
    windows = sum(_may_run_windows(each.grade) for each in machines)
    silent = sum(not each.rated for each in machines)
    return [
        str(number) for number in (len(machines), *(letters[letter] for letter in LETTERS), silent, helped, windows)
    ]


def _module_helps(found: Grade) -> bool:
    return any("memory" in repair.kind for advice in found.advice for repair in advice.repairs)


def _may_run_windows(found: Grade) -> bool:
    """Nothing that is known speaks against it: TPM, UEFI and drive are not."""
    return found.systems[0].fit is not Suitability.NO and found.axes[0].letter is not None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--write", action="store_true", help="put the table into docs/grading.md")
    options = parser.parse_args()
    machines = [graded(name, text) for name, text in reports(options.file)]
    silent = [each.name for each in machines if not each.grade.reasons]
    rows = "\n".join(table(machines)) + "\n"
    if options.write:
        text = DOCS.read_text()
        before, _, rest = text.partition(BEGIN)
        DOCS.write_text(before + BEGIN + rows + END + rest.partition(END)[2])
    else:
        print(rows)
    print(f"{len(machines)} machines, {len(silent)} without a reason", file=sys.stderr)
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
